"""Files in pieces, for pages with JavaScript: begin, where was I, the next piece, finish, cancel (see static/js/upload.js).

Close to tus 1.0 in spirit, smaller in words. All answers are JSON or empty; an error is {"code", "sentence"} with the
status of the typed error, so that the page shows the sentence beside the slot. Everything can be repeated safely.

    POST   …/tai/               {"name", "size"} -> 201 {"url", "offset", "chunk_bytes"}
    HEAD   …/tai/<id>/          -> 204, Upload-Offset; GET also says {"name", "size", "offset"}
    PATCH  …/tai/<id>/          Upload-Offset, the bytes -> 204, Upload-Offset; 409 with the right Upload-Offset
    POST   …/tai/<id>/xong/     copy_kind -> 200 {"files": html of the slot's list, "tasks": html}; the same when repeated
    DELETE …/tai/<id>/          -> 204
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import selectors, services
from dossiers.errors import DossierNotFound, DraftClosed
from dossiers.models import Dossier
from dossiers.views.draft_tasks import tasks_of
from dossiers.views.requests import actor_of, own_draft
from dossiers.views.slot_pages import draft_addresses, shown_slots, supplement_addresses
from portal.core.errors import InvalidInput, PortalError
from portal.documents.errors import UploadChunkRefused, UploadOffsetConflict

_OFFSET = "Upload-Offset"
# A name and a number; more is no announcement of a file.
_LONGEST_ANNOUNCEMENT = 10_000


@dataclass(frozen=True, slots=True)
class _Slot:
    """Whose slot it is, and in which of the two pages."""

    dossier: Dossier
    component_id: int
    is_supplement: bool

    def named(self) -> dict[str, Any]:
        return {
            "dossier_id": self.dossier.pk,
            "component_id": self.component_id,
            "is_supplement": self.is_supplement,
        }


View = Callable[..., HttpResponse]


def _of_a_draft(request: HttpRequest, public_id: UUID, component_id: int) -> _Slot:
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        raise DraftClosed
    return _Slot(dossier, component_id, is_supplement=False)


def _of_a_supplement(request: HttpRequest, code: str, component_id: int) -> _Slot:
    return _Slot(selectors.own_dossier(actor=actor_of(request), code=code), component_id, is_supplement=True)


def _answers(view: Callable[..., HttpResponse]) -> View:
    """Makes the view of a slot from a view of an address; typed errors become JSON."""

    @wraps(view)
    def answer(request: HttpRequest, **address: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            sentence = _("Bạn đã đăng xuất hoặc phiên làm việc đã hết. Hãy đăng nhập lại; phần đã tải lên vẫn còn.")
            return JsonResponse({"code": "signed_out", "sentence": sentence}, status=401)
        find = _of_a_draft if "public_id" in address else _of_a_supplement
        upload = {"upload_id": address.pop("upload_id")} if "upload_id" in address else {}
        try:
            return view(request, find(request, **address), **upload)
        except PortalError as error:
            # The sentence beside the field says more than the general one.
            told = next(iter(error.fields.values()), error.sentence)
            response = JsonResponse({"code": error.code, "sentence": str(told)}, status=error.status)
            if isinstance(error, UploadOffsetConflict):
                response[_OFFSET] = str(error.received)
            return response

    return answer


@never_cache
@require_POST
@_answers
def begin(request: HttpRequest, slot: _Slot) -> HttpResponse:
    """Announce a file: judged by name and size before a byte is sent."""
    name, size = _announced(request)
    progress = services.begin_file(actor=actor_of(request), **slot.named(), file_name=name, size=size)
    url = f"{request.path}{progress.upload_id}/"
    answer = JsonResponse({"url": url, "offset": progress.received, "chunk_bytes": services.CHUNK_BYTES}, status=201)
    answer["Location"] = url
    return answer


def _announced(request: HttpRequest) -> tuple[str, int]:
    body = _body_of(request, _LONGEST_ANNOUNCEMENT)
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidInput from None
    name, size = (said.get("name"), said.get("size")) if isinstance(said, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(size, int) or isinstance(size, bool):
        raise InvalidInput
    return name, size


@never_cache
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@_answers
def piece(request: HttpRequest, slot: _Slot, upload_id: UUID) -> HttpResponse:
    """One upload: how far it is, its next piece, its end before it is whole."""
    actor, named = actor_of(request), slot.named()
    if request.method == "DELETE":
        services.cancel_file(actor=actor, **named, upload_id=upload_id)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        progress = services.append_to_file(
            actor=actor,
            **named,
            upload_id=upload_id,
            offset=_offset_of(request),
            data=_body_of(request, services.CHUNK_BYTES),
        )
        response: HttpResponse = HttpResponse(status=204)
    else:
        progress = services.file_progress(actor=actor, **named, upload_id=upload_id)
        if request.method == "HEAD":
            response = HttpResponse(status=204)
        else:
            response = JsonResponse({"name": progress.name, "size": progress.size, "offset": progress.received})
    response[_OFFSET] = str(progress.received)
    response["Upload-Length"] = str(progress.size)
    return response


def _offset_of(request: HttpRequest) -> int:
    value = request.headers.get(_OFFSET, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 16):
        raise UploadChunkRefused
    return int(value)


def _body_of(request: HttpRequest, limit: int) -> bytes:
    """The whole body, if it is as long as it says; a line that broke in the middle gives a refusal and no half piece."""
    length = request.headers.get("Content-Length", "")
    if not (length.isascii() and length.isdecimal() and len(length) < 13 and 0 < int(length) <= limit):
        raise UploadChunkRefused
    try:
        body = request.body
    except (UnreadablePostError, RequestDataTooBig):
        raise UploadChunkRefused from None
    if len(body) != int(length):
        raise UploadChunkRefused
    return body


@never_cache
@require_POST
@_answers
def finish(request: HttpRequest, slot: _Slot, upload_id: UUID) -> HttpResponse:
    """All pieces are there: check the file and put it into the slot. Repeated, it answers the same."""
    file = services.finish_file(
        actor=actor_of(request), **slot.named(), upload_id=upload_id, copy_kind=request.POST.get("copy_kind", "")
    )
    return JsonResponse({"file_id": file.pk, "name": file.document.original_name, **_fragments(request, slot)})


def _fragments(request: HttpRequest, slot: _Slot) -> dict[str, str]:
    """The parts of the page that the new file changes, from the templates that the page itself is made of."""
    dossier = slot.dossier
    addresses = supplement_addresses(dossier) if slot.is_supplement else draft_addresses(dossier)
    supplement = dossier.supplements.filter(answered_at__isnull=True).first() if slot.is_supplement else None
    components = selectors.components_of(dossier, with_unsent_supplement=True).filter(pk=slot.component_id)
    shown = shown_slots(components, addresses, supplement_id=supplement.pk if supplement else None)
    if not shown:
        raise DossierNotFound
    fragments: dict[str, str] = {"files": render_to_string("dossiers/_slot_files.html", {"slot": shown[0]}, request)}
    if not slot.is_supplement:
        tasks = tasks_of(dossier, services.readiness(dossier), current="documents")
        fragments["tasks"] = render_to_string("components/task_list.html", {"tasks": tasks}, request)
    return fragments
