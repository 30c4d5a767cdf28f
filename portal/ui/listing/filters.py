"""Filters of a list: what may be asked of a column, read strictly, since a filter misread shows the wrong rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.components import Words
from portal.ui.formats import money_text
from portal.ui.forms.words import number_label, numbered
from portal.ui.listing.columns import Column
from portal.ui.text import say
from portal.vos3000.schema.base import Text

LONGEST = 255
INT32 = 2**31
_MOST_MONEY = Decimal(10) ** 15
_YES = gettext_lazy("Yes")
_NO = gettext_lazy("No")

Options = Sequence[tuple[str, str]]


class Misread(ValueError):
    """A value that a filter does not understand, with a sentence for the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(ABC):
    """A question to one column; ``name`` is its parameter in the address. Whoever may not see the column cannot ask."""

    name: str
    column: Column
    label: Text | Words = ""

    control: ClassVar[str]

    @property
    def title(self) -> str:
        """What the filter is called: its column unless it says otherwise."""
        return say(self.label or self.column.label)

    @abstractmethod
    def condition(self, asked: str) -> Q:
        """Return the rows meant; raises :class:`Misread`."""

    def said(self, asked: str) -> str:
        """Return what was asked in words, for the chip."""
        return asked

    def options(self) -> Options:
        """Return the values to choose from, with their words."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals(Filter):
    """Rows with exactly this text."""

    control: ClassVar[str] = "text"

    def condition(self, asked: str) -> Q:
        """Compare as it is."""
        if len(asked) > LONGEST or "\x00" in asked:
            raise Misread(_("That is longer than any number or name."))
        return Q(**{self.column.attribute: asked})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Filter):
    """Rows with one of the known codes, or with any other number that a newer softswitch may use."""

    control: ClassVar[str] = "select"

    def condition(self, asked: str) -> Q:
        """Compare with a code."""
        code = _whole_number(asked)
        if code is None:
            raise Misread(_("Choose one of the list."))
        return Q(**{self.column.attribute: code})

    def said(self, asked: str) -> str:
        """Return the code with its name."""
        return number_label(asked, self._codes())

    def options(self) -> Options:
        """Return the known codes."""
        return [(str(number), numbered(number, say(name))) for number, name in self._codes().items()]

    def _codes(self) -> dict[int, Text]:
        return dict((self.column.declared.codes if self.column.declared else None) or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(Filter):
    """Rows where it is so, or where it is not known to be so."""

    control: ClassVar[str] = "select"
    yes: Words = _YES
    no: Words = _NO

    def condition(self, asked: str) -> Q:
        """Take what is not known for no."""
        if asked not in {"yes", "no"}:
            raise Misread(_("Choose one of the list."))
        it_is = Q(**{self.column.attribute: True})
        return it_is if asked == "yes" else ~it_is

    def said(self, asked: str) -> str:
        """Return the chosen word."""
        return dict(self.options()).get(asked, asked)

    def options(self) -> Options:
        """Return both words."""
        return [("yes", str(self.yes)), ("no", str(self.no))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Below(Filter):
    """Rows with an amount below this one."""

    control: ClassVar[str] = "amount"

    def condition(self, asked: str) -> Q:
        """Compare exactly."""
        return Q(**{f"{self.column.attribute}__lt": _amount(asked)})

    def said(self, asked: str) -> str:
        """Return the amount as amounts are written."""
        return money_text(_amount(asked))


def _whole_number(asked: str) -> int | None:
    try:
        number = int(asked)
    except ValueError:
        return None
    return number if abs(number) < INT32 else None


def _amount(asked: str) -> Decimal:
    try:
        amount = Decimal(asked.replace(",", ""))
    except InvalidOperation:
        raise Misread(_("Write an amount such as 100 or -12.50.")) from None
    if not amount.is_finite() or abs(amount) >= _MOST_MONEY:
        raise Misread(_("Write an amount such as 100 or -12.50."))
    return amount
