"""Claims to pay less by what a person is: made in the draft, decided by an officer, before money is charged or after."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import policies, transitions
from dossiers.enums import OPEN_STATES, ClaimState, Deed
from dossiers.errors import DossierNotFound, ReasonMissing, ReliefClaimGone
from dossiers.models import CounterIntake, Dossier, ReliefClaim
from dossiers.services import fees, prepayment
from dossiers.services.drafts import lock_draft
from dossiers.services.dues import Dues
from dossiers.services.processing import resume_after_payment
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.core.money import format_vnd
from portal.core.text import normalise
from portal.documents import services as document_services

_LONGEST_REASON = 500


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
def claim_at_counter(
    *, actor: Actor, dossier_id: int, category_key: str, upload: UploadedFile | None = None, seen_paper: str = ""
) -> None:
    """The claim of whoever stands at the counter, while their dossier is typed; "" takes it back. Twice changes nothing.

    `seen_paper` names the paper the officer saw: with it `file_at_counter` accepts the claim, without it somebody decides
    afterwards. Raises InvalidInput, what `documents` raises, DossierNotFound (also for a draft its applicant types).
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    if not dossier.is_on_paper:
        raise DossierNotFound
    before = Dues(dossier).claim
    if upload is not None or category_key != (before.category_key if before is not None else ""):
        claim_relief(
            actor=actor, dossier_id=dossier_id, category_key=category_key, upload=upload, shows_paper=upload is None
        )
    seen_paper = normalise(seen_paper)[:_LONGEST_REASON] if category_key else ""
    CounterIntake.objects.update_or_create(dossier=dossier, defaults={"relief_paper": seen_paper})


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
    dues = Dues(dossier)
    owed, owed_before_receipt = dues.owed, dues.owed_before_receipt
    touched = {fee.rule.pk for fee in dues.quote.fees if fee.relief}
    surplus = fees.recharge(actor=step.actor, dossier=dossier, rule_ids=touched)
    prepayment.charge_before_receipt(dossier, actor=step.actor, at=step.at, owed_before=owed_before_receipt)
    # Whoever reads the journal, citizen and officers, learns that money is to go back.
    too_much = _("Đã nộp thừa %(sum)s, cơ quan hoàn lại.") % {"sum": format_vnd(surplus)} if surplus else ""
    step.record(
        public_note="\n".join(filter(None, (reason, too_much))),
        details={
            "category": claim.category_key,
            **({"paid_too_much": surplus} if surplus else {}),
            **fees.asked_anew(dossier, before=owed),
        },
    )
    # What was asked for may have come down to nothing.
    resume_after_payment(dossier_id=dossier.pk)
    return dossier
