"""Addresses of saved and scheduled reports."""

from __future__ import annotations

from django.urls import path

from billing_app.saved import views

saved_urls = [
    path("reports/saved/", views.index, name="saved"),
    path("reports/saved/new/", views.save, name="save"),
    path("reports/saved/<int:pk>/", views.one, name="saved-one"),
    path("reports/saved/<int:pk>/open/", views.opened, name="saved-open"),
    path("reports/saved/<int:pk>/change/", views.change, name="saved-change"),
    path("reports/saved/<int:pk>/remove/", views.remove, name="saved-remove"),
    path("reports/saved/<int:pk>/schedule/", views.schedule, name="saved-schedule"),
    path("reports/saved/<int:pk>/rest/", views.rest, name="saved-rest"),
    path("reports/saved/<int:pk>/wanted/", views.wanted, name="saved-wanted"),
]
