"""One dossier on the desk: what was declared, what was handed in, what can be done now, what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from dossiers import selectors, services
from dossiers.clock_strip import clock_of, verdict_of
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.desk_views.actions import ACTIONS, DeskAction, Tells
from dossiers.desk_views.facts import Facts
from dossiers.desk_views.handoff_panel import handoff_panel
from dossiers.desk_views.looks import due_badge, fee_badge, holder_of, hours_of, is_in_the_post, is_silent, state_badge
from dossiers.desk_views.next_steps import next_steps
from dossiers.desk_views.process_actions import signs_over
from dossiers.desk_views.process_panel import process_rows
from dossiers.desk_views.shared_papers import shared_papers
from dossiers.desk_views.supplement_facts import shown_proposal, shown_supplements, was_just_answered
from dossiers.desk_views.together import context_of, together
from dossiers.enums import MessageSide
from dossiers.forms.desk import ActionForm, PlainForm
from dossiers.models import DossierFile
from dossiers.policies import Action
from dossiers.selectors import messages as message_selectors
from dossiers.services import ratings
from portal.core.errors import MisconfiguredData
from portal.documents import services as document_services
from portal.notifications import selectors as notification_selectors

if TYPE_CHECKING:
    from portal.documents.models import StoredDocument


@dataclass(frozen=True, slots=True)
class OfferedAction:
    """An action as the page shows it: either a form, or the obstacle that keeps it from being done."""

    action: DeskAction
    heading: str
    form: ActionForm
    tells: Tells | None
    obstacle: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """An action that was tried and did not go through: its form as typed, and the sentence for the top of the page."""

    action: DeskAction
    form: ActionForm
    sentence: str | Promise = ""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file with the way it is shown: "pdf" in a frame, "picture", or "" for a download only.

    `may_be_opened` is false while a configured scanner has not found it clean; then nothing of it is loaded.
    """

    pk: int
    document: "StoredDocument"
    view: str
    is_first: bool
    may_be_opened: bool
    copy_kind: str
    caption: str
    digitised_by: str
    digitised_at: datetime | None
    # The row itself: where it comes from when it is used again.
    source: DossierFile


@officers_only
@require_safe
def workspace(request: HttpRequest, code: str) -> HttpResponseBase:
    """The dossier of an agency of the officer's; 404 for every other one."""
    return workspace_page(request, Facts(actor_of(request), desk_dossier(request, code)))


