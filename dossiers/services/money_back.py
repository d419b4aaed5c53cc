"""What the journal and the citizen are told of money that went back; the books themselves are those of payments."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import notices, transitions
from dossiers.enums import FILED_STATES, Deed
from dossiers.models import Dossier, JournalEntry
from dossiers.policies import Action
from portal.core.actors import SYSTEM
from portal.core.money import format_vnd


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


def note_payment_taken_back(*, dossier_id: int, charge_id: str, attempt_id: str, amount: int) -> None:
    """The provider took back what had paid a charge, which is owed again: a line, and one mail."""
    _note(
        dossier_id,
        Deed.PAYMENT_TAKEN_BACK,
        cause={"attempt": attempt_id},
        words=_("Ngân hàng đã đảo khoản nộp %(sum)s; khoản này phải nộp lại.") % {"sum": format_vnd(amount)},
        mail=notices.PAYMENT_TAKEN_BACK,
        facts={"amount": amount, "charge_url": _charge_url(charge_id)},
    )


@transaction.atomic
def ask_for_account(*, dossier_id: int, charge_id: str, refund_id: str, amount: int) -> None:
    """One mail: the payer is to say where the money goes."""
    dossier = Dossier.objects.select_related("revision__procedure", "receiving_agency", "responsible_agency").get(
        pk=dossier_id
    )
    notices.tell_applicant(
        dossier,
        kind=notices.REFUND_ACCOUNT,
        cause=f"refund:{refund_id}:account",
        facts={"amount": amount, "charge_url": _charge_url(charge_id)},
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
