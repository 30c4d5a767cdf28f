"""Addresses of the pages of platforms."""

from django.urls import path

from portal.pages import collection, platforms

app_name = "platforms"
urlpatterns = [
    path("", platforms.index, name="list"),
    path("add/", platforms.add, name="add"),
    path("<slug:slug>/", platforms.detail, name="detail"),
    path("<slug:slug>/edit/", platforms.edit, name="edit"),
    path("<slug:slug>/test/", platforms.test, name="test"),
    path("<slug:slug>/open/", platforms.open_for_writing, name="open"),
    path("<slug:slug>/close/", platforms.close_for_writing, name="close"),
    path("<slug:slug>/collection/", collection.index, name="collection"),
    path("<slug:slug>/collection/edit/", collection.edit, name="collection-edit"),
    path("<slug:slug>/collection/now/", collection.collect, name="collect"),
    path("<slug:slug>/collection/<str:day>/", collection.day, name="collection-day"),
]
