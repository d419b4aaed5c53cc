"""A result goes by post: handed to the carrier, delivered, or back at the desk. Every move has its day and is kept."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dossiers import deadlines, policies, transitions
from dossiers.enums import Deed, DossierState, PostalState, ResultDelivery, Transition
from dossiers.errors import FeeStillOwed, NoPostalItem, ReasonMissing, ResultInThePost, TrackingNumberTaken
from dossiers.models import Dossier, JournalEntry, PostalItem, PostalMove
from dossiers.services import fees
from dossiers.services.result_papers import require_not_revoked
from portal.accounts import selectors as account_selectors
from portal.core import administrative_units, clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.core.text import fold

_LEAST_ADDRESS = 10


@transaction.atomic
def post_result(
    *,
    actor: Actor,
    dossier_id: int,
    carrier: str,
    tracking_number: str,
    recipient_name: str,
    address: str,
    phone: str = "",
    on: date | None = None,
    seen_version: int | None = None,
) -> PostalItem:
    """The desk gives the result to the post, on the day `on` (today if left out). The dossier stays decided and open until
    it was delivered.

    Raises InvalidInput by field, TrackingNumberTaken, FeeStillOwed, ResultInThePost, ResultRevoked,
    TransitionConflict.
    """
    step = transitions.begin_deed(
        Deed.POST_RESULT,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.POST_RESULT,
        allowed_in=frozenset({DossierState.RESOLVED}),
        seen_version=seen_version,
    )
    dossier, day = step.dossier, on or clock.local(step.at).date()
    carrier, recipient_name, address = (" ".join(one.split()) for one in (carrier, recipient_name, address))
    tracking_number = "".join(tracking_number.split()).upper()
    _require(
        {
            "carrier": "" if carrier else _("Ghi đơn vị vận chuyển."),
            "tracking_number": "" if tracking_number else _("Ghi số vận đơn."),
            "recipient_name": "" if recipient_name else _("Ghi người nhận."),
            "address": address_problem(address),
            "on": _day_problem(day, not_before=dossier.resolved_at and clock.local(dossier.resolved_at).date()),
        }
    )
    if dossier.posted_at is not None:
        raise ResultInThePost
    if fees.has_fee_still_owed(dossier):
        raise FeeStillOwed
    require_not_revoked(dossier)
    try:
        with transaction.atomic():
            item = PostalItem.objects.create(
                dossier=dossier,
                ordinal=dossier.postal_items.count() + 1,
                carrier=carrier[:80],
                tracking_number=tracking_number[:40],
                recipient_name=recipient_name[:120],
                phone=phone.strip()[:16],
                address=address[:255],
            )
    except IntegrityError:
        raise TrackingNumberTaken(fields={"tracking_number": TrackingNumberTaken.default_sentence}) from None
    _move(item, PostalState.SENT, actor=actor, on=day, at=step.at)
    dossier.posted_at = _instant_of(day, at=step.at)
    dossier.result_delivery, dossier.delivery_address = ResultDelivery.POST, item.address
    dossier.next_date_at = dossier.posted_at + deadlines.DELIVERED_WITHIN
    with _language_of(dossier):
        told = _("%(carrier)s, số vận đơn %(number)s.") % {"carrier": carrier, "number": tracking_number}
    step.record(
        public_note=told,
        details={"postal_item": item.pk, "carrier": carrier, "tracking_number": tracking_number},
    )
    return item


@transaction.atomic
def note_delivery(
    *, actor: Actor, dossier_id: int, on: date | None = None, note: str = "", seen_version: int | None = None
) -> PostalItem:
    """The post says that it was delivered: the result is handed over. Raises NoPostalItem, InvalidInput, TransitionConflict."""
    step = transitions.begin(Transition.HAND_OVER_RESULT, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    item, day = _under_way(step.dossier), on or clock.local(step.at).date()
    _require({"on": _day_problem(day, not_before=_last_day(item))})
    _move(item, PostalState.DELIVERED, actor=actor, on=day, at=step.at, note=note)
    with _language_of(step.dossier):
        told = _("Bưu điện đã phát ngày %(day)s.") % {"day": f"{day:%d/%m/%Y}"}
    step.run(
        handed_over_at=_instant_of(day, at=step.at),
        public_note=told,
        internal_note=note.strip(),
        details={"postal_item": item.pk},
    )
    return item


@transaction.atomic
def take_result_back(
    *, actor: Actor, dossier_id: int, reason: str, on: date | None = None, seen_version: int | None = None
) -> PostalItem:
    """It came back: it lies at the desk for the citizen to collect, or to be sent again. Raises NoPostalItem,
    ReasonMissing, InvalidInput, TransitionConflict."""
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonMissing
    step = transitions.begin_deed(
        Deed.TAKE_RESULT_BACK,
        actor=actor,
        dossier_id=dossier_id,
        action=policies.Action.TAKE_RESULT_BACK,
        allowed_in=frozenset({DossierState.RESOLVED}),
        seen_version=seen_version,
    )
    dossier = step.dossier
    item, day = _under_way(dossier), on or clock.local(step.at).date()
    _require({"on": _day_problem(day, not_before=_last_day(item))})
    _move(item, PostalState.CAME_BACK, actor=actor, on=day, at=step.at, note=reason)
    dossier.posted_at = None
    dossier.result_delivery = ResultDelivery.DESK
    calendar = account_selectors.agency_calendar(dossier.receiving_agency_id)
    dossier.next_date_at = deadlines.hand_over_due(step.at, None, calendar)
    step.record(public_note=reason, details={"postal_item": item.pk})
    return item


def undo_delivery(dossier: Dossier, entry: JournalEntry) -> None:
    """A delivery noted by mistake is under way again, since the day it was sent; part of undoing its line."""
    if "postal_item" not in entry.details:
        return
    item = PostalItem.objects.select_for_update(of=("self",)).get(pk=entry.details["postal_item"], dossier=dossier)
    item.state = PostalState.SENT
    item.save(update_fields=["state"])
    with _language_of(dossier):
        told = _("Hoàn tác: ghi nhầm đã phát.")
    PostalMove.objects.create(
        item=item,
        state=PostalState.SENT,
        # Not today: what really happened to it may have been before.
        on=item.moves.filter(state=PostalState.SENT).order_by("-pk").values_list("on", flat=True)[0],
        note=told,
        noted_at=clock.now(),
        noted_by_id=entry.actor_id,
        noted_by_name=entry.actor_name,
    )


def _language_of(dossier: Dossier) -> translation.override:
    """What is kept for the citizen is written in their language, whatever the officer reads the portal in."""
    return translation.override(dossier.applicant_language or "vi")


def _instant_of(day: date, *, at: datetime) -> datetime:
    """When it happened, of which the desk knows the day: the end of an earlier day, `at` for today."""
    return min(at, clock.midnight(day + timedelta(days=1)) - timedelta(seconds=1))


def address_problem(address: str) -> str:
    """Why nothing can be sent there; "" when it names a house or street, a commune and a province of today."""
    parts = [part for part in address.split(",") if part.strip()]
    if len(address) < _LEAST_ADDRESS or len(parts) < 2:
        return _("Ghi đủ số nhà, đường hoặc thôn, xã hoặc phường, tỉnh, cách nhau bằng dấu phẩy.")
    provinces = [fold(unit.name) for unit in administrative_units.provinces(clock.today())]
    said = fold(address)
    if provinces and not any(name.removeprefix("tinh ").removeprefix("thanh pho ") in said for name in provinces):
        return _("Địa chỉ chưa có tên tỉnh, thành phố hiện nay.")
    return ""


def _require(wrong: dict[str, str]) -> None:
    found = {name: sentence for name, sentence in wrong.items() if sentence}
    if found:
        raise InvalidInput(fields=found)


def _day_problem(day: date, *, not_before: date | None) -> str:
    if day > clock.today():
        return _("Ngày này chưa đến.")
    if not_before is not None and day < not_before:
        return _("Ngày này trước khi có kết quả hoặc trước chặng liền trước.")
    return ""


def _under_way(dossier: Dossier) -> PostalItem:
    item = dossier.postal_items.filter(state=PostalState.SENT).first()
    if item is None:
        raise NoPostalItem
    return item


def _last_day(item: PostalItem) -> date:
    return item.moves.order_by("-pk").values_list("on", flat=True)[0]


def _move(item: PostalItem, state: PostalState, *, actor: Actor, on: date, at: datetime, note: str = "") -> None:
    if item.state != state:
        item.state = state
        item.save(update_fields=["state"])
    PostalMove.objects.create(
        item=item,
        state=state,
        on=on,
        note=note.strip()[:255],
        noted_at=at,
        noted_by_id=actor.user_id,
        noted_by_name=actor.display_name[:120],
    )
