"""The lists of accounts and phones, of one platform and of all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts_app.resources import ACCOUNTS, PHONES
from portal.access.needs import needs
from portal.ui.lists import show_list


@require_safe
@needs(ACCOUNTS.right)
def accounts(request: HttpRequest, slug: str | None = None) -> HttpResponseBase:
    """Show accounts."""
    return show_list(request, ACCOUNTS, slug)


@require_safe
@needs(PHONES.right)
def phones(request: HttpRequest, slug: str | None = None) -> HttpResponseBase:
    """Show phones."""
    return show_list(request, PHONES, slug)
