"""A filed dossier as its citizen sees it: where, who, until when, what now."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_fsm import can_proceed

from dossiers import selectors, services
from dossiers.clock_strip import clock_of, verdict_of
from dossiers.enums import ENDED_WITHOUT_DECISION, DossierState, MessageSide, SlipOccasion, Transition
from dossiers.errors import DossierNotFound, TransitionConflict
from dossiers.forms.citizen import WithdrawForm
from dossiers.models import Dossier, JournalEntry, ResultDocument, SupplementRequest
from dossiers.selectors import messages as message_selectors
from dossiers.services import ratings
from dossiers.views.conflict import conflict_page
from dossiers.views.requests import actor_of, seen_version
from dossiers.views.returned import returned
from dossiers.views.uploads import file_response
from dossiers.views.waiting import waiting_words
from dossiers.views.wording import citizen_history
from payments import selectors as payment_selectors
from portal.core import clock
from portal.documents import services as document_services
from portal.vault import selectors as vault_selectors


@login_required
@never_cache
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """The dossier page."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    dues = services.Dues(dossier)
    charges = dues.charges
    owed = [charge for charge in charges if charge.is_owed]
    history = list(selectors.history_of(dossier))
    results = list(selectors.results_of(dossier))
    return render(
        request,
        "dossiers/detail.html",
        {
            "dossier": dossier,
            "procedure": dossier.revision.procedure,
            "history": citizen_history(history),
            # What brought it where it is; a message or a refund came later and gives no reason.
            "last": next(entry for entry in history if entry.act in Transition.values),
            "clock_page": clock_of(dossier),
            "verdict": verdict_of(dossier),
            "supplements": _supplements(dossier, history),
            "sections": services.rows_to_show(dossier),
            "declaration_files": services.labelled_files(dossier),
            "components": [one for one in selectors.components_of(dossier) if one.shown_files],  # type: ignore[attr-defined]
            "papers": services.papers_of(dossier, history, for_citizen=True),
            "handoffs": selectors.handoffs_for_citizen(dossier) if dossier.received_at else [],
            "results": results,
            "unseen_papers": _unseen_papers(request, dossier, results),
            "result_to_fetch": next((one for one in results if not _has_ended(one)), None),
            "charges": charges,
            "receipts": list(payment_selectors.valid_receipts(one.pk for one in charges if one.is_settled).values()),
            "owed": owed,
            "quote": dues.quote,
            "is_past_charging": dossier.resolved_at is not None or not dossier.is_open,
            "claims": dues.claims,
            "owed_amount": sum(charge.amount for charge in owed),
            "may_withdraw": can_proceed(dossier.withdraw),
            "unread": message_selectors.unread_by(
                message_selectors.messages_with_citizen(dossier), MessageSide.CITIZEN
            ),
            "may_rate": ratings.may_be_rated(dossier) and not ratings.is_rated(dossier),
            "is_over": dossier.state in ENDED_WITHOUT_DECISION,
            "is_late": _is_late(dossier),
            "shows_results": _shows_results(dossier),
            **returned(dossier, owes=bool(owed)),
            "waiting": waiting_words(dossier, now=clock.now(), owes_fee=bool(owed)),
        },
    )


def _has_ended(result: ResultDocument) -> bool:
    """Revoked. What was replaced has not ended here: the paper that replaced it is looked at."""
    paper = result.paper_now
    return paper is not None and paper.ended_at is not None


def _unseen_papers(request: HttpRequest, dossier: Dossier, results: list[ResultDocument]) -> set[int]:
    """Papers of the results that are an organisation's for which this person speaks no more: the vault shows them none.

    No query for a dossier filed for oneself.
    """
    if dossier.organisation_id is None:
        return set()
    keys = {paper.pk for paper in (result.paper_now for result in results) if paper is not None}
    return keys - vault_selectors.seen_among(actor_of(request), keys) if keys else set()


def _supplements(dossier: Dossier, history: list[JournalEntry]) -> list[tuple[SupplementRequest, int | None]]:
    """Each request with the days of the calendar waited; not asked for where the journal knows of none."""
    if not any(entry.act == Transition.REQUEST_SUPPLEMENT for entry in history):
        return []
    return [(one, one.days_waited) for one in dossier.supplements.prefetch_related("items").order_by("-ordinal")]


def _is_late(dossier: Dossier) -> bool:
    """Is the agency past what it promised? Said openly; a clock that waits for the citizen is not late."""
    if dossier.state == DossierState.SUBMITTED:
        # While a fee is waited for it is the citizen's turn.
        return dossier.prepay_by is None and dossier.next_date_at is not None and dossier.next_date_at < clock.now()
    return dossier.resolved_at is None and dossier.paused_at is None and dossier.is_overdue(clock.now())


def _shows_results(dossier: Dossier) -> bool:
    """A result is downloaded once it was delivered online; before the fee is paid or at the desk it waits there."""
    return dossier.state == DossierState.RESULT_HANDED_OVER and dossier.result_delivery == "online"


@login_required
@never_cache
@require_safe
def file(request: HttpRequest, code: str, file_id: int) -> HttpResponseBase:
    """A file the citizen filed. `?nho=1`: a small picture of it."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    found = selectors.component_file(dossier, file_id, with_unsent_supplement=True)
    return file_response(request, found)


@login_required
@never_cache
@require_safe
def slip(request: HttpRequest, code: str, occasion: str) -> HttpResponseBase:
    """The receipt slip as PDF; made now if the worker has not made it yet."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    words = {"xac-nhan": SlipOccasion.SUBMITTED, "hen-tra": SlipOccasion.RECEIVED}
    if occasion not in words:
        raise DossierNotFound
    found = services.receipt_slip(dossier_id=dossier.pk, occasion=words[occasion])
    return document_services.document_response(found.document, as_attachment=False)


@login_required
@never_cache
@require_safe
def result(request: HttpRequest, code: str, result_id: int) -> HttpResponseBase:
    """The result delivered online, or what has taken its place since."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    found = selectors.results_of(dossier).filter(pk=result_id).first() if _shows_results(dossier) else None
    if found is None:
        raise DossierNotFound
    response = document_services.document_response(found.document_now, as_attachment=True)
    if request.method == "GET":
        services.note_look(actor=actor_of(request), result=found, is_download=True)
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Ask once more, then withdraw."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)
    if request.method == "POST" and dossier.state == DossierState.WITHDRAWN:
        return redirect("dossiers:detail", code)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.withdraw(actor=actor, dossier_id=dossier.pk, reason=reason, seen_version=seen_version(request))
        except TransitionConflict as error:
            return conflict_page(request, dossier, error, typed=reason)
        messages.success(request, _("Đã rút hồ sơ."))
        return redirect("dossiers:detail", code)
    return render(
        request,
        "dossiers/withdraw.html",
        {
            "dossier": dossier,
            "procedure": dossier.revision.procedure,
            "form": form,
            "may_withdraw": can_proceed(dossier.withdraw),
        },
        status=422 if form.is_bound else 200,
    )
