"""An officer presses a button: check, call the one service, answer; a loser of a race keeps what was typed."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from dossiers import policies, services, transitions
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.desk_views.actions import ACTION_OF, DeskAction
from dossiers.desk_views.facts import Facts
from dossiers.desk_views.workspace import Attempt, back_to, workspace_page
from dossiers.errors import ClaimedByAnother, DossierNotFound, TransitionConflict
from dossiers.forms.desk import ActionForm
from portal.core.errors import (
    Conflict,
    InvalidInput,
    MisconfiguredData,
    NotPermitted,
    TemporarilyUnavailable,
    TooManyRequests,
)

UNUSABLE = 422


@officers_only
def act(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """POST: do it and go back to the workspace. 404 unknown, 403 not this officer's, 409 too late, 422 unusable input.

    GET (a reloaded or bookmarked address, a switch of language) leads to the workspace.
    """
    action = ACTION_OF.get(key)
    if action is None:
        raise DossierNotFound
    facts = Facts(actor_of(request), desk_dossier(request, code))
    if request.method != "POST":
        return back_to(code)
    form = action.form(facts, request.POST, request.FILES)
    if not facts.may(action.action):
        return _no_longer_theirs(request, facts, action, form)
    try:
        if not form.is_valid():
            return _refused(request, facts, action, form)
        colleague = services.claim_of_another(actor=facts.actor, dossier=facts.dossier, at=facts.now)
        if colleague is not None and "take_over" not in request.POST:
            # Told once, and then it is theirs to decide.
            sentence = services.claimed_sentence(colleague)
            return workspace_page(request, facts, Attempt(action, form, sentence), status=ClaimedByAnother.status)
        action.perform(facts, form.cleaned_data)
        services.after_acting(actor=facts.actor, dossier_id=facts.dossier.pk)
    except InvalidInput as problem:
        _put_beside_fields(form, problem)
        return workspace_page(request, facts, Attempt(action, form), status=UNUSABLE)
    except (Conflict, MisconfiguredData, TemporarilyUnavailable, TooManyRequests) as problem:
        fresh = Facts(facts.actor, desk_dossier(request, code))
        if isinstance(problem, TransitionConflict) and was_own_double_click(fresh, action, form):
            messages.info(request, action.done_words(facts))
            return back_to(code)
        return workspace_page(request, fresh, Attempt(action, form, problem.sentence), status=problem.status)
    messages.success(request, action.done_words(facts))
    if action.lands_on:
        return redirect(action.lands_on, code=code)
    # Done from the list of what is late: the next one is there.
    return redirect("desk:late") if request.POST.get("ve") == "nhac-viec" else back_to(code)


def _no_longer_theirs(request: HttpRequest, facts: Facts, action: DeskAction, form: ActionForm) -> HttpResponseBase:
    """A step that went to somebody else while the page was open: who was faster. Anything else was never theirs: 403."""
    form.is_valid()
    seen = form.cleaned_data.get("seen_version")
    if action.action not in policies.STEP_ACTIONS or seen in (None, facts.dossier.version):
        raise NotPermitted
    if was_own_double_click(facts, action, form):
        messages.info(request, action.done_words(facts))
        return back_to(facts.dossier.code or "")
    attempt = Attempt(action, form, transitions.who_was_faster(facts.dossier))
    return workspace_page(request, facts, attempt, status=TransitionConflict.status)


def _refused(request: HttpRequest, facts: Facts, action: DeskAction, form: ActionForm) -> HttpResponseBase:
    """The form does not hold. When the dossier has moved on meanwhile as well, that is said first."""
    has_moved = form.cleaned_data.get("seen_version") not in (None, facts.dossier.version)
    if has_moved or not action.is_open(facts):
        sentence = transitions.who_was_faster(facts.dossier)
        return workspace_page(request, facts, Attempt(action, form, sentence), status=TransitionConflict.status)
    return workspace_page(request, facts, Attempt(action, form), status=UNUSABLE)


def _put_beside_fields(form: ActionForm, problem: InvalidInput) -> None:
    """A service's refusal goes beside the field it is about; a refused file has one field it can be."""
    if not problem.fields:
        form.add_error("upload" if "upload" in form.fields else None, str(problem.sentence))
    for name, sentence in problem.fields.items():
        form.add_error(name if name in form.fields else None, str(sentence))
    if "upload" in form.fields and form.files.get("upload") and "upload" not in form.errors:
        form.add_error("upload", _("Hãy chọn lại tệp: trình duyệt không giữ tệp đã chọn."))


def was_own_double_click(facts: Facts, action: DeskAction, form: ActionForm) -> bool:
    """Did the same officer do the same thing from the same page a moment ago? Then it is done, not a conflict."""
    last = facts.history[0] if facts.history else None
    return (
        last is not None
        and last.actor_id == facts.actor.user_id
        and last.act in (action.transition, action.action.value)
        and last.sequence == form.cleaned_data["seen_version"] + 1
    )
