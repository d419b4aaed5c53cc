"""How many units of a fee there are, where an officer counts them: at the counter before filing, and afterwards."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import policies, transitions
from dossiers.enums import OPEN_STATES, Deed
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, FeeQuantity
from dossiers.services import fees, prepayment
from dossiers.services.drafts import lock_draft
from dossiers.services.dues import Dues
from dossiers.services.processing import resume_after_payment
from payments import selectors as payment_selectors
from payments.errors import ChargeAlreadySettled
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from procedures.services.fees import MOST_UNITS


@transaction.atomic
def count_in_draft(*, actor: Actor, dossier_id: int, counts: Mapping[int, int | None]) -> dict[int, str]:
    """At the counter, while the dossier is typed: units by the key of the rule, None = not counted any more.

    Returns sentences by rule for those that cannot be so; each is kept or refused for itself. Rules that no officer counts
    here are ignored. Raises DossierNotFound, also for a draft that its applicant types, DraftClosed.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    if not dossier.is_on_paper or actor.user_id is None:
        raise DossierNotFound
    known = {fee.rule.pk for fee in Dues(dossier).to_count_at_counter}
    refused = {}
    for rule_id, quantity in counts.items():
        if rule_id not in known:
            continue
        if quantity is None:
            dossier.fee_quantities.filter(fee_rule_id=rule_id).delete()
        elif 0 <= quantity <= MOST_UNITS:
            FeeQuantity.objects.update_or_create(
                dossier=dossier,
                fee_rule_id=rule_id,
                defaults={"quantity": quantity, "noted_by_id": actor.user_id, "noted_at": clock.now()},
            )
        else:
            refused[rule_id] = _out_of_range()
    return refused


@transaction.atomic
def note_quantity(
    *, actor: Actor, dossier_id: int, rule_id: int, quantity: int, seen_version: int | None = None
) -> Dossier:
    """Write down how many units of a fee an officer counted, and charge what is due before receipt.

    A charge that is owed is made anew. Of one that is paid only a lower count is taken: what is too much is proposed for a
    refund. Raises InvalidInput for a number out of range and for a fee that officers do not count here,
    ChargeAlreadySettled where more than is kept would be owed, NotPermitted, TransitionConflict, DossierNotFound.
    """
    if not 0 <= quantity <= MOST_UNITS:
        raise InvalidInput(fields={"quantity": _out_of_range()})
    step = transitions.begin_deed(
        Deed.NOTE_QUANTITY,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.NOTE_QUANTITY,
        allowed_in=OPEN_STATES,
        seen_version=seen_version,
    )
    dossier = step.dossier
    dues = Dues(dossier)
    rule = next((fee.rule for fee in dues.to_count if fee.rule.pk == rule_id), None)
    if rule is None:
        raise InvalidInput(fields={"fee": _("Khoản này không tính theo số lượng do cán bộ ghi.")})
    if actor.user_id is None:
        raise NotPermitted
    owed, owed_before_receipt = dues.owed, dues.owed_before_receipt
    before = dossier.fee_quantities.filter(fee_rule=rule).first()
    FeeQuantity.objects.update_or_create(
        dossier=dossier,
        fee_rule=rule,
        defaults={"quantity": quantity, "noted_by_id": actor.user_id, "noted_at": step.at},
    )
    _require_enough_is_kept(dossier, rule.pk)
    surplus = fees.recharge(actor=actor, dossier=dossier, rule_ids={rule.pk}, revives=True)
    prepayment.charge_before_receipt(dossier, actor=actor, at=step.at, owed_before=owed_before_receipt)
    step.record(
        public_note=_("%(fee)s: %(quantity)d %(unit)s.") % {"fee": rule.name, "quantity": quantity, "unit": rule.unit},
        details={
            "fee_rule_id": rule.pk,
            "quantity": quantity,
            "before": before.quantity if before else None,
            **({"paid_too_much": surplus} if surplus else {}),
            **fees.asked_anew(dossier, before=owed),
        },
    )
    resume_after_payment(dossier_id=dossier_id)
    return dossier


def _require_enough_is_kept(dossier: Dossier, rule_id: int) -> None:
    """What was paid by this rule covers what it costs now: nobody is asked for the rest of a fee that has its receipt."""
    dues = Dues(dossier)
    paid = [one for one in dues.charges if one.rule.get("fee_rule_id") == rule_id and one.is_settled]
    amount = next((fee.amount for fee in dues.quote.fees if fee.rule.pk == rule_id), None)
    if paid and (amount is None or amount > sum(payment_selectors.kept_amount(charge) for charge in paid)):
        raise ChargeAlreadySettled(
            _("Khoản này đã nộp. Chỉ ghi được số lượng ít hơn; phần nộp thừa được đề xuất hoàn.")
        )


def _out_of_range() -> str:
    return _("Số lượng phải từ 0 đến %(most)d.") % {"most": MOST_UNITS}
