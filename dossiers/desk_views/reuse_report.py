"""Papers asked only once: the rates of the officer's agencies in a period."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dossiers import selectors
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.forms.register import PeriodForm
from dossiers.selectors.reuse_rates import ReuseRates
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.sheets import XLSX, write_sheet
from portal.documents import services as document_services

UNUSABLE = 422
_MEASURES = (
    ("of_applicants", gettext_lazy("Người dân, doanh nghiệp không phải nộp lại"), 30),
    ("of_people", gettext_lazy("Trong đó người dân"), None),
    ("of_enterprises", gettext_lazy("Trong đó doanh nghiệp"), None),
    ("of_dossiers", gettext_lazy("Hồ sơ có giấy tờ dùng lại (4.3, QĐ 766)"), 80),
    ("from_vault", gettext_lazy("Hồ sơ lấy giấy tờ từ kho (4.4, QĐ 766)"), None),
    ("from_others", gettext_lazy("Hồ sơ dùng giấy tờ của cơ quan khác"), None),
    ("where_asked", gettext_lazy("Dùng lại, trong các hồ sơ cần giấy tờ dùng lại được"), None),
)


@officers_only
@require_safe
def reuse_report(request: HttpRequest) -> HttpResponseBase:
    """`first_day`, `last_day`: this year up to today without them. `dang=xlsx`: the file. A head reads what lies right
    below too."""
    today = clock.today()
    usual = {"first_day": today.replace(month=1, day=1), "last_day": today}
    is_asked = "first_day" in request.GET or "last_day" in request.GET
    form = PeriodForm(request.GET) if is_asked else PeriodForm(initial=usual)
    if form.is_bound and not form.is_valid():
        return render(request, "desk/reuse_report.html", {"form": form, "agencies": []}, status=UNUSABLE)
    period: dict[str, date] = form.cleaned_data if form.is_bound else usual
    agencies = _figures(request, period["first_day"], period["last_day"])
    if request.GET.get("dang") == "xlsx":
        return _file(agencies, period["first_day"], period["last_day"])
    return render(request, "desk/reuse_report.html", {"form": form, "agencies": agencies, **period})


def _figures(request: HttpRequest, first_day: date, last_day: date) -> list[tuple[str, list[dict[str, Any]]]]:
    actor = actor_of(request)
    names = account_selectors.agencies_and_children(
        own=actor.agencies_as(), headed=actor.agencies_as(OfficerRole.AGENCY_HEAD)
    )
    rates = selectors.reuse_rates(list(names), first_day, last_day)
    return [(name, _rows(rates.get(pk, ReuseRates()))) for pk, name in names.items()]


def _rows(rates: ReuseRates) -> list[dict[str, Any]]:
    return [{"label": label, "rate": getattr(rates, name), "target": target} for name, label, target in _MEASURES]


def _file(agencies: list[tuple[str, list[dict[str, Any]]]], first_day: date, last_day: date) -> HttpResponseBase:
    heads = [_("Cơ quan"), _("Chỉ số"), _("Số dùng lại"), _("Trên tổng số"), _("Tỷ lệ (%)"), _("Mức cần đạt (%)")]
    rows = [
        [name, str(row["label"]), row["rate"].part, row["rate"].whole, row["rate"].percent, row["target"]]
        for name, measures in agencies
        for row in measures
    ]
    content = write_sheet(_("Dùng lại giấy tờ"), heads, rows, widths=(44, 52, 14, 14, 12, 16))
    name = f"dung-lai-giay-to-{first_day:%Y%m%d}-{last_day:%Y%m%d}.xlsx"
    return document_services.download_response(content, file_name=name, media_type=XLSX)
