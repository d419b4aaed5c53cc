"""Which queues an officer has: one table from role to queues, and what each queue holds.

People with several roles have the union. A queue reaches only the agencies where the person holds a role that has it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.enums import OPEN_STATES, WAITING_FOR_CITIZEN, DossierState, ResultDelivery
from dossiers.selectors.overdue import AGENCY_ACTS, overdue
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import Actor


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue. `key` is its address word; `at` the agency field it goes by: who has a dossier now, or who received it."""

    key: str
    label: str | Promise
    at: str = "responsible_agency_id"


QUEUES = (
    Queue("can-lam", _("Cần làm")),
    Queue("cho-tiep-nhan", _("Chờ tiếp nhận")),
    Queue("toi-giu", _("Tôi đang giữ")),
    Queue("chua-ai-nhan", _("Chưa ai nhận xử lý")),
    Queue("qua-han", _("Quá hạn")),
    Queue("hom-nay", _("Đến hạn hôm nay")),
    # The cashier sits where the dossier came in, while the agency that decides holds it.
    Queue("cho-nop-phi", _("Chờ nộp phí, lệ phí"), at="receiving_agency_id"),
    Queue("cho-cong-dan", _("Chờ công dân")),
    Queue("cho-tra", _("Chờ trả kết quả")),
    Queue("chua-nhan", _("Chưa nhận kết quả")),
    Queue("o-buu-dien", _("Đang ở bưu điện")),
    Queue("tat-ca", _("Tất cả đang mở")),
)
QUEUE_OF = {queue.key: queue for queue in QUEUES}


@dataclass(frozen=True, slots=True)
class RoleQueues:
    """What a role finds on its desk. `own_turn`: states in which the next step is this role's; they make up "can-lam"."""

    queues: tuple[str, ...]
    default: str
    own_turn: frozenset[DossierState] = frozenset()
    # Those who work cases leave alone what a colleague has in hand.
    leaves_to_holder: bool = False


_LATE = ("qua-han", "hom-nay")
_DESK = RoleQueues(
    queues=(
        "can-lam",
        "cho-tiep-nhan",
        *_LATE,
        "cho-nop-phi",
        "cho-cong-dan",
        "cho-tra",
        "chua-nhan",
        "o-buu-dien",
        "tat-ca",
    ),
    default="can-lam",
    own_turn=frozenset({DossierState.SUBMITTED, DossierState.RESOLVED}),
)
_NOTHING = RoleQueues(queues=(), default="")
ROLE_QUEUES: dict[str, RoleQueues] = {
    OfficerRole.DESK_OFFICER: _DESK,
    OfficerRole.DESK_HEAD: _DESK,
    OfficerRole.CASE_OFFICER: RoleQueues(
        queues=("can-lam", "toi-giu", "chua-ai-nhan", *_LATE, "cho-cong-dan", "tat-ca"),
        default="can-lam",
        own_turn=frozenset({DossierState.RECEIVED, DossierState.PROCESSING}),
        leaves_to_holder=True,
    ),
    OfficerRole.SIGNER: RoleQueues(
        queues=("can-lam", *_LATE, "cho-cong-dan", "tat-ca"),
        default="can-lam",
        own_turn=frozenset({DossierState.PROCESSING}),
    ),
    OfficerRole.CASHIER: RoleQueues(queues=("cho-nop-phi", "cho-tra", "tat-ca"), default="cho-nop-phi"),
    OfficerRole.AGENCY_HEAD: RoleQueues(
        queues=tuple(queue.key for queue in QUEUES if queue.key != "cho-nop-phi"),
        default="can-lam",
        own_turn=frozenset(OPEN_STATES - WAITING_FOR_CITIZEN),
    ),
}
"""A role that is not here works no dossiers and has no queue."""


def queues_of(role: str) -> RoleQueues:
    return ROLE_QUEUES.get(role, _NOTHING)


