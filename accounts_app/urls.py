"""Addresses of accounts, phones and agents, and of the one search box."""

from __future__ import annotations

from django.urls import include, path

from accounts_app.hanging import HANGING
from accounts_app.pages import ACCOUNT, PHONE
from accounts_app.views import agents, complete, lists, objects, refresh
from portal.ui.find import find
from portal.ui.objects.urls import object_urls

pages = [
    path("accounts/", lists.accounts, name="list"),
    path("phones/", lists.phones, name="phones"),
    path("agents/", agents.agents, name="agents"),
    path("p/<slug:slug>/accounts/", lists.accounts, name="list"),
    path("p/<slug:slug>/phones/", lists.phones, name="phones"),
    path("p/<slug:slug>/agents/", agents.agents, name="agents"),
    path("p/<slug:slug>/complete/<slug:resource>/", complete.complete, name="complete"),
    path("p/<slug:slug>/refresh/", refresh.refresh, name="refresh"),
    *object_urls(ACCOUNT),
    path("p/<slug:slug>/accounts/<key:key>/payments/", objects.payments, name="account-payments"),
    *object_urls(PHONE),
    *(url for each in HANGING for url in object_urls(each)),
]
urlpatterns = [
    path("find/", find, name="find"),
    path("", include((pages, "accounts"))),
]
