"""How many results in force were digitised, by agency and month, and from when each agency must."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts import selectors as account_selectors
from portal.accounts.enums import AgencyLevel, OfficerRole
from portal.core import clock
from portal.core.sheets import XLSX, write_sheet
from portal.documents import services as document_services
from portal.vault import policies, selectors
from portal.vault.desk_views.access import actor_of, readers_only
from portal.vault.forms.digitisation import MonthsForm

UNUSABLE = 422


@readers_only
@require_safe
def report(request: HttpRequest) -> HttpResponseBase:
    """`first`, `last`: months; this year without them. `dang=xlsx`: the file. A head reads what lies right below too."""
    asked = {"first": request.GET.get("first", ""), "last": request.GET.get("last", "")}
    today = clock.today()
    usual = {"first": today.replace(month=1, day=1), "last": today.replace(day=1)}
    form = MonthsForm(asked) if any(asked.values()) else MonthsForm(initial=usual)
    if form.is_bound and not form.is_valid():
        return render(request, "vault/desk/report.html", {"form": form, "agencies": []}, status=UNUSABLE)
    months: dict[str, date] = form.cleaned_data if form.is_bound else usual
    agencies = _figures(request, months["first"], months["last"])
    if request.GET.get("dang") == "xlsx":
        return _file(agencies, months["first"], months["last"])
    return render(
        request,
        "vault/desk/report.html",
        {"form": form, "agencies": agencies, "first": months["first"], "last": months["last"]},
    )


def _figures(request: HttpRequest, first: date, last: date) -> list[dict[str, Any]]:
    actor = actor_of(request)
    own = policies.digitising_agencies(actor) | policies.reporting_agencies(actor)
    names = account_selectors.agencies_and_children(own=own, headed=actor.agencies_as(OfficerRole.AGENCY_HEAD))
    agencies = account_selectors.agencies_by_id(names)
    duties = selectors.duties()
    months = selectors.digitised_by_month(list(names), first, last)
    return [
        {
            "agency": agencies[pk],
            "level": AgencyLevel(agencies[pk].level).label,
            "duty": duties.get(agencies[pk].level),
            "months": (rows := [one for one in months if one.agency.pk == pk]),
            "total": sum(one.total for one in rows),
            "in_force": sum(one.in_force for one in rows),
        }
        for pk in names
    ]


def _file(agencies: list[dict[str, Any]], first: date, last: date) -> HttpResponseBase:
    heads = [_("Cơ quan"), _("Cấp"), _("Phải số hóa từ"), _("Tháng"), _("Đã số hóa"), _("Trong đó còn hiệu lực")]
    rows = [
        [
            one["agency"].name,
            str(one["level"]),
            f"{one['duty'].begins_on:%d/%m/%Y}" if one["duty"] else "",
            f"{month.month:%m/%Y}",
            month.total,
            month.in_force,
        ]
        for one in agencies
        for month in one["months"]
    ]
    content = write_sheet(_("Số hóa kết quả"), heads, rows, widths=(44, 20, 16, 12, 12, 22))
    name = f"so-hoa-{first:%Y%m}-{last:%Y%m}.xlsx"
    return document_services.download_response(content, file_name=name, media_type=XLSX)
