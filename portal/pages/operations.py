"""Pages of writes: what is open, what became of one, and a person's word where no reading tells.

Staff see the writes of everybody; whoever is confined to a tree sees those of their own people, to follow one whose end is not known.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from portal.access.actor import Actor
from portal.access.forms import dressed
from portal.access.needs import actor_of, needs, sudo
from portal.access.rights import Own
from portal.audit.models import OPEN_STATES, Operation, State
from portal.pages.audit_reader import Reader
from portal.pages.audit_row import story_of
from portal.pages.audit_values import asked_by
from portal.pages.numbers import page_number
from portal.service import DoorError, look_again, scope, settle_by_person
from portal.service.transfers_seen import seen as transfers_seen
from portal.service.transfers_seen import transfer_of
from portal.ui.badges import badge
from portal.ui.components import Action, Column, Crumb, Fact, Pager, Row, Tab, Table
from portal.ui.templatetags.portal_ui import instant
from portal.ui.text import say
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import NOTHING, Text

reads = needs(Own.READ_OPERATIONS, Own.READ_OWN_AUDIT)
PAGE = 50


class WordForm(forms.Form):
    """A person's word on an unknown write, and where they have it from."""

    note = forms.CharField(
        label=_lazy("How do you know?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_lazy("For example: seen in the softswitch's own client. It stays in the audit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


@require_GET
@reads
def index(request: HttpRequest) -> HttpResponse:
    """List the open writes, or all of them."""
    every = request.GET.get("show") == "all"
    seen = scope.operations_seen(actor_of(request))
    open_ones = seen.filter(state__in=OPEN_STATES)
    found = seen if every else open_ones
    pager = Pager(number=page_number(request), count=found.count(), size=PAGE, query=[("show", "all")] if every else [])
    rows = found.select_related("platform")[(pager.number - 1) * PAGE : pager.number * PAGE]
    tabs = [
        Tab(label=_("Open"), url="?", current=not every, count=open_ones.count()),
        Tab(label=_("All"), url="?show=all", current=every),
    ]
    actions = [Action(label=_("Transfers"), url=reverse("billing:transfers"), icon="arrow-right-left", right=Own.READ_OPERATIONS)]
    return render(request, "operations/list.html", {"table": _table(list(rows)), "pager": pager, "tabs": tabs, "actions": actions})


def _table(operations: list[Operation]) -> Table:
    columns = (
        Column(key="what", label=_("What")),
        Column(key="object", label=_("Object")),
        Column(key="platform", label=_("Platform")),
        Column(key="person", label=_("Person")),
        Column(key="at", label=_("Time")),
        Column(key="state", label=_("State")),
    )
    return Table(label=_("Operations"), columns=columns, rows=[_row(each) for each in operations])


def _row(operation: Operation) -> Row:
    url = reverse("operations:detail", args=[operation.pk])
    what = format_html('<a href="{}">{}</a>', url, say(operation.title))
    at = instant(operation.created_at, "bare")
    return Row((what, operation.object_key, operation.platform.name, operation.user_name, at, badge(operation.state)), url=url)


@require_GET
@reads
def detail(request: HttpRequest, operation_id: uuid.UUID) -> HttpResponse:
    """Show what was sent, what came back and how it was settled."""
    return _shown(request, operation_of(actor_of(request), operation_id), WordForm())


@require_GET
@reads
def state(request: HttpRequest, operation_id: uuid.UUID) -> HttpResponse:
    """Answer the state alone, for the page that waits for it."""
    return render(request, "operations/state.html", _context(operation_of(actor_of(request), operation_id)))


@require_POST
@reads
def look(request: HttpRequest, operation_id: uuid.UUID) -> HttpResponse:
    """Look at the platform again, now."""
    operation = look_again(actor_of(request), operation_id)
    if operation.is_open:
        messages.info(request, _("The platform was asked again; it is still not known."))
    return redirect("operations:detail", operation.pk)


@require_POST
@needs(Own.SETTLE_OPERATIONS)
@sudo
def word(request: HttpRequest, operation_id: uuid.UUID) -> HttpResponse:
    """Take a person's word on whether it was done."""
    form = WordForm(request.POST)
    verdict = request.POST.get("verdict")
    if not form.is_valid() or verdict not in {"done", "not-done"}:
        return _shown(request, operation_of(actor_of(request), operation_id), form)
    try:
        settle_by_person(actor_of(request), operation_id, done=verdict == "done", note=form.cleaned_data["note"])
    except DoorError as error:
        messages.error(request, say(error.sentence))
    return redirect("operations:detail", operation_id)


def operation_of(actor: Actor, operation_id: uuid.UUID) -> Operation:
    """Return a write that somebody sees; what they do not see does not exist for them."""
    return get_object_or_404(scope.operations_seen(actor).select_related("platform"), pk=operation_id)


def _shown(request: HttpRequest, operation: Operation, form: WordForm) -> HttpResponse:
    reader = Reader(actor_of(request))
    story = story_of(operation, reader)
    context = {
        **_context(operation),
        "form": form,
        "facts": _facts(operation, reader),
        "asked": asked_by(operation, reader, story.rows),
        "raw": not reader.actor.confined,
        "story": story,
        "actions": [*_transfer(operation, reader.actor), *story.actions],
        "crumbs": [Crumb(_("Operations"), reverse("operations:list"))],
    }
    return render(request, "operations/detail.html", context, status=400 if form.errors else 200)


def _transfer(operation: Operation, actor: Actor) -> list[Action]:
    """Return the way to the transfer that a payment is a step of, if it is one."""
    transfer = transfer_of(operation.pk) if operation.is_money else None
    if transfer is None or not transfers_seen(actor).filter(pk=transfer.pk).exists():
        return []
    url = reverse("billing:made-transfer", args=[operation.platform.slug, transfer.pk])
    return [Action(label=_("Open the transfer"), url=url, icon="arrow-right-left")]


def _context(operation: Operation) -> dict[str, Any]:
    return {
        "operation": operation,
        "waits": operation.state in {State.SENDING, State.UNKNOWN} and operation.look_at is not None,
        "takes_word": operation.state == State.UNKNOWN,
    }


def _facts(operation: Operation, reader: Reader) -> list[Fact]:
    return [
        Fact(_("Platform"), operation.platform.name),
        Fact(_("Interface"), operation.interface),
        Fact(_("Object"), operation.object_key),
        Fact(_("Account"), operation.account),
        Fact(_("Person"), reader.who(operation)),
        Fact(_("Planned"), instant(operation.created_at)),
        Fact(_("Sent"), instant(operation.sent_at)),
        Fact(_("Ended"), instant(operation.ended_at)),
        Fact(_("Reference"), operation.reference, copy=operation.reference),
        Fact(_("Return code"), reader.code(operation.ret_code)),
        Fact(_("What happened"), say(_sentence(operation)), reader.words(operation.text)),
    ]


def _sentence(operation: Operation) -> Text:
    """Return the sentence of the failure that a write ended with."""
    kinds = [VosError]
    for kind in kinds:
        if kind.__name__ == operation.error:
            return kind.sentence
        kinds.extend(kind.__subclasses__())
    return NOTHING
