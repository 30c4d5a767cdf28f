"""Reading a page as a browser does: its forms with what stands in them, and its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form of a page: what a browser would send, and its buttons by what stands on them."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)

    def sent(self, button: str = "", /, **typed: object) -> dict[str, object]:
        """Return what is sent once something was typed and a button pressed."""
        data: dict[str, object] = {**self.fields, **typed}
        if button:
            name, value = self.buttons[button]
            if name:
                data[name] = value
        return data


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""
        self._textarea = ""
        self._button: tuple[str, str] | None = None
        self._text = ""

    @property
    def form(self) -> Form | None:
        return self.forms[-1] if self.forms else None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.forms.append(Form())
        if self.form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.form.fields[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._textarea, self._text = name, ""
        elif tag == "button":
            self._button, self._text = (name, given.get("value", "")), ""

    def _input(self, name: str, given: dict[str, str]) -> None:
        assert self.form is not None
        kind = given.get("type", "text")
        if kind in {"file", "submit", "button"} or (kind in {"radio", "checkbox"} and "checked" not in given):
            return
        self.form.fields.setdefault(name, []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if self.form is None:
            return
        if tag == "select":
            self._select = ""
        elif tag == "textarea" and self._textarea:
            self.form.fields[self._textarea] = [self._text.removeprefix("\n")]
            self._textarea = ""
        elif tag == "button" and self._button is not None:
            self.form.buttons[" ".join(self._text.split())] = self._button
            self._button = None


def forms_of(html: str) -> list[Form]:
    """Return the forms of a page that change something."""
    reader = _Forms()
    reader.feed(html)
    return reader.forms


def form_of(html: str) -> Form:
    """Return the form that writes to the platform: the one with a token."""
    return next(form for form in forms_of(html) if "_token" in form.fields)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words_of(html: str) -> str:
    """Return what a page says, blanks folded."""
    reader = _Words()
    reader.feed(html[html.find("<main") :])
    return " ".join(" ".join(reader.words).split())
