"""Addresses of gateways."""

from __future__ import annotations

from django.urls import path

from gateways_app import views
from gateways_app.resources import MAPPING, ROUTING
from portal.ui.objects.urls import object_urls

app_name = "gateways"
urlpatterns = [
    path("gateways/", views.anywhere, name="list"),
    path("p/<slug:slug>/gateways/", views.index, name="list"),
    path("p/<slug:slug>/gateways/live/<slug:kind>/", views.live, name="live"),
    *object_urls(MAPPING),
    *object_urls(ROUTING),
]
