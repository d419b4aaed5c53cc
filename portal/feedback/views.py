"""Feedback of anybody: what was answered in public, sending, following up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.addresses import client_address
from portal.core.errors import Conflict, FormAlreadySent, InvalidInput, TemporarilyUnavailable, TooManyRequests
from portal.core.form_parts import put_beside_fields
from portal.documents import services as document_services
from portal.feedback import forms, selectors, services
from portal.feedback.enums import UNSEEN_BY_THE_SENDER, FeedbackAct, FeedbackState
from portal.feedback.errors import FeedbackNotFound
from portal.feedback.models import Feedback
from portal.feedback.services import Proof

UNUSABLE = 422
_SESSION_KEY = "feedback_opened"
MOST_OPENED = 20


def proof_of(request: HttpRequest) -> Proof:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return Proof(actor, frozenset(request.session.get(_SESSION_KEY, ())))


def _let_in(request: HttpRequest, feedback: Feedback) -> None:
    """This session may follow it up from now on: no code in any address."""
    opened = [one for one in request.session.get(_SESSION_KEY, []) if one != str(feedback.public_id)]
    request.session[_SESSION_KEY] = [*opened, str(feedback.public_id)][-MOST_OPENED:]


def _opened(request: HttpRequest, public_id: UUID) -> Feedback:
    found = selectors.feedback_by_public_id(public_id)
    if not proof_of(request).opens(found):
        raise FeedbackNotFound
    return found


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Answers everybody may read."""
    cursor = request.GET.get("sau", "")
    context = {"page": selectors.published_page(cursor), "is_first_page": not cursor}
    return render(request, "feedback/published.html", context)


@require_safe
def published_one(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "feedback/published_one.html", {"feedback": selectors.published_one(number)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The form. What was typed stays whatever goes wrong; chosen files must be chosen again."""
    actor = proof_of(request).actor
    agencies = [(str(one.pk), one.name) for one in account_selectors.agencies_in_force().order_by("code")]
    if request.method != "POST":
        form = forms.SendForm(initial=_known_of(request, actor), agencies=agencies)
        return render(request, "feedback/send.html", {"form": form})
    form = forms.SendForm(request.POST, request.FILES, agencies=agencies)
    status = UNUSABLE
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            feedback = services.send_feedback(
                actor=actor,
                client_address=client_address(request),
                agency_id=given.pop("agency"),
                language="en" if get_language() == "en" else "vi",
                **given,
            )
        except InvalidInput as refusal:
            put_beside_fields(form, refusal)
        except (FormAlreadySent, TooManyRequests, TemporarilyUnavailable) as refusal:
            form.renew_token()
            form.add_error(None, str(refusal.sentence))
            status = refusal.status
        else:
            _let_in(request, feedback)
            messages.success(request, _("Đã gửi. Hãy giữ hai mã dưới đây để theo dõi."))
            return redirect("feedback:followed", feedback.public_id)
    return render(request, "feedback/send.html", {"form": form}, status=status)


def _known_of(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the account knows already, and the procedure or dossier whose page led here."""
    known: dict[str, Any] = {
        name: request.GET.get(place, "").replace("\x00", "")[:60]
        for name, place in (("procedure_code", "thu-tuc"), ("dossier_code", "ho-so"))
    }
    if actor.user_id is None:
        return known
    citizen = account_selectors.citizen_of(actor.user_id)
    known |= {"sender_name": actor.display_name, "sender_email": getattr(request.user, "email", "")}
    return known | ({"sender_phone": citizen.phone} if citizen is not None else {})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """By number and code. Neither stands in an address afterwards."""
    form = forms.FollowForm(request.POST if request.method == "POST" else None)
    status = UNUSABLE if form.is_bound else 200
    if form.is_valid():
        try:
            feedback = services.follow(
                number=form.cleaned_data["number"],
                code=form.cleaned_data["code"],
                client_address=client_address(request),
            )
        except (FeedbackNotFound, TooManyRequests) as refusal:
            form.add_error(None, str(refusal.sentence))
            status = refusal.status
        else:
            _let_in(request, feedback)
            return redirect("feedback:followed", feedback.public_id)
    return render(request, "feedback/follow.html", {"form": form}, status=status)


@login_required
@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What was sent with this account."""
    rows = selectors.own_feedback(proof_of(request).actor.user_id or 0)
    return render(request, "feedback/own.html", {"rows": rows})


@never_cache
@require_safe
def followed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One's own: where it is, until when, what was answered. 404 for whoever has not shown that it is theirs."""
    return _page(request, _opened(request, public_id))


def _page(
    request: HttpRequest,
    feedback: Feedback,
    *,
    supply: forms.SupplyForm | None = None,
    verdict: forms.VerdictForm | None = None,
    sentence: Any = "",
    status: int = 200,
) -> HttpResponse:
    lines = [line for line in reversed(list(feedback.journal.all())) if line.act not in UNSEEN_BY_THE_SENDER]
    may_rate = feedback.state == FeedbackState.ANSWERED and feedback.is_satisfied is None
    return render(
        request,
        "feedback/followed.html",
        {
            "feedback": feedback,
            "is_late": feedback.is_overdue(clock.now()),
            "lines": lines,
            "reply": next((line for line in lines if line.act in {FeedbackAct.ANSWER, FeedbackAct.REFUSE}), None),
            "question": next((line for line in lines if line.act == FeedbackAct.ASK_MORE), None),
            "supply": (supply or forms.SupplyForm()) if feedback.state == FeedbackState.MORE_ASKED else None,
            "verdict": (verdict or forms.VerdictForm()) if may_rate else None,
            "wrong": supply or verdict,
            "sentence": sentence,
        },
        status=status,
    )


@never_cache
@require_POST
def supply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what the agency asked for."""
    feedback = _opened(request, public_id)
    form = forms.SupplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, feedback, supply=form, status=UNUSABLE)
    try:
        services.supply_more(proof=proof_of(request), public_id=public_id, **form.cleaned_data)
    except InvalidInput as refusal:
        put_beside_fields(form, refusal)
        return _page(request, feedback, supply=form, status=UNUSABLE)
    except Conflict as refusal:
        return _page(request, _opened(request, public_id), sentence=refusal.sentence, status=refusal.status)
    messages.success(request, _("Đã gửi phần bổ sung."))
    return redirect("feedback:followed", public_id)


@never_cache
@require_POST
def rate_answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Satisfied with the answer or not."""
    feedback = _opened(request, public_id)
    form = forms.VerdictForm(request.POST)
    if not form.is_valid():
        return _page(request, feedback, verdict=form, status=UNUSABLE)
    try:
        services.rate_answer(
            proof=proof_of(request),
            public_id=public_id,
            is_satisfied=form.cleaned_data["verdict"] == "co",
            words=form.cleaned_data["words"],
        )
    except Conflict as refusal:
        return _page(request, _opened(request, public_id), sentence=refusal.sentence, status=refusal.status)
    messages.success(request, _("Cảm ơn bạn đã cho biết."))
    return redirect("feedback:followed", public_id)


@never_cache
@require_safe
def file(request: HttpRequest, public_id: UUID, file_id: int) -> HttpResponseBase:
    """A file of one's own feedback or of its answer."""
    found = selectors.file_of(_opened(request, public_id), file_id)
    return document_services.document_response(found.document, as_attachment=request.GET.get("tai") == "1")
