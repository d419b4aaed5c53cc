"""Claims to pay less by what a person is: made in the draft, decided by an officer, before money is charged or after."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import policies, transitions
from dossiers.enums import OPEN_STATES, ClaimState, Deed
from dossiers.errors import ReasonMissing, ReliefClaimGone
from dossiers.models import Dossier, FeeQuantity, ReliefClaim
from dossiers.services import fees, prepayment
from dossiers.services.drafts import lock_draft
from dossiers.services.dues import Dues
from dossiers.services.processing import resume_after_payment
from payments import selectors as payment_selectors
from payments.errors import ChargeAlreadySettled
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.documents import services as document_services
from procedures import selectors as procedure_selectors
from procedures.services.fees import MOST_UNITS


@transaction.atomic
def claim_relief(
    *,
    actor: Actor,
    dossier_id: int,
    category_key: str,
    upload: UploadedFile | None = None,
    shows_paper: bool = False,
) -> ReliefClaim | None:
    """Claim in the draft to belong to a category; "" takes the claim back. A new claim takes the place of the old one.

    The proof is a file, or with `shows_paper` the paper itself at the desk. Raises InvalidInput for a category that
    changes nothing here and for a claim without proof, what `documents` raises for the file, DossierNotFound, DraftClosed.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    before = Dues(dossier).claim
    if not category_key:
        dossier.relief_claims.all().delete()
        return None
    category = next((one for one in Dues(dossier).reliefs_to_claim if one.key == category_key), None)
    if category is None or actor.user_id is None:
        raise InvalidInput(fields={"category": _("Hãy chọn một đối tượng trong danh sách.")})
    proof = before.proof if before is not None and before.category_key == category_key and not shows_paper else None
    if upload is not None:
        proof = document_services.store_upload(actor=actor, upload=upload, purpose="relief_proof")
    elif proof is None and not shows_paper:
        raise InvalidInput(
            fields={"upload": _("Hãy tải giấy tờ chứng minh, hoặc chọn mang bản giấy đến bộ phận một cửa.")}
        )
    dossier.relief_claims.all().delete()
    return ReliefClaim.objects.create(
        dossier=dossier,
        category_key=category.key,
        category_name=category.name,
        proof=proof,
        claimed_by_id=actor.user_id,
        claimed_at=clock.now(),
    )


@transaction.atomic
def decide_relief(
    *, actor: Actor, dossier_id: int, accepts: bool, reason: str, seen_version: int | None = None
) -> Dossier:
    """Accept or refuse the claim that waits, with a reason the citizen reads.

    What was held back for it is charged now where it is due before receipt; what was charged is let go and made anew.
    Raises ReliefClaimGone when a colleague was faster, ReasonMissing, NotPermitted, TransitionConflict, DossierNotFound.
    """
    step = _begin(Deed.ACCEPT_RELIEF if accepts else Deed.REFUSE_RELIEF, actor, dossier_id, seen_version)
    claim = step.dossier.relief_claims.filter(state=ClaimState.CLAIMED).first()
    if claim is None:
        raise ReliefClaimGone
    return _decide(step, claim, accepts=accepts, reason=reason)


