"""Addresses of the first page and of what comes after it."""

from __future__ import annotations

from django.urls import path

from portal.pages.home import home
from portal.pages.home_later import month, now, payments

urlpatterns = [
    path("", home, name="home"),
    path("home/<slug:slug>/now/", now, name="home-now"),
    path("home/<slug:slug>/month/", month, name="home-month"),
    path("home/<slug:slug>/payments/", payments, name="home-payments"),
]
