"""What the forms are made of: what was typed, what is unset, and for whom a form is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final, NamedTuple

from django.core.files.uploadedfile import UploadedFile


class Unset(Enum):
    """The one value of a field that is not there: neither empty nor cleared, simply not sent."""

    UNSET = "unset"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset.UNSET

Offers = tuple[tuple[str, str], ...]

Wire = dict[str, Any]
"""A request or an object by wire names; a key that is absent is unset."""


class Mode(StrEnum):
    """What a form is for; see ``SchemaForm.request`` for what each sends."""

    CREATE = "create"
    MODIFY = "modify"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Setting:
    """For whom and of what a form or a value is shown.

    ``reader_zone`` and ``platform_zone`` are IANA names, ``currency`` an ISO code, and ``resolver`` the address that completes
    references, with ``{resource}`` where the name of the resource goes (empty: nothing is completed). ``offered`` are keys with
    their words to choose from, by the name of the field.
    """

    reader_zone: str = "UTC"
    platform_zone: str = "UTC"
    currency: str = ""
    resolver: str = ""
    mode: Mode = Mode.CREATE
    offered: Mapping[str, Offers] = field(default_factory=dict)


class Typed(NamedTuple):
    """What stands in the inputs of one field, as typed.

    ``text`` is the text input, ``choice`` the select or radio beside or instead of it, ``boxes`` the ticked boxes, and
    ``flag`` the one box that says "send it empty", "clear it" or "send it with nothing ticked".
    """

    text: str = ""
    choice: str = ""
    boxes: tuple[str, ...] = ()
    flag: bool = False
    upload: UploadedFile[Any] | None = None


NOTHING_TYPED: Final = Typed()


class Option(NamedTuple):
    """One choice of a select, a radio group or a group of boxes."""

    value: str
    label: str
    chosen: bool = False
