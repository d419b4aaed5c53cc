"""Saving a section without leaving it: pages by htmx, programs by JSON. The same rules as the button of the page."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import services
from dossiers.errors import AnswersRefused, DraftClosed
from dossiers.services import SaveResult
from dossiers.views.draft_page import to_filed_dossier
from dossiers.views.requests import actor_of, own_draft
from dossiers.views.section_page import anchor_of, conflict_page, shown_conflicts
from dossiers.views.signed_in import forget_kept_post, signed_in_or_kept
from portal.core.errors import PortalError
from portal.core.json_bodies import BadJson, BodyTooLarge, read_json_object, require_body_within
from portal.core.problems import problem, problem_of
from procedures.services import forms

# A whole declaration typed by hand stays far below; a picture in base64 does not belong here.
MOST_BYTES = 512_000


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
    try:
        require_body_within(request, MOST_BYTES)
    except BodyTooLarge as error:
        return render(request, "errors/portal_error.html", {"error": error}, status=error.status)
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        # A page that saves by itself is told, not sent elsewhere.
        return HttpResponse(str(DraftClosed.default_sentence), status=410, content_type="text/plain; charset=utf-8")
    page = services.read_page(request.POST)
    if page is None:
        # Without the state of a page this would empty every field it does not name.
        return problem(400, "page_state_missing", _("Trang này mở đã quá lâu. Hãy tải lại trang."))
    result = services.save_typed(
        actor=actor_of(request),
        dossier_id=dossier.pk,
        section_key=section_key,
        data=request.POST,
        page=page,
        is_partial=True,
    )
    forget_kept_post(request, reverse("dossiers:draft_section", args=[public_id, section_key]))
    return _fragment(request, result)


def _fragment(request: HttpRequest, result: SaveResult) -> HttpResponse:
    context = fragment_context(request, result)
    context["settle_url"] = reverse("dossiers:draft_settle", args=[result.dossier.public_id, result.section.key])
    return render(request, "dossiers/_autosaved.html", context, status=409 if result.conflicts else 200)


def fragment_context(request: HttpRequest, result: SaveResult) -> dict[str, Any]:
    """The state of the save, the page's new state, and the parts of the page whose condition may have changed."""
    form = result.form
    assert form is not None
    own = {spec.key for spec in result.section.fields}
    elsewhere = {key: value for key, value in result.sheet.answers.items() if key not in own}
    forms.mark_applying(form, elsewhere | _answers_of(result))
    return {
        "dossier": result.dossier,
        "section": result.section,
        "page": result.page,
        "doubtful": [
            {"anchor": anchor_of(form, key), "label": form[key].label}
            for key in dict.fromkeys(item.field for item in result.problems)
            if key in form.fields
        ],
        "merged": [spec.label.shown() for spec in result.merged],
        "conflicts": shown_conflicts(request, result),
        "mirrored": forms.conditional_blocks(form),
        "computed": forms.computed_blocks(form),
        "form": form,
    }


def _answers_of(result: SaveResult) -> dict[str, Any]:
    """The section's own answers as they are saved now."""
    return {
        spec.key: result.sheet.answers[spec.key] for spec in result.section.fields if spec.key in result.sheet.answers
    }


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
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    page = services.read_page(request.POST)
    if request.method != "POST" or page is None:
        return redirect("dossiers:draft_section", public_id, section_key)
    chosen = {
        name.removeprefix("chon-")
        for name, value in request.POST.items()
        if name.startswith("chon-") and value == "mine"
    }
    result = services.settle(
        actor=actor_of(request),
        dossier_id=dossier.pk,
        section_key=section_key,
        data=request.POST,
        chosen=chosen,
        page=page,
    )
    forget_kept_post(request, reverse("dossiers:draft_section", args=[public_id, section_key]))
    if result.conflicts:
        return conflict_page(request, result)
    return redirect("dossiers:draft_section", public_id, section_key)
