"""Secrets between the page that shows what a change will do and the one that sends it: they are typed again.

A secret is neither written into a page nor kept at the portal, so the confirming page asks for it once more. What it carries is
a signature of what was typed, under the portal's key and the form's token, which tells whether both were the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.core.exceptions import BadRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from portal.ui.forms import SchemaForm
from portal.ui.forms.bound import SchemaBoundField
from portal.ui.forms.layout import leaves_of

NAME = "_again"
SALT = "portal.ui.objects.again"


@dataclass(frozen=True, slots=True)
class Asked:
    """An input that is filled in again: under which name, whether of several lines, and what is wrong with it."""

    path: str
    label: str
    lines: bool = False
    wrong: str = ""

    @property
    def id(self) -> str:
        """The id of the input."""
        return f"again-{self.path.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Again:
    """What has to be typed again before a form is sent, and the signature that the page carries of what was typed."""

    asked: tuple[Asked, ...]
    carried: str

    @property
    def is_right(self) -> bool:
        """Whether everything was given once more and is the same."""
        return not any(each.wrong for each in self.asked)


def first_time(form: SchemaForm, token: UUID) -> Again:
    """Return what has to be typed again, for the page that follows the form."""
    typed = _typed(form)
    digests = {path: _digest(token, leaf) for path, leaf in typed.items()}
    asked = tuple(_asked(leaf) for leaf in typed.values())
    return Again(asked, signing.dumps(digests, salt=SALT) if digests else "")


def second_time(form: SchemaForm, token: UUID, carried: str) -> Again:
    """Return what was typed again, compared with what was typed first."""
    digests = _digests(carried)
    typed = _typed(form)
    leaves = [leaf for leaf in leaves_of(form.items) if leaf.path in digests]
    asked = tuple(_asked(leaf, _wrong(typed.get(leaf.path), token, digests[leaf.path])) for leaf in leaves)
    return Again(asked, carried)


def _digests(carried: str) -> dict[str, str]:
    try:
        found: dict[str, str] = signing.loads(carried, salt=SALT) if carried else {}
    except signing.BadSignature:
        raise BadRequest("what was typed before is damaged") from None
    return found


def _asked(leaf: SchemaBoundField, wrong: str = "") -> Asked:
    return Asked(leaf.path, str(leaf.label), leaf.declared.many, wrong)


def _wrong(leaf: SchemaBoundField | None, token: UUID, digest: str) -> str:
    if leaf is None:
        return _("Type this once more; it is not kept between the two pages.")
    return "" if constant_time_compare(_digest(token, leaf), digest) else _("This is not what was typed on the form.")


def _typed(form: SchemaForm) -> dict[str, SchemaBoundField]:
    """Return the secrets that were typed; one that is to be cleared has nothing to type."""
    return {leaf.path: leaf for leaf in form.typed_secrets if leaf.typed.text}


def _digest(token: UUID, leaf: SchemaBoundField) -> str:
    return salted_hmac(SALT, f"{token}\n{leaf.path}\n{leaf.typed.text}", algorithm="sha256").hexdigest()
