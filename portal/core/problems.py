"""Problem details for programs (RFC 9457): a stable code, a sentence, and what is wrong where."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.core.errors import PortalError

MEDIA_TYPE = "application/problem+json"


def wants_json(request: HttpRequest) -> bool:
    """Did a program send JSON, or ask for it?"""
    return request.content_type == "application/json" or "json" in request.headers.get("Accept", "")


def problem(
    status: int, code: str, sentence: str, *, problems: Sequence[dict[str, str]] = (), **more: Any
) -> HttpResponse:
    """The answer; `problems` are `{"path", "code", "sentence"}`, one for each place."""
    body: dict[str, Any] = {"type": "about:blank", "title": sentence, "status": status, "code": code, **more}
    if problems:
        body["problems"] = list(problems)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def problem_of(error: PortalError) -> HttpResponse:
    """A typed error as problem details."""
    places = [{"path": path, "code": error.code, "sentence": str(text)} for path, text in error.fields.items()]
    return problem(error.status, error.code, str(error.sentence), problems=places)
