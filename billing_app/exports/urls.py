"""Addresses of exports."""

from __future__ import annotations

from django.urls import URLPattern, path

from billing_app.exports import views

export_urls: list[URLPattern] = [path("p/<slug:slug>/cdrs/export/", views.export, name="cdr-export")]
