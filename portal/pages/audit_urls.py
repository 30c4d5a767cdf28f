"""Addresses of the audit."""

from django.urls import path

from portal.pages import audit

app_name = "audit"
urlpatterns = [
    path("", audit.index, name="list"),
    path("<int:number>/", audit.row, name="row"),
]
