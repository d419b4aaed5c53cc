"""Putting a draft in force. What would break is named first; what was in force is superseded; the journal says who."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import Actor
from procedures.enums import Channel, RevisionState, ServiceLevel
from procedures.errors import Finding, PublicationRefused, RevisionFrozen
from procedures.form_definitions import DefinitionError, parse
from procedures.models import Procedure, ProcedureRevision, PublicationEntry, ServiceOffering
from procedures.selectors.full_text import searchable
from procedures.services.document_conditions import need_findings
from procedures.services.drafts import lock_procedure, require_catalogue_editor, require_draft

# Beyond its first sentences a summary says little about what people search for.
_SEARCHED_SUMMARY = 300


@transaction.atomic
def publish_revision(*, actor: Actor, revision_id: int) -> ProcedureRevision:
    """Publish a draft at once; the revision in force until now is superseded.

    Locks the procedure, then the draft. Raises `RevisionFrozen` when it is no draft (any more) and `PublicationRefused`
    with every finding; then nothing has changed.
    """
    require_catalogue_editor(actor)
    draft, procedure = _lock(revision_id)
    require_draft(draft)
    findings = publication_findings(draft, levels=_levels_on_offer(procedure))
    if findings:
        raise PublicationRefused(findings)
    now = clock.now()
    in_force = procedure.current_revision
    if in_force is not None:
        _supersede(in_force, actor)
    draft.state = RevisionState.PUBLISHED
    draft.published_at = now
    if draft.effective_from is None:
        draft.effective_from = clock.local(now).date()
    draft.needs_review = draft.review_flags.filter(is_resolved=False).exists()
    draft.save(update_fields=["state", "published_at", "effective_from", "needs_review"])
    procedure.current_revision = draft
    procedure.search_text = search_text_of(procedure, summary=draft.summary)
    procedure.save(update_fields=["current_revision", "search_text", "updated_at"])
    _journal(draft, PublicationEntry.Kind.PUBLISHED, actor)
    return draft


@transaction.atomic
def supersede_revision(*, actor: Actor, revision_id: int) -> ProcedureRevision:
    """Take the revision in force out of force without a successor: the procedure is no longer shown.

    Raises `RevisionFrozen` when it is not the one in force.
    """
    require_catalogue_editor(actor)
    revision, procedure = _lock(revision_id)
    if revision.state != RevisionState.PUBLISHED:
        raise RevisionFrozen(_("Chỉ phiên bản đang công bố mới ngừng công bố được."))
    procedure.current_revision = None
    procedure.save(update_fields=["current_revision", "updated_at"])
    _supersede(revision, actor)
    return revision


def _lock(revision_id: int) -> tuple[ProcedureRevision, Procedure]:
    procedure = lock_procedure(
        ProcedureRevision.objects.filter(pk=revision_id).values_list("procedure_id", flat=True).first() or 0
    )
    revision = ProcedureRevision.objects.select_for_update(of=("self",)).get(pk=revision_id)
    return revision, procedure


def _supersede(revision: ProcedureRevision, actor: Actor) -> None:
    revision.state = RevisionState.SUPERSEDED
    revision.superseded_at = clock.now()
    revision.save(update_fields=["state", "superseded_at"])
    _journal(revision, PublicationEntry.Kind.SUPERSEDED, actor)


def _journal(revision: ProcedureRevision, kind: PublicationEntry.Kind, actor: Actor) -> None:
    PublicationEntry.objects.create(
        revision=revision,
        kind=kind,
        actor_kind=actor.kind,
        actor_name=actor.display_name[:120],
        user_id=actor.user_id,
        at=clock.now(),
    )


def search_text_of(procedure: Procedure, *, summary: str = "") -> str:
    """What search looks at (see `selectors.full_text`)."""
    return searchable(procedure.name, procedure.code, procedure.policy_area.name, summary[:_SEARCHED_SUMMARY])


def _levels_on_offer(procedure: Procedure) -> list[int]:
    # Not only those in force today: an offering that starts next month must not find a revision it cannot use.
    return list(ServiceOffering.objects.filter(procedure=procedure, is_active=True).values_list("level", flat=True))


def publication_findings(revision: ProcedureRevision, *, levels: Iterable[int]) -> list[Finding]:
    """What speaks against offering this revision at these levels; [] = nothing. Reads only."""
    highest = max(levels, default=int(ServiceLevel.L1))
    findings = [*_consistency(revision), *_form(revision, highest), *need_findings(revision)]
    if highest == ServiceLevel.L2 and not revision.form_templates.exists():
        findings.append(
            Finding(
                _("Mẫu đơn, tờ khai"), _("Dịch vụ mức độ 2 hứa có mẫu để tải, nhưng phiên bản chưa có tệp mẫu nào.")
            )
        )
    if highest >= ServiceLevel.L3:
        findings += [*_terms(revision), *_fees(revision)]
    return findings


def _consistency(revision: ProcedureRevision) -> Iterable[Finding]:
    """Rows that point at a part of another revision."""
    for name, rows in (
        (_("Thành phần hồ sơ"), revision.required_documents),
        (_("Thời hạn theo cách nộp"), revision.terms),
        (_("Phí, lệ phí"), revision.fee_rules),
        (_("Bước thực hiện"), revision.steps),
    ):
        for row in rows.filter(case__isnull=False).exclude(case__revision=revision):
            yield Finding(f"{name}: {row}", _("Trường hợp được chọn thuộc một phiên bản khác."))
    for row in revision.required_documents.filter(form_template__isnull=False).exclude(
        form_template__revision=revision
    ):
        yield Finding(_("Thành phần hồ sơ: %(row)s") % {"row": row}, _("Mẫu được chọn thuộc một phiên bản khác."))


def _form(revision: ProcedureRevision, highest: int) -> Iterable[Finding]:
    if not revision.form_definition:
        if highest >= ServiceLevel.L3:
            yield Finding(
                _("Tờ khai điện tử"), _("Dịch vụ mức độ 3, 4 phải khai được trên mạng, nhưng chưa có tờ khai điện tử.")
            )
        return
    try:
        definition = parse(revision.form_definition)
    except DefinitionError as error:
        yield Finding(_("Tờ khai điện tử"), error.sentence)
        return
    if highest >= ServiceLevel.L3 and not any(definition.fields()):
        yield Finding(_("Tờ khai điện tử"), _("Tờ khai chưa có trường nào."))


def _terms(revision: ProcedureRevision) -> Iterable[Finding]:
    """A deadline is promised at filing, so every case needs a reviewed online term and no row may be unreviewed."""
    place = _("Thời hạn theo cách nộp")
    terms = list(revision.terms.select_related("case"))
    for term in terms:
        if not term.is_reviewed:
            yield Finding(
                f"{place}: {term.get_channel_display()}",
                _("Thời hạn này chưa được rà soát nên không dùng để hẹn ngày trả được."),
            )
    online = {term.case_id for term in terms if term.channel == Channel.ONLINE and term.is_reviewed}
    if None in online:
        return
    cases = list(revision.cases.all())
    if not cases:
        yield Finding(place, _("Chưa có thời hạn cho cách nộp trực tuyến."))
    for case in cases:
        if case.pk not in online:
            yield Finding(
                place, _("Chưa có thời hạn cho cách nộp trực tuyến, trường hợp “%(case)s”.") % {"case": case.name}
            )


def _fees(revision: ProcedureRevision) -> Iterable[Finding]:
    for rule in revision.fee_rules.all():
        if not rule.is_reviewed:
            yield Finding(
                _("Phí, lệ phí: %(rule)s") % {"rule": rule.label or rule.fee_text or rule.get_kind_display()},
                _("Mức thu này chưa được rà soát nên không dùng để thu tiền được."),
            )
