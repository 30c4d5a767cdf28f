"""Changing an object: a form made from a reading, a page that shows before and after, then the write.

Every step reads the object anew, so that what somebody else changed meanwhile is shown before anything is sent; the door reads
it once more right before sending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.service import Changed, Denied, InvalidRequest, NotThere, Result, TokenTaken, TooManyTries, call, fresh_token
from portal.ui.components import Change
from portal.ui.forms import UNSET, Mode, SchemaForm, form_for, seen
from portal.ui.objects import again
from portal.ui.objects.declare import ObjectPages, Quick
from portal.ui.objects.offers import offered
from portal.ui.objects.outcome import Told, not_tried, told
from portal.ui.objects.place import Place
from portal.ui.objects.reading import see_live
from portal.ui.objects.showing import change_of, sides
from portal.ui.objects.writing import (
    CONFIRM,
    CONFLICT,
    EDIT,
    INVALID,
    NOT_FOUND,
    STATUS,
    STEP,
    TOKEN,
    asked,
    ends_here,
    missing,
    owner_fields,
    refusal_status,
    result_page,
    token_of,
    was_sent,
)
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Interface, Struct

OWN_NAMES = frozenset({TOKEN, STEP, again.NAME})
"""Inputs of the pages themselves, which a page does not carry on."""


def change(request: HttpRequest, slug: str, key: str, owner: str = "", *, pages: ObjectPages) -> HttpResponse:
    """Change any field of an object that the reader gives."""
    return _answer(Changing(Place.at(request, pages, slug, key, owner)))


def quick(request: HttpRequest, slug: str, key: str, quick: str, owner: str = "", *, pages: ObjectPages) -> HttpResponse:
    """Change a few fields of an object, or set them to what the declaration says."""
    chosen = pages.quick_named(quick)
    if chosen is None:
        raise NotThere
    place = Place.at(request, pages, slug, key, owner)
    place.needed("modify")
    if not place.can_quick(chosen):
        raise Denied
    return _answer(Changing(place, chosen))


@dataclass(frozen=True)
class Changing:
    """One change on its way: of which object, and by which of its small forms if by one."""

    place: Place
    quick: Quick | None = None

    @cached_property
    def interface(self) -> Interface:
        """The interface that changes the object."""
        return self.place.needed("modify")

    @cached_property
    def struct(self) -> Struct:
        """The request with the fields that the reader gives."""
        return self.place.struct(self.interface)

    @cached_property
    def token(self) -> UUID:
        """The token of the form that was posted."""
        return token_of(self.place.request)

    @property
    def step(self) -> str:
        """What the posted form wants: to be looked at again, to be sent, or (empty) to be shown as before and after."""
        return self.place.request.POST.get(STEP, "")

    @cached_property
    def fixed(self) -> dict[str, Any]:
        """What is sent whatever is typed: the key, and what the small form sets."""
        place = self.place
        named = {place.pages.declared.key: place.wire_key, **owner_fields(self.interface, place)}
        return {**named, **(self.quick.values if self.quick else {})}

    def form(self, reading: Mapping[str, Any], *, posted: bool = True) -> SchemaForm:
        """Return the form over a reading of the object."""
        request = self.place.request
        return form_for(
            self.interface,
            mode=Mode.MODIFY,
            data=request.POST if posted else None,
            files=request.FILES if posted else None,
            initial=reading,
            fixed=self.fixed,
            only=self.quick.fields if self.quick else None,
            struct=self.struct,
            offered=offered(self.place, self.struct),
            **self.place.about,
        )

    def remembered(self) -> dict[str, Any]:
        """Return the values that the posted page was made from, as far as the page carries them."""
        return seen.read(self.place.request.POST, self.struct) or {}

    def changes(self, form: SchemaForm, reading: Mapping[str, Any]) -> list[Change]:
        """Return what will be changed, before and after."""
        set_to = self.quick.values if self.quick else {}
        struct = self.struct
        set_by_itself = [
            change_of(struct[name], reading.get(name, UNSET), value, self.place.setting)
            for name, value in set_to.items()
            if reading.get(name) != value
        ]
        return [*set_by_itself, *(sides(form.changes) if form.is_bound else [])]


def _answer(task: Changing) -> HttpResponse:
    _ = task.interface
    if task.place.request.method == "POST":
        return _posted(task)
    reading = see_live(task.place).values
    form = task.form(reading, posted=False)
    if task.quick is not None and not task.quick.fields:
        return _preview(task, form, reading, fresh_token())
    return _form_page(task, form)


def _posted(task: Changing) -> HttpResponse:
    """Answer a posted form: rows added, back to the form, shown as before and after, or sent."""
    if task.step == CONFIRM and was_sent(task.token):
        return _sent(task, task.form(task.remembered()), None)
    kept = task.form(task.remembered())
    if kept.frame.editing_rows:
        return _form_page(task, kept)
    try:
        reading = see_live(task.place).values
    except VosError as error:
        return _form_page(task, kept, not_tried(task.interface, error.sentence, error.advice), status=STATUS[error.outcome])
    return _checked(task, task.form(reading), reading)


def _checked(task: Changing, form: SchemaForm, reading: Mapping[str, Any]) -> HttpResponse:
    if not form.is_valid():
        return _form_page(task, form, status=CONFLICT if form.conflicts else INVALID)
    if task.step == EDIT:
        return _form_page(task, form)
    if task.step == CONFIRM:
        typed_again = again.second_time(form, task.token, task.place.request.POST.get(again.NAME, ""))
        if not typed_again.is_right:
            return _preview(task, form, reading, task.token, typed_again)
    if not task.changes(form, reading):
        return _form_page(task, form, unchanged=True)
    return _sent(task, form, reading) if task.step == CONFIRM else _preview(task, form, reading, fresh_token())


def _sent(task: Changing, form: SchemaForm, reading: Mapping[str, Any] | None) -> HttpResponse:
    """Send the change; without a reading the form was sent before, and the door only tells what became of it."""
    before = None if reading is None else {**reading, **form.base}
    try:
        result = call(task.place.actor, task.place.platform, asked(task.place, task.interface, form.request, before))
    except Changed as meanwhile:
        return _changed_meanwhile(task, meanwhile)
    except (InvalidRequest, TokenTaken, TooManyTries) as stopped:
        return _form_page(task, form, not_tried(task.interface, stopped.sentence), status=refusal_status(stopped))
    except NotThere as error:
        form.refuse(missing(error))
        return _form_page(task, form, status=NOT_FOUND)
    return _done(task, form, result)


def _changed_meanwhile(task: Changing, meanwhile: Changed) -> HttpResponse:
    if meanwhile.current is None:
        raise NotThere
    return _form_page(task, task.form(meanwhile.current), not_tried(task.interface, meanwhile.sentence), status=CONFLICT)


def _done(task: Changing, form: SchemaForm, result: Result) -> HttpResponse:
    if ends_here(result):
        return result_page(task.place, result)
    return _form_page(task, form, told(result, task.place.setting, confined=task.place.actor.confined), status=STATUS[result.outcome])


def _form_page(task: Changing, form: SchemaForm, notice: Told | None = None, *, status: int = 200, unchanged: bool = False) -> HttpResponse:
    place = task.place
    context = place.context(
        form.fresh,
        form=form,
        interface=task.interface,
        quick=task.quick,
        told=notice,
        unchanged=unchanged,
        token=fresh_token(),
        cancel_url=place.url(),
    )
    return render(place.request, "objects/change.html", context, status=status)


def _preview(
    task: Changing, form: SchemaForm, reading: Mapping[str, Any], token: UUID, typed_again: again.Again | None = None
) -> HttpResponse:
    """Show what will be changed, with everything that was typed carried along but secrets."""
    place = task.place
    context = place.context(
        form.fresh,
        form=form,
        quick=task.quick,
        carried=[(name, text) for name, text in form.carried if name not in OWN_NAMES],
        changes=task.changes(form, reading),
        again=typed_again or again.first_time(form, token),
        token=token,
        cancel_url=place.url(),
    )
    status = INVALID if typed_again else 200
    answer = render(place.request, "objects/preview.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
