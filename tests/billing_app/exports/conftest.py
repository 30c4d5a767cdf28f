"""A platform whose past is kept, and people who export it."""

from tests.billing_app.cdrs.conftest import *  # noqa: F403 - the platform, its past and the people
