"""What gunicorn reads wherever it is started from this folder."""

from __future__ import annotations

#: A search of two hundred accounts is an address of some thousand characters; this is the most that gunicorn lets be set.
limit_request_line = 8190
