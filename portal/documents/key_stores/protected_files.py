"""The folder of signing keys and the secrets that open them: nothing is used that others on the machine can read."""

import errno
import os
import re
import stat
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from portal.documents.errors import KeyMissing, KeyNotProtected, KeyRefused
from portal.settings import environment

# Also the middle of a variable's name and a file's name, so nothing else is let through.
CODE = re.compile(r"[A-Z0-9_]{1,40}")
_NOT_OURS = gettext_lazy(
    "Tệp khoá ký phải là tệp thường (không phải liên kết) mà tài khoản chạy cổng sở hữu và đọc được. Hãy đặt lại tệp và "
    "chủ sở hữu (thư mục 0700, tệp 0600)."
)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# A key with its chain is a few kB.
_MOST_BYTES = 256 * 1024


def keys_folder() -> Path:
    """settings.SIGNING_KEYS_DIR, ours alone. Raises KeyMissing, KeyNotProtected."""
    if not settings.SIGNING_KEYS_DIR:
        raise KeyMissing
    folder = Path(settings.SIGNING_KEYS_DIR)
    try:
        found = folder.stat()
    except OSError:
        raise KeyMissing from None
    if not stat.S_ISDIR(found.st_mode):
        raise KeyMissing
    _require_ours(found)
    return folder


@sensitive_variables()
def read_protected(name: str) -> bytes | None:
    """The file of that name in the folder of keys; None when there is none.

    Judged by the opened file and not by its name, so that nobody exchanges it in between; no symbolic links.
    Raises KeyMissing, KeyNotProtected, KeyRefused.
    """
    path = keys_folder() / name
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EACCES, errno.EPERM}:
            raise KeyNotProtected(_NOT_OURS) from None
        raise KeyRefused from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise KeyRefused
        _require_ours(found)
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise KeyRefused
    return content


@sensitive_variables()
def secret_of(code: str) -> str | None:
    """The passphrase or PIN: SIGNING_<CODE>_PASSWORD, else the file <CODE>.pass of the folder of keys, else None."""
    require_code(code)
    given = environment.text(f"SIGNING_{code}_PASSWORD", "")
    if given:
        return given
    if not settings.SIGNING_KEYS_DIR:
        return None
    content = read_protected(f"{code}.pass")
    if content is None:
        return None
    try:
        return content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise KeyRefused from None


def require_code(code: str) -> None:
    """Raises KeyRefused for what is no code of a key."""
    if not CODE.fullmatch(code):
        raise KeyRefused


def _require_ours(found: os.stat_result) -> None:
    if found.st_mode & _OTHERS or found.st_uid not in {os.geteuid(), 0}:
        raise KeyNotProtected
