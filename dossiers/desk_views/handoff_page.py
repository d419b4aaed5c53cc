"""The worklist of handoffs, the page of one with what can be done there, and the files that may be read through it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dossiers import handoff_policies, selectors
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.desk_views.handoff_acts import ACT_OF, ACTS, HandoffAct
from dossiers.desk_views.handoff_facts import HandoffFacts, handoff_badge, handoff_due, rows_of_handoffs
from dossiers.errors import HandoffNotFound
from dossiers.forms.desk import ActionForm
from dossiers.handoff_policies import HandoffAction
from portal.core import clock
from portal.core.errors import Conflict, InvalidInput
from portal.documents import services as document_services

UNUSABLE = 422


@dataclass(frozen=True, slots=True)
class OfferedAct:
    """An act with its form; `is_open`: the page opens with it."""

    act: HandoffAct
    form: ActionForm
    is_open: bool


@officers_only
@require_safe
def handoff_list(request: HttpRequest) -> HttpResponseBase:
    """`loc` names the list, `sau` continues after the last row of the page before."""
    labels = {"can-tra-loi": _("Cần trả lời"), "dang-cho": _("Đang chờ cơ quan khác"), "da-xong": _("Đã xong")}
    which = request.GET.get("loc", "")
    if which not in selectors.HANDOFF_LISTS:
        which = selectors.HANDOFF_LISTS[0]
    cursor = request.GET.get("sau", "")
    page = selectors.handoff_page(actor_of(request), which=which, cursor=cursor)
    return render(
        request,
        "desk/handoffs.html",
        {
            "lists": [(labels[key], list_url(key), key == which) for key in selectors.HANDOFF_LISTS],
            "title": labels[which],
            "which": which,
            "rows": rows_of_handoffs(page.rows),
            "first_url": list_url(which) if cursor else "",
            "next_url": list_url(which, page.next_cursor) if page.next_cursor else "",
        },
    )


def list_url(which: str, cursor: str = "") -> str:
    values = {"loc": which, "sau": cursor}
    return f"{reverse('desk:handoffs')}?{urlencode({name: value for name, value in values.items() if value})}"


@officers_only
@require_safe
def handoff(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """One handoff, for the agency asked, the one that asked, and those of its dossier; 404 for all others."""
    return handoff_page(request, facts_for(request, code, number))


def facts_for(request: HttpRequest, code: str, number: int) -> HandoffFacts:
    actor = actor_of(request)
    return HandoffFacts(actor, selectors.handoff_of(actor=actor, code=code, number=number))


def handoff_page(
    request: HttpRequest,
    facts: HandoffFacts,
    attempt: tuple[HandoffAct, ActionForm] | None = None,
    *,
    sentence: Any = "",
    status: int = 200,
) -> HttpResponse:
    """The page, with what was typed in a failed attempt put back where it was typed."""
    handoff = facts.handoff
    acts = offered_acts(facts, attempt)
    is_shown = attempt is not None and any(offered.form is attempt[1] for offered in acts)
    return render(
        request,
        "desk/handoff.html",
        {
            "facts": facts,
            "handoff": handoff,
            "dossier": handoff.dossier,
            "state": handoff_badge(handoff),
            "due": handoff_due(handoff, now=clock.now()),
            "acts": acts,
            "may_forward": facts.can(HandoffAction.FORWARD),
            "attempt_form": attempt[1] if attempt is not None else None,
            "sentence": sentence,
            "is_attempt_shown": is_shown,
            "page_has_errors": bool(is_shown and attempt and attempt[1].errors),
        },
        status=status,
    )


def offered_acts(facts: HandoffFacts, attempt: tuple[HandoffAct, ActionForm] | None) -> list[OfferedAct]:
    """What this officer may do now; the attempted one is open, else the first that answers."""
    possible = [act for act in ACTS if act.is_possible(facts)]
    tried = attempt[0].key if attempt is not None else ""
    opened = tried if tried in {act.key for act in possible} else next((a.key for a in possible if a.is_main), "")
    return [
        OfferedAct(
            act,
            attempt[1] if attempt is not None and act.key == tried else act.form(facts, key=act.key),
            is_open=act.key == opened,
        )
        for act in possible
    ]


@officers_only
def handoff_act(request: HttpRequest, code: str, number: int, key: str) -> HttpResponseBase:
    """POST: do it and go back to the page. 404 unknown, 403 not this officer's, 409 too late, 422 unusable input."""
    act = ACT_OF.get(key)
    if act is None:
        raise HandoffNotFound
    facts = facts_for(request, code, number)
    if request.method != "POST":
        return back_to_handoff(code, number)
    handoff_policies.require(facts.actor, act.action, facts.handoff)
    form = act.form(facts, request.POST, request.FILES, key=act.key)
    try:
        if not form.is_valid():
            return handoff_page(request, facts, (act, form), status=UNUSABLE)
        act.perform(facts, form.cleaned_data)
    except InvalidInput as problem:
        put_beside_fields(form, problem)
        return handoff_page(request, facts, (act, form), status=UNUSABLE)
    except Conflict as problem:
        fresh = facts_for(request, code, number)
        return handoff_page(request, fresh, (act, form), sentence=problem.sentence, status=problem.status)
    messages.success(request, str(act.done))
    return back_to_handoff(code, number)


def put_beside_fields(form: ActionForm, problem: InvalidInput) -> None:
    """A service's refusal goes beside the field it is about; a refused file has one field it can be."""
    if not problem.fields:
        form.add_error("uploads" if form.files else None, str(problem.sentence))
    for name, sentence in problem.fields.items():
        name = {"upload": "uploads", "amounts": "kind_1"}.get(name, name)
        form.add_error(name if name in form.fields else None, str(sentence))


def back_to_handoff(code: str, number: int) -> HttpResponse:
    return redirect("desk:handoff", code=code, number=number)


# --- files ------------------------------------------------------------------------------------------------------------
@officers_only
@require_safe
def handoff_shared_file(request: HttpRequest, code: str, number: int, file_id: int) -> HttpResponseBase:
    """A file of the dossier that was shared, for the asked agency while the handoff is open. `?tai=1` downloads."""
    found = next((file for file in facts_for(request, code, number).files if file.pk == file_id), None)
    return _answer(request, found.document if found is not None else None)


@officers_only
@require_safe
def handoff_declared_file(request: HttpRequest, code: str, number: int, document_id: UUID) -> HttpResponseBase:
    """A file inside a section that was shared, as above."""
    files = facts_for(request, code, number).declaration_files
    found = next((file for _label, file in files if file.document_id == document_id), None)
    return _answer(request, found.document if found is not None else None)


@officers_only
@require_safe
def handoff_answer_file(request: HttpRequest, code: str, number: int, file_id: int) -> HttpResponseBase:
    """A file of the answer: for both sides and the dossier's agencies, and for whom the answer was shared with.

    The address names the handoff that was answered.
    """
    actor = actor_of(request)
    answered = selectors.handoff_with_answer(actor=actor, code=code, number=number)
    found = answered.files.select_related("document").filter(pk=file_id).first()
    return _answer(request, found.document if found is not None else None)


def _answer(request: HttpRequest, document: Any) -> HttpResponseBase:
    if document is None:
        raise HandoffNotFound
    document_services.require_openable_by_officer(document)
    return document_services.document_response(document, as_attachment=request.GET.get("tai") == "1")
