"""The portal's addresses, and those of two resources that are only declared."""

from __future__ import annotations

from django.urls import include, path

from portal.ui.objects.declare import ObjectPages
from portal.ui.objects.urls import object_urls
from portal.urls import urlpatterns as of_the_portal

THINGS = (
    ObjectPages(resource="mapping_gateway", namespace="things", path="things-mapping", icon="router"),
    ObjectPages(resource="routing_gateway", namespace="things", path="things-routing", icon="router"),
    ObjectPages(resource="ivr_audio", namespace="things", path="things-audio", icon="music"),
)
urlpatterns = [*of_the_portal, path("", include(([each for pages in THINGS for each in object_urls(pages)], "things")))]
