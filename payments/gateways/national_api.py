"""Calls to the national payment platform: JSON out, JSON or a PDF back, never further than to the address we know."""

import json
import time
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from payments.gateways.base import GatewayUnavailable
from payments.gateways.national_messages import MessageUnreadable, read_object

TIMEOUT_SECONDS = 10
# A peer that sends a byte now and then resets every time limit of a socket; this one it does not.
MOST_SECONDS = 30
MAX_ANSWER_BYTES = 64 * 1024
MAX_BILL_BYTES = 5 * 1024 * 1024
_BLOCK = 16 * 1024


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry our message and the access token to wherever the answer says."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def ask_for_object(url: str, question: Mapping[str, Any]) -> dict[str, str]:
    """The platform's answer as texts by name. Raises GatewayUnavailable for anything that is not one.

    A ministry's bus wraps the answer: {"error_code": "0", "message": "<the answer as text>"}.
    """
    try:
        answer = read_object(_post(url, question, MAX_ANSWER_BYTES))
        if "error_code" in answer and "MaLoi" not in answer:
            answer = read_object(answer.get("message", "").encode("utf-8", "replace"))
    except MessageUnreadable:
        raise GatewayUnavailable from None
    return answer


def ask_for_pdf(url: str, question: Mapping[str, Any]) -> bytes:
    """A PDF, by its first bytes; the caller looks further. Raises GatewayUnavailable for anything else."""
    content = _post(url, question, MAX_BILL_BYTES)
    if not content.startswith(b"%PDF-"):
        raise GatewayUnavailable
    return content


@sensitive_variables("question", "body", "headers", "request")
def _post(url: str, question: Mapping[str, Any], most_bytes: int) -> bytes:
    if urlsplit(url).scheme not in ("http", "https"):
        raise GatewayUnavailable
    headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json, application/pdf"}
    if settings.NATIONAL_PAYMENT_ACCESS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.NATIONAL_PAYMENT_ACCESS_TOKEN}"
    body = json.dumps(question, ensure_ascii=False).encode()
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310
    deadline = time.monotonic() + MOST_SECONDS
    content = b""
    try:
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as response:  # nosec B310
            while block := response.read1(_BLOCK):
                content += block
                if len(content) > most_bytes or time.monotonic() > deadline:
                    raise GatewayUnavailable
    except HTTPError as error:
        error.close()
        raise GatewayUnavailable from None
    except (OSError, HTTPException, ValueError):
        # Without the cause: an error of the network may carry the address and what was sent.
        raise GatewayUnavailable from None
    return content
