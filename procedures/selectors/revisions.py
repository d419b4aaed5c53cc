"""The published text of a procedure, and the rules that a dossier is handled by."""

from django.db.models import Prefetch, Q, QuerySet

from procedures.enums import Channel, RevisionState
from procedures.errors import FeeNotConfigured, TermNotConfigured, UnknownProcedure
from procedures.models import (
    ChannelTerm,
    FeeRule,
    FormTemplate,
    ProcedureCase,
    ProcedureRevision,
    RequiredDocument,
    ServiceOffering,
)


def published_revision(code: str) -> ProcedureRevision:
    """The revision in force of this procedure code, with procedure and area. Raises `UnknownProcedure` (404)."""
    found = (
        ProcedureRevision.objects.select_related("procedure__policy_area")
        .filter(procedure__code=code, state=RevisionState.PUBLISHED)
        .first()
    )
    if found is None:
        raise UnknownProcedure
    return found


def procedure_page(code: str) -> ProcedureRevision:
    """The revision in force with everything its page shows already fetched (11 queries). Raises `UnknownProcedure`."""
    found = _whole_pages().filter(procedure__code=code, state=RevisionState.PUBLISHED).first()
    if found is None:
        raise UnknownProcedure
    return found


def revision_page(revision_id: int) -> ProcedureRevision:
    """As `procedure_page`, of one revision in whatever state: what its page would show. Raises `UnknownProcedure`."""
    found = _whole_pages().filter(pk=min(revision_id, 2**63 - 1)).first()
    if found is None:
        raise UnknownProcedure
    return found


def _whole_pages() -> QuerySet[ProcedureRevision]:
    in_force = ServiceOffering.objects.in_force().select_related("agency", "receiving_agency")
    return ProcedureRevision.objects.select_related("procedure__policy_area").prefetch_related(
        "cases",
        Prefetch("required_documents", RequiredDocument.objects.select_related("form_template__document")),
        "terms",
        "fee_rules",
        "results",
        "legal_bases",
        "steps",
        Prefetch("form_templates", FormTemplate.objects.select_related("document")),
        Prefetch("procedure__offerings", in_force.order_by("-level", "agency__name", "pk")),
    )


def form_template(code: str, template_id: int, *, of_any_revision: bool = False) -> FormTemplate:
    """A form template of the revision in force, with its document; of a draft too for who previews it.

    Raises `UnknownProcedure` (404).
    """
    rows = FormTemplate.objects.select_related("document").filter(pk=template_id, revision__procedure__code=code)
    found = (rows if of_any_revision else rows.filter(revision__state=RevisionState.PUBLISHED)).first()
    if found is None:
        raise UnknownProcedure
    return found


def _of_case(case: ProcedureCase | None) -> Q:
    return Q(case__isnull=True) if case is None else Q(case__isnull=True) | Q(case=case)


def term_for(revision: ProcedureRevision, channel: Channel | str, case: ProcedureCase | None = None) -> ChannelTerm:
    """The reviewed term that sets the deadline; one written for the case goes before the general one.

    Raises `TermNotConfigured` when there is none: an unreviewed value never sets a deadline.
    """
    rows = ChannelTerm.objects.filter(_of_case(case), revision=revision, channel=channel, is_reviewed=True)
    found = max(rows, key=lambda row: row.case_id is not None, default=None)
    if found is None:
        raise TermNotConfigured
    return found


def fee_rules_for(
    revision: ProcedureRevision, channel: Channel | str, case: ProcedureCase | None = None
) -> list[FeeRule]:
    """Every rule that is to be charged for the channel and case, in order; [] = nothing to pay.

    Raises `FeeNotConfigured` when one that matches is unreviewed: an unreviewed value never charges money.
    """
    rules = list(
        FeeRule.objects.filter(_of_case(case), Q(channel="") | Q(channel=channel), revision=revision).order_by(
            "order", "id"
        )
    )
    if any(not rule.is_reviewed or rule.amount is None for rule in rules):
        raise FeeNotConfigured
    return [rule for rule in rules if rule.amount]


def required_documents_for(revision: ProcedureRevision, case: ProcedureCase | None = None) -> list[RequiredDocument]:
    """Documents asked for in every case, and those of the case, in order, with their templates."""
    return list(
        RequiredDocument.objects.filter(_of_case(case), revision=revision)
        .select_related("case", "form_template__document")
        .order_by("order", "id")
    )
