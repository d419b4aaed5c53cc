"""The desk hands a result over: who took it, which paper they showed, and what proves it."""

from dataclasses import dataclass, replace

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import policies, transitions
from dossiers.enums import Deed, DossierState, IdentityPaper, ReceiptProof, Receiver, Transition
from dossiers.errors import DossierNotFound, FeeStillOwed, ReceiverMissing, ResultInThePost
from dossiers.models import Dossier, JournalEntry, ResultHandOver
from dossiers.selectors import returns
from dossiers.services import fees
from dossiers.services.collection_codes import count_try, use_code
from dossiers.services.result_papers import require_not_revoked
from portal.accounts import selectors as account_selectors
from portal.core.actors import Actor
from portal.documents import services as document_services


@dataclass(frozen=True, slots=True)
class Receipt:
    """Who stands at the desk. `authority` names the paper that lets a representative take it; `code` is for ReceiptProof.CODE."""

    receiver: str
    identity_paper: str
    identity_number: str
    proof: str
    receiver_name: str = ""
    authority: str = ""
    code: str = ""


def hand_over_result(
    *, actor: Actor, dossier_id: int, note: str = "", receipt: Receipt | None = None, seen_version: int | None = None
) -> Dossier:
    """The desk hands the result over. Without a `receipt` (many at once, to a collective) only the note says to whom.

    Raises ReceiverMissing, CollectionCodeRefused (a wrong try stays counted), FeeStillOwed, ResultInThePost,
    ResultRevoked, TransitionConflict.
    """
    if receipt is not None:
        receipt = _checked(receipt, dossier_id)
        if receipt.proof == ReceiptProof.CODE and _is_as_seen(dossier_id, seen_version):
            count_try(actor=actor, dossier_id=dossier_id, typed=receipt.code)
    return _hand_over(actor=actor, dossier_id=dossier_id, note=note, receipt=receipt, seen_version=seen_version)


def _is_as_seen(dossier_id: int, seen_version: int | None) -> bool:
    """Does it lie at the desk as the page showed it? Else no code is tried: what happened is said first."""
    found = Dossier.objects.filter(pk=dossier_id, state=DossierState.RESOLVED, posted_at__isnull=True)
    return found.filter(**{} if seen_version is None else {"version": seen_version}).exists()


@transaction.atomic
def _hand_over(
    *, actor: Actor, dossier_id: int, note: str, receipt: Receipt | None, seen_version: int | None
) -> Dossier:
    step = transitions.begin(Transition.HAND_OVER_RESULT, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    if step.dossier.posted_at is not None:
        raise ResultInThePost
    if fees.has_fee_still_owed(step.dossier):
        raise FeeStillOwed
    require_not_revoked(step.dossier)
    if receipt is None:
        step.run(public_note=note.strip())
        return step.dossier
    if receipt.proof == ReceiptProof.CODE:
        use_code(dossier_id=dossier_id, typed=receipt.code)
    entry = step.run(
        public_note=note.strip(),
        internal_note=_("%(name)s (%(receiver)s) nhận, đã xem %(paper)s. Xác nhận: %(proof)s.")
        % {
            "name": receipt.receiver_name,
            "receiver": str(Receiver(receipt.receiver).label).lower(),
            "paper": str(IdentityPaper(receipt.identity_paper).label).lower(),
            "proof": str(ReceiptProof(receipt.proof).label).lower(),
        },
        details={"receiver": receipt.receiver, "proof": receipt.proof},
    )
    ResultHandOver.objects.create(
        dossier=step.dossier,
        sequence=entry.sequence,
        receiver=receipt.receiver,
        receiver_name=receipt.receiver_name,
        identity_paper=receipt.identity_paper,
        identity_number=receipt.identity_number,
        authority=receipt.authority,
        proof=receipt.proof,
        handed_over_at=step.at,
    )
    return step.dossier


def _checked(receipt: Receipt, dossier_id: int) -> Receipt:
    """Raises ReceiverMissing with the field: nothing is given to somebody whose identity was not seen."""
    dossier = Dossier.objects.filter(pk=dossier_id).first()
    if dossier is None:
        raise DossierNotFound
    is_applicant = receipt.receiver == Receiver.APPLICANT
    receipt = replace(
        receipt,
        receiver_name=dossier.applicant_name if is_applicant else " ".join(receipt.receiver_name.split())[:120],
        identity_number="".join(receipt.identity_number.split()).upper(),
        authority="" if is_applicant else " ".join(receipt.authority.split())[:255],
    )
    wrong = {}
    if receipt.receiver not in Receiver.values:
        wrong["receiver"] = _("Chọn ai nhận kết quả.")
    if receipt.identity_paper not in IdentityPaper.values:
        wrong["identity_paper"] = _("Chọn giấy tờ đã xem.")
    if receipt.proof not in ReceiptProof.values:
        wrong["proof"] = _("Chọn cách xác nhận đã nhận.")
    if not is_applicant and not receipt.receiver_name:
        wrong["receiver_name"] = _("Ghi họ tên người nhận.")
    if not is_applicant and not receipt.authority:
        wrong["authority"] = _("Ghi giấy ủy quyền hoặc giấy chứng minh quan hệ đã xem.")
    if problem := _number_problem(receipt, dossier, is_applicant=is_applicant):
        wrong["identity_number"] = problem
    if wrong:
        raise ReceiverMissing(fields=wrong)
    return receipt


def _number_problem(receipt: Receipt, dossier: Dossier, *, is_applicant: bool) -> str:
    number = receipt.identity_number
    if receipt.identity_paper == IdentityPaper.PASSPORT:
        return "" if number.isascii() and number.isalnum() and 6 <= len(number) <= 20 else _("Ghi số hộ chiếu.")
    if not (number.isascii() and number.isdecimal() and len(number) == 12):
        return _("Số căn cước gồm 12 chữ số.")
    citizen = account_selectors.citizen_of(dossier.applicant_id)
    known = citizen.personal_id_number if citizen is not None else ""
    if is_applicant and known and number != known:
        return _("Số căn cước này không phải của người nộp hồ sơ.")
    return ""


def hand_over_of_line(dossier: Dossier, entry: JournalEntry) -> ResultHandOver:
    """Raises DossierNotFound for a line that tells of none."""
    found = ResultHandOver.objects.filter(dossier=dossier, sequence=entry.sequence).first()
    if found is None:
        raise DossierNotFound
    return found


@transaction.atomic
def keep_signed_slip(
    *, actor: Actor, dossier_id: int, upload: UploadedFile, seen_version: int | None = None
) -> ResultHandOver:
    """The slip as the receiver signed it, scanned back in. Raises documents' refusals, DossierNotFound when nothing waits
    for one, TransitionConflict."""
    step = transitions.begin_deed(
        Deed.SCAN_SIGNED_SLIP,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.SCAN_SIGNED_SLIP,
        allowed_in=frozenset({DossierState.RESULT_HANDED_OVER}),
        seen_version=seen_version,
    )
    hand_over = returns.hand_over_of(step.dossier)
    if hand_over is None or not hand_over.awaits_scan:
        raise DossierNotFound
    hand_over.signed_slip = document_services.store_upload(actor=actor, upload=upload, purpose="signed_hand_over")
    hand_over.scanned_at = step.at
    hand_over.save(update_fields=["signed_slip", "scanned_at"])
    step.record(details={"hand_over": hand_over.sequence})
    return hand_over
