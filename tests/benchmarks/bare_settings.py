"""Settings of the yardstick: the same database settings, nothing around the view."""

from portal.settings.base import *  # noqa: F403

INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.benchmarks.bare_view"
TEMPLATES: list[dict[str, object]] = []
