"""Widgets: how the inputs of one field are named, read from a post, written to one, and which template shows them.

Beside the input called like the field's path there may be others, told apart by a suffix that no wire name has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from portal.ui.forms.typed import NOTHING_TYPED, Typed

SPECIAL, OTHER, FLAG = "__special", "__other", "__flag"

Post = Mapping[str, Any]
Sent = dict[str, Any]


def one(data: Post, name: str) -> str:
    """Return the last text posted under a name; empty where there is none or it is no text."""
    found = data.get(name)
    if isinstance(found, list):
        found = found[-1] if found else ""
    return found if isinstance(found, str) else ""


def several(data: Post, name: str) -> tuple[str, ...]:
    """Return every text posted under a name, in order."""
    if isinstance(data, MultiValueDict):
        return tuple(data.getlist(name))
    found = data.get(name, [])
    return tuple(found) if isinstance(found, list) else (found,)


def unix_lines(text: str) -> str:
    """Return text with the line ends of a wire value; a browser posts CR LF whatever stood in the page."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Control(forms.Widget):
    """One text input, with a box behind it for "send empty" or "clear"."""

    template_name = "ui/forms/widgets/text.html"
    group: ClassVar[bool] = False
    wide: ClassVar[bool] = False
    fixed: ClassVar[Mapping[str, str]] = {"type": "text", "class": "form-control", "autocomplete": "off"}
    suffixes: ClassVar[tuple[str, ...]] = ("", FLAG)

    def value_from_datadict(self, data: Post, _files: MultiValueDict[str, UploadedFile[Any]], name: str) -> Typed:
        """Return what was typed into the inputs of this field."""
        return Typed(text=unix_lines(one(data, name)), flag=bool(one(data, name + FLAG)))

    def value_omitted_from_data(self, data: Post, files: Post, name: str) -> bool:
        """Return whether the post has none of the inputs: the field was not on the page."""
        return not any(name + suffix in data or name + suffix in files for suffix in self.suffixes)

    def as_post(self, name: str, typed: Typed) -> Sent:
        """Return what a browser sends for these inputs."""
        return {name: typed.text, **({name + FLAG: "1"} if typed.flag else {})}


ATTRIBUTES = ("type", "inputmode", "step", "rows", "accept", "spellcheck")
"""What a field's context may say of its input beyond what every input has."""


class Area(Control):
    """Several lines of text."""

    template_name = "ui/forms/widgets/area.html"
    wide = True
    fixed = {"class": "form-control", "autocomplete": "off"}


class Secret(Control):
    """A password: what it holds is never written into a page, not even what was just typed."""

    template_name = "ui/forms/widgets/secret.html"
    fixed = {"type": "password", "class": "form-control", "autocomplete": "new-password"}


class Select(Control):
    """One of several choices, and an input for a number that is not among them."""

    template_name = "ui/forms/widgets/select.html"
    fixed = {"class": "form-select"}
    suffixes: ClassVar[tuple[str, ...]] = ("", OTHER)

    def value_from_datadict(self, data: Post, _files: MultiValueDict[str, UploadedFile[Any]], name: str) -> Typed:
        """Return the choice; a number typed beside it wins over it."""
        return Typed(choice=one(data, name + OTHER).strip() or one(data, name))

    def as_post(self, name: str, typed: Typed) -> Sent:
        """Return the choice as the select sends it."""
        return {name: typed.choice}


class Radios(Select):
    """A few choices side by side."""

    template_name = "ui/forms/widgets/radios.html"
    group = True
    suffixes = ("",)

    def as_post(self, name: str, typed: Typed) -> Sent:
        """Return the chosen radio button."""
        return {name: typed.choice}


class Split(Control):
    """An input, and a select of values that mean something else than their number or moment."""

    template_name = "ui/forms/widgets/split.html"
    suffixes = ("", SPECIAL)

    def value_from_datadict(self, data: Post, _files: MultiValueDict[str, UploadedFile[Any]], name: str) -> Typed:
        """Return both; what is to be done with them is the field's."""
        return Typed(text=one(data, name), choice=one(data, name + SPECIAL))

    def as_post(self, name: str, typed: Typed) -> Sent:
        """Return both inputs."""
        return {name: typed.text, **({name + SPECIAL: typed.choice} if typed.choice else {})}


class Boxes(Control):
    """Boxes to tick, and one that says that none being ticked is meant."""

    template_name = "ui/forms/widgets/boxes.html"
    group = True
    wide = True

    def value_from_datadict(self, data: Post, _files: MultiValueDict[str, UploadedFile[Any]], name: str) -> Typed:
        """Return the ticked boxes in the order of the page."""
        return Typed(boxes=several(data, name), flag=bool(one(data, name + FLAG)))

    def as_post(self, name: str, typed: Typed) -> Sent:
        """Return the ticked boxes; nothing where none is."""
        boxes: Sent = {name: list(typed.boxes)} if typed.boxes else {}
        return {**boxes, **({name + FLAG: "1"} if typed.flag else {})}


class Upload(Control):
    """A file."""

    template_name = "ui/forms/widgets/upload.html"
    fixed = {"type": "file", "class": "form-control"}
    needs_multipart_form = True
    suffixes = ("",)

    def value_from_datadict(self, _data: Post, files: MultiValueDict[str, UploadedFile[Any]], name: str) -> Typed:
        """Return the uploaded file."""
        found = files.get(name) if files else None
        return Typed(upload=found) if isinstance(found, UploadedFile) else NOTHING_TYPED

    def as_post(self, name: str, typed: Typed) -> Sent:
        """Return the file as a test client sends it."""
        return {name: typed.upload} if typed.upload else {}
