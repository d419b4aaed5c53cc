"""Reorganisation: an agency's open dossiers go to its successor, due dates kept, citizens told, history intact.

A start records the succession and hands the work to the outbox, which moves a batch at a time and asks for the next one. A
worker killed in between loses nothing: what moved is no longer at the old agency, so a batch run twice finds the rest.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers import handoff_policies, holdings, policies, transitions
from dossiers.enums import OPEN_STATES, Deed, DossierState, HandoffState
from dossiers.errors import TransferNotReady
from dossiers.events import TransferContinues
from dossiers.models import AgencyTransfer, Dossier, Handoff
from dossiers.models.transfers import TransferState
from dossiers.services.drafts import take_offering
from dossiers.services.handoffs import end_handoff, save_handoff
from portal.accounts import selectors as account_selectors
from portal.accounts import services as account_services
from portal.core import clock, outbox
from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotPermitted, PortalError
from portal.core.templatetags.portal import day
from procedures import selectors as procedure_selectors

BATCH = 100
_COLUMNS = ("receiving_agency", "resolving_agency", "responsible_agency")


def dossiers_of(transfer: AgencyTransfer) -> QuerySet[Dossier]:
    """Filed, open dossiers that the old agency receives, resolves or holds, or was asked about, in the policy areas of the
    transfer."""
    asked = Handoff.objects.still_open().filter(to_agency=transfer.from_agency_id)
    at_old = Q(pk__in=asked.values("dossier_id"))
    for column in _COLUMNS:
        at_old |= Q(**{column: transfer.from_agency_id})
    return _in_areas(transfer, Dossier.objects.filter(at_old, state__in=sorted(OPEN_STATES)))


def _in_areas(transfer: AgencyTransfer, rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    areas = list(transfer.policy_areas.values_list("pk", flat=True))
    return rows.filter(revision__procedure__policy_area__in=areas) if areas else rows


def transfer_preview(transfer: AgencyTransfer) -> Mapping[str, int]:
    """State -> number of dossiers that would move; "draft" counts what citizens have begun there."""
    counts = {
        row["state"]: row["count"]
        for row in dossiers_of(transfer).order_by().values("state").annotate(count=Count("pk"))
    }
    counts[DossierState.DRAFT] = _drafts_of(transfer).count()
    return counts


def _drafts_of(transfer: AgencyTransfer) -> QuerySet[Dossier]:
    rows = Dossier.objects.filter(state=DossierState.DRAFT, offering__agency=transfer.from_agency_id)
    return _in_areas(transfer, rows)


@transaction.atomic
def start_transfer(*, actor: Actor, transfer_id: int) -> AgencyTransfer:
    """Begin the move (or try again what was left over). Raises TransferNotReady, NotPermitted."""
    if actor.kind is not ActorKind.ADMINISTRATOR or actor.user_id is None:
        raise NotPermitted
    transfer = AgencyTransfer.objects.select_for_update().get(pk=transfer_id)
    successor = account_selectors.agencies_in_force().filter(pk=transfer.to_agency_id)
    may_start = transfer.state == TransferState.PREPARED or (transfer.state == TransferState.DONE and transfer.failures)
    if not may_start or transfer.effective_on > clock.today() or not successor.exists():
        raise TransferNotReady
    account_services.succeed(
        actor=actor,
        predecessor_id=transfer.from_agency_id,
        successor_id=transfer.to_agency_id,
        effective_on=transfer.effective_on,
        decision_number=transfer.decision_number,
        moves_postings=transfer.moves_postings,
        closes_predecessor=transfer.closes_predecessor,
    )
    transfer.state = TransferState.RUNNING
    transfer.started_by_id, transfer.started_at = actor.user_id, clock.now()
    transfer.failures, transfer.finished_at = {}, None
    transfer.save()
    outbox.publish(TransferContinues(transfer_id=transfer.pk))
    return transfer


def continue_transfer(*, transfer_id: int) -> None:
    """Move the next batch, each dossier in its own transaction; the last batch closes the transfer."""
    transfer = AgencyTransfer.objects.select_related("from_agency", "to_agency", "started_by").get(pk=transfer_id)
    if transfer.state != TransferState.RUNNING or transfer.started_by is None:
        return
    actor = Actor(ActorKind.ADMINISTRATOR, transfer.started_by.pk, transfer.started_by.full_name)
    failures: dict[str, str] = dict(transfer.failures)
    left = dossiers_of(transfer).exclude(code__in=failures)
    for pk, code in list(left.order_by("pk").values_list("pk", "code")[:BATCH]):
        try:
            move_dossier(actor=actor, dossier_id=pk, transfer=transfer)
        except PortalError as problem:
            failures[code or ""] = problem.code
    with transaction.atomic():
        AgencyTransfer.objects.filter(pk=transfer.pk).update(failures=failures)
        if dossiers_of(transfer).exclude(code__in=failures).exists():
            outbox.publish(TransferContinues(transfer_id=transfer.pk))
            return
        _move_drafts(transfer)
        AgencyTransfer.objects.filter(pk=transfer.pk, state=TransferState.RUNNING).update(
            state=TransferState.DONE, finished_at=clock.now()
        )


@transaction.atomic
def move_dossier(*, actor: Actor, dossier_id: int, transfer: AgencyTransfer) -> bool:
    """One dossier goes to the successor: its agencies change, its dates, state and code do not.

    False when it has gone already. Who holds it keeps it where they can do the same step at the successor, else it waits
    there for somebody to take it; what only other agencies of the dossier lose or gain is nothing to them. Raises
    TransitionConflict when it has ended meanwhile.
    """
    step = transitions.begin_deed(
        Deed.TRANSFER,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.TRANSFER,
        allowed_in=OPEN_STATES,
    )
    dossier = step.dossier
    columns = [name for name in _COLUMNS if getattr(dossier, f"{name}_id") == transfer.from_agency_id]
    handoffs = _move_handoffs(dossier, transfer, actor=actor, at=step.at)
    if not columns and not handoffs:
        return False
    if "resolving_agency" in columns and dossier.received_at is not None and dossier.hours_agency_id is None:
        # The date that was promised is counted on by the hours by which it was.
        dossier.hours_agency = transfer.from_agency
    for name in columns:
        setattr(dossier, name, transfer.to_agency)
    # The open row decides with its own agency and role, in `record`; without one somebody waits with the citizen.
    is_waited = columns and dossier.open_holding is None and dossier.assignee_id is not None
    if is_waited and not holdings.can_go_on(dossier):
        dossier.assignee = None
    with translation.override(dossier.applicant_language):
        note = _(
            "Từ ngày %(day)s, %(new)s tiếp nhận công việc của %(old)s theo %(decision)s. Ngày hẹn trả kết quả giữ nguyên."
        ) % {
            "day": day(transfer.effective_on),
            "new": transfer.to_agency.name,
            "old": transfer.from_agency.name,
            "decision": transfer.decision_number,
        }
    step.record(
        public_note=note,
        details={
            "from_agency": transfer.from_agency_id,
            "to_agency": transfer.to_agency_id,
            "columns": columns,
            "keeps_officer": holdings.is_kept(dossier),
            "handoffs": handoffs,
            "transfer": transfer.pk,
        },
    )
    AgencyTransfer.objects.filter(pk=transfer.pk).update(moved_count=F("moved_count") + 1)
    return True


def _move_handoffs(dossier: Dossier, transfer: AgencyTransfer, *, actor: Actor, at: datetime) -> list[str]:
    """What the old agency was asked, or asks, goes with it; a question between two that are now one ends. Their codes.

    What was passed on from a question that ends so stays open: the agency that is left asks it now (`plan_progress`).
    """
    old, new = transfer.from_agency_id, transfer.to_agency_id
    moved = []
    for handoff in dossier.handoffs.still_open().filter(Q(to_agency=old) | Q(from_agency=old)).order_by("number"):
        ends = {new if side == old else side for side in (handoff.from_agency_id, handoff.to_agency_id)}
        if len(ends) == 1:
            with translation.override("vi"):
                reason = _("Hai cơ quan đã nhập làm một.")
            end_handoff(handoff, state=HandoffState.CLOSED, reason=reason, actor=actor, at=at)
        elif handoff.to_agency_id == old:
            handoff.to_agency_id = new
            if handoff.assignee_id is not None and not _can_answer(handoff.assignee_id, new):
                handoff.assignee = None
            save_handoff(handoff)
        else:
            handoff.from_agency_id = new
            save_handoff(handoff)
        moved.append(handoff.code)
    return moved


def _can_answer(user_id: int, agency_id: int) -> bool:
    able = account_selectors.officers_for_work(agency_id, *handoff_policies.WORKING_ROLES)
    return able.filter(pk=user_id).exists()


def _move_drafts(transfer: AgencyTransfer) -> None:
    """What citizens have begun goes on at the successor where it offers the procedure; else the start page tells them."""
    for draft in _with_procedure(_drafts_of(transfer).select_for_update(of=("self",))):
        offering = procedure_selectors.offering_on(draft.offering.procedure, transfer.to_agency_id, clock.today())
        if offering is None:
            continue
        if draft.receiving_agency_id == transfer.from_agency_id:
            # The desk goes along, with the sheets that lie there.
            draft.receiving_agency = transfer.to_agency
        take_offering(draft, offering)


def _with_procedure(drafts: QuerySet[Dossier]) -> Iterable[Dossier]:
    return drafts.select_related("offering__procedure").iterator(chunk_size=500)
