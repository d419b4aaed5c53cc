"""Conversations at the desk: the lists, one conversation with its notes, its files, and those between two agencies."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dossiers import handoff_policies, policies, selectors
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.enums import AwaitedParty, MessageSide
from dossiers.forms.messages import MessageForm, NoteForm, OfficerMessageForm
from dossiers.handoff_policies import HandoffAction
from dossiers.message_thread import shown_messages
from dossiers.models import Handoff
from dossiers.selectors import messages as message_selectors
from dossiers.selectors.messages import Conversation
from dossiers.services import messages as talks
from portal.core.errors import Conflict, InvalidInput
from portal.core.form_parts import put_beside_fields
from portal.documents import services as document_services

UNUSABLE = 422


@officers_only
@require_safe
def conversations(request: HttpRequest) -> HttpResponseBase:
    """`loc` names the list, `sau` continues after the last row of the page before."""
    labels = {
        message_selectors.TO_ANSWER: _("Công dân chờ trả lời"),
        message_selectors.FROM_CITIZENS: _("Chờ công dân trả lời"),
        message_selectors.BETWEEN_AGENCIES: _("Cơ quan khác nhắn"),
    }
    which = request.GET.get("loc", "")
    if which not in message_selectors.CONVERSATION_LISTS:
        which = message_selectors.TO_ANSWER
    cursor = request.GET.get("sau", "")
    page = message_selectors.conversation_page(actor_of(request), which=which, cursor=cursor)
    return render(
        request,
        "desk/conversations.html",
        {
            "lists": [(labels[key], _list_url(key), key == which) for key in message_selectors.CONVERSATION_LISTS],
            "title": labels[which],
            "page": page,
            "first_url": _list_url(which) if cursor else "",
            "next_url": _list_url(which, page.next_cursor) if page.next_cursor else "",
        },
    )


def _list_url(which: str, cursor: str = "") -> str:
    values = {"loc": which, "sau": cursor}
    return f"{reverse('desk:conversations')}?{urlencode({name: value for name, value in values.items() if value})}"


@officers_only
def conversation(request: HttpRequest, code: str) -> HttpResponseBase:
    """One conversation with the citizen, and below it the officers' own notes.

    404 for other agencies. An agency that had the dossier once reads what was said in its time, and nothing else.
    """
    actor = actor_of(request)
    found = message_selectors.conversation_for_officer(actor=actor, code=code)
    if request.method != "POST":
        return _page(request, found, OfficerMessageForm(), NoteForm())
    policies.require(actor, policies.Action.WRITE_NOTE, found.dossier)
    if request.POST.get("lam") == "ghi-chu":
        return _write_note(request, found)
    policies.require(actor, policies.Action.WRITE_TO_CITIZEN, found.dossier)
    form = OfficerMessageForm(request.POST, request.FILES)
    status = UNUSABLE
    if form.is_valid():
        try:
            talks.send_to_citizen(actor=actor, dossier_id=found.dossier.pk, **form.sent)
        except InvalidInput as refusal:
            put_beside_fields(form, refusal)
        except Conflict as refusal:
            form.renew_token()
            form.add_error(None, str(refusal.sentence))
            status = refusal.status
        else:
            messages.success(request, _("Đã gửi cho công dân."))
            return redirect("desk:conversation", code)
    return _page(request, found, form, NoteForm(), status=status)


def _write_note(request: HttpRequest, found: Conversation) -> HttpResponse:
    form = NoteForm(request.POST)
    if form.is_valid():
        talks.write_note(actor=actor_of(request), dossier_id=found.dossier.pk, text=form.cleaned_data["note"])
        messages.success(request, _("Đã ghi."))
        return redirect("desk:conversation", found.dossier.code)
    return _page(request, found, OfficerMessageForm(), form, status=UNUSABLE)


def _page(
    request: HttpRequest, found: Conversation, form: MessageForm, note_form: NoteForm, *, status: int = 200
) -> HttpResponse:
    actor, dossier = actor_of(request), found.dossier
    page = message_selectors.message_page(found.messages, before=request.GET.get("truoc", ""))
    if not found.is_past:
        talks.mark_read(actor=actor, side=MessageSide.AGENCY, messages=page.messages)
    may_answer = policies.may(actor, policies.Action.WRITE_TO_CITIZEN, dossier)
    return render(
        request,
        "desk/conversation.html",
        {
            "dossier": dossier,
            "is_past": found.is_past,
            "thread": shown_messages(
                page.messages,
                side=MessageSide.AGENCY,
                address_of=lambda file: reverse("desk:message_file", args=[dossier.code, file.pk]),
            ),
            "earlier": page.earlier,
            "form": form,
            "note_form": note_form,
            "shown_form": note_form if note_form.is_bound else form,
            "notes": [] if found.is_past else message_selectors.notes_of(dossier),
            "may_answer": may_answer,
            "is_told_by_mail": talks.is_told_by_mail(dossier),
            "may_write": may_answer and talks.may_still_write(dossier, AwaitedParty.AGENCY),
            "until": talks.questions_until(dossier),
        },
        status=status,
    )


@officers_only
@require_POST
def settle(request: HttpRequest, code: str) -> HttpResponseBase:
    """Nobody is waited for any more."""
    found = message_selectors.conversation_for_officer(actor=actor_of(request), code=code)
    try:
        talks.settle_messages(actor=actor_of(request), dossier_id=found.dossier.pk)
    except Conflict as problem:
        messages.warning(request, str(problem.sentence))
    else:
        messages.success(request, _("Đã ghi: không chờ ai trả lời nữa."))
    return redirect("desk:conversation", code)


@officers_only
@require_safe
def message_file(request: HttpRequest, code: str, file_id: int) -> HttpResponseBase:
    """A file of a message this officer may read; only what was found clean. `?tai=1` downloads."""
    found = message_selectors.conversation_for_officer(actor=actor_of(request), code=code)
    return _answer(request, message_selectors.message_file(found.messages, file_id).document)


# --- Between two agencies ---------------------------------------------------------------------------------------------
@officers_only
def handoff_conversation(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """What the two agencies of a handoff write to each other: 404 for all others, those of its dossier included."""
    actor = actor_of(request)
    handoff = selectors.handoff_of(actor=actor, code=code, number=number)
    rows = message_selectors.messages_of_handoff(actor=actor, handoff=handoff)
    if request.method != "POST":
        return _handoff_page(request, handoff, rows, MessageForm())
    handoff_policies.require(actor, HandoffAction.WRITE_MESSAGE, handoff)
    form = MessageForm(request.POST, request.FILES)
    status = UNUSABLE
    if form.is_valid():
        try:
            talks.send_in_handoff(actor=actor, handoff_id=handoff.pk, **form.sent)
        except InvalidInput as refusal:
            put_beside_fields(form, refusal)
        except Conflict as refusal:
            form.renew_token()
            form.add_error(None, str(refusal.sentence))
            status = refusal.status
        else:
            messages.success(request, _("Đã gửi."))
            return redirect("desk:handoff_messages", code, number)
    return _handoff_page(request, handoff, rows, form, status=status)


def _handoff_page(
    request: HttpRequest, handoff: Handoff, rows: Any, form: MessageForm, *, status: int = 200
) -> HttpResponse:
    actor, code = actor_of(request), handoff.dossier.code
    side = talks.side_in(handoff, actor)
    page = message_selectors.message_page(rows, before=request.GET.get("truoc", ""))
    talks.mark_read(actor=actor, side=side, messages=page.messages)
    may_write = handoff_policies.may(actor, HandoffAction.WRITE_MESSAGE, handoff)
    return render(
        request,
        "desk/handoff_conversation.html",
        {
            "handoff": handoff,
            "dossier": handoff.dossier,
            "other": handoff.from_agency if side is MessageSide.ASKED else handoff.to_agency,
            "thread": shown_messages(
                page.messages,
                side=side,
                address_of=lambda file: reverse("desk:handoff_message_file", args=[code, handoff.number, file.pk]),
            ),
            "earlier": page.earlier,
            "form": form,
            "may_write": may_write and talks.may_write_in_handoff(handoff),
        },
        status=status,
    )


@officers_only
@require_safe
def handoff_message_file(request: HttpRequest, code: str, number: int, file_id: int) -> HttpResponseBase:
    """A file of a message between the two agencies, for those two."""
    actor = actor_of(request)
    handoff = selectors.handoff_of(actor=actor, code=code, number=number)
    rows = message_selectors.messages_of_handoff(actor=actor, handoff=handoff)
    return _answer(request, message_selectors.message_file(rows, file_id).document)


def _answer(request: HttpRequest, document: Any) -> HttpResponseBase:
    document_services.require_openable_by_officer(document)
    return document_services.document_response(document, as_attachment=request.GET.get("tai") == "1")
