"""The published text of a procedure, and the rules that a dossier is handled by.

What is in force is told by the date in Vietnam, not by when the sweep got round to it: a scheduled revision whose day has
come is in force, one whose last day is over is not (decision 0014).
"""

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from portal.core import clock
from procedures.enums import Channel, RevisionState
from procedures.errors import ProcedureAbolished, TermNotConfigured, UnknownProcedure
from procedures.models import (
    ChannelTerm,
    FormTemplate,
    ProcedureCase,
    ProcedureRevision,
    RequiredDocument,
    ServiceOffering,
)


def revisions_in_force() -> QuerySet[ProcedureRevision]:
    """In force today, the one whose day has come before the one it takes the place of."""
    return _by_precedence(ProcedureRevision.objects.filter(_scheduled_and_due() | _published_and_not_over()))


def ruling_revisions() -> QuerySet[ProcedureRevision]:
    """Exactly the one revision in force today of each procedure: for `Exists` in the queries of neighbours."""
    due = ProcedureRevision.objects.filter(_scheduled_and_due(), procedure=OuterRef("procedure"))
    return ProcedureRevision.objects.filter(_scheduled_and_due() | (_published_and_not_over() & ~Exists(due)))


def _scheduled_and_due() -> Q:
    return Q(state=RevisionState.SCHEDULED, effective_from__lte=clock.today())


def _published_and_not_over() -> Q:
    return Q(state=RevisionState.PUBLISHED) & (Q(effective_to__isnull=True) | Q(effective_to__gte=clock.today()))


def _by_precedence(revisions: QuerySet[ProcedureRevision]) -> QuerySet[ProcedureRevision]:
    order = Case(
        When(state=RevisionState.SCHEDULED, then=Value(0)),
        When(state=RevisionState.PUBLISHED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return revisions.annotate(precedence=order).order_by("precedence", "-number")


def published_revision(code: str) -> ProcedureRevision:
    """The revision in force of this procedure code, with procedure and area.

    Raises `ProcedureAbolished` (409) when there is one no longer, `UnknownProcedure` (404) when there never was.
    """
    found = revisions_in_force().select_related("procedure__policy_area").filter(procedure__code=code).first()
    if found is not None:
        return found
    abolished = _abolished().select_related("procedure").filter(procedure__code=code).first()
    if abolished is None:
        raise UnknownProcedure
    raise ProcedureAbolished(abolition_sentence(abolished))


def abolition_sentence(revision: ProcedureRevision) -> str:
    """Since when nothing can be filed, and where to read on."""
    return _(
        "Thủ tục %(code)s đã bãi bỏ từ ngày %(day)s nên không nhận hồ sơ mới. Trang thủ tục cho biết lý do và thủ tục thay thế."
    ) % {"code": revision.procedure.code, "day": f"{revision.abolished_from:%d/%m/%Y}"}


def _abolished() -> QuerySet[ProcedureRevision]:
    """Abolished, or planned to be and the day has come; the latest first."""
    is_over = Q(state=RevisionState.PUBLISHED, effective_to__lt=clock.today())
    return _by_precedence(ProcedureRevision.objects.filter(is_over | Q(state=RevisionState.ABOLISHED)))


def procedure_page(code: str) -> ProcedureRevision:
    """The revision in force with everything its page shows already fetched (11 queries), or the abolished one.

    `has_ended` tells them apart; `next_number` and `next_from` tell of a revision that is scheduled to follow, or are
    None. Raises `UnknownProcedure` (404).
    """
    shown = _scheduled_and_due() | Q(state__in=(RevisionState.PUBLISHED, RevisionState.ABOLISHED))
    following = ProcedureRevision.objects.filter(
        procedure=OuterRef("procedure"), state=RevisionState.SCHEDULED, effective_from__gt=clock.today()
    )
    found = (
        _by_precedence(_whole_pages().filter(shown))
        .annotate(
            next_number=Subquery(following.values("number")[:1]),
            next_from=Subquery(following.values("effective_from")[:1]),
        )
        .filter(procedure__code=code)
        .first()
    )
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
    in_force = ServiceOffering.objects.in_force().select_related("agency", "receiving_agency", "provider_system")
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
    in_force = revisions_in_force().filter(procedure__code=code).values("pk")[:1]
    found = (rows if of_any_revision else rows.filter(revision=in_force)).first()
    if found is None:
        raise UnknownProcedure
    return found


def of_case(case: ProcedureCase | None) -> Q:
    return Q(case__isnull=True) if case is None else Q(case__isnull=True) | Q(case=case)


def term_for(revision: ProcedureRevision, channel: Channel | str, case: ProcedureCase | None = None) -> ChannelTerm:
    """The reviewed term that sets the deadline; one written for the case goes before the general one.

    Raises `TermNotConfigured` when there is none: an unreviewed value never sets a deadline.
    """
    rows = ChannelTerm.objects.filter(of_case(case), revision=revision, channel=channel, is_reviewed=True)
    found = max(rows, key=lambda row: row.case_id is not None, default=None)
    if found is None:
        raise TermNotConfigured
    return found


def required_documents_for(revision: ProcedureRevision, case: ProcedureCase | None = None) -> list[RequiredDocument]:
    """Documents asked for in every case, and those of the case, in order, with their templates."""
    return list(
        RequiredDocument.objects.filter(of_case(case), revision=revision)
        .select_related("case", "form_template__document")
        .order_by("order", "id")
    )
