"""The portal's addresses, and an admin site of the same rows for whoever asks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path

from portal.directory.models import Account, Phone
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as portal_urls

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class OpenSite(admin.AdminSite):
    """An admin site without a lock."""

    def has_permission(self, _request: HttpRequest) -> bool:
        """Let everybody in."""
        return True


class Rows(admin.ModelAdmin):  # type: ignore[type-arg]
    """What Django's own list is given: the columns, search, filters and page size of the portal's."""

    list_per_page = 50
    list_select_related = ("platform",)

    def _yes(self, *_args: Any, **_more: Any) -> bool:
        return True

    has_view_permission = has_module_permission = has_change_permission = _yes
    has_add_permission = has_delete_permission = _yes


class Accounts(Rows):
    """The accounts."""

    list_display = ("account", "name", "platform", "lock_type", "canceled", "money", "limit_money", "agent_account")
    search_fields = ("account", "name", "memo")
    list_filter = ("type", "lock_type", "canceled")
    ordering = ("account",)


class Phones(Rows):
    """The phones."""

    list_display = ("e164", "platform", "account", "online", "lock_type", "display_number", "line_capacity")
    search_fields = ("e164", "display_number", "memo")
    list_filter = ("online", "lock_type")
    ordering = ("e164",)


site = OpenSite()
site.register(Account, Accounts)
site.register(Phone, Phones)
urlpatterns = [path("admin/", site.urls), *portal_urls]
