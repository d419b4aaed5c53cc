"""Between a dossier and its charges: fee rules of the revision become charges; payments knows nothing of dossiers.

One quote (`services.dues`) is what the citizen reads before filing, what an officer reads before asking, and what is charged.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers.enums import DossierState
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier
from dossiers.services.dues import Dues
from payments import selectors as payment_selectors
from payments import services as payment_services
from payments.enums import ChargeKind, CollectionPoint
from portal.core.actors import SYSTEM, Actor
from portal.core.money import format_vnd
from procedures import services as procedure_services
from procedures.enums import LevelAction, QuantitySource
from procedures.selectors import QuotedFee

if TYPE_CHECKING:
    from payments.models import Charge


def charge_what_is_due(
    *,
    actor: Actor,
    dossier: Dossier,
    collection: CollectionPoint | None = None,
    leaves_open: bool = False,
) -> Sequence["Charge"]:
    """Create the charges of `Dues.to_charge`; raises what it raises."""
    return [_charge(actor, dossier, fee) for fee in Dues(dossier).to_charge(collection, leaves_open=leaves_open)]


def _charge(actor: Actor, dossier: Dossier, fee: QuotedFee) -> "Charge":
    # The copy is a record of the agency: in the portal's own language, whoever presses the button.
    with translation.override(settings.LANGUAGE_CODE):
        copy = fee.as_rule_copy()
    return payment_services.create_charge(
        actor=actor,
        subject=dossier.subject,
        subject_label=dossier.code or "",
        return_path=f"/ho-so/{dossier.code}/",
        payer_id=dossier.applicant_id,
        kind=ChargeKind(fee.rule.kind),
        amount=fee.amount or 0,
        description=fee.rule.name,
        rule=copy,
        collection=CollectionPoint(fee.rule.collection),
        agency_id=dossier.receiving_agency_id,
        context=charge_context(dossier),
        accepts_online=pays_online(dossier),
    )


def recharge(*, actor: Actor, dossier: Dossier, rule_ids: set[int], revives: bool = False) -> int:
    """The owed charges of these rules are let go and made anew as the quote is now; returns the đồng paid too much.

    Both stand in the ledger. A charge that was paid already stays: what it is now too high is proposed for a refund, which
    the accountant decides. Where the amount is the same, nothing moves. `revives`: also for a fee that was charged before
    and let go since.
    """
    charges: dict[int, list[Charge]] = {}
    dues = Dues(dossier)
    for charge in dues.charges:
        charges.setdefault(charge.rule.get("fee_rule_id", 0), []).append(charge)
    surplus = 0
    for fee in dues.quote.fees:
        own = charges.get(fee.rule.pk, [])
        if fee.rule.pk not in rule_ids or fee.amount is None or not own:
            continue
        owed = [charge for charge in own if charge.is_owed and charge.amount != fee.amount]
        for charge in own:
            if charge.is_settled and charge.amount > fee.amount:
                refund = payment_services.propose_for_overcharge(
                    actor=actor, charge_id=charge.pk, owed_amount=fee.amount, note=_why_too_much(fee)
                )
                surplus += refund.amount if refund is not None else 0
        for charge in owed:
            payment_services.cancel_charge(actor=actor, charge_id=charge.pk)
        if fee.amount and (owed or (revives and not any(charge.is_owed or charge.is_settled for charge in own))):
            _charge(actor, dossier, fee)
    return surplus


def follow_declaration(dossier: Dossier) -> str:
    """After the declaration was changed: fees by a number declared there. Owed charges are made anew.

    What is paid stays paid; the sentence for the officers that comes back names each whose amount is another now, "" if
    none: the agency asks for the rest, or gives back, by its own decision.
    """
    dues = Dues(dossier)
    declared = [
        fee for fee in dues.quote.fees if fee.rule.quantity_source == QuantitySource.ANSWER and fee.amount is not None
    ]
    if not declared:
        return ""
    recharge(actor=SYSTEM, dossier=dossier, rule_ids={fee.rule.pk for fee in declared})
    sentences = []
    # The citizen may read the other language; officers read this.
    with translation.override(settings.LANGUAGE_CODE):
        for fee in declared:
            paid = [one.amount for one in dues.charges if one.is_settled and one.rule.get("fee_rule_id") == fee.rule.pk]
            if paid and sum(paid) != fee.amount:
                facts = {"fee": fee.label, "paid": format_vnd(sum(paid)), "now": format_vnd(fee.amount or 0)}
                sentences.append(_("%(fee)s: đã nộp %(paid)s, theo tờ khai mới là %(now)s.") % facts)
    return " ".join(sentences)


def asked_anew(dossier: Dossier, *, before: int) -> dict[str, object]:
    """Details of a journal line whose act changed what the citizen has to pay now; {} where nothing is to be told.

    `before`: whole đồng that was owed before the act, of which the citizen was told.
    """
    owed = Dues(dossier).owed
    if owed in (0, before) or dossier.state not in (DossierState.SUBMITTED, DossierState.PAYMENT_REQUESTED):
        return {}
    return {"amount": owed, "pays_online": pays_online(dossier)}


def _why_too_much(fee: QuotedFee) -> str:
    """A record of the agency, like the copy of the rule."""
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Tính lại sau khi đã nộp: nay chỉ còn %(amount)s.") % {"amount": format_vnd(fee.amount or 0)}
        return f"{words} {fee.as_rule_copy().get('working', '')}".strip()


def pays_online(dossier: Dossier) -> bool:
    return procedure_services.offering_allows(dossier.offering, LevelAction.PAY_ONLINE)


def charge_context(dossier: Dossier) -> dict[str, str]:
    """What providers and receipts print beside an amount; nothing of the person."""
    procedure = dossier.revision.procedure
    return {"procedure_code": procedure.code, "procedure_name": procedure.name}


def has_fee_still_owed(dossier: Dossier) -> bool:
    return any(charge.is_owed for charge in payment_selectors.charges_for(dossier.subject))


def cancel_what_is_owed(*, actor: Actor, dossier: Dossier) -> None:
    """Nothing more is asked for a dossier that ended without a decision."""
    for charge in payment_selectors.charges_for(dossier.subject):
        if charge.is_owed:
            payment_services.cancel_charge(actor=actor, charge_id=charge.pk)


def take_at_counter(
    *,
    actor: Actor,
    dossier: Dossier,
    charge_id: str | UUID,
    method: str,
    received_amount: int,
    terminal_slip_number: str,
    knows_of_other_tries: bool,
) -> None:
    """Record cash or card for one charge of this dossier, and of no other: as at the till, by the same one service."""
    if not any(str(charge.pk) == str(charge_id) for charge in payment_selectors.charges_for(dossier.subject)):
        raise DossierNotFound
    payment_services.record_counter_payment(
        actor=actor,
        charge_id=charge_id,
        method=method,
        received_amount=received_amount,
        agency_id=dossier.receiving_agency_id,
        terminal_slip_number=terminal_slip_number,
        knows_of_other_tries=knows_of_other_tries,
    )
