"""Calls to a provider's server: JSON out, bytes back, bounded in time and size, never further than to the address we know.

Errors carry neither the address nor what was sent: both may hold what no log may.
"""

import json
import time
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.views.decorators.debug import sensitive_variables

from payments.gateways.base import GatewayUnavailable

_BLOCK = 16 * 1024


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry our message and its headers to wherever the answer says."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


@sensitive_variables()
def post_json(
    url: str,
    question: Mapping[str, Any],
    *,
    timeout_seconds: float,
    most_seconds: float,
    most_bytes: int,
    headers: Mapping[str, str] = {},
) -> bytes:
    """The body of the answer. `timeout_seconds` bounds each silence, `most_seconds` the whole answer: a peer that sends a
    byte now and then resets every time limit of a socket. Raises GatewayUnavailable for anything but an answer."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise GatewayUnavailable
    body = json.dumps(question, ensure_ascii=False).encode()
    all_headers = {"Content-Type": "application/json; charset=utf-8", **headers}
    request = Request(url, data=body, headers=all_headers, method="POST")  # noqa: S310
    give_up_at = time.monotonic() + most_seconds
    content = b""
    try:
        with build_opener(_NoRedirects).open(request, timeout=timeout_seconds) as response:  # nosec B310
            while block := response.read1(_BLOCK):
                content += block
                if len(content) > most_bytes or time.monotonic() > give_up_at:
                    raise GatewayUnavailable
    except HTTPError as error:
        error.close()
        raise GatewayUnavailable from None
    except (OSError, HTTPException, ValueError):
        raise GatewayUnavailable from None
    return content
