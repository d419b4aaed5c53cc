"""The draft beside the revision in force: its day, its decision, and keys that must keep their meaning."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.core import clock
from procedures.enums import RevisionState, Severity
from procedures.errors import Finding
from procedures.form_definitions.kinds.base import kind_of
from procedures.models import ProcedureRevision
from procedures.services.checks.declaration import definition_of


def findings(draft: ProcedureRevision) -> Iterator[Finding]:
    """Days, decision, keys."""
    in_force = draft.procedure.current_revision
    yield from _days(draft, in_force)
    if not draft.decision_number:
        yield Finding(
            _("Số quyết định công bố"), _("Chưa ghi số quyết định công bố."), Severity.WARNING, "field:decision_number"
        )
    if in_force is None:
        return
    yield from _fields(draft, in_force)
    yield from _documents(draft, in_force)


def _days(draft: ProcedureRevision, in_force: ProcedureRevision | None) -> Iterator[Finding]:
    place, anchor = _("Có hiệu lực từ"), "field:effective_from"
    day = draft.effective_from or clock.today()
    if day < clock.today():
        yield Finding(place, _("Ngày có hiệu lực đã qua. Để trống là hôm nay, hoặc chọn một ngày tới."), anchor=anchor)
    if in_force is not None and in_force.effective_from is not None and day < in_force.effective_from:
        yield Finding(
            place,
            _("Ngày có hiệu lực trước ngày của phiên bản đang công bố (%(day)s).")
            % {"day": f"{in_force.effective_from:%d/%m/%Y}"},
            anchor=anchor,
        )
    waiting = draft.procedure.revisions.filter(state=RevisionState.SCHEDULED).exclude(pk=draft.pk).first()
    if waiting is not None and waiting.effective_from is not None and day < waiting.effective_from:
        yield Finding(
            place,
            _("Phiên bản %(number)s sẽ thay phiên bản này từ %(day)s; những gì sửa ở đây không có trong phiên bản đó.")
            % {"number": waiting.number, "day": f"{waiting.effective_from:%d/%m/%Y}"},
            Severity.WARNING,
            anchor,
        )


def _fields(draft: ProcedureRevision, in_force: ProcedureRevision) -> Iterator[Finding]:
    """Answers are kept by key: a key that means something else would put old answers into the wrong place."""
    new, old = definition_of(draft), definition_of(in_force)
    if new is None or old is None:
        return
    before = {spec.key: spec for spec in old.fields()}
    for section in new.sections:
        for spec in section.fields:
            was = before.get(spec.key)
            if was is None or not (kind_of(was).has_answer or kind_of(spec).has_answer):
                continue
            place = _("Tờ khai điện tử, trường “%(field)s”") % {"field": spec.label.shown()}
            anchor = f"form:{section.key}.{spec.key}"
            if was.kind != spec.kind:
                yield Finding(
                    place,
                    _(
                        "Khóa “%(key)s” là loại %(before)s ở phiên bản đang công bố, ở đây là %(after)s. Hãy dùng khóa mới."
                    )
                    % {"key": spec.key, "before": was.kind, "after": spec.kind},
                    anchor=anchor,
                )
                continue
            values = {option.value for option in spec.params.get("options", ())}
            gone = [option.label.shown() for option in was.params.get("options", ()) if option.value not in values]
            if gone:
                yield Finding(
                    place,
                    _("Lựa chọn không còn: %(options)s. Ai đã chọn trong bản nháp sẽ phải chọn lại.")
                    % {"options": "; ".join(gone)},
                    Severity.WARNING,
                    anchor,
                )


def _documents(draft: ProcedureRevision, in_force: ProcedureRevision) -> Iterator[Finding]:
    before = {document.key: document for document in in_force.required_documents.all()}
    for document in draft.required_documents.all():
        was = before.get(document.key)
        if was is not None and was.kind != document.kind:
            yield Finding(
                _("Thành phần hồ sơ: %(row)s") % {"row": document},
                _("Khóa “%(key)s” đổi cách nộp từ “%(before)s” sang “%(after)s” so với phiên bản đang công bố.")
                % {"key": document.key, "before": was.get_kind_display(), "after": document.get_kind_display()},
                Severity.WARNING,
                f"required_documents:{document.pk}",
            )
