"""Addresses of payments, rates and suites."""

from __future__ import annotations

from django.urls import path

from billing_app import rates, views
from billing_app.cdrs.urls import cdr_urls
from billing_app.exports.urls import export_urls
from billing_app.hanging import HANGING
from billing_app.reports.urls import report_urls
from billing_app.saved.urls import saved_urls
from billing_app.transfers.urls import transfer_urls
from portal.ui.objects.urls import object_urls

app_name = "billing"
urlpatterns = [
    path("payments/", views.anywhere, name="payments"),
    path("p/<slug:slug>/payments/", views.payments, name="payments"),
    path("p/<slug:slug>/payments/history/", views.history, name="history"),
    path("p/<slug:slug>/payments/<uuid:operation_id>/", views.payment, name="payment"),
    path("p/<slug:slug>/accounts/<key:key>/pay/", views.pay, name="pay"),
    path("rate-groups/", rates.anywhere, name="rate-groups"),
    path("p/<slug:slug>/rate-groups/", rates.groups, name="rate-groups"),
    *object_urls(rates.RATE_GROUP),
    path("p/<slug:slug>/rate-groups/<key:key>/rates/", rates.rates, name="rates"),
    *(url for each in HANGING for url in object_urls(each)),
    *transfer_urls,
    *cdr_urls,
    *export_urls,
    *report_urls,
    *saved_urls,
]
