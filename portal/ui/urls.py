"""Addresses of the design layer itself."""

from django.urls import path

from portal.ui import views

app_name = "ui"
urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("style/", views.style, name="style"),
    path("style/later/", views.style_later, name="style-later"),
]
