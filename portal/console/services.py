"""One call from the console: shown before it is sent where it writes, sent through the door, told as it came out."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from portal.access.actor import Actor
from portal.access.fields import seen, settable
from portal.audit.models import Operation
from portal.console import told
from portal.console.wire import Excerpt, curl_line, excerpt, sent_json
from portal.platforms.models import Platform
from portal.service import Denied, DoorError, Request, Result, call, fresh_token
from portal.ui.forms import Mode, SchemaForm, Setting, form_for
from portal.ui.objects.addresses import completion_address
from portal.vos3000.encode import encoded
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Interface, Nature, Struct

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A write before it is sent. ``digest`` proves at the second click that it is still the same; ``changed`` says that it was not."""

    token: uuid.UUID
    digest: str
    json: Excerpt
    changed: bool = False
    danger: bool = False
    money: bool = False
    reference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the page of an interface shows beside its form."""

    ask: Ask | None = None
    told: told.Told | None = None
    sent: Excerpt | None = None
    curl: str = ""


@dataclass(frozen=True, kw_only=True)
class Console:
    """One person at one interface of one platform."""

    actor: Actor
    platform: Platform
    interface: Interface
    post: Mapping[str, Any] | None = None
    files: Mapping[str, Any] = field(default_factory=dict)

    @property
    def setting(self) -> Setting:
        """For whom and of what values are shown."""
        return Setting(reader_zone=self.actor.zone, platform_zone=self.platform.time_zone, currency=self.platform.currency)

    @property
    def answer(self) -> Struct:
        """The shape of the answer with the fields that the person sees."""
        return seen(self.actor, self.interface, self.interface.response)

    @property
    def open(self) -> bool:
        """Whether the platform takes the call."""
        return self.platform.offers(self.interface.name) and (self.interface.repeatable or self.platform.writable)

    def form(self) -> SchemaForm:
        """Return the generated form, filled with what was posted."""
        return form_for(
            self.interface,
            struct=settable(self.actor, self.interface),
            data=self.post,
            files=self.files,
            mode=Mode.CONSOLE,
            actor_zone=self.actor.zone,
            platform_zone=self.platform.time_zone,
            currency=self.platform.currency,
            resolver=completion_address(self.platform),
        )

    def page(self, form: SchemaForm) -> Page:
        """Return what a posted form leads to: nothing while it is invalid, the answer of a read, a question before a write."""
        if not form.is_valid():
            return Page()
        values = form.request
        if self.interface.repeatable:
            return self._read(values)
        token = self._confirmed(values)
        return Page(ask=self._ask(values)) if token is None else self._write(values, token)

    def _read(self, values: Values) -> Page:
        request = Request(self.interface.name, values)
        return self._called(request, lambda result: told.of_read(result, self.setting, self.answer))

    def _write(self, values: Values, token: uuid.UUID) -> Page:
        request = Request(self.interface.name, values, token=token)
        return self._called(request, lambda result: told.of_write(self.interface, result, self.setting, self.answer))

    def _called(self, request: Request, tell: Callable[[Result], told.Told]) -> Page:
        began = time.monotonic()
        operation: Operation | None = None
        try:
            result: Result = call(self.actor, self.platform, request)
        except Denied:
            raise
        except DoorError as error:
            words = told.of_door(error)
        except VosError as error:
            words = told.of_failed_read(error)
        else:
            words, operation = tell(result), result.operation
        if words.seconds is None and words.left:
            words = replace(words, seconds=time.monotonic() - began)
        if self.answer is not self.interface.response:
            words = replace(words, answer=None)  # what came is text: nothing can be left out of it
        return self._page(words, request.values, operation)

    def _page(self, words: told.Told, values: Values, operation: Operation | None) -> Page:
        json = sent_json(self.interface, self._as_sent(values, operation))
        return Page(told=words, sent=excerpt(json), curl=curl_line(self.platform, self.interface, json))

    def _as_sent(self, values: Values, operation: Operation | None) -> Values:
        """Return the values with the reference that the door put into a payment's memo."""
        name = self.interface.reference
        return {**values, name: operation.values[name]} if operation and name and name in operation.values else values

    def _ask(self, values: Values) -> Ask:
        token = fresh_token()
        return Ask(
            token=token,
            digest=self._digest(values, token),
            json=excerpt(sent_json(self.interface, values)),
            changed=bool(self.post and self.post.get("_shown")),
            danger=self.interface.dangerous,
            money=self.interface.nature is Nature.MONEY,
            reference=bool(self.interface.reference),
        )

    def _confirmed(self, values: Values) -> uuid.UUID | None:
        """Return the token of a write that was shown exactly as it is now; None for one that was not."""
        post = self.post or {}
        try:
            token = uuid.UUID(str(post.get("_token", "")))
        except ValueError:
            return None
        return token if constant_time_compare(str(post.get("_shown", "")), self._digest(values, token)) else None

    def _digest(self, values: Values, token: uuid.UUID) -> str:
        """Return what tells two requests apart, secrets included, under the portal's key."""
        told_apart = f"{self.actor.user_id}/{self.platform.pk}/{self.interface.name}/".encode() + encoded(values)
        return salted_hmac(f"portal.console.{token}", told_apart, algorithm="sha256").hexdigest()
