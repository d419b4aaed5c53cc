"""What the page of a procedure shows beside its own fields: where it stands and what comes next."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from procedures.admin.workplace import Reason, blocking_count, page_reasons
from procedures.models import Procedure, ProcedureRevision


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, and the page to do it on; `url` is blank where the page itself has the button."""

    sentence: str
    url: str = ""


def procedure_context(request: HttpRequest, procedure: Procedure) -> dict[str, Any]:
    """Revisions newest first, offerings, findings of the draft, and the next steps."""
    open_flags = Count("review_flags", filter=Q(review_flags__is_resolved=False))
    # Counting forgets the model's own order.
    revisions = list(procedure.revisions.annotate(open_flags=open_flags).order_by("-number"))
    for revision in revisions:
        revision.procedure = procedure
    draft = next((revision for revision in revisions if revision.is_draft), None)
    in_force = next((revision for revision in revisions if revision.pk == procedure.current_revision_id), None)
    offerings = list(procedure.offerings.select_related("agency").order_by("-is_active", "-level", "agency__name"))
    reasons = page_reasons(draft) if draft is not None else []
    return {
        "revisions": revisions,
        "draft": draft,
        "in_force": in_force,
        "offerings": offerings,
        "reasons": _with_addresses(reasons, draft),
        "blocking_count": blocking_count(reasons),
        "next_steps": list(_next_steps(draft, in_force, bool(offerings), blocking_count(reasons))),
        "may_edit_revisions": request.user.has_perm("procedures.change_procedurerevision"),
        "may_start_draft": request.user.has_perm("procedures.add_procedurerevision"),
        "may_add_offering": request.user.has_perm("procedures.add_serviceoffering"),
        "preview_of": draft or in_force,
    }


def _with_addresses(reasons: list[Reason], draft: ProcedureRevision | None) -> list[Reason]:
    """Places on the draft's page, seen from here."""
    if draft is None:
        return reasons
    page = _page_of(draft)
    return [
        Reason(
            reason.place,
            reason.sentence,
            page + reason.target if reason.target.startswith("#") else reason.target or page,
            reason.severity,
        )
        for reason in reasons
    ]


def _page_of(revision: ProcedureRevision) -> str:
    return reverse("admin:procedures_procedurerevision_change", args=[revision.pk])


def _next_steps(
    draft: ProcedureRevision | None, in_force: ProcedureRevision | None, is_offered: bool, blocking: int
) -> Any:
    if draft is not None and blocking:
        yield NextStep(_("Sửa các chỗ vướng của bản nháp."), _page_of(draft))
    elif draft is not None:
        yield NextStep(_("Không có gì chặn công bố bản nháp: xem thử rồi trình duyệt, công bố."), _page_of(draft))
    elif in_force is not None:
        yield NextStep(_("Muốn sửa nội dung: tạo bản nháp từ phiên bản đang công bố."))
    else:
        yield NextStep(_("Thủ tục chưa có nội dung: tạo bản nháp đầu tiên."))
    if in_force is not None and getattr(in_force, "open_flags", False):
        yield NextStep(
            _("Rà soát những điểm còn nghi ngờ khi nhập dữ liệu."), f"{_page_of(in_force)}#review_flags-group"
        )
    if in_force is not None and not is_offered:
        yield NextStep(
            _("Chưa cơ quan nào cung cấp: thêm cơ quan và mức độ."), reverse("admin:procedures_serviceoffering_add")
        )
