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
from payments.enums import ReceiptState
from payments.forms.books import LedgerForm, first_days
from payments.forms.cashier import EndReceiptForm
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
    """One charge: its lines, its attempts with what providers' messages were found to be, refunds, receipts."""
    actor = actor_of(request)
    found = selectors.charge_in_books(actor=actor, charge_id=charge_id)
    receipts = list(selectors.receipts_of_charge(found.pk))
    attempts = {attempt.pk: attempt for attempt in found.attempts.all()}
    for attempt in attempts.values():
        attempt.charge = found
    has_valid = any(receipt.is_valid for receipt in receipts)
    endable = {
        receipt.pk
        for receipt in receipts
        if policies.may_end_receipt(actor, receipt, attempts[receipt.attempt_id])
        and (receipt.is_valid or (receipt.state == ReceiptState.CANCELLED and found.is_settled and not has_valid))
    }
    return render(
        request,
        "payments/desk/charge.html",
        {
            "charge": found,
            "attempts": attempts.values(),
            "refunds": [refund for attempt in attempts.values() for refund in attempt.refunds.all()],
            "receipts": [
                (receipt, EndReceiptForm(auto_id=f"id_{receipt.number}_%s") if receipt.pk in endable else None)
                for receipt in receipts
            ],
        },
    )


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
