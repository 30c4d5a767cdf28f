"""What a field depends on, as a sentence below it: a value that does not count is not refused, the softswitch ignores it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from portal.ui.forms.words import numbered
from portal.ui.text import say
from portal.vos3000.schema.base import Agree, Field, Interface, Struct


def conditions_of(source: Interface | Struct) -> Mapping[str, str]:
    """Return by field the sentence that says under which other value it counts."""
    if not isinstance(source, Interface):
        return {}
    return {rule.field: _sentence(source.request[rule.switch], rule) for rule in source.rules if isinstance(rule, Agree)}


def _sentence(switch: Field, rule: Agree) -> str:
    values = _(" or ").join(_named(switch, value) for value in rule.values)
    return _("Counts only while “%(field)s” is: %(values)s.") % {"field": say(switch.label), "values": values}


def _named(switch: Field, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    name = (switch.codes or {}).get(value) if isinstance(value, int) else None
    return numbered(value, say(name)) if name else str(value)
