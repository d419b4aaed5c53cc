"""What the asked agency says: an answer, a refusal, or the amounts the citizen owes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dossiers import deadlines, transitions
from dossiers.enums import (
    ANSWERED_OUTCOMES,
    Deed,
    DossierState,
    HandoffOutcome,
    HandoffState,
    ObligationKind,
    PauseCause,
    Transition,
)
from dossiers.errors import ObligationMissing, ReasonMissing
from dossiers.handoff_policies import HandoffAction
from dossiers.models import Dossier, Handoff, HandoffFile, HandoffObligation
from dossiers.services import clock as dossier_clock
from dossiers.services import handoff_gates
from dossiers.services.fees import charge_context
from dossiers.services.handoffs import (
    begin_handoff_deed,
    close_onward,
    facts_of,
    require_person,
    save_handoff,
    told_citizen,
)
from payments import selectors as payment_selectors
from payments import services as payment_services
from payments.enums import ChargeKind, CollectionPoint
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import InvalidInput
from portal.documents import services as document_services
from procedures import services as procedure_services
from procedures.enums import LevelAction

MAX_FILES = 10
# Ten trillion đồng: above it somebody typed a digit too many.
LARGEST_AMOUNT = 10_000_000_000_000


@dataclass(frozen=True, slots=True)
class Obligation:
    """One amount to pay, whole đồng; the description replaces the name of its kind on the charge."""

    kind: str
    amount: int
    description: str = ""


@transaction.atomic
def answer_handoff(
    *,
    actor: Actor,
    handoff_id: int,
    outcome: str,
    answer: str,
    uploads: Sequence[UploadedFile] = (),
    seen_version: int | None = None,
) -> Handoff:
    """Answer with words and files. `outcome`: agreed or opinion; amounts are set by `set_financial_obligation`.

    An answer that binds waits for those it was passed on to. Raises InvalidInput, HandoffAwaited, NotPermitted,
    HandoffConflict, documents' refusals.
    """
    if outcome not in ANSWERED_OUTCOMES or outcome == HandoffOutcome.OBLIGATION_SET:
        raise InvalidInput(fields={"outcome": _("Chọn kết quả trả lời.")})
    if outcome == HandoffOutcome.OPINION and not answer.strip():
        raise InvalidInput(fields={"answer": _("Hãy ghi nội dung ý kiến.")})
    step, handoff = _begin(Deed.ANSWER_HANDOFF, actor, handoff_id, HandoffAction.ANSWER, seen_version)
    _close(step, handoff, outcome=HandoffOutcome(outcome), answer=answer, uploads=uploads)
    return handoff


@transaction.atomic
def refuse_handoff(
    *,
    actor: Actor,
    handoff_id: int,
    reason: str,
    uploads: Sequence[UploadedFile] = (),
    seen_version: int | None = None,
) -> Handoff:
    """Refuse with a reason that goes back to who asked. Where the word binds, the dossier can only be denied then.

    Raises ReasonMissing, NotPermitted, HandoffConflict.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    step, handoff = _begin(Deed.REFUSE_HANDOFF, actor, handoff_id, HandoffAction.REFUSE, seen_version)
    handoff.reason = reason
    _close(step, handoff, outcome=HandoffOutcome.REFUSED, answer="", uploads=uploads)
    return handoff


@transaction.atomic
def set_financial_obligation(
    *,
    actor: Actor,
    handoff_id: int,
    obligations: Sequence[Obligation],
    answer: str = "",
    legal_basis: str = "",
    uploads: Sequence[UploadedFile] = (),
    seen_version: int | None = None,
) -> Handoff:
    """Answer with the amounts the citizen owes: each becomes a charge at once.

    The system then asks for the money in the same transaction (the asked authority has decided, and nobody of the
    dossier's agency may change an amount, so nothing is gained by waiting for an officer): the dossier goes to
    PAYMENT_REQUESTED. Where it waits for a supplement, it is asked for when that came; where it waits for another
    payment, the amounts join it. Raises ObligationMissing, InvalidInput where the handoff asks for none.
    """
    _check(obligations)
    step, handoff = _begin(Deed.ANSWER_HANDOFF, actor, handoff_id, HandoffAction.ANSWER, seen_version)
    if not handoff.sets_obligation:
        raise InvalidInput(fields={"amounts": _("Phần việc này không yêu cầu xác định nghĩa vụ tài chính.")})
    dossier = step.dossier
    pays_online = procedure_services.offering_allows(dossier.offering, LevelAction.PAY_ONLINE)
    for one in obligations:
        # It goes onto receipts: in the portal's own language, whoever presses the button.
        with translation.override(settings.LANGUAGE_CODE):
            label = one.description.strip() or str(ObligationKind(one.kind).label)
        charge = payment_services.create_charge(
            actor=actor,
            subject=dossier.subject,
            subject_label=dossier.code or "",
            return_path=f"/ho-so/{dossier.code}/",
            payer_id=dossier.applicant_id,
            kind=ChargeKind.OBLIGATION,
            amount=one.amount,
            description=label,
            rule={
                "handoff": handoff.code,
                "obligation": one.kind,
                "label": label,
                "amount": one.amount,
                "set_by": handoff.to_agency.name,
                "legal_basis": legal_basis.strip(),
            },
            collection=CollectionPoint.ON_REQUEST,
            agency_id=handoff.to_agency_id,
            context=charge_context(dossier),
            accepts_online=pays_online,
        )
        HandoffObligation.objects.create(
            handoff=handoff, kind=one.kind, description=one.description.strip(), amount=one.amount, charge=charge
        )
    joins = dossier.state == DossierState.PAYMENT_REQUESTED
    if joins and dossier.next_date_at is not None:
        dossier.next_date_at = max(dossier.next_date_at, step.at + deadlines.PAYMENT_WITHIN)
    total = sum(one.amount for one in obligations)
    extra: dict[str, object] = {"amount": total, "pays_online": pays_online} if joins else {}
    _close(step, handoff, outcome=HandoffOutcome.OBLIGATION_SET, answer=answer, uploads=uploads, details=extra)
    ask_for_obligations(dossier_id=dossier.pk)
    return handoff


