"""Between a dossier and its charges: fee rules of the revision become charges; payments knows nothing of dossiers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from dossiers.errors import DossierNotFound
from dossiers.models import Dossier
from payments import selectors as payment_selectors
from payments import services as payment_services
from payments.enums import ChargeKind, CollectionPoint
from portal.core.actors import Actor
from procedures import selectors as procedure_selectors
from procedures import services as procedure_services
from procedures.enums import LevelAction

if TYPE_CHECKING:
    from payments.models import Charge


def charge_what_is_due(
    *, actor: Actor, dossier: Dossier, collection: CollectionPoint | None = None
) -> Sequence["Charge"]:
    """Create the charges of the dossier's fee rules that are not charged yet; all of them, or those of one moment.

    Raises MisconfiguredData for a rule nobody reviewed: we refuse to guess an amount.
    """
    charged = {charge.rule.get("fee_rule_id") for charge in payment_selectors.charges_for(dossier.subject)}
    pays_online = procedure_services.offering_allows(dossier.offering, LevelAction.PAY_ONLINE)
    created = []
    for rule in procedure_selectors.fee_rules_for(dossier.revision, dossier.channel, dossier.case):
        if rule.pk in charged or (collection is not None and rule.collection != collection):
            continue
        if not rule.amount:
            continue
        created.append(
            payment_services.create_charge(
                actor=actor,
                subject=dossier.subject,
                subject_label=dossier.code or "",
                return_path=f"/ho-so/{dossier.code}/",
                payer_id=dossier.applicant_id,
                kind=ChargeKind(rule.kind),
                amount=rule.amount,
                description=rule.label,
                rule={"fee_rule_id": rule.pk, "label": rule.label, "amount": rule.amount, "fee_text": rule.fee_text},
                collection=CollectionPoint(rule.collection),
                agency_id=dossier.receiving_agency_id,
                context=charge_context(dossier),
                accepts_online=pays_online,
            )
        )
    return created


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
    *, actor: Actor, dossier: Dossier, charge_id: str | UUID, method: str, received_amount: int
) -> None:
    """Record cash or card for one charge of this dossier, and of no other."""
    if not any(str(charge.pk) == str(charge_id) for charge in payment_selectors.charges_for(dossier.subject)):
        raise DossierNotFound
    payment_services.record_counter_payment(
        actor=actor,
        charge_id=charge_id,
        method=method,
        received_amount=received_amount,
        agency_id=dossier.receiving_agency_id,
    )
