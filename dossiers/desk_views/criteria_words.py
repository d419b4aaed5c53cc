"""What narrows a list, in words: one chip a condition, each with the way to take it off; what is gone says so."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dossiers import selectors
from dossiers.enums import DossierState
from dossiers.selectors.criteria import AWAITED, ME, NOBODY, WAITING, Criteria
from dossiers.selectors.queues import QUEUE_OF, agencies_of
from portal.accounts import selectors as account_selectors
from portal.core.actors import Actor
from portal.core.templatetags.portal import day
from procedures import selectors as procedure_selectors
from procedures.enums import Channel


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as it is read. `is_gone`: it names something that is not there (any more) for this officer."""

    name: str
    text: str
    is_gone: bool = False


def conditions_of(criteria: Criteria, actor: Actor) -> list[Condition]:
    """In the order of the filter page; asks the database only for what must be named."""
    found = [_condition(name, criteria, actor) for name in criteria.narrowing]
    if not selectors.is_queue(actor, criteria.queue):
        queue = QUEUE_OF.get(criteria.queue)
        label = str(queue.label) if queue else criteria.queue
        found.insert(0, Condition("queue", _("Danh sách “%(queue)s” không còn dành cho bạn") % {"queue": label}, True))
    return found


def _condition(name: str, criteria: Criteria, actor: Actor) -> Condition:
    value = getattr(criteria, name)
    if name == "procedure":
        return _named(name, _("Thủ tục"), value, procedure_selectors.procedure_name(value))
    if name == "area":
        return _named(name, _("Lĩnh vực"), value, procedure_selectors.policy_area_name(value))
    if name == "agency":
        mine = value in agencies_of(actor, criteria.queue)
        agency = account_selectors.agencies_by_id([value]).get(value) if mine else None
        return _named(name, _("Cơ quan"), "", agency.name if agency else None)
    if name == "holder":
        return _holder(value, actor)
    texts = {
        "state": lambda: _("Trạng thái: %(what)s") % {"what": DossierState(value).label},
        "channel": lambda: _("Cách nộp: %(what)s") % {"what": Channel(value).label},
        "received_from": lambda: _("Tiếp nhận từ %(day)s") % {"day": day(value)},
        "received_to": lambda: _("Tiếp nhận đến %(day)s") % {"day": day(value)},
        "due_from": lambda: _("Hạn từ %(day)s") % {"day": day(value)},
        "due_to": lambda: _("Hạn đến %(day)s") % {"day": day(value)},
        "is_overdue": lambda: _("Quá hạn"),
        "awaited": lambda: _("Tin nhắn: %(what)s") % {"what": AWAITED[value][0]},
        "waiting": lambda: _("Đang chờ: %(what)s") % {"what": WAITING[value][0]},
    }
    return Condition(name, texts[name]())


def _named(name: str, what: str, value: str, label: str | None) -> Condition:
    if label is None:
        text = _("%(what)s không còn") % {"what": what}
        return Condition(name, f"{text} ({value})" if value else text, is_gone=True)
    return Condition(name, f"{what}: {label}")


def _holder(value: str, actor: Actor) -> Condition:
    if value in {ME, NOBODY}:
        who = _("Tôi") if value == ME else _("chưa ai nhận")
        return Condition("holder", _("Đang giữ: %(who)s") % {"who": who})
    found = account_selectors.colleague(int(value), actor.agencies_as())
    return _named("holder", _("Đang giữ"), "", found.full_name if found else None)
