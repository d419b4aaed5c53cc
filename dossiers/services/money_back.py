"""What a dossier has to do with money that goes back: what its end leaves to be asked, and what the journal and the citizen
are told. The books themselves are those of payments."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import notices, transitions
from dossiers.enums import FILED_STATES, Deed, DossierState
from dossiers.models import Dossier, JournalEntry
from dossiers.policies import Action
from dossiers.services import fees, prepayment
from payments import selectors as payment_selectors
from payments import services as payment_services
from portal.core.actors import SYSTEM, Actor, ActorKind
from portal.core.money import format_vnd

_ENDS = {
    DossierState.INTAKE_REFUSED: gettext_lazy("Hồ sơ không được tiếp nhận."),
    DossierState.WITHDRAWN: gettext_lazy("Người nộp rút hồ sơ."),
    DossierState.STOPPED: gettext_lazy("Cơ quan dừng xử lý hồ sơ."),
}
_NOT_RECEIVED = gettext_lazy("Khi đó hồ sơ chưa được tiếp nhận.")
_NOT_BEGUN = gettext_lazy("Khi đó hồ sơ chưa được thụ lý.")
_BEGUN = gettext_lazy("Khi đó hồ sơ đang được giải quyết.")


@transaction.atomic
def ask_what_goes_back(*, dossier_id: int, sequence: int) -> None:
    """A dossier ended without a decision, by the journal line `sequence`: what was paid for it is put before a person, who
    gives it back or says by what rule it is kept. Quietly nothing when the dossier went on meanwhile.
    """
    dossier = transitions.lock(dossier_id)
    if dossier.state not in _ENDS:
        return
    line = JournalEntry.objects.get(dossier_id=dossier_id, sequence=sequence)
    by_officer = line.actor_kind == ActorKind.OFFICER and line.actor_id != dossier.applicant_id
    # A record of the agency, whatever language the worker happens to speak.
    with translation.override(settings.LANGUAGE_CODE):
        begun = _NOT_BEGUN if line.from_state == DossierState.RECEIVED else _BEGUN
        reached = _NOT_RECEIVED if dossier.received_at is None else begun
        note = f"{_ENDS[DossierState(dossier.state)]} {reached}"
    payment_services.propose_for_unserved(
        actor=Actor(ActorKind.OFFICER, line.actor_id) if by_officer else SYSTEM, subject=dossier.subject, note=note
    )


def note_refund(*, dossier_id: int, charge_id: str, refund_id: str, amount: int, route: str, is_done: bool) -> None:
    """A line in the journal, and to the payer one mail when the money went back. Once a refund, however often called.

    `amount` is whole đồng, `route` a `payments.enums.RefundRoute`: the mail says where the money is found.
    """
    deed = Deed.REFUND_FEE if is_done else Deed.REFUND_NOT_DONE
    words = _("Đã hoàn %(sum)s.") if is_done else _("Hoàn %(sum)s không thành, tiền vẫn ở cơ quan.")
    _note(
        dossier_id,
        deed,
        cause={"refund": refund_id},
        words=words % {"sum": format_vnd(amount)},
        mail=notices.REFUND_DONE if is_done else "",
        facts={"amount": amount, "route": route, "charge_url": _charge_url(charge_id)},
    )


@transaction.atomic
def note_payment_taken_back(*, dossier_id: int, charge_id: str, attempt_id: str, amount: int) -> None:
    """The provider took back what had paid a charge, which is owed again: a line, and one mail.

    Of a dossier that ended without a decision nothing is owed: the charge is let go, and nobody is told to pay.
    """
    dossier = transitions.lock(dossier_id)
    is_over = dossier.state in _ENDS
    if is_over:
        fees.cancel_what_is_owed(actor=SYSTEM, dossier=dossier)
        words = _("Ngân hàng đã đảo khoản nộp %(sum)s; hồ sơ đã kết thúc nên không thu lại.")
    else:
        words = _("Ngân hàng đã đảo khoản nộp %(sum)s; khoản này phải nộp lại.")
    _note(
        dossier_id,
        Deed.PAYMENT_TAKEN_BACK,
        cause={"attempt": attempt_id},
        words=words % {"sum": format_vnd(amount)},
        mail="" if is_over else notices.PAYMENT_TAKEN_BACK,
        facts={"amount": amount, "charge_url": _charge_url(charge_id)},
    )


@transaction.atomic
def ask_for_account(*, dossier_id: int, charge_id: str, refund_id: str, amount: int) -> None:
    """One mail: the payer is to say where the money goes. None where that is known by now, or decided."""
    if not payment_selectors.refund_facts(refund_id).awaits_account:
        return
    notices.tell_applicant(
        _read(dossier_id),
        kind=notices.REFUND_ACCOUNT,
        cause=f"refund:{refund_id}:account",
        facts={"amount": amount, "charge_url": _charge_url(charge_id)},
    )


@transaction.atomic
def tell_of_wrong_amount(
    *, dossier_id: int, charge_id: str, attempt_id: str, amount: int, expected_amount: int
) -> None:
    """One mail an attempt: what came, what is owed, and whether to wait or to pay again."""
    notices.tell_applicant(
        _read(dossier_id),
        kind=notices.PAYMENT_WRONG_AMOUNT,
        cause=f"attempt:{attempt_id}:wrong_amount",
        facts={
            "amount": amount,
            "expected_amount": expected_amount,
            "is_enough": amount > expected_amount,
            "charge_url": _charge_url(charge_id),
        },
    )


def _read(dossier_id: int) -> Dossier:
    return Dossier.objects.select_related("revision__procedure", "receiving_agency", "responsible_agency").get(
        pk=dossier_id
    )


@transaction.atomic
def _note(dossier_id: int, deed: Deed, *, cause: dict[str, str], words: str, mail: str, facts: dict[str, Any]) -> None:
    step = transitions.begin_deed(
        deed, actor=SYSTEM, dossier_id=dossier_id, action=Action.NOTE_MONEY, allowed_in=FILED_STATES
    )
    # Under the dossier's lock: a second delivery of the same event finds the line.
    if JournalEntry.objects.filter(dossier_id=dossier_id, act=deed, details__contains=cause).exists():
        return
    is_public = bool(mail)
    if deed == Deed.PAYMENT_TAKEN_BACK:
        # What comes before receipt is the citizen's turn again, with the whole time: the desk cannot receive.
        prepayment.charge_before_receipt(step.dossier, actor=SYSTEM, at=step.at, owed_before=0)
    step.record(
        public_note=words if is_public else "",
        internal_note="" if is_public else words,
        details={**cause, "amount": facts["amount"]},
    )
    if mail:
        (name, key), *_rest = cause.items()
        notices.tell_applicant(step.dossier, kind=mail, cause=f"{name}:{key}", facts=facts)


def _charge_url(charge_id: str) -> str:
    return f"{settings.PUBLIC_URL}/thanh-toan/{charge_id}/"
