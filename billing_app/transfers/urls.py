"""Addresses of transfers."""

from __future__ import annotations

from django.urls import path

from billing_app.transfers import views

transfer_urls = [
    path("transfers/", views.transfers, name="transfers"),
    path("p/<slug:slug>/transfers/", views.transfers, name="transfers"),
    path("p/<slug:slug>/transfers/<uuid:transfer_id>/", views.made, name="made-transfer"),
    path("p/<slug:slug>/transfers/<uuid:transfer_id>/pay-back/", views.pay_back, name="transfer-pay-back"),
    path("p/<slug:slug>/transfers/<uuid:transfer_id>/close/", views.close, name="transfer-close"),
    path("p/<slug:slug>/accounts/<key:key>/transfer/", views.transfer, name="transfer"),
]
