"""The public page of the level roadmap, and the same numbers as a workbook (S4)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.days import is_in_reach
from procedures import exports, selectors
from procedures.selectors.roadmap import ServiceToRaise

_HISTORY = 5
_EXPORT_PAGE = 500


@require_safe
def roadmap(request: HttpRequest) -> HttpResponse:
    """Levels, planned against done by unit, and what stands between each service and level 4; as of any day."""
    on, error = _day(request)
    units = selectors.units_to_raise(on)
    unit = request.GET.get("co-quan", "")
    unit = unit if unit in {code for code, _name in units} else ""
    chosen_level = request.GET.get("muc-do", "")
    level = int(chosen_level) if chosen_level in {"2", "3"} else None
    cursor = request.GET.get("sau", "")
    page = selectors.services_to_raise(on, agency_code=unit, level=level, cursor=cursor)
    asked = {"ngay": f"{on:%d/%m/%Y}" if request.GET.get("ngay") and not error else "", "co-quan": unit}
    asked["muc-do"] = str(level or "")
    context: dict[str, Any] = {
        "on": on,
        "typed_day": request.GET.get("ngay", "")[:20] if error else asked["ngay"],
        "error": error,
        "table": selectors.roadmap_table(on),
        "levels": selectors.level_table(on),
        "history": selectors.level_history(_month_ends(on)),
        "providers": selectors.services_by_provider(on),
        "page": page,
        "units": units,
        "unit": unit,
        "level": level,
        "is_first_page": not cursor,
        "next_url": _address(asked, sau=page.next_cursor) if page.next_cursor else "",
        "first_url": _address(asked),
        "workbook_url": f"{reverse('procedures:roadmap_workbook')}?{urlencode({'ngay': f'{on:%d/%m/%Y}'})}",
    }
    return render(request, "procedures/roadmap.html", context, status=422 if error else 200)


@require_safe
def roadmap_workbook(request: HttpRequest) -> HttpResponse:
    """The whole roadmap as XLSX; a day that cannot be read is today."""
    on, _error = _day(request)
    content = exports.roadmap_workbook(selectors.roadmap_table(on), selectors.level_table(on), _every_service(on))
    answer = HttpResponse(content, content_type=exports.XLSX)
    answer["Content-Disposition"] = f'attachment; filename="lo-trinh-{on:%Y-%m-%d}.xlsx"'
    return answer


def _every_service(on: date) -> Iterator[ServiceToRaise]:
    cursor = ""
    while True:
        page = selectors.services_to_raise(on, cursor=cursor, size=_EXPORT_PAGE)
        yield from page.services
        cursor = page.next_cursor
        if not cursor:
            return


def _day(request: HttpRequest) -> tuple[date, str]:
    """The day asked for, else today; and what to say when it cannot be read."""
    typed = request.GET.get("ngay", "").strip()
    if not typed:
        return clock.today(), ""
    try:
        day = datetime.strptime(typed, "%d/%m/%Y").date()  # noqa: DTZ007 - a day, no instant
    except ValueError:
        day = date.min
    if not is_in_reach(day):
        return clock.today(), _("Ngày viết dạng ngày/tháng/năm, ví dụ 31/12/2026. Trang đang hiện số liệu hôm nay.")
    return day, ""


def _month_ends(on: date) -> list[date]:
    """The day itself after the last days of the months before it, oldest first."""
    days = [on]
    while len(days) < _HISTORY:
        days.insert(0, days[0].replace(day=1) - timedelta(days=1))
    return days


def _address(asked: dict[str, str], **changes: str) -> str:
    query = {name: value for name, value in {**asked, **changes}.items() if value}
    here = reverse("procedures:roadmap")
    return f"{here}?{urlencode(query)}" if query else here
