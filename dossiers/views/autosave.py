"""Saving a section without leaving it: pages by htmx, programs by JSON. The same rules as the button of the page."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import services
from dossiers.errors import AnswersRefused
from dossiers.models import Dossier
from dossiers.views.draft_page import to_filed_dossier
from dossiers.views.requests import actor_of, own_draft
from dossiers.views.section_page import conflict_page
from dossiers.views.section_saving import MOST_BYTES, OpenSheet, save_without_leaving, settle_choice
from dossiers.views.signed_in import signed_in_or_kept
from portal.core.errors import PortalError
from portal.core.json_bodies import BadJson, read_json_object
from portal.core.problems import problem, problem_of


@signed_in_or_kept
@never_cache
@require_POST
def save(request: HttpRequest, public_id: UUID, section_key: str) -> HttpResponse:
    """Save what is on the page now, right or wrong, and say how it went."""
    if request.content_type == "application/json":
        try:
            return _save_json(request, public_id, section_key)
        except AnswersRefused as error:
            return problem(error.status, error.code, str(error.sentence), problems=_places(error.problems))
        except PortalError as error:
            return problem_of(error)
    return save_without_leaving(request, lambda: draft_sheet(request, own_draft(request, public_id), section_key))


def draft_sheet(request: HttpRequest, dossier: Dossier, section_key: str) -> OpenSheet | None:
    """The section as it is saved and settled; None once the draft is filed."""
    if not dossier.is_draft:
        return None
    place: dict[str, Any] = {"actor": actor_of(request), "dossier_id": dossier.pk, "section_key": section_key}
    names = [dossier.public_id, section_key]
    return OpenSheet(
        section_url=reverse("dossiers:draft_section", args=names),
        settle_url=reverse("dossiers:draft_settle", args=names),
        take_files=partial(services.take_files, **place),
        save=partial(services.save_typed, **place),
        settle=partial(services.settle, **place),
        conflict=partial(conflict_page, request),
    )


def _save_json(request: HttpRequest, public_id: UUID, section_key: str) -> HttpResponse:
    body = read_json_object(request, limit=MOST_BYTES)
    unknown = sorted(set(body) - {"answers", "version"})
    answers, version = body.get("answers"), body.get("version")
    faults: dict[str, str] = {name[:60]: _("Không có mục này.") for name in unknown}
    if not isinstance(answers, dict):
        faults["answers"] = _("Phải là một đối tượng JSON.")
    if isinstance(version, bool) or not isinstance(version, int) or not 0 <= version < 2**31:
        faults["version"] = _("Phải là số phiên bản của bản nháp đã đọc.")
    if faults:
        raise BadJson(_("Dữ liệu gửi lên không đúng dạng. Chưa có gì được lưu."), fields=faults)
    assert isinstance(answers, dict)
    assert isinstance(version, int)
    dossier = own_draft(request, public_id)
    result = services.save_sent(
        actor=actor_of(request), dossier_id=dossier.pk, section_key=section_key, answers=answers, version=version
    )
    if result.conflicts:
        return problem(
            409,
            "draft_conflict",
            _("Có mục vừa được sửa ở nơi khác. Những mục còn lại đã lưu."),
            version=result.dossier.draft_version,
            conflicts=[{"path": one.spec.key, "sent": one.mine, "saved": one.theirs} for one in result.conflicts],
        )
    return JsonResponse(
        {
            "version": result.dossier.draft_version,
            "saved_at": result.dossier.saved_at.isoformat() if result.dossier.saved_at else None,
            "problems": _places(result.problems),
        }
    )


def _places(problems: Any) -> list[dict[str, str]]:
    return [{"path": one.path, "code": one.code, "sentence": str(one.sentence)} for one in problems]


@signed_in_or_kept
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, public_id: UUID, section_key: str) -> HttpResponse:
    """The person chose, field by field, which of two values stays."""
    dossier = own_draft(request, public_id)
    sheet = draft_sheet(request, dossier, section_key)
    return to_filed_dossier(request, dossier) if sheet is None else settle_choice(request, sheet)
