"""Addresses of the pages of roles."""

from django.urls import path

from portal.pages import roles

app_name = "roles"
urlpatterns = [
    path("", roles.index, name="list"),
    path("add/", roles.add, name="add"),
    path("<slug:slug>/", roles.detail, name="detail"),
    path("<slug:slug>/edit/", roles.edit, name="edit"),
    path("<slug:slug>/delete/", roles.delete, name="delete"),
]
