"""Settings of the tests: the real services (PostgreSQL, Redis, SMTP), cheap password hashes, no manifest of static files."""

import os
import re

os.environ.setdefault("SECRET_KEY", "only-for-tests-not-a-secret")
os.environ.setdefault("VNPAY_TMN_CODE", "DEMO0001")
os.environ.setdefault("VNPAY_HASH_SECRET", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver")

from portal.settings.base import *  # noqa: E402,F403

# A scanner, roots or keys of this machine are no part of the tests; those that need one start it themselves.
CLAMD_HOST = SIGNATURE_TRUST_DIR = SIGNING_KEYS_DIR = SIGNING_PKCS11_MODULE = SIGNING_TSA_URL = ""
# Most tests have no keys; those of the rule switch it on.
ONLINE_RESULTS_MUST_BE_SIGNED = False
# Mails of officers' acts leave at once; tests of undoing set a window.
UNDO_WINDOW_SECONDS = 0
# As do mails about one dossier; tests of folding set a window, tests of channels switch theirs on.
MAIL_FOLDING_SECONDS = 0
MESSAGE_CHANNELS = []
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
# WhiteNoise warns of a missing folder, and warnings are errors in the tests; static files come from their sources here.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405

# Migrated once by the launcher: a copy takes a second, the migrations most of a minute.
if os.environ.get("TEST_DATABASE_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["TEST_DATABASE_TEMPLATE"]}  # noqa: F405

# Tests run side by side empty the cache after each: every worker has a Redis database of its own, after the given one.
_worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
if _worker:
    _step = int(_worker.group(1)) + 1
    _cache = CACHES["default"]  # noqa: F405
    _cache["LOCATION"] = re.sub(r"\d+$", lambda number: str(int(number.group()) + _step), str(_cache["LOCATION"]))
