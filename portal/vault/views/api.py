"""Verification for programs (docs/verification-api.md): the same answers as the page, as JSON."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.core.addresses import client_address
from portal.core.errors import InvalidInput, PortalError, TooManyRequests
from portal.core.json_bodies import read_json_object, require_body_within
from portal.core.problems import problem, problem_of
from portal.documents import services as document_services
from portal.vault import services
from portal.vault.services import FileAnswer, PublicPaper
from portal.vault.services.verification import WINDOW_SECONDS

# A revocation must be seen soon; a partner that asks for each row of a list need not ask twice in one breath.
SECONDS_KEPT = 30
_MOST_JSON = 4_000
_MULTIPART_ROOM = 10_000


def _for_programs(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponseBase]]:
    """Errors as problem details, no cookie, no index, and 405 in the same words as everything else."""

    def decorated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.method not in methods:
                response = problem(405, "method_not_allowed", _("Địa chỉ này không nhận cách gọi đó."))
                response["Allow"] = ", ".join(methods)
            else:
                try:
                    response = view(request, *args, **kwargs)
                except PortalError as error:
                    response = problem_of(error)
                    if isinstance(error, TooManyRequests):
                        response["Retry-After"] = str(WINDOW_SECONDS)
                except (MultiPartParserError, SuspiciousOperation, UnreadablePostError):
                    # No boundary, too many parts, or cut off on the way: Django would answer with a page.
                    response = problem(400, "bad_form", _("Không đọc được biểu mẫu gửi lên."))
            response.headers.setdefault("Cache-Control", "no-store")
            response["X-Robots-Tag"] = "noindex, nofollow"
            patch_vary_headers(response, ("Cookie",))
            return response

        return csrf_exempt(answered)

    return decorated


@_for_programs("GET", "HEAD")
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The answer to a code, with an ETag over the whole answer."""
    paper = services.verify_code(typed=code, client_address=client_address(request))
    response = JsonResponse(written(paper))
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={SECONDS_KEPT}"
    unchanged: Any = get_conditional_response(request, etag=etag, response=response)
    return unchanged


@_for_programs("POST")
def check_file(request: HttpRequest) -> HttpResponse:
    """JSON with `sha256`, or a form with a file named `file`; in both `code` may name the paper it should be."""
    address = client_address(request)
    if request.content_type == "application/json":
        body = read_json_object(request, limit=_MOST_JSON)
        return JsonResponse(
            _file_written(
                services.verify_hash(sha256=_text(body, "sha256"), client_address=address, typed=_text(body, "code"))
            )
        )
    require_body_within(request, document_services.upload_limits().max_bytes + _MULTIPART_ROOM)
    upload = request.FILES.get("file")
    if upload is None:
        raise InvalidInput(fields={"file": _("Gửi tệp trong trường “file”, hoặc JSON có “sha256”.")})
    typed = request.POST.get("code", "")[:500]
    return JsonResponse(_file_written(services.verify_file(upload=upload, client_address=address, typed=typed)))


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > 500:
        raise InvalidInput(fields={name: _("Phải là một chuỗi ký tự.")})
    return value


def written(paper: PublicPaper) -> dict[str, Any]:
    """A public paper as JSON."""
    return {
        "code": paper.code,
        "standing": paper.standing.value,
        "standing_label": str(paper.standing.label),
        "title": paper.title,
        "number": paper.number,
        "kind": {"code": paper.kind_code, "name": paper.kind_name} if paper.kind_code else None,
        "issuing_agency": {"code": paper.agency_code, "name": paper.agency_name},
        "agency_now": {"code": paper.agency_now_code, "name": paper.agency_now} if paper.agency_now else None,
        "issued_on": paper.issued_on.isoformat(),
        "valid_from": paper.valid_from.isoformat(),
        "valid_until": paper.valid_until.isoformat() if paper.valid_until is not None else None,
        "ended_at": paper.ended_at.isoformat() if paper.ended_at is not None else None,
        "end_reason": paper.end_reason or None,
        "facts": [{"label": label, "text": text} for label, text in paper.facts],
        "copy": {"made_at": paper.copy_made_at.isoformat(), "is_signed": paper.copy_is_signed}
        if paper.copy_made_at is not None
        else None,
    }


def _file_written(found: FileAnswer) -> dict[str, Any]:
    return {
        "matches": found.matches,
        "sha256": found.sha256,
        "paper": written(found.paper) if found.paper is not None else None,
        "signatures": None
        if found.signatures is None
        else [
            {
                "verdict": one.verdict,
                "reason": one.reason or None,
                "signer": one.signer_name or None,
                "issuer": one.issuer_name or None,
                "signed_at": one.signed_at.isoformat() if one.signed_at is not None else None,
                "is_timestamped": one.is_timestamped,
                "sentence": one.sentence,
            }
            for one in found.signatures
        ],
    }
