"""The same softswitch, platform and people as the console's tests have."""

from tests.console.conftest import _switched_on, browse, people, platform, softswitch  # noqa: F401 - these are this folder's fixtures
