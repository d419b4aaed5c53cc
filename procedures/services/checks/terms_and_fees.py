"""How long and how much: values that can be read, reviewed ones where they bind, no gap between channels and cases."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from procedures.enums import Channel, ReviewCode, ServiceLevel, Severity
from procedures.errors import Finding
from procedures.models import ProcedureRevision
from procedures.services.checks import fees


def findings(draft: ProcedureRevision, highest: int) -> Iterator[Finding]:
    """What cannot be read, and what is doubtful. Unreviewed values are errors where they bind: see `promises`."""
    yield from _terms(draft, highest)
    yield from _gaps(draft)
    yield from _fees(draft, highest)
    yield from fees.findings(draft)
    for flag in draft.review_flags.filter(is_resolved=False):
        yield Finding(
            _("Điểm cần rà soát: %(place)s") % {"place": flag.place or "–"},
            f"{ReviewCode(flag.code).label}. {flag.detail}".strip(),
            Severity.WARNING,
            f"review_flags:{flag.pk}",
        )


def _terms(draft: ProcedureRevision, highest: int) -> Iterator[Finding]:
    for term in draft.terms.all():
        place, anchor = _("Thời hạn theo cách nộp: %(row)s") % {"row": term.get_channel_display()}, f"terms:{term.pk}"
        if term.term_value is not None and not term.term_unit:
            yield Finding(
                place, _("Thời hạn có số nhưng không có đơn vị: không ai biết là ngày hay giờ."), anchor=anchor
            )
        elif term.term_value is None and term.term_unit:
            yield Finding(place, _("Thời hạn có đơn vị nhưng không có số."), anchor=anchor)
        elif term.term_value is None and not term.term_text:
            yield Finding(place, _("Chưa ghi thời hạn."), Severity.WARNING, anchor)
        if not term.is_reviewed and highest < ServiceLevel.L3:
            yield Finding(place, _("Thời hạn này chưa được rà soát."), Severity.WARNING, anchor)


def _gaps(draft: ProcedureRevision) -> Iterator[Finding]:
    """A channel that has terms for some cases only, and fees for a channel nobody can use."""
    covered: dict[str, set[int | None]] = {}
    for term in draft.terms.all():
        covered.setdefault(term.channel, set()).add(term.case_id)
    cases = list(draft.cases.all())
    for channel, case_ids in covered.items():
        missing = [case.name for case in cases if case.pk not in case_ids]
        # Online gaps are errors of the promise of level 3.
        if None not in case_ids and missing and channel != Channel.ONLINE:
            yield Finding(
                _("Thời hạn theo cách nộp: %(row)s") % {"row": Channel(channel).label},
                _("Chưa có thời hạn cho trường hợp: %(cases)s.") % {"cases": "; ".join(missing)},
                Severity.WARNING,
                "terms",
            )
    for rule in draft.fee_rules.exclude(channel=""):
        if covered and rule.channel not in covered:
            yield Finding(
                _("Phí, lệ phí: %(rule)s") % {"rule": rule.label or rule.fee_text or rule.get_kind_display()},
                _("Thu theo cách nộp “%(channel)s” mà thủ tục không nhận.") % {"channel": rule.get_channel_display()},
                Severity.WARNING,
                f"fee_rules:{rule.pk}",
            )


def _fees(draft: ProcedureRevision, highest: int) -> Iterator[Finding]:
    if highest >= ServiceLevel.L3:
        return
    for rule in draft.fee_rules.filter(is_reviewed=False):
        yield Finding(
            _("Phí, lệ phí: %(rule)s") % {"rule": rule.label or rule.fee_text or rule.get_kind_display()},
            _("Mức thu này chưa được rà soát."),
            Severity.WARNING,
            f"fee_rules:{rule.pk}",
        )
