"""Labels, help and problems are in the reader's language."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import translation

from portal.ui.forms import form_for
from portal.vos3000.schema.registry import INTERFACES


def test_the_same_form_is_shown_in_both_languages() -> None:
    interface = INTERFACES["CreateCustomer"]
    for language, label, other in (("en", "Account number", "账户号码"), ("zh-hans", "账户号码", "Account number")):
        with translation.override(language):
            html = render_to_string("ui/forms/form.html", {"form": form_for(interface)})
        assert label in html
        assert other not in html


def test_a_problem_is_said_in_the_language_of_the_reader() -> None:
    with translation.override("zh-hans"):
        form = form_for(INTERFACES["CreateCustomer"], data={"account": "1", "name": "n" * 300})
        assert "最多 255 个字符" in form.error_summary[0].message
