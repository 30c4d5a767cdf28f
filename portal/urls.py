"""Every address of the portal; each app brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.pages.home_urls")),
    path("", include("portal.access.urls")),
    path("", include("portal.ui.urls")),
    path("platforms/", include("portal.pages.platform_urls")),
    path("jobs/", include("portal.pages.jobs_urls")),
    path("operations/", include("portal.pages.operation_urls")),
    path("audit/", include("portal.pages.audit_urls")),
    path("people/", include("portal.pages.people_urls")),
    path("roles/", include("portal.pages.roles_urls")),
    path("console/", include("portal.console.urls")),
    path("", include("accounts_app.urls")),
    path("", include("gateways_app.urls")),
    path("", include("billing_app.urls")),
]

handler400 = "portal.ui.faults.bad_request"
handler403 = "portal.ui.faults.forbidden"
handler404 = "portal.ui.faults.not_found"
handler500 = "portal.ui.faults.server_error"
