"""What has ended since the reader was last told, for the frame of every page: ``{% job_news as news %}``."""

from __future__ import annotations

from django import template
from django.template.context import Context

from portal.jobs.notices import News, news

register = template.Library()


@register.simple_tag(takes_context=True)
def job_news(context: Context) -> News:
    """Return the reader's news."""
    return news(context.get("actor"))
