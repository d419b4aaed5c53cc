"""What the levels on offer promise (NĐ 43/2011/NĐ-CP), and whether the revision can keep it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from procedures.enums import Channel, ServiceLevel, Severity
from procedures.errors import Finding
from procedures.models import ProcedureRevision
from procedures.services.checks.declaration import definition_of


def broken(revision: ProcedureRevision, highest: int) -> Iterator[Finding]:
    """Promises that cannot be kept."""
    if highest >= ServiceLevel.L3:
        yield from _form(revision)
    if highest == ServiceLevel.L2 and not revision.form_templates.exists():
        yield Finding(
            _("Mẫu đơn, tờ khai"),
            _("Dịch vụ mức độ 2 hứa có mẫu để tải, nhưng phiên bản chưa có tệp mẫu nào."),
            anchor="form_templates",
        )
    if highest >= ServiceLevel.L3:
        yield from _terms(revision)
        yield from _fees(revision)


def _form(revision: ProcedureRevision) -> Iterator[Finding]:
    place = _("Tờ khai điện tử")
    if not revision.form_definition:
        yield Finding(
            place, _("Dịch vụ mức độ 3, 4 phải khai được trên mạng, nhưng chưa có tờ khai điện tử."), anchor="form"
        )
        return
    definition = definition_of(revision)
    if definition is not None and not any(definition.fields()):
        yield Finding(place, _("Tờ khai chưa có trường nào."), anchor="form")


def _terms(revision: ProcedureRevision) -> Iterator[Finding]:
    """A deadline is promised at filing, so every case needs a reviewed online term and no row may be unreviewed."""
    place = _("Thời hạn theo cách nộp")
    terms = list(revision.terms.all())
    for term in terms:
        if not term.is_reviewed:
            yield Finding(
                f"{place}: {term.get_channel_display()}",
                _("Thời hạn này chưa được rà soát nên không dùng để hẹn ngày trả được."),
                anchor=f"terms:{term.pk}",
            )
    online = {term.case_id for term in terms if term.channel == Channel.ONLINE and term.is_reviewed}
    if None in online:
        return
    cases = list(revision.cases.all())
    if not cases:
        yield Finding(place, _("Chưa có thời hạn cho cách nộp trực tuyến."), anchor="terms")
    for case in cases:
        if case.pk not in online:
            yield Finding(
                place,
                _("Chưa có thời hạn cho cách nộp trực tuyến, trường hợp “%(case)s”.") % {"case": case.name},
                anchor="terms",
            )


def _fees(revision: ProcedureRevision) -> Iterator[Finding]:
    for rule in revision.fee_rules.all():
        if not rule.is_reviewed:
            yield Finding(
                _("Phí, lệ phí: %(rule)s") % {"rule": rule.label or rule.fee_text or rule.get_kind_display()},
                _("Mức thu này chưa được rà soát nên không dùng để thu tiền được."),
                anchor=f"fee_rules:{rule.pk}",
            )


def doubts(draft: ProcedureRevision, highest: int) -> Iterator[Finding]:
    """What a level promises and the revision does not say."""
    if highest >= ServiceLevel.L2 and not draft.terms.exclude(channel=Channel.ONLINE).exists():
        yield Finding(
            _("Thời hạn theo cách nộp"),
            _("Dịch vụ từ mức độ 2 nhận hồ sơ tại quầy hoặc qua bưu chính, nhưng chưa có thời hạn cho hai cách này."),
            Severity.WARNING,
            "terms",
        )
    if highest < ServiceLevel.L3:
        return
    if not draft.results.exists():
        yield Finding(_("Kết quả"), _("Chưa ghi người nộp nhận được kết quả gì."), Severity.WARNING, "results")
    if not draft.required_documents.exists():
        yield Finding(_("Thành phần hồ sơ"), _("Chưa có thành phần hồ sơ nào."), Severity.WARNING, "required_documents")