def workspace_page(
    request: HttpRequest, facts: Facts, attempt: Attempt | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, with what was typed in a failed attempt put back where it was typed."""
    dossier = facts.dossier
    actions = offered_actions(facts, attempt)
    mails = notification_selectors.messages_about(dossier.subject)
    is_attempt_shown = attempt is not None and any(
        offered.form is attempt.form and not offered.obstacle and not offered.action.page for offered in actions
    )
    return render(
        request,
        "desk/workspace.html",
        {
            "dossier": dossier,
            "facts": facts,
            "state": state_badge(dossier),
            "due": due_badge(dossier, now=facts.now, calendar=hours_of(dossier)),
            "clock_page": clock_of(dossier),
            "verdict": verdict_of(dossier),
            "fee": fee_badge(facts.charges),
            "holder": holder_of(dossier, facts.actor.user_id),
            "posted": facts.postal_items[0] if is_in_the_post(dossier) and facts.postal_items else None,
            "answers": _answers(facts),
            "declaration_files": _declaration_files(facts),
            "components": shown_components(facts),
            "supplements": shown_supplements(facts),
            "proposal": shown_proposal(facts),
            "was_just_answered": was_just_answered(facts),
            "actions": actions,
            "next_steps": next_steps(facts),
            "undo_point": services.undo_point_of(
                actor=facts.actor, dossier=dossier, last=facts.history[0] if facts.history else None
            ),
            "is_undo_silent": is_silent(facts.history[0]) if facts.history else False,
            "handoffs": handoff_panel(facts),
            "intake": selectors.intake_of(dossier),
            "mails": mails,
            "undelivered": notification_selectors.undelivered_mail(mails),
            "unread": message_selectors.unread_by(message_selectors.messages_with_citizen(dossier), MessageSide.AGENCY),
            "may_rate": facts.may(Action.RATE) and ratings.may_be_rated(dossier),
            "shared_papers": shared_papers(dossier),
            "attempt": attempt,
            "is_attempt_shown": is_attempt_shown,
            "process": process_rows(facts),
            "signs_over": signs_over(facts),
            **context_of(together(facts.actor, dossier), dossier, seen_version=dossier.version),
            "page_has_errors": bool(attempt and is_attempt_shown and attempt.form.errors),
        },
        status=status,
    )


def _answers(facts: Facts) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The declaration as it is read, each value with where it came from when it was not typed.

    A definition that no longer parses must not keep the dossier from opening.
    """
    try:
        sections = services.rows_to_show(facts.dossier)
        notes = services.notes_by_label(facts.dossier, for_desk=True)
    except MisconfiguredData:
        return []
    return [(label, [(name, value, notes.get((label, name), "")) for name, value in rows]) for label, rows in sections]


def _declaration_files(facts: Facts) -> list[dict[str, Any]]:
    """The files inside the declaration with their questions, each seen in place where a browser can show it."""
    try:
        found = services.labelled_files(facts.dossier)
    except MisconfiguredData:
        return []
    rows = []
    for label, file in found:
        may_be_opened = document_services.may_be_opened_by_officer(file.document)
        rows.append(
            {
                "label": label,
                "pk": file.document_id,
                "document": file.document,
                "may_be_opened": may_be_opened,
                "view": _view_of(file.document) if may_be_opened else "",
            }
        )
    return rows


def offered_actions(facts: Facts, attempt: Attempt | None) -> list[OfferedAction]:
    """What this officer may do in this state; the attempted one is open, else the first that moves the dossier on."""
    possible = [action for action in ACTIONS if facts.may(action.action) and action.is_open(facts)]
    tried = attempt.action.key if attempt is not None else ""
    obstacles = {action.key: action.obstacle(facts) for action in possible}
    doable = {action.key: action for action in possible if not obstacles[action.key]}
    opened = tried if tried in doable else next((key for key, action in doable.items() if action.is_main), "")
    return [
        OfferedAction(
            action=action,
            heading=action.heading(facts),
            form=attempt.form if attempt is not None and action.key == tried else _form(action, facts),
            tells=None if obstacles[action.key] or action.page else action.tells(facts),
            obstacle=obstacles[action.key],
            is_open=action.key == opened,
        )
        for action in possible
    ]


def _form(action: DeskAction, facts: Facts) -> ActionForm:
    """What is done on a page of its own has its form there."""
    return PlainForm(key=action.key) if action.page else action.form(facts)


def shown_components(facts: Facts) -> list[dict[str, Any]]:
    """Slots with their files; the first file that can be viewed in place is open."""
    slots, has_opened = [], False
    for component in facts.components:
        files = []
        for file in component.shown_files:  # type: ignore[attr-defined]
            may_be_opened = document_services.may_be_opened_by_officer(file.document)
            view = _view_of(file.document) if may_be_opened else ""
            files.append(
                ShownFile(
                    file.pk,
                    file.document,
                    view,
                    is_first=bool(view) and not has_opened,
                    may_be_opened=may_be_opened,
                    copy_kind=file.get_copy_kind_display() if file.copy_kind else "",
                    caption=file.caption,
                    digitised_by=file.digitised_by.full_name if file.digitised_by is not None else "",
                    digitised_at=file.digitised_at,
                    source=file,
                )
            )
            has_opened = has_opened or bool(view)
        slots.append({"component": component, "required": component.required_document, "files": files})
    return slots


def _view_of(document: "StoredDocument") -> str:
    if not document.is_viewable_inline:
        return ""
    return "pdf" if document.media_type == "application/pdf" else "picture"


def back_to(code: str) -> HttpResponse:
    return redirect("desk:workspace", code=code)