def queues_for(actor: Actor) -> tuple[Queue, ...]:
    """The union of the queues of the actor's roles, in the one order of all."""
    keys = {key for duty in actor.duties for key in queues_of(duty.role).queues}
    return tuple(queue for queue in QUEUES if queue.key in keys)


def default_queue(actor: Actor) -> str:
    """Where the day begins: the default of the actor's roles that comes first in the order of the queues."""
    defaults = {queues_of(duty.role).default for duty in actor.duties}
    return next((queue.key for queue in QUEUES if queue.key in defaults), "tat-ca")


def agencies_of(actor: Actor, key: str, *, only: int | None = None) -> frozenset[int]:
    """Where this queue reaches for this actor; narrowed to one agency when it is among them."""
    agencies = frozenset(duty.agency_id for duty in actor.duties if key in queues_of(duty.role).queues)
    return agencies if only is None else agencies & {only}


def queue_condition(key: str, actor: Actor, *, only: int | None = None) -> Q:
    """The rows of a queue, the agencies included."""
    at = {f"{QUEUE_OF[key].at}__in": sorted(agencies_of(actor, key, only=only))}
    return Q(**at) & _CONDITIONS[key](actor)


def _own_turn(actor: Actor) -> Q:
    """What waits for one of the actor's own roles, agency by agency."""
    wanted: dict[tuple[frozenset[DossierState], bool], set[int]] = {}
    for duty in actor.duties:
        mine = queues_of(duty.role)
        if mine.own_turn:
            wanted.setdefault((mine.own_turn, mine.leaves_to_holder), set()).add(duty.agency_id)
    found = Q(pk__in=[])
    several = len({agency for agencies in wanted.values() for agency in agencies}) > 1
    for (states, leaves_to_holder), agencies in sorted(wanted.items(), key=str):
        part = Q(state__in=sorted(states))
        if several:
            part &= Q(responsible_agency_id__in=sorted(agencies))
        if leaves_to_holder:
            part &= Q(assignee_id__isnull=True) | Q(assignee_id__in=sorted(actor.acts_for))
        found |= part
    # The index of open dossiers is used only where the query says that it wants open ones.
    return Q(state__in=sorted(OPEN_STATES - WAITING_FOR_CITIZEN), prepay_by__isnull=True) & found


def _prepaying() -> Q:
    """Filed, and nobody may receive it before the citizen has paid."""
    return Q(state=DossierState.SUBMITTED, prepay_by__isnull=False)


def _today(_actor: Actor) -> Q:
    now = clock.now()
    end = clock.local(now).replace(hour=23, minute=59, second=59, microsecond=999999)
    return AGENCY_ACTS & Q(next_date_at__gte=now, next_date_at__lte=end)


_CONDITIONS: dict[str, Callable[[Actor], Q]] = {
    "can-lam": _own_turn,
    "cho-tiep-nhan": lambda _actor: Q(state=DossierState.SUBMITTED, prepay_by__isnull=True),
    "toi-giu": lambda actor: Q(state__in=sorted(OPEN_STATES), assignee_id__in=sorted(actor.acts_for)),
    "chua-ai-nhan": lambda _actor: Q(state=DossierState.RECEIVED, assignee__isnull=True),
    "qua-han": lambda _actor: overdue(clock.now()),
    "hom-nay": _today,
    "cho-nop-phi": lambda _actor: Q(state=DossierState.PAYMENT_REQUESTED) | _prepaying(),
    "cho-cong-dan": lambda _actor: Q(state__in=sorted(WAITING_FOR_CITIZEN)) | _prepaying(),
    "cho-tra": lambda _actor: Q(state=DossierState.RESOLVED),
    # Lies at the desk for somebody to come, those that the post brought back among them.
    "chua-nhan": lambda _actor: Q(
        state=DossierState.RESOLVED, result_delivery=ResultDelivery.DESK, posted_at__isnull=True
    ),
    "o-buu-dien": lambda _actor: Q(state=DossierState.RESOLVED, posted_at__isnull=False),
    "tat-ca": lambda _actor: Q(state__in=sorted(OPEN_STATES)),
}
