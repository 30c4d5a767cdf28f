"""Addresses of the API console."""

from __future__ import annotations

from django.urls import path

from portal.console import views

app_name = "console"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/<slug:name>/", views.interface, name="interface"),
]
