"""Settings of the browser journeys: those of production, with three differences that the tests need.

Passwords are hashed cheaply, the big files of Django admin are not compressed (it takes ten seconds), and the portal's
clock can be moved forward: a file named by E2E_CLOCK_FILE holds the seconds by which it is ahead of the real one.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from portal.core import clock
from portal.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "tests.e2e.static_storage.OwnFilesCompressed"}  # noqa: F405

_CLOCK_FILE = Path(os.environ["E2E_CLOCK_FILE"])
_real_now = clock.now


def _now() -> datetime:
    return _real_now() + timedelta(seconds=float(_CLOCK_FILE.read_text()))


clock.now = _now
