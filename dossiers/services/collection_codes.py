"""One-time codes with which a citizen shows at the desk that the result may be given out.

Six digits, kept as a keyed hash, for half an hour, once, with few wrong tries; wrong ones stay counted although the attempt
is refused. Mailed at the desk's push of a button, or shown to the applicant on their own page.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from dossiers import notices, policies, transitions
from dossiers.enums import Deed, DossierState
from dossiers.errors import CollectionCodeRefused, DossierNotFound, FeeStillOwed, ResultInThePost
from dossiers.models import CollectionCode, Dossier
from dossiers.services import fees
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted, TooManyRequests

VALID_FOR = timedelta(minutes=30)
MOST_TRIES = 5
MOST_CODES = 10
"""Of one dossier: whoever needs more signs on the slip."""
PAUSE = timedelta(minutes=1)
_DIGITS = 6


@transaction.atomic
def send_collection_code(*, actor: Actor, dossier_id: int, seen_version: int | None = None) -> CollectionCode:
    """The desk has a new code mailed to the applicant; the one before counts no more.

    Raises InvalidInput when there is no address to send it to, ResultInThePost and FeeStillOwed when nothing can be given out,
    TooManyRequests, TransitionConflict.
    """
    step = transitions.begin_deed(
        Deed.SEND_COLLECTION_CODE,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.SEND_COLLECTION_CODE,
        allowed_in=frozenset({DossierState.RESOLVED}),
        seen_version=seen_version,
    )
    dossier = step.dossier
    if dossier.posted_at is not None:
        raise ResultInThePost
    if fees.has_fee_still_owed(dossier):
        raise FeeStillOwed
    if not dossier.applicant_email:
        raise InvalidInput(_("Người nộp không có thư điện tử để gửi mã. Hãy cho ký trên phiếu trả kết quả."))
    kept, code = _new_code(dossier)
    notices.tell_code(dossier, code=code, cause=f"collection_code:{dossier.pk}:{kept.ordinal}", until=kept.expires_at)
    step.record(details={"code": kept.ordinal})
    return kept


@transaction.atomic
def own_collection_code(*, actor: Actor, dossier_id: int) -> tuple[str, CollectionCode]:
    """A new code for the applicant, to be shown once on their own page. Locks: the dossier. Raises DossierNotFound for
    somebody else's, TooManyRequests, CollectionCodeRefused while there is nothing to collect."""
    dossier = transitions.lock(dossier_id)
    if not policies.is_applicant(actor, dossier):
        raise DossierNotFound
    if dossier.state != DossierState.RESOLVED or dossier.posted_at is not None:
        raise CollectionCodeRefused(_("Hồ sơ này không có kết quả đang chờ nhận."))
    kept, code = _new_code(dossier)
    return code, kept


def _new_code(dossier: Dossier) -> tuple[CollectionCode, str]:
    """Under the dossier's lock."""
    now = clock.now()
    known = CollectionCode.objects.filter(dossier=dossier).first()
    if known is not None and known.made_at + PAUSE > now:
        raise TooManyRequests(_("Mã vừa được cấp chưa đầy một phút. Hãy đợi rồi lấy lại."))
    if known is not None and known.ordinal >= MOST_CODES:
        raise TooManyRequests(_("Hồ sơ này đã được cấp nhiều mã. Hãy ký trên phiếu trả kết quả."))
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    kept, _created = CollectionCode.objects.update_or_create(
        dossier=dossier,
        defaults={
            "digest": _digest(dossier.pk, code),
            "ordinal": known.ordinal + 1 if known is not None else 1,
            "made_at": now,
            "expires_at": now + VALID_FOR,
            "tries": 0,
            "used_at": None,
        },
    )
    return kept, code


def count_try(*, actor: Actor, dossier_id: int, typed: str) -> None:
    """A try at the desk, in a transaction of its own: a wrong one stays counted. Locks: the code.

    Raises NotPermitted, CollectionCodeRefused saying why.
    """
    dossier = Dossier.objects.select_related("receiving_agency", "resolving_agency").filter(pk=dossier_id).first()
    if dossier is None:
        raise DossierNotFound
    if not policies.may(actor, policies.Action.HAND_OVER_RESULT, dossier):
        raise NotPermitted
    with transaction.atomic():
        refusal = _refusal(dossier_id, typed, counts=True)
    if refusal:
        raise CollectionCodeRefused(fields={"collection_code": refusal})


def use_code(*, dossier_id: int, typed: str) -> None:
    """Use it up, in the transaction of the hand-over. Locks: the code, after the dossier. Raises CollectionCodeRefused."""
    refusal = _refusal(dossier_id, typed, counts=False)
    if refusal:
        raise CollectionCodeRefused(fields={"collection_code": refusal})
    CollectionCode.objects.filter(dossier_id=dossier_id).update(used_at=clock.now())


def _refusal(dossier_id: int, typed: str, *, counts: bool) -> str:
    kept = CollectionCode.objects.select_for_update(of=("self",)).filter(dossier_id=dossier_id).first()
    if kept is None:
        return _("Chưa có mã nào được cấp cho hồ sơ này.")
    if kept.used_at is not None:
        return _("Mã này đã dùng rồi. Hãy gửi mã mới.")
    if kept.expires_at <= clock.now():
        return _("Mã này đã hết hạn. Hãy gửi mã mới.")
    if kept.tries >= MOST_TRIES:
        return _("Đã thử sai quá nhiều lần. Hãy gửi mã mới.")
    if constant_time_compare(kept.digest, _digest(dossier_id, "".join(typed.split()))):
        return ""
    if counts:
        kept.tries += 1
        kept.save(update_fields=["tries"])
    return _("Mã không đúng. Còn %(left)s lần thử.") % {"left": MOST_TRIES - kept.tries}


def _digest(dossier_id: int, code: str) -> str:
    return salted_hmac("dossiers.collection_code", f"{dossier_id}:{code}", algorithm="sha256").hexdigest()
