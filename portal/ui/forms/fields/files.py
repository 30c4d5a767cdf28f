"""Bytes that travel in hexadecimal."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from portal.ui.forms.controls import Upload
from portal.ui.forms.fields.base import LongTextField, SchemaField
from portal.ui.forms.typed import NOTHING_TYPED, UNSET, Setting, Typed

LARGEST_WAV = 10 * 1024 * 1024
HEADER = 12


class WavField(SchemaField):
    """A sound file, sent in hexadecimal."""

    widget = Upload

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Return the file that a person would have chosen."""
        if value is UNSET:
            return NOTHING_TYPED
        return Typed(upload=SimpleUploadedFile("sound.wav", bytes.fromhex(value), "audio/wav"))

    def read(self, typed: Typed, _setting: Setting) -> Any:
        """Return the bytes of a WAV file in hexadecimal; raise where it is another or too large."""
        if typed.upload is None:
            return UNSET
        if (typed.upload.size or 0) > LARGEST_WAV:
            raise ValidationError(_("The file is larger than %(size)s."), params={"size": filesizeformat(LARGEST_WAV)})
        content: bytes = typed.upload.read()
        typed.upload.seek(0)
        if content[:4] != b"RIFF" or content[8:HEADER] != b"WAVE":
            raise ValidationError(_("This is not a WAV file."))
        return content.hex()

    def context(self, typed: Typed, _setting: Setting) -> dict[str, Any]:
        """Say which files are taken."""
        hint = _("A WAV file of up to %(size)s.") % {"size": filesizeformat(LARGEST_WAV)}
        return {"accept": ".wav,audio/wav", "hint": hint, "typed_before": typed.upload is not None}


class HexField(LongTextField):
    """Bytes written in hexadecimal; blanks between them are taken out."""

    def read_text(self, text: str, _setting: Setting) -> Any:
        """Return the digits; raise where they are no bytes."""
        digits = "".join(text.split())
        try:
            bytes.fromhex(digits)
        except ValueError:
            raise ValidationError(_("Write bytes in hexadecimal, for example %(example)s."), params={"example": "52494646"}) from None
        return digits
