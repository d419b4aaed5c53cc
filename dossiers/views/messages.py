"""The citizen's side of the conversation about a dossier."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dossiers import selectors
from dossiers.enums import AwaitedParty, MessageSide
from dossiers.forms.messages import MessageForm
from dossiers.message_thread import shown_messages
from dossiers.models import Dossier
from dossiers.selectors import messages as message_selectors
from dossiers.services import messages as talks
from dossiers.views.requests import actor_of
from dossiers.views.signed_in import forget_kept_post, kept_post, signed_in_or_kept
from portal.core.errors import Conflict, InvalidInput, TemporarilyUnavailable, TooManyRequests
from portal.core.form_parts import put_beside_fields
from portal.documents import services as document_services

UNUSABLE = 422


@signed_in_or_kept
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, code: str) -> HttpResponse:
    """Read it, and write. What the agency wrote counts as read once this page was opened."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)
    if request.method != "POST":
        kept = kept_post(request)
        return _page(request, dossier, MessageForm(initial={"text": kept.get("text", "")} if kept else None))
    form = MessageForm(request.POST, request.FILES)
    status = UNUSABLE
    if form.is_valid():
        try:
            talks.send_to_agency(actor=actor, dossier_id=dossier.pk, **form.sent)
        except InvalidInput as refusal:
            put_beside_fields(form, refusal)
        except (Conflict, TooManyRequests, TemporarilyUnavailable) as refusal:
            form.renew_token()
            form.add_error(None, str(refusal.sentence))
            status = refusal.status
        else:
            forget_kept_post(request, request.path)
            told = _("Đã gửi. Bạn được báo qua thư khi cơ quan trả lời.")
            if not talks.is_told_by_mail(dossier):
                told = _("Đã gửi. Trả lời chỉ hiện trên cổng vì bạn không nhận thư báo tin nhắn.")
            messages.success(request, told)
            return redirect("dossiers:messages", code)
    return _page(request, dossier, form, status=status)


def _page(request: HttpRequest, dossier: Dossier, form: MessageForm, *, status: int = 200) -> HttpResponse:
    rows = message_selectors.messages_with_citizen(dossier)
    page = message_selectors.message_page(rows, before=request.GET.get("truoc", ""))
    talks.mark_read(actor=actor_of(request), side=MessageSide.CITIZEN, messages=page.messages)
    return render(
        request,
        "dossiers/messages.html",
        {
            "dossier": dossier,
            "procedure": dossier.revision.procedure,
            "form": form,
            "thread": shown_messages(
                page.messages,
                side=MessageSide.CITIZEN,
                address_of=lambda file: reverse("dossiers:message_file", args=[dossier.code, file.pk]),
            ),
            "earlier": page.earlier,
            "may_write": talks.may_still_write(dossier, AwaitedParty.CITIZEN),
            "until": talks.questions_until(dossier),
        },
        status=status,
    )


@login_required
@never_cache
@require_safe
def message_file(request: HttpRequest, code: str, file_id: int) -> HttpResponseBase:
    """A file of either side; nobody opens what is infected."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    found = message_selectors.message_file(message_selectors.messages_with_citizen(dossier), file_id)
    return document_services.document_response(found.document, as_attachment=request.GET.get("tai") == "1")
