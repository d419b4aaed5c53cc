"""Strict readers of environment variables.

Every reader either returns a value of the promised type or raises `ImproperlyConfigured` with one sentence that names
the variable, what was read and what would be right, so that a wrong value stops the start instead of a request at night.
A value that may be secret is never repeated in the sentence.
"""

import os
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_DATABASE_SCHEMES = {"postgres", "postgresql"}


def text(name: str, default: str | None = None) -> str:
    """The variable as it stands; required (and not blank) when there is no default."""
    value = os.environ.get(name)
    if value is None or (value == "" and default is None):
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set; the portal cannot start without it.")
        return default
    return value


def boolean(name: str, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off, in any case; anything else is an error and not False."""
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be one of true, false, yes, no, on, off, 1, 0; it is {value!r}.")


def integer(name: str, default: int, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """A whole number within the bounds given."""
    value = os.environ.get(name, "").strip()
    if value == "":
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number; it is {value!r}.") from None
    if minimum is not None and number < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}; it is {number}.")
    if maximum is not None and number > maximum:
        raise ImproperlyConfigured(f"{name} must be at most {maximum}; it is {number}.")
    return number


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One word of a closed list."""
    value = os.environ.get(name, "").strip() or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}; it is {value!r}.")
    return value


def listing(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Comma-separated words, blanks dropped."""
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [part.strip() for part in value.split(",") if part.strip()]


def networks(name: str) -> list[str]:
    """Comma-separated IP addresses or networks (203.0.113.0/24). A list that names none is an error: it would let in
    everybody or nobody, and nobody could tell which was meant."""
    value = os.environ.get(name, "").strip()
    if value == "":
        return []
    try:
        found = [str(ip_network(part.strip())) for part in value.split(",") if part.strip()]
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} must be IP addresses or networks separated by commas; it is {value!r}."
        ) from None
    if not found:
        raise ImproperlyConfigured(f"{name} must name at least one IP address or network; it is {value!r}.")
    return found


def address(name: str, default: str | None = None, *, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """A URL with one of the schemes, returned without a trailing slash."""
    value = text(name, default)
    parts = urlsplit(value)
    if parts.scheme not in schemes or not (parts.netloc or parts.path):
        raise ImproperlyConfigured(f"{name} must be an address that starts with {' or '.join(schemes)}.")
    return value.rstrip("/")


def optional_address(name: str, *, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """An address as `address` reads it, or nothing when the variable is not set or blank."""
    return address(name, schemes=schemes) if os.environ.get(name, "") else ""


def origin(url: str) -> str:
    """Scheme, host and port of an address, as a Content-Security-Policy names them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def all_or_none(*names: str) -> None:
    """Variables that mean nothing alone: either each has a value or none has."""
    missing = [name for name in names if not os.environ.get(name, "").strip()]
    if missing and len(missing) < len(names):
        raise ImproperlyConfigured(f"{', '.join(missing)} must be set too, or none of {', '.join(names)}.")


def database(name: str) -> dict[str, Any]:
    """`postgres://user:password@host:port/name?option=value` as a Django DATABASES entry.

    A host given as a query option (`?host=/run/postgresql`) is a Unix socket directory.
    """
    value = text(name)
    parts = urlsplit(value)
    if parts.scheme not in _DATABASE_SCHEMES:
        raise ImproperlyConfigured(f"{name} must start with postgres://; the portal runs on PostgreSQL only.")
    database_name = unquote(parts.path.lstrip("/"))
    if not database_name:
        raise ImproperlyConfigured(f"{name} names no database; it must end in /<database name>.")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    try:
        port = int(options.pop("port")) if "port" in options else parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} has a port that is not a number from 0 to 65535.") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": options,
    }
