"""What a browser posts for given wire values, for tests that go from a form to the wire and back."""

from __future__ import annotations

from typing import Any

from portal.ui.forms.controls import FLAG, Sent
from portal.ui.forms.fields.base import SchemaField
from portal.ui.forms.fields.make import leaves
from portal.ui.forms.form import SchemaForm
from portal.ui.forms.frame import ROWS, SEEN
from portal.ui.forms.seen import without_secrets
from portal.ui.forms.typed import NOTHING_TYPED, UNSET, Mode, Setting, Typed, Wire
from portal.vos3000.schema.base import Field, Struct


def as_post(form: SchemaForm, values: Wire) -> Sent:
    """Return what a browser posts once ``values`` were typed into ``form``, all else being left as the page shows it.

    Names to texts; to a list of texts for boxes, and to a file for an upload, as Django's test client takes them.
    """
    page = {SEEN: form.seen} if form.setting.mode is Mode.MODIFY else {}
    shown = {**without_secrets(form.struct, form.fresh), **values}
    return {**page, **struct_post(form.struct, shown, form.setting, only=form.names)}


def struct_post(struct: Struct, values: Wire, setting: Setting, *, path: str = "", only: tuple[str, ...] | None = None) -> Sent:
    """Return what a browser posts for the inputs of one struct that hold ``values``."""
    post: Sent = {}
    for declared in struct:
        if only is None or declared.name in only:
            place = f"{path}.{declared.name}" if path else declared.name
            value = values.get(declared.name, UNSET)
            if declared.struct is None:
                post.update(_leaf(leaves(struct)[declared.name], value, place, setting))
            else:
                post.update(_nested(declared, declared.struct, value, place, setting))
    return post


def _nested(declared: Field, struct: Struct, value: Any, place: str, setting: Setting) -> Sent:
    if not declared.many:
        flag = {place + FLAG: "1"} if value == {} else {}
        return {**struct_post(struct, value or {}, setting, path=place), **flag}
    post: Sent = {place + ROWS: "1"}
    for number, row in enumerate(value or []):
        post.update(struct_post(struct, row, setting, path=f"{place}.{number}"))
    return post


def _leaf(field: SchemaField, value: Any, place: str, setting: Setting) -> Sent:
    if field.declared.secret and value is not UNSET:
        text = "\n".join(value) if isinstance(value, list) else value
        return field.control.as_post(place, Typed(text=text, flag=not text))
    typed = NOTHING_TYPED if value is UNSET else field.show(value, setting)
    return field.control.as_post(place, typed._replace(flag=True) if value == "" and field.offers_flag else typed)
