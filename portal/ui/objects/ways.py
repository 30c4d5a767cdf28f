"""The ways from an object to its past: the calls of an account, a phone or a gateway, the statement of an account."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from portal.ui.components import Action
from portal.ui.objects.declare import Seen
from portal.vos3000.schema.cdrs import INFO_CDR
from portal.vos3000.schema.registry import INTERFACES

AGENT = 1
CDRS, PAYMENTS = INTERFACES["GetCdr"], INTERFACES["GetPayHistory"]
#: By which question calls are looked for: as a call refers to things; a phone is known by its number, on either side.
ASKED_BY = MappingProxyType({"phone": "number"} | {each.ref: each.name for each in reversed(INFO_CDR.fields) if each.ref})


def ways(resource: str, seen: Seen) -> Iterator[Action]:
    """Yield the links from an object to what is kept of its past; they work while its platform does not answer, too."""
    slug = seen.platform.slug
    if resource in ASKED_BY and seen.platform.offers(CDRS.name):
        below = {"below": "yes"} if resource == "account" and seen.values.get("category") == AGENT else {}
        asked = {"range": "last-7-days", ASKED_BY[resource]: seen.key, **below}
        url = f"{reverse('billing:cdrs', args=[slug])}?{urlencode(asked)}"
        yield Action(label=_("Past calls"), url=url, icon="scroll-text", right=CDRS.right)
    if resource == "account" and seen.platform.offers(PAYMENTS.name):
        url = f"{reverse('billing:report', args=[slug, 'statement'])}?{urlencode({'account': seen.key})}"
        yield Action(label=_("Statement"), url=url, icon="receipt-text", right=PAYMENTS.right)
