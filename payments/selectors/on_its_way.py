"""Money of an owed charge that may be on its way already: what a cashier must know before taking it once more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from payments.enums import OPEN_ATTEMPT_STATES, AttemptState, PaymentMethod, Verdict
from payments.models import PaymentAttempt, ProviderMessage


class OnItsWay(StrEnum):
    """Why the payer may pay twice."""

    ONLINE = "online"
    TRANSFER = "transfer"
    # The browser brought a signed success that the provider has not confirmed to us.
    CONFIRMING = "confirming"
    REVIEW = "review"


_WORDS = {
    OnItsWay.ONLINE: _("đang nộp trực tuyến, chưa rõ kết quả"),
    OnItsWay.TRANSFER: _("đã lấy mã chuyển khoản, tiền có thể đang đến"),
    OnItsWay.CONFIRMING: _("cổng báo đã thanh toán, đang chờ xác nhận"),
    OnItsWay.REVIEW: _("tiền có thể đã bị trừ, đang được xem xét"),
}


@dataclass(frozen=True, slots=True)
class OtherTry:
    """One try of the payer's own that has no certain end; `since` is when it began."""

    kind: OnItsWay
    since: datetime
    method: str

    @property
    def words(self) -> Any:
        return _WORDS[self.kind]


def other_tries(charge_ids: Iterable[UUID]) -> dict[UUID, list[OtherTry]]:
    """Tries of these charges whose money may still come, oldest first; charges without one are not there.

    Open ones, those the provider claimed paid and is still asked about, and those a person must look at although no
    other payment settled the charge. One query, none where nothing is asked for.
    """
    wanted = list(charge_ids)
    if not wanted:
        return {}
    claims = ProviderMessage.objects.filter(attempt=OuterRef("pk"), verdict=Verdict.CLAIMS_PAID)
    rows = (
        PaymentAttempt.objects.filter(charge_id__in=wanted)
        .annotate(is_claimed=Exists(claims))
        .filter(
            Q(state__in=OPEN_ATTEMPT_STATES)
            | Q(state=AttemptState.NEEDS_REVIEW)
            | Q(is_claimed=True, next_enquiry_at__isnull=False)
        )
        .order_by("created_at", "id")
    )
    found: dict[UUID, list[OtherTry]] = {}
    for attempt in rows:
        one = OtherTry(_kind_of(attempt), attempt.created_at, str(attempt.get_method_display()))
        found.setdefault(attempt.charge_id, []).append(one)
    return found


def _kind_of(attempt: Any) -> OnItsWay:
    if attempt.state == AttemptState.NEEDS_REVIEW:
        return OnItsWay.REVIEW
    if attempt.is_claimed and attempt.next_enquiry_at is not None:
        return OnItsWay.CONFIRMING
    return OnItsWay.TRANSFER if attempt.method == PaymentMethod.VIETQR else OnItsWay.ONLINE
