"""Cases, documents, steps: nothing dead, nothing nameless, no pointer into another revision."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.vault.selectors import kinds_with_codes
from procedures.enums import DocumentKind, ServiceLevel, Severity
from procedures.errors import Finding
from procedures.models import ProcedureCase, ProcedureRevision


def foreign_pointers(revision: ProcedureRevision) -> Iterator[Finding]:
    """Rows that point at a part of another revision."""
    for name, relation in (
        (_("Thành phần hồ sơ"), "required_documents"),
        (_("Thời hạn theo cách nộp"), "terms"),
        (_("Phí, lệ phí"), "fee_rules"),
        (_("Bước thực hiện"), "steps"),
        (_("Bước liên thông"), "planned_handoffs"),
    ):
        rows = getattr(revision, relation)
        for row in rows.filter(case__isnull=False).exclude(case__revision=revision):
            yield Finding(
                f"{name}: {row}", _("Trường hợp được chọn thuộc một phiên bản khác."), anchor=f"{relation}:{row.pk}"
            )
    for row in revision.required_documents.filter(form_template__isnull=False).exclude(
        form_template__revision=revision
    ):
        yield Finding(
            _("Thành phần hồ sơ: %(row)s") % {"row": row},
            _("Mẫu được chọn thuộc một phiên bản khác."),
            anchor=f"required_documents:{row.pk}",
        )


def findings(draft: ProcedureRevision, highest: int) -> Iterator[Finding]:
    """What is dead or says nothing."""
    yield from _cases(draft, highest)
    yield from _documents(draft, highest)
    yield from _steps(draft)


def _cases(draft: ProcedureRevision, highest: int) -> Iterator[Finding]:
    cases = list(draft.cases.all())
    terms = {term.case_id for term in draft.terms.all()}
    dead = [case for case in cases if terms and None not in terms and case.pk not in terms]
    for case in dead:
        # From level 3 on the missing online term is an error of its own.
        severity = Severity.ERROR if highest == ServiceLevel.L2 else Severity.WARNING
        yield Finding(
            _("Trường hợp: %(case)s") % {"case": case.name},
            _("Không cách nộp nào có thời hạn cho trường hợp này, nên không ai nộp được hồ sơ thuộc trường hợp này."),
            severity,
            f"cases:{case.pk}",
        )
    yield from _parts_of(dead, draft)
    own = {
        case_id
        for rows in (draft.required_documents, draft.terms, draft.fee_rules, draft.steps, draft.planned_handoffs)
        for case_id in rows.filter(case__isnull=False).values_list("case_id", flat=True)
    }
    alike = [case for case in cases if case.pk not in own and case not in dead]
    if len(alike) > 1 or (alike and len(cases) == 1):
        for case in alike:
            yield Finding(
                _("Trường hợp: %(case)s") % {"case": case.name},
                _("Không có giấy tờ, thời hạn, mức thu hay bước nào riêng: chọn trường hợp này không thay đổi gì."),
                Severity.WARNING,
                f"cases:{case.pk}",
            )


def _parts_of(dead: list[ProcedureCase], draft: ProcedureRevision) -> Iterator[Finding]:
    for name, relation in ((_("Thành phần hồ sơ"), "required_documents"), (_("Bước thực hiện"), "steps")):
        for row in getattr(draft, relation).filter(case__in=dead):
            yield Finding(
                f"{name}: {row}",
                _("Chỉ thuộc một trường hợp không nộp được, nên không bao giờ dùng đến."),
                Severity.WARNING,
                f"{relation}:{row.pk}",
            )


def _documents(draft: ProcedureRevision, highest: int) -> Iterator[Finding]:
    documents = list(draft.required_documents.all())
    known = kinds_with_codes(code for document in documents for code in document.paper_kinds)
    for document in documents:
        place, anchor = _("Thành phần hồ sơ: %(row)s") % {"row": document}, f"required_documents:{document.pk}"
        if not document.name.strip():
            yield Finding(
                _("Thành phần hồ sơ, khóa “%(key)s”") % {"key": document.key}, _("Chưa có tên."), anchor=anchor
            )
        if document.form_file_name and document.form_template_id is None:
            yield Finding(
                place,
                _("Nhắc đến mẫu “%(name)s” nhưng chưa có tệp mẫu để tải.") % {"name": document.form_file_name},
                Severity.ERROR if highest == ServiceLevel.L2 else Severity.WARNING,
                anchor,
            )
        if document.paper_kinds and document.kind != DocumentKind.UPLOAD:
            yield Finding(
                place, _("Có giấy tờ thay được, nhưng thành phần này không nhận tệp."), Severity.WARNING, anchor
            )
        if unknown := [code for code in document.paper_kinds if code not in known]:
            yield Finding(
                place,
                _("Kho giấy tờ không có loại mang mã: %(codes)s.") % {"codes": ", ".join(unknown)},
                Severity.WARNING,
                anchor,
            )
        if (
            document.kind == DocumentKind.UPLOAD
            and document.is_required
            and not (document.originals or document.copies)
        ):
            yield Finding(place, _("Bắt buộc nộp nhưng ghi 0 bản chính và 0 bản sao."), Severity.WARNING, anchor)


def _steps(draft: ProcedureRevision) -> Iterator[Finding]:
    seen: dict[tuple[int | None, str, str], int] = {}
    for number, step in enumerate(draft.steps.all(), start=1):
        place, anchor = _("Bước thực hiện thứ %(number)s") % {"number": number}, f"steps:{step.pk}"
        if not step.title.strip() and not step.description.strip():
            yield Finding(place, _("Bước này không có nội dung."), anchor=anchor)
            continue
        same = seen.setdefault((step.case_id, step.title.strip(), step.description.strip()), number)
        if same != number:
            sentence = _("Bước này lặp lại bước thứ %(number)s.") % {"number": same}
            yield Finding(f"{place}: {step}", sentence, Severity.WARNING, anchor)
