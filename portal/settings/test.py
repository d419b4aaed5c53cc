"""Settings of the tests: the real services (PostgreSQL, Redis, SMTP), cheap password hashes, no manifest of static files."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-not-a-secret")
os.environ.setdefault("VNPAY_TMN_CODE", "DEMO0001")
os.environ.setdefault("VNPAY_HASH_SECRET", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver")

from portal.settings.base import *  # noqa: E402,F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
# WhiteNoise warns of a missing folder, and warnings are errors in the tests; static files come from their sources here.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
