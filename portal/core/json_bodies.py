"""Reading JSON that anybody may send: bounded in size and depth, strict, and never an exception of the parser."""

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.core.errors import PortalError

MAX_DEPTH = 8


class BodyTooLarge(PortalError):
    code = "body_too_large"
    status = 413


class BadJson(PortalError):
    """`fields` names the path of what cannot be read, "" for the whole."""

    code = "bad_json"
    status = 400


def body_size(request: HttpRequest) -> int:
    """Bytes announced by the client; 0 when it does not say (the server refuses chunked bodies it cannot count)."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return int(announced) if announced.isascii() and announced.isdecimal() and len(announced) < 16 else 0


def require_body_within(request: HttpRequest, limit: int) -> None:
    """Raises BodyTooLarge before a byte is read."""
    if body_size(request) > limit:
        raise BodyTooLarge(_("Dữ liệu gửi lên quá lớn, nhiều nhất %(limit)d kB.") % {"limit": limit // 1000})


def read_json_object(request: HttpRequest, *, limit: int) -> dict[str, Any]:
    """The body as an object. Raises BodyTooLarge, or BadJson with a path for what is too deep or no JSON."""
    require_body_within(request, limit)
    try:
        found = json.loads(request.body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadJson(_("Không đọc được JSON.")) from None
    if not isinstance(found, dict):
        raise BadJson(_("Phải là một đối tượng JSON."))
    _require_shallow(found, "", 1)
    return found


def _no_constant(name: str) -> NoReturn:
    # NaN and Infinity are no JSON.
    raise ValueError(name)


def _require_shallow(value: Any, path: str, depth: int) -> None:
    if not isinstance(value, (dict, list)):
        return
    if depth > MAX_DEPTH:
        raise BadJson(_("Dữ liệu lồng quá sâu."), fields={path[:200]: _("Dữ liệu lồng quá sâu.")})
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(value, list):
            inner_path = f"{path}[{key}]"
        else:
            shown = "".join(char if char.isprintable() else "\ufffd" for char in str(key)[:60])
            inner_path = f"{path}.{shown}" if path else shown
        _require_shallow(inner, inner_path, depth + 1)
