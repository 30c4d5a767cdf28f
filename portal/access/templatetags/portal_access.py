"""What pages of people and their log-ins say: ``{% load portal_access %}``."""

from __future__ import annotations

from django import template

from portal.access.log_ins import browser_name

register = template.Library()
register.filter("browser_name", browser_name)
