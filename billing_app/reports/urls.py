"""Addresses of reports."""

from __future__ import annotations

from django.urls import URLPattern, path

from billing_app.reports import views

report_urls: list[URLPattern] = [
    path("reports/", views.anywhere, name="reports"),
    path("p/<slug:slug>/reports/", views.index, name="reports"),
    path("p/<slug:slug>/reports/<slug:name>/", views.report, name="report"),
    path("p/<slug:slug>/reports/<slug:name>/file/", views.file, name="report-file"),
    path("p/<slug:slug>/reports/<slug:name>/fetch/", views.fetch, name="report-fetch"),
]
