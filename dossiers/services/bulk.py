"""One action on many dossiers: each in a transaction of its own, so that one refusal undoes nothing of the others.

A run is made once for a token; whatever interrupts it, what is done is recorded with it in the same transaction, and
going on takes only what is still pending.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dossiers.enums import BulkOutcome
from dossiers.errors import BulkRunNotFound, TransitionConflict
from dossiers.models import BulkRun, BulkRunItem, Dossier
from dossiers.services.drawing_anew import drawn_anew
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted, PortalError

logger = logging.getLogger(__name__)

MOST_DOSSIERS = 100
"""Of one run: what a person can still look through, and a request can do while they wait."""
KEEP_DAYS = 30
WORKED_FOR = timedelta(minutes=2)
"""How long a run belongs to whoever is at it, from its last sign of life: longer than one dossier may take (a token that is
waited for, a time-stamp that does not come). After a crash the officer waits as long before they can go on."""

# (dossier's key, version seen, what was prepared) -> the one service call of the action.
Perform = Callable[[int, int, Any], object]
# dossier's key -> what must be made ready outside of the transaction, because it is slow or asks somebody else.
Prepare = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A dossier as it stood on the page where it was chosen."""

    dossier_id: int
    seen_version: int


def begin_bulk_run(
    *,
    actor: Actor,
    token: UUID,
    action: str,
    chosen: Sequence[Chosen],
    data: dict[str, Any] | None = None,
    came_from: dict[str, str] | None = None,
) -> tuple[BulkRun, bool]:
    """The run of this token, and whether it is new: a second press of the button finds the first.

    Raises InvalidInput for none or more than MOST_DOSSIERS, BulkRunNotFound for a token of somebody else.
    """
    if not actor.is_officer or actor.user_id is None:
        raise NotPermitted
    visible = set(
        Dossier.objects.visible_to(actor)
        .filter(pk__in=[one.dossier_id for one in chosen], code__isnull=False)
        .values_list("pk", flat=True)
    )
    rows = {one.dossier_id: one for one in chosen if one.dossier_id in visible}
    if not rows or len(rows) > MOST_DOSSIERS:
        raise InvalidInput(_("Hãy chọn từ 1 đến %(most)s hồ sơ.") % {"most": MOST_DOSSIERS})
    try:
        with transaction.atomic():
            run = BulkRun.objects.create(
                id=token, owner_id=actor.user_id, action=action, data=data or {}, came_from=came_from or {}
            )
            BulkRunItem.objects.bulk_create(
                BulkRunItem(run=run, dossier_id=one.dossier_id, seen_version=one.seen_version, position=position)
                for position, one in enumerate(rows.values())
            )
    except IntegrityError:
        return bulk_run_of(actor=actor, run_id=token), False
    return run, True


def bulk_run_of(*, actor: Actor, run_id: UUID) -> BulkRun:
    """The officer's own run. Raises BulkRunNotFound."""
    run = BulkRun.objects.filter(pk=run_id, owner_id=actor.user_id).first()
    if run is None or actor.user_id is None:
        raise BulkRunNotFound
    return run


def go_on_with_bulk_run(*, actor: Actor, run: BulkRun, perform: Perform, prepare: Prepare | None = None) -> None:
    """Do what is pending, one dossier after the other. Never raises for one of them: its row says what came of it.

    Nothing while somebody is at this run: two would each sign every paper, and wait for each other's token. `prepare` may be
    called again for a dossier whose service raises DrawnUpTooEarly.
    """
    if run.owner_id != actor.user_id:
        raise BulkRunNotFound
    lease = _Lease(run.pk)
    if not lease.take():
        return

    def prepared(dossier_id: int) -> Any:
        # Each time anew: what was made ready may have to be made ready again.
        lease.renew()
        return prepare(dossier_id) if prepare is not None else None

    try:
        pending = run.items.filter(outcome=BulkOutcome.PENDING).order_by("position").values_list("pk", flat=True)
        for item_id in list(pending):
            if not lease.renew():
                return
            _do_one(item_id, perform, prepared if prepare is not None else None)
    finally:
        lease.give_back()


class _Lease:
    """A run in the hands of one worker; known as theirs by the very moment they wrote last."""

    def __init__(self, run_id: UUID) -> None:
        self._run_id = run_id
        self._until: datetime | None = None

    def take(self) -> bool:
        is_free = Q(worked_until__isnull=True) | Q(worked_until__lte=clock.now())
        return self._write(BulkRun.objects.filter(is_free))

    def renew(self) -> bool:
        """False when it ran out and somebody else has gone on."""
        return self._write(BulkRun.objects.filter(worked_until=self._until))

    def give_back(self) -> None:
        BulkRun.objects.filter(pk=self._run_id, worked_until=self._until).update(worked_until=None)

    def _write(self, runs: QuerySet[BulkRun]) -> bool:
        until = clock.now() + WORKED_FOR
        if not runs.filter(pk=self._run_id).update(worked_until=until):
            return False
        self._until = until
        return True


def _do_one(item_id: int, perform: Perform, prepare: Prepare | None) -> None:
    try:
        drawn_anew(lambda: _try_one(item_id, perform, prepare))
    except TransitionConflict as problem:
        _refused(item_id, BulkOutcome.OVERTAKEN, problem.code, str(problem.sentence))
    except InvalidInput as problem:
        sentence = " ".join(str(text) for text in problem.fields.values()) or str(problem.sentence)
        _refused(item_id, BulkOutcome.REFUSED, problem.code, sentence)
    except PortalError as problem:
        _refused(item_id, BulkOutcome.REFUSED, problem.code, str(problem.sentence))
    except Exception as error:  # noqa: BLE001 - a fault of ours with one dossier must not keep the others from being done
        # Where and what kind, never the message: a database's own words repeat what people typed.
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("bulk run item %s failed: %s at %s:%s", item_id, type(error).__name__, place.name, place.lineno)
        sentence = _("Hệ thống gặp lỗi với hồ sơ này. Hãy mở hồ sơ để làm riêng, hoặc báo quản trị viên.")
        _refused(item_id, BulkOutcome.REFUSED, "fault", sentence)


def _try_one(item_id: int, perform: Perform, prepare: Prepare | None) -> None:
    prepared = None
    if prepare is not None:
        pending = BulkRunItem.objects.filter(pk=item_id, outcome=BulkOutcome.PENDING)
        dossier_id = pending.values_list("dossier_id", flat=True).first()
        if dossier_id is None:
            return
        prepared = prepare(dossier_id)
    with transaction.atomic():
        # The item first, then the dossier: a second press of "go on" passes over what the first has in hand.
        item = (
            BulkRunItem.objects.select_for_update(skip_locked=True)
            .filter(pk=item_id, outcome=BulkOutcome.PENDING)
            .first()
        )
        if item is None:
            return
        perform(item.dossier_id, item.seen_version, prepared)
        item.outcome = BulkOutcome.DONE
        item.save(update_fields=["outcome"])


def _refused(item_id: int, outcome: BulkOutcome, code: str, sentence: str) -> None:
    BulkRunItem.objects.filter(pk=item_id, outcome=BulkOutcome.PENDING).update(
        outcome=outcome, error_code=code, sentence=sentence
    )


def forget_old_bulk_runs(*, limit: int = 500) -> int:
    """Results nobody comes back to; the journal of each dossier keeps what was done. Returns how many went."""
    old = BulkRun.objects.filter(created_at__lt=clock.now() - timedelta(days=KEEP_DAYS)).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:limit])
    BulkRun.objects.filter(pk__in=ids).delete()
    return len(ids)
