"""Addresses of payments."""

from __future__ import annotations

from django.urls import path

from billing_app import views
from portal.ui.objects import urls as _urls  # noqa: F401 - it registers the converter of keys

app_name = "billing"
urlpatterns = [
    path("payments/", views.anywhere, name="payments"),
    path("p/<slug:slug>/payments/", views.payments, name="payments"),
    path("p/<slug:slug>/payments/history/", views.history, name="history"),
    path("p/<slug:slug>/payments/<uuid:operation_id>/", views.payment, name="payment"),
    path("p/<slug:slug>/accounts/<key:key>/pay/", views.pay, name="pay"),
]
