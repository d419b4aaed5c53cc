"""The accountant's ledger: lines by filters, their sums, a spreadsheet, and one charge with all that became of it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.views.decorators.http import require_safe

from payments import exports, policies, selectors
from payments.desk_views.access import actor_of, bookkeepers_only
from payments.desk_views.charge_page import charge_page
from payments.forms.books import LedgerForm, first_days
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.errors import InvalidInput
from portal.core.sheets import XLSX
from portal.documents import services as document_services

UNUSABLE = 422


@bookkeepers_only
@require_safe
def ledger(request: HttpRequest) -> HttpResponseBase:
    """Without filters the month up to today; `sau` continues after the last row."""
    return _page(request, _form(request))


@bookkeepers_only
@require_safe
def spreadsheet(request: HttpRequest) -> HttpResponseBase:
    """The same lines as XLSX, or 422 and the page with what is to mend."""
    form = _form(request)
    if form.is_valid():
        wanted = form.wanted(policies.book_agencies(actor_of(request)))
        name = f"so-thu-{wanted.starts_on:%Y%m%d}-{wanted.ends_on:%Y%m%d}.xlsx"
        try:
            return document_services.download_response(exports.ledger_sheet(wanted), file_name=name, media_type=XLSX)
        except InvalidInput as problem:
            form.add_error("den", str(problem.sentence))
    return _page(request, form)


@bookkeepers_only
@require_safe
def charge(request: HttpRequest, charge_id: UUID) -> HttpResponseBase:
    """One charge with all that became of it."""
    return charge_page(request, charge_id)


def _form(request: HttpRequest) -> LedgerForm:
    agency_ids = policies.book_agencies(actor_of(request))
    agencies = sorted(
        (agency.code, agency.pk, agency.name) for agency in account_selectors.agencies_by_id(agency_ids).values()
    )
    given: QueryDict | dict[str, str] = request.GET if "tu" in request.GET else first_days(clock.today())
    return LedgerForm(
        given,
        cashiers=selectors.cashiers_of(agency_ids),
        agencies=[(pk, name) for _code, pk, name in agencies],
    )


def _page(request: HttpRequest, form: LedgerForm) -> HttpResponseBase:
    page, totals = selectors.LedgerPage(), selectors.Account()
    facts: dict[str, Any] = {}
    is_usable = form.is_valid()
    if is_usable:
        wanted = form.wanted(policies.book_agencies(actor_of(request)))
        page = selectors.ledger_page(wanted, cursor=request.GET.get("sau", ""))
        periods = selectors.ledger_periods(wanted)
        totals = sum((period.account for period in periods), totals)
        facts = {
            "periods": periods,
            "is_by_month": selectors.is_by_month(wanted),
            # Of some kinds of lines alone, the difference would say nothing.
            "shows_owed": not (wanted.kind or wanted.method or wanted.cashier_id),
        }
    asked = [(name, str(form[name].value() or "")) for name in form.fields]
    query = urlencode([(name, value) for name, value in asked if value])
    return render(
        request,
        "payments/desk/ledger.html",
        {
            "form": form,
            "rows": page.rows,
            "totals": totals,
            **facts,
            "is_usable": is_usable,
            "most_rows": number_format(exports.MOST_ROWS, force_grouping=True),
            "next_url": f"{reverse('money:ledger')}?{query}&sau={page.next_cursor}" if page.next_cursor else "",
            "first_url": f"{reverse('money:ledger')}?{query}" if request.GET.get("sau") else "",
            "xlsx_url": f"{reverse('money:ledger_xlsx')}?{query}",
        },
        status=200 if is_usable else UNUSABLE,
    )
