"""The daily reconciliation: which days agree, what does not, and the answers."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payments import exports, services
from payments.desk_views.book_access import actor_of, books_only
from payments.enums import StatementSource
from payments.errors import DifferenceNotFound
from payments.models import Reconciliation
from payments.selectors import reconciliations as selectors
from payments.selectors.reconciliations import ShownDifference
from payments.selectors.statements import sources_compared, sources_with_statement
from portal.core import clock
from portal.core.errors import Conflict, InvalidInput, PortalError
from portal.core.sheets import XLSX
from portal.documents import services as document_services

DAYS_SHOWN = 31
UNUSABLE = 422


@books_only
@require_safe
def days(request: HttpRequest) -> HttpResponseBase:
    """The days up to yesterday, one source (`nguon`); `den` is the last day shown."""
    source = _source(request.GET.get("nguon", StatementSource.BANK))
    yesterday = clock.today() - timedelta(days=1)
    last_day = min(_day_or(request.GET.get("den", ""), yesterday), clock.today())
    return render(
        request,
        "payments/desk/reconciliations.html",
        {
            "source": source,
            "sources": sources_compared(),
            "is_asked": source not in sources_with_statement(),
            "days": selectors.days_before(source, last_day, DAYS_SHOWN),
            "earlier": last_day - timedelta(days=DAYS_SHOWN) if last_day.year > 2000 else None,
            "later": last_day + timedelta(days=DAYS_SHOWN) if last_day < yesterday else None,
        },
    )


@books_only
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: HttpRequest, source: str, day: str) -> HttpResponseBase:
    """GET: totals and differences of one day, `dang=xlsx` as a file. POST: compare again."""
    of, on = _source(source), _past_day(day)
    if request.method == "POST":
        services.reconcile(actor=actor_of(request), source=of, day=on)
        messages.success(request, _("Đã đối chiếu lại."))
        return redirect("money:reconciliation", source=source, day=day)
    if request.GET.get("dang") == "xlsx":
        content = exports.differences_sheet(_differences(request, selectors.day_compared(of, on)))
        return document_services.download_response(
            content, file_name=f"doi-chieu-{of}-{on:%Y%m%d}.xlsx", media_type=XLSX
        )
    return _day_page(request, of, on)


@books_only
@require_POST
def answer(request: HttpRequest, difference_id: int) -> HttpResponseBase:
    """Say what a difference turned out to be."""
    if difference_id >= 2**63:
        raise DifferenceNotFound
    actor = actor_of(request)
    of = selectors.difference_to_answer(actor=actor, difference_id=difference_id).difference.reconciliation
    try:
        services.answer_difference(actor=actor, difference_id=difference_id, answer=request.POST.get("answer", ""))
    except (InvalidInput, Conflict) as problem:
        return _day_page(request, StatementSource(of.source), of.day, problem=problem, answered_id=difference_id)
    messages.success(request, _("Đã ghi giải trình."))
    return redirect("money:reconciliation", source=of.source, day=f"{of.day:%Y-%m-%d}")


def _day_page(
    request: HttpRequest,
    source: StatementSource,
    day: date,
    *,
    problem: PortalError | None = None,
    answered_id: int | None = None,
) -> HttpResponseBase:
    comparison = selectors.day_compared(source, day)
    status = 200 if problem is None else UNUSABLE if isinstance(problem, InvalidInput) else problem.status
    return render(
        request,
        "payments/desk/reconciliation.html",
        {
            "source": source,
            "day": day,
            "address": f"{day:%Y-%m-%d}",
            "is_covered": selectors.is_covered(source, day),
            "is_asked": source not in sources_with_statement(),
            "comparison": comparison,
            "gap": comparison.stated_amount - comparison.ledger_amount if comparison else 0,
            "differences": _differences(request, comparison),
            "problem": problem,
            "answered_id": answered_id,
        },
        status=status,
    )


def _differences(request: HttpRequest, comparison: Reconciliation | None) -> list[ShownDifference]:
    return selectors.differences_of(actor=actor_of(request), comparison=comparison) if comparison else []


def _source(text: str) -> StatementSource:
    if text not in sources_compared():
        raise Http404
    return StatementSource(text)


def _day_or(text: str, other: date) -> date:
    try:
        return max(date.fromisoformat(text), date(2000, 1, 1))
    except ValueError:
        return other


def _past_day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if not date(2000, 1, 1) <= found <= clock.today():
        raise Http404
    return found