@transaction.atomic
def grant_relief_at_desk(
    *, actor: Actor, dossier_id: int, category_key: str, reason: str, seen_version: int | None = None
) -> Dossier:
    """The person shows the proof at the desk after filing: claim and acceptance in one.

    Raises InvalidInput for a category that changes nothing here or when a claim waits or was accepted already, and what
    `decide_relief` raises.
    """
    step = _begin(Deed.ACCEPT_RELIEF, actor, dossier_id, seen_version)
    dossier = step.dossier
    category = next((one for one in Dues(dossier).reliefs_to_claim if one.key == category_key), None)
    if category is None or actor.user_id is None:
        raise InvalidInput(fields={"category": _("Hãy chọn một đối tượng trong danh sách.")})
    if Dues(dossier).claim is not None:
        raise InvalidInput(fields={"category": _("Hồ sơ này đã có đề nghị miễn, giảm.")})
    claim = ReliefClaim(
        dossier=dossier,
        category_key=category.key,
        category_name=category.name,
        claimed_by_id=actor.user_id,
        claimed_at=step.at,
    )
    return _decide(step, claim, accepts=True, reason=reason)


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
        raise InvalidInput(fields={"quantity": _("Số lượng phải từ 0 đến %(most)d.") % {"most": MOST_UNITS}})
    step = transitions.begin_deed(
        Deed.NOTE_QUANTITY,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.NOTE_QUANTITY,
        allowed_in=OPEN_STATES,
        seen_version=seen_version,
    )
    dossier = step.dossier
    rules = procedure_selectors.fee_rules_of(dossier.revision, dossier.channel, dossier.case)
    rule = next((one for one in rules if one.pk == rule_id), None)
    if rule is None or rule.pk not in {fee.rule.pk for fee in Dues(dossier).to_count}:
        raise InvalidInput(fields={"fee": _("Khoản này không tính theo số lượng do cán bộ ghi.")})
    if actor.user_id is None:
        raise NotPermitted
    had_none_owed = not fees.has_fee_still_owed(dossier)
    before = dossier.fee_quantities.filter(fee_rule=rule).first()
    FeeQuantity.objects.update_or_create(
        dossier=dossier,
        fee_rule=rule,
        defaults={"quantity": quantity, "noted_by_id": actor.user_id, "noted_at": step.at},
    )
    _require_enough_is_kept(dossier, rule.pk)
    surplus = fees.recharge(actor=actor, dossier=dossier, rule_ids={rule.pk}, revives=True)
    prepayment.charge_before_receipt(dossier, actor=actor, at=step.at)
    step.record(
        public_note=_("%(fee)s: %(quantity)d %(unit)s.") % {"fee": rule.name, "quantity": quantity, "unit": rule.unit},
        details={
            "fee_rule_id": rule.pk,
            "quantity": quantity,
            "before": before.quantity if before else None,
            **({"paid_too_much": surplus} if surplus else {}),
            **_newly_owed(dossier, had_none_owed),
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


def _begin(deed: Deed, actor: Actor, dossier_id: int, seen_version: int | None) -> transitions.DeedStep:
    return transitions.begin_deed(
        deed,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.DECIDE_RELIEF,
        allowed_in=OPEN_STATES,
        seen_version=seen_version,
    )


def _decide(step: transitions.DeedStep, claim: ReliefClaim, *, accepts: bool, reason: str) -> Dossier:
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    dossier = step.dossier
    claim.state = ClaimState.ACCEPTED if accepts else ClaimState.REFUSED
    claim.decided_by_id = step.actor.user_id
    claim.decided_at = step.at
    claim.reason = reason
    claim.save()
    had_none_owed = not fees.has_fee_still_owed(dossier)
    touched = {fee.rule.pk for fee in Dues(dossier).quote.fees if fee.relief}
    surplus = fees.recharge(actor=step.actor, dossier=dossier, rule_ids=touched)
    prepayment.charge_before_receipt(dossier, actor=step.actor, at=step.at)
    step.record(
        public_note=reason,
        details={
            "category": claim.category_key,
            **({"paid_too_much": surplus} if surplus else {}),
            **_newly_owed(dossier, had_none_owed),
        },
    )
    # What was asked for may have come down to nothing.
    resume_after_payment(dossier_id=dossier.pk)
    return dossier


def _newly_owed(dossier: Dossier, had_none_owed: bool) -> dict[str, object]:
    """What the citizen is told by mail when an act asked for money that must be paid before receipt."""
    amount = Dues(dossier).owed_before_receipt
    return {"amount": amount, "pays_online": fees.pays_online(dossier)} if had_none_owed and amount else {}
