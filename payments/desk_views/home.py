"""The home of the money desk: its parts as cards, each with what waits there for this officer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from payments import policies
from payments.desk_views.access import actor_of, money_desk_only
from payments.desk_views.duties import duties_of
from payments.desk_views.sections import Section, sections_of
from payments.selectors import account_of_agencies, receipts, reconciliations, refunds, shifts, statements
from portal.core import clock
from portal.core.actors import Actor
from portal.core.money import format_vnd


@dataclass(frozen=True, slots=True)
class Card:
    """One part, and how it stands in a word and a shape."""

    label: Any
    url: str
    hint: Any
    text: str
    tone: str = "idle"
    icon: str = "empty"


@money_desk_only
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The cards of the parts this officer may open; whoever may open but one is led there."""
    actor = actor_of(request)
    sections = sections_of(actor)
    if len(sections) == 1:
        return redirect(f"money:{sections[0].address}")
    return render(
        request,
        "payments/desk/home.html",
        {"duties": duties_of(actor), "cards": [card for one in sections for card in _cards(actor, one)]},
    )


def _cards(actor: Actor, section: Section) -> list[Card]:
    url = reverse(f"money:{section.address}")
    if section.address == "refunds":
        return _of_refunds(actor, section, url)
    return [Card(section.label, url, section.hint, *_STANDS[section.address](actor))]


def _waits(count: int, words: str) -> tuple[str, str, str]:
    return (words, "wait", "alert") if count else (_("Không có việc chờ"), "ok", "ok")


def _of_cashier(actor: Actor) -> tuple[str, str, str]:
    count = shifts.open_shifts_of(actor.user_id or 0).count()
    words = ngettext("%(count)d ca đang mở", "%(count)d ca đang mở", count) % {"count": count}
    return (words, "busy", "clock") if count else (_("Chưa mở ca"), "idle", "empty")


def _of_shifts(actor: Actor) -> tuple[str, str, str]:
    count = shifts.open_count(policies.book_agencies(actor))
    words = ngettext("%(count)d ca chưa chốt", "%(count)d ca chưa chốt", count) % {"count": count}
    return (words, "busy", "clock") if count else (_("Mọi ca đã chốt"), "ok", "ok")


def _of_ledger(actor: Actor) -> tuple[str, str, str]:
    today = clock.today()
    kept = account_of_agencies(policies.book_agencies(actor), starts_on=today, ends_on=today).kept
    return _("Thực thu hôm nay: %(sum)s") % {"sum": format_vnd(kept)}, "idle", "pay"


def _of_receipts(actor: Actor) -> tuple[str, str, str]:
    year = clock.today().year
    count = receipts.numbers_used(policies.book_agencies(actor), year)
    words = ngettext("%(count)d số đã dùng trong năm %(year)d", "%(count)d số đã dùng trong năm %(year)d", count)
    return words % {"count": count, "year": year}, "idle", "doc"


def _of_statements(actor: Actor) -> tuple[str, str, str]:
    last = statements.last_day_covered()
    if last is None:
        return _("Chưa có sao kê nào"), "idle", "empty"
    return _("Đã nhập đến hết ngày %(day)s") % {"day": f"{last:%d/%m/%Y}"}, "idle", "doc"


def _of_lines(actor: Actor) -> tuple[str, str, str]:
    count = statements.lines_to_place_count(actor)
    return _waits(count, ngettext("%(count)d dòng chờ xử lý", "%(count)d dòng chờ xử lý", count) % {"count": count})


def _of_days(actor: Actor) -> tuple[str, str, str]:
    count = reconciliations.open_count(actor)
    words = ngettext("%(count)d chênh lệch chưa giải trình", "%(count)d chênh lệch chưa giải trình", count)
    return _waits(count, words % {"count": count})


def _of_refunds(actor: Actor, section: Section, url: str) -> list[Card]:
    counts = refunds.counts(policies.refund_agencies(actor))
    to_decide, to_pay, doubtful = counts["cho-duyet"], counts["cho-hoan"], counts[refunds.REVIEW]
    decide = ngettext("%(count)d lần hoàn chờ duyệt", "%(count)d lần hoàn chờ duyệt", to_decide) % {"count": to_decide}
    pay = ngettext("%(count)d lần đã duyệt, chờ hoàn", "%(count)d lần đã duyệt, chờ hoàn", to_pay) % {"count": to_pay}
    doubt = ngettext("%(count)d lần nộp cần xem xét", "%(count)d lần nộp cần xem xét", doubtful) % {"count": doubtful}
    return [
        Card(
            section.label,
            f"{url}?{urlencode({'loc': 'cho-duyet' if to_decide or not to_pay else 'cho-hoan'})}",
            section.hint,
            *_waits(to_decide + to_pay, " · ".join([decide] * bool(to_decide) + [pay] * bool(to_pay))),
        ),
        Card(
            _("Lần nộp cần xem xét"),
            f"{url}?{urlencode({'loc': refunds.REVIEW})}",
            _("Nộp hai lần, nộp sau khi hủy, hoặc cổng thanh toán còn nghi ngờ: một người phải kết luận."),
            *_waits(doubtful, doubt),
        ),
    ]


_STANDS: Mapping[str, Callable[[Actor], tuple[str, str, str]]] = {
    "cashier": _of_cashier,
    "shifts": _of_shifts,
    "ledger": _of_ledger,
    "receipts": _of_receipts,
    "statements": _of_statements,
    "lines_to_place": _of_lines,
    "reconciliations": _of_days,
}