@transaction.atomic
def ask_for_obligations(*, dossier_id: int) -> Dossier | None:
    """Automatic: a dossier in processing with amounts another agency set goes to PAYMENT_REQUESTED, the clock stops.

    Quietly nothing when there is nothing owed of that kind, or the dossier is not in processing.
    """
    dossier = transitions.lock(dossier_id)
    if dossier.state != DossierState.PROCESSING:
        return None
    owed = [
        charge
        for charge in payment_selectors.charges_for(dossier.subject)
        if charge.is_owed and charge.kind == ChargeKind.OBLIGATION
    ]
    if not owed:
        return None
    step = transitions.begin(Transition.REQUEST_OBLIGATION, actor=SYSTEM, dossier_id=dossier_id)
    dossier_clock.pause(step.dossier, cause=PauseCause.PAYMENT, at=step.at)
    step.run(
        pay_by=step.at + deadlines.PAYMENT_WITHIN,
        details={
            "amount": sum(charge.amount for charge in owed),
            "pays_online": any(charge.accepts_online for charge in owed),
        },
    )
    return step.dossier


def _check(obligations: Sequence[Obligation]) -> None:
    if not obligations:
        raise ObligationMissing
    for one in obligations:
        is_whole = isinstance(one.amount, int) and not isinstance(one.amount, bool)
        if one.kind not in ObligationKind.values or not is_whole or not 0 < one.amount <= LARGEST_AMOUNT:
            raise ObligationMissing
        if one.kind == ObligationKind.OTHER and not one.description.strip():
            raise ObligationMissing(_("Khoản khác phải ghi rõ là khoản gì."))


def _begin(
    deed: Deed, actor: Actor, handoff_id: int, action: HandoffAction, seen_version: int | None
) -> tuple[transitions.DeedStep, Handoff]:
    return begin_handoff_deed(deed, actor=actor, handoff_id=handoff_id, action=action, seen_version=seen_version)


def _close(
    step: transitions.DeedStep,
    handoff: Handoff,
    *,
    outcome: HandoffOutcome,
    answer: str,
    uploads: Sequence[UploadedFile],
    details: dict[str, object] | None = None,
) -> None:
    is_refusal = outcome == HandoffOutcome.REFUSED
    if not is_refusal:
        handoff_gates.require_onward_answered(handoff)
    if len(uploads) > MAX_FILES:
        raise InvalidInput(fields={"uploads": _("Gửi nhiều nhất %(max)d tệp.") % {"max": MAX_FILES}})
    person = require_person(step.actor)
    for upload in uploads:
        document = document_services.store_upload(actor=step.actor, upload=upload, purpose="handoff_answer")
        HandoffFile.objects.create(handoff=handoff, document=document, added_by_id=person, added_at=step.at)
    if handoff.received_at is None:
        # Answered without a word of receipt: then it was received by answering.
        handoff.received_at = step.at
    handoff.assignee_id = handoff.assignee_id or person
    handoff.state = HandoffState.REFUSED if is_refusal else HandoffState.ANSWERED
    handoff.outcome = outcome
    handoff.answer = answer.strip()
    handoff.answered_at = step.at
    handoff.closed_by_id = person
    save_handoff(handoff)
    close_onward(handoff, actor=step.actor, at=step.at)
    step.record(
        public_note=told_citizen(
            step.dossier,
            gettext_noop("%(agency)s từ chối phần việc của mình. Cơ quan giải quyết sẽ báo bạn bước tiếp theo.")
            if is_refusal
            else gettext_noop("%(agency)s đã trả lời."),
            agency=handoff.to_agency.name,
        ),
        internal_note=handoff.reason if is_refusal else handoff.answer,
        details={**facts_of(handoff), **(details or {})},
    )
