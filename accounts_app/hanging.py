"""What hangs on an account and is told by its own list only: cards, bound numbers, the phone book, number conversions."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from portal.service.objects import NAMED
from portal.ui.components import Action
from portal.ui.objects.addresses import create_url
from portal.ui.objects.declare import ObjectPages, Seen
from portal.vos3000.schema.registry import INTERFACES


def card_actions(seen: Seen) -> Sequence[Action]:
    """Return what else is done from a card: a number is bound to it."""
    bind = INTERFACES["CreateBindedE164"]
    if not seen.platform.writable or not seen.platform.offers(bind.name):
        return []
    url = create_url(BOUND_NUMBERS, seen.platform, seen.owner, pin=seen.values[NAMED])
    return [Action(label=_("Bind a number"), url=url, icon="link", right=bind.right)]


CARDS = ObjectPages(
    resource="phone_card",
    namespace="accounts",
    path="accounts/<key:owner>/cards",
    within="account",
    icon="credit-card",
    columns=("pin", "displayE164", "bindLimit", "activeTime", "memo"),
    actions=card_actions,
)
BOUND_NUMBERS = ObjectPages(
    resource="bound_number",
    namespace="accounts",
    path="accounts/<key:owner>/bound-numbers",
    within="account",
    icon="link",
    columns=("e164", "pin", "displayE164", "language", "bindTime", "memo"),
    prefill=("pin",),
)
PHONE_BOOK = ObjectPages(
    resource="phone_book_entry",
    namespace="accounts",
    path="accounts/<key:owner>/phone-book",
    within="account",
    icon="book-user",
    columns=("e164", "name", "department", "shortE164s", "deviceType", "lastUpdateTime", "memo"),
)
CONVERSIONS = ObjectPages(
    resource="conversion",
    namespace="accounts",
    path="accounts/<key:owner>/conversions",
    within="account",
    icon="shuffle",
    columns=("id", "e164", "mappingGatewayCallerE164", "routingGatewayCalleeE164", "memo"),
)
HANGING = (CARDS, BOUND_NUMBERS, PHONE_BOOK, CONVERSIONS)
