"""Addresses of log-ins and of a person's own things."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from portal.access import factors_views, passkeys, security, views

own = [
    path("", security.security, name="security"),
    path("app/", factors_views.app, name="app"),
    path("app/remove/", factors_views.remove_app, name="app-remove"),
    path("codes/", factors_views.codes, name="codes"),
    path("codes/text/", factors_views.codes_as_text, name="codes-text"),
    path("passkeys/", passkeys.add, name="passkey"),
    path("passkeys/begin/", passkeys.begin, name="passkey-begin"),
    path("passkeys/complete/", passkeys.complete, name="passkey-complete"),
    path("passkeys/<int:number>/remove/", passkeys.remove, name="passkey-remove"),
    path("log-ins/<int:number>/end/", security.end_log_in, name="log-in-end"),
    path("log-ins/end/", security.end_others, name="log-ins-end"),
]
pages: list[URLPattern | URLResolver] = [
    path("log-in/", views.log_in, name="log-in"),
    path("log-in/code/", views.code, name="code"),
    path("log-in/passkey/ask/", passkeys.ask, name="passkey-ask"),
    path("log-in/passkey/prove/", passkeys.prove, name="passkey-prove"),
    path("log-out/", views.log_out, name="log-out"),
    path("password/", views.password, name="password"),
    path("password/<str:token>/", views.link, name="link"),
    path("second-factor/<str:token>/", views.factor_link, name="factor-link"),
    path("settings/", views.own_settings, name="settings"),
    path("settings/security/", include(own)),
    path("notices/<int:number>/", security.put_away, name="notice"),
]
urlpatterns = [
    path("", include((pages, "access"))),
    path("language/", views.language, name="language"),
]
