"""Addresses of log-ins and of a person's own things."""

from django.urls import include, path

from portal.access import views

pages = [
    path("log-in/", views.log_in, name="log-in"),
    path("log-out/", views.log_out, name="log-out"),
    path("password/", views.password, name="password"),
    path("password/<str:token>/", views.link, name="link"),
    path("settings/", views.own_settings, name="settings"),
]
urlpatterns = [
    path("", include((pages, "access"))),
    path("language/", views.language, name="language"),
]
