"""The end of counter intake: file, receive, take the fee; and scans of sheets that were kept.

Each happens once, however often its button is pressed.
"""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import policies, transitions
from dossiers.enums import OPEN_STATES, Deed, DossierState
from dossiers.errors import DossierIncomplete, DossierNotFound, NothingToPay, NotReceivedHere, TermUnknown
from dossiers.models import CounterIntake, Dossier, DossierFile
from dossiers.selectors.promised_dates import due_if_received
from dossiers.services import fees, prepayment
from dossiers.services.counter_drafts import missing_of_post
from dossiers.services.dues import Dues
from dossiers.services.filing import submit
from dossiers.services.intake import receive
from dossiers.services.reliefs import decide_relief
from dossiers.services.slots import add_file, upload_slot
from payments import selectors as payment_selectors
from payments.enums import CollectionPoint
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, MisconfiguredData
from procedures import selectors as procedure_selectors


@transaction.atomic
def file_at_counter(*, actor: Actor, dossier_id: int, has_attested: bool, receives: bool) -> Dossier:
    """File the dossier the officer typed and, with `receives`, receive it in the same transaction: both or nothing.

    Where a fee comes before receipt it is filed only: taking the fee receives it (`take_fees_at_intake`). A claim to pay
    less for which the officer named the paper they saw is accepted here.

    `has_attested`: the officer saw the applicant's signature under the declaration. Pressed twice, or by two officers at
    once, the second call returns the dossier as it is. Raises DossierIncomplete, NotReceivedHere when another desk is to
    take it by now, TermUnknown (nothing is filed then), what `submit` raises, DossierNotFound.
    """
    dossier = transitions.lock(dossier_id)
    if not policies.enters_at_the_desk(actor, dossier):
        raise DossierNotFound
    if dossier.state == DossierState.DRAFT:
        intake = CounterIntake.objects.filter(dossier=dossier).first()
        missing = missing_of_post(dossier, intake)
        if missing:
            raise DossierIncomplete(fields={f"intake:{name}": sentence for name, sentence in missing.items()})
        if not procedure_selectors.receives_for(
            procedure_selectors.offering_now(dossier.offering), dossier.receiving_agency_id
        ):
            raise NotReceivedHere
        dossier = submit(actor=actor, dossier_id=dossier_id, has_attested=has_attested)
        CounterIntake.objects.filter(dossier=dossier).update(attestation_seen_by=actor.user_id)
        claim = Dues(dossier).claim
        if claim is not None and intake is not None and intake.relief_paper:
            dossier = decide_relief(actor=actor, dossier_id=dossier_id, accepts=True, reason=intake.relief_paper)
    if not receives or dossier.state != DossierState.SUBMITTED:
        return dossier
    if not prepayment.obstacle_to_receipt(Dues(dossier)):
        return receive(actor=actor, dossier_id=dossier_id)
    if due_if_received(dossier, clock.now()) is None:
        # Asked before money is: whoever pays must be received.
        raise TermUnknown
    return dossier


def fees_at_intake(dues: Dues) -> list[tuple[str, int]]:
    """(label, whole đồng) of what is owed, and of what the agency would ask for while it works: both can be paid now.

    Raises what `Dues.to_charge` raises where an amount is not known.
    """
    return [(charge.description, charge.amount) for charge in dues.charges if charge.is_owed] + [
        (fee.label, fee.amount or 0) for fee in dues.to_charge(CollectionPoint.ON_REQUEST)
    ]


@transaction.atomic
def take_fees_at_intake(
    *,
    actor: Actor,
    dossier_id: int,
    method: str,
    received_amount: int,
    terminal_slip_number: str = "",
    knows_of_other_tries: bool = False,
) -> Dossier:
    """Take everything that is due at receipt in one sum (whole đồng), each charge with its own receipt.

    A dossier that waited for it is received in the same transaction, where the officer may and a date can be promised.
    Raises NothingToPay (also when a colleague, or the first press, took it), InvalidInput when the sum differs, payment
    errors, NotPermitted, DossierNotFound. Nothing is recorded unless all of it is.
    """
    dossier = transitions.lock(dossier_id)
    policies.require(actor, policies.Action.TAKE_COUNTER_PAYMENT, dossier)
    if dossier.state not in OPEN_STATES:
        raise NothingToPay
    fees.charge_what_is_due(actor=actor, dossier=dossier, collection=CollectionPoint.ON_REQUEST)
    owed = [charge for charge in payment_selectors.charges_for(dossier.subject) if charge.is_owed]
    if not owed:
        raise NothingToPay
    if sum(charge.amount for charge in owed) != received_amount:
        raise InvalidInput(fields={"received_amount": _("Số tiền khác với tổng phải nộp. Hãy đếm lại.")})
    for charge in owed:
        fees.take_at_counter(
            actor=actor,
            dossier=dossier,
            charge_id=charge.pk,
            method=method,
            received_amount=charge.amount,
            # One swipe for all of them.
            terminal_slip_number=terminal_slip_number,
            knows_of_other_tries=knows_of_other_tries,
        )
    dossier = prepayment.follow_prepayment(dossier_id=dossier_id) or dossier
    may_receive = dossier.state == DossierState.SUBMITTED and policies.may(actor, policies.Action.RECEIVE, dossier)
    if may_receive and not prepayment.obstacle_to_receipt(Dues(dossier)):
        try:
            with transaction.atomic():
                dossier = receive(actor=actor, dossier_id=dossier_id)
        except MisconfiguredData:
            # No term or calendar by now: the money lies in the drawer and is recorded; the desk receives it once that is
            # mended, and its page says why not before.
            return dossier
    return dossier


@transaction.atomic
def digitise_paper(
    *,
    actor: Actor,
    dossier_id: int,
    component_id: int,
    upload: UploadedFile,
    copy_kind: str = "",
    seen_version: int | None = None,
) -> DossierFile:
    """Add the scan of a sheet that was handed in on paper and has no file yet; the file says who made it and when.

    Raises InvalidInput for a slot with nothing kept or scanned already, DossierNotFound for a foreign slot, documents'
    refusals, NotPermitted, TransitionConflict.
    """
    step = transitions.begin_deed(
        Deed.DIGITISE,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.DIGITISE,
        allowed_in=OPEN_STATES,
        seen_version=seen_version,
    )
    slot = upload_slot(step.dossier, component_id)
    if not slot.has_paper_kept or slot.files.exists():
        raise InvalidInput(fields={"component": _("Giấy tờ này đã có bản quét, hoặc không có bản giấy giữ lại.")})
    file = add_file(actor=actor, component=slot, upload=upload, copy_kind=copy_kind)
    step.record(details={"component": slot.pk})
    return file
