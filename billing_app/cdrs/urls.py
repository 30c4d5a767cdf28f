"""Addresses of CDRs."""

from __future__ import annotations

from django.urls import URLPattern, path

from billing_app.cdrs import views

cdr_urls: list[URLPattern] = [
    path("cdrs/", views.anywhere, name="cdrs"),
    path("p/<slug:slug>/cdrs/", views.cdrs, name="cdrs"),
    path("p/<slug:slug>/cdrs/fetch/", views.fetch, name="cdr-fetch"),
    path("p/<slug:slug>/cdrs/totals/", views.totals, name="cdr-totals"),
    path("p/<slug:slug>/cdrs/<int:start>/<int:flow_no>/", views.cdr, name="cdr"),
]
