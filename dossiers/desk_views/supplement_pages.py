"""The officer chooses what to ask for, reads what the citizen will read, and sends it. Works without JavaScript."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from dossiers import deadlines, policies, services, transitions
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.desk_views.act import UNUSABLE, was_own_double_click
from dossiers.desk_views.facts import Facts
from dossiers.desk_views.supplement_actions import ProposeSupplementException, RequestSupplement, asked_items
from dossiers.desk_views.workspace import Attempt, back_to, workspace_page
from dossiers.errors import ClaimedByAnother, TransitionConflict
from dossiers.forms.supplement_desk import SupplementAskForm
from portal.core.errors import Conflict, InvalidInput, MisconfiguredData

_ASK, _PROPOSE = RequestSupplement(), ProposeSupplementException()


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponseBase:
    """The one request the law allows."""
    return _answer(request, code, _ASK)


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, code: str) -> HttpResponseBase:
    """One more, for a signer to approve."""
    return _answer(request, code, _PROPOSE)


def _answer(request: HttpRequest, code: str, action: RequestSupplement) -> HttpResponseBase:
    """GET: the form. POST: "xem" shows what the citizen will read, "sua" goes back, "gui" sends; what was typed survives."""
    facts = Facts(actor_of(request), desk_dossier(request, code))
    policies.require(facts.actor, action.action, facts.dossier)
    if request.method != "POST":
        if not action.is_open(facts) or action.obstacle(facts):
            return back_to(code)
        return _form_page(request, facts, action, _bound(action, facts))
    form = _bound(action, facts, request.POST)
    if not form.is_valid():
        return _form_page(request, facts, action, form, status=UNUSABLE)
    if "sua" in request.POST:
        return _form_page(request, facts, action, form)
    try:
        if "gui" not in request.POST:
            return _preview(request, facts, action, form)
        colleague = services.claim_of_another(actor=facts.actor, dossier=facts.dossier, at=facts.now)
        if colleague is not None and "take_over" not in request.POST:
            return _preview(request, facts, action, form, sentence=services.claimed_sentence(colleague))
        action.perform(facts, form.cleaned_data)
        if action is _PROPOSE:
            # It is the signer's turn now, who need not ask whether somebody is at work on it.
            services.release(actor=facts.actor, dossier_id=facts.dossier.pk)
        else:
            services.after_acting(actor=facts.actor, dossier_id=facts.dossier.pk)
    except InvalidInput as problem:
        _put_beside_items(form, problem)
        return _form_page(request, facts, action, form, status=UNUSABLE)
    except (Conflict, MisconfiguredData) as problem:
        fresh = Facts(facts.actor, desk_dossier(request, code))
        if isinstance(problem, TransitionConflict) and was_own_double_click(fresh, action, form):
            messages.info(request, str(action.done))
            return back_to(code)
        return _too_late(request, fresh, action, form, problem.sentence, problem.status)
    messages.success(request, str(action.done))
    return back_to(code)


def _bound(action: RequestSupplement, facts: Facts, data: object = None) -> SupplementAskForm:
    form = action.form(facts, data)
    assert isinstance(form, SupplementAskForm)
    return form


def _form_page(
    request: HttpRequest,
    facts: Facts,
    action: RequestSupplement,
    form: SupplementAskForm,
    *,
    sentence: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    has_moved = form.is_bound and form.cleaned_data.get("seen_version") not in (None, facts.dossier.version)
    if has_moved and not sentence:
        sentence = transitions.who_was_faster(facts.dossier)
    context = {
        "dossier": facts.dossier,
        "facts": facts,
        "action": action,
        "form": form,
        "sentence": sentence,
        "within_days": deadlines.SUPPLEMENT_WITHIN.days,
    }
    return render(request, "desk/supplement_ask.html", context, status=status)


def _preview(
    request: HttpRequest, facts: Facts, action: RequestSupplement, form: SupplementAskForm, *, sentence: str = ""
) -> HttpResponseBase:
    """Exactly what the citizen will read, from the template that the citizen's page is made of.

    `sentence`: it was not sent, because a colleague is at work on the dossier (409).
    """
    named = services.named_items(facts.dossier, asked_items(form.cleaned_data))
    context = {
        "dossier": facts.dossier,
        "action": action,
        "form": form,
        "shown": [{"what": one.what, "reason": one.asked.reason} for one in named],
        "note": form.cleaned_data["note"].strip(),
        "why": form.cleaned_data.get("why", ""),
        "answer_by": facts.now + deadlines.SUPPLEMENT_WITHIN,
        "tells": action.tells(facts, items=len(named)),
        "colleague": services.claim_of_another(actor=facts.actor, dossier=facts.dossier, at=facts.now),
        "sentence": sentence,
    }
    status = ClaimedByAnother.status if sentence else 200
    return render(request, "desk/supplement_preview.html", context, status=status)


def _put_beside_items(form: SupplementAskForm, problem: InvalidInput) -> None:
    for ref, sentence in problem.fields.items():
        name = f"ly-do-{ref}" if f"ly-do-{ref}" in form.fields else ref if ref in form.fields else None
        form.add_error(name, str(sentence))
    if not problem.fields:
        form.add_error(None, str(problem.sentence))


def _too_late(
    request: HttpRequest,
    facts: Facts,
    action: RequestSupplement,
    form: SupplementAskForm,
    sentence: str | Promise,
    status: int,
) -> HttpResponse:
    """Somebody was faster. Where it can still be asked, the form stays with everything typed; else the workspace shows it."""
    if action.is_open(facts) and not action.obstacle(facts):
        return _form_page(request, facts, action, form, sentence=sentence, status=status)
    return workspace_page(request, facts, Attempt(action, form, sentence), status=status)
