"""Rate groups and the rates in them, as the platform tells them now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.access.fields import seen as seen_by
from portal.access.needs import actor_of, needs
from portal.service import NotThere, Request, call
from portal.ui.listing.rows import platforms_of
from portal.ui.listing.told import Told
from portal.ui.objects.declare import ObjectPages, Part, Seen
from portal.ui.objects.hanging import BRIEF, told_of, told_page
from portal.ui.objects.place import Place
from portal.ui.text import say
from portal.vos3000.schema.rates import INFO_FEE_RATE
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

GROUPS = INTERFACES["GetFeeRateGroup"]
RATES = INTERFACES["GetFeeRate"]
RATE_COLUMNS = ("feePrefix", "areaName", "areaCode", "fee", "period", "type", "lockType")
FINDS = _("The beginning of a number, a whole number or an area.")

Wire = Mapping[str, Any]


def rate_parts(seen: Seen) -> Sequence[Part]:
    """Return the rates of a group, which come after the page."""
    if not seen.live or not seen.actor.may(RATES.right) or not seen.platform.offers(RATES.name):
        return ()
    url = reverse("billing:rates", args=[seen.platform.slug, seen.key])
    return [Part(title=say(RESOURCES["rate"].plural), icon="tags", later=f"{url}?{BRIEF}=1")]


RATE_GROUP = ObjectPages(
    resource="rate_group",
    namespace="billing",
    path="rate-groups",
    icon="tags",
    list_url="billing:rate-groups",
    columns=("name", "memo"),
    parts=rate_parts,
)


@needs(GROUPS.right)
@require_safe
def anywhere(request: HttpRequest) -> HttpResponse:
    """Lead to the rate groups of the first platform that the reader sees."""
    seen = platforms_of(actor_of(request))
    if not seen:
        raise NotThere
    return redirect("billing:rate-groups", seen[0].slug)


@needs(GROUPS.right)
@never_cache
@require_safe
def groups(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the rate groups of a platform; to an agent those that their accounts and phones use."""
    place = Place.at(request, RATE_GROUP, slug)

    def read() -> Told:
        return told_of(place, _rows(place, GROUPS.name, {}, "infoFeeRateGroups"))

    return told_page(place, read, title=say(RATE_GROUP.declared.plural), about=place.platform.name, list_url=place.list_url)


@needs(RATES.right)
@never_cache
@require_safe
def rates(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show the rates of a group; a number finds those that it is charged by."""
    place = Place.at(request, RATE_GROUP, slug, key)
    url = reverse("billing:rates", args=[slug, key])
    return told_page(place, _rates_of(place), title=say(RESOURCES["rate"].plural), about=key, list_url=url, hint=FINDS)


def _rates_of(place: Place) -> Callable[[], Told]:
    def read() -> Told:
        return Told(
            label=say(RESOURCES["rate"].plural),
            struct=seen_by(place.actor, RATES, INFO_FEE_RATE),
            columns=RATE_COLUMNS,
            key="feePrefix",
            setting=place.setting,
            rows=_rows(place, RATES.name, {"feeRateGroup": place.key}, "infoFeeRates"),
            fits=holds,
        )

    return read


def holds(rate: Wire, words: str) -> bool:
    """Tell whether a rate is meant by the beginning of a number, by a number that is charged by it, or by its area."""
    prefix = str(rate.get("feePrefix") or "")
    if words.isdecimal():
        return prefix.startswith(words) or bool(prefix and words.startswith(prefix))
    return words.casefold() in str(rate.get("areaName") or "").casefold()


def _rows(place: Place, name: str, values: Wire, rows: str) -> Sequence[Wire]:
    answer = call(place.actor, place.platform, Request(name, values)).answer
    found: Any = answer.data.get(rows) if answer else None
    return found or ()
