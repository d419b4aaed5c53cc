"""Calls to the national payment platform: JSON out, JSON or a PDF back, never further than to the address we know."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from payments.gateways.base import GatewayUnavailable
from payments.gateways.http_calls import post_json
from payments.gateways.national_messages import MessageUnreadable, read_object

TIMEOUT_SECONDS = 10
MOST_SECONDS = 30
MAX_ANSWER_BYTES = 64 * 1024
MAX_BILL_BYTES = 5 * 1024 * 1024


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


@sensitive_variables()
def _post(url: str, question: Mapping[str, Any], most_bytes: int) -> bytes:
    headers = {"Accept": "application/json, application/pdf"}
    if settings.NATIONAL_PAYMENT_ACCESS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.NATIONAL_PAYMENT_ACCESS_TOKEN}"
    return post_json(
        url,
        question,
        timeout_seconds=TIMEOUT_SECONDS,
        most_seconds=MOST_SECONDS,
        most_bytes=most_bytes,
        headers=headers,
    )
