"""Feedback at the desk: lists by date, one with what can be done, its files. One table of acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import CharField
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import Conflict, InvalidInput, NotPermitted
from portal.core.form_parts import put_beside_fields
from portal.documents import services as document_services
from portal.feedback import forms, notices, policies, selectors, services
from portal.feedback.enums import TOLD_BY_MAIL, FeedbackAct
from portal.feedback.errors import FeedbackNotFound
from portal.feedback.lifecycles import is_possible
from portal.feedback.models import Feedback
from portal.feedback.services import MAX_TEXT
from portal.notifications import selectors as notification_selectors

UNUSABLE = 422
A = FeedbackAct


@dataclass(frozen=True, slots=True)
class DeskAct:
    """An act as the page offers it: its word in the address, its words, form and service."""

    key: str
    act: FeedbackAct
    label: Promise
    done: Promise
    form_class: type[forms.ActForm]
    service: Callable[..., Feedback]
    is_main: bool = False
    # Names of the form's fields where the service calls them otherwise.
    names: Mapping[str, str] | None = None


ACTS = (
    DeskAct(
        "tiep-nhan",
        A.ACCEPT,
        gettext_lazy("Tiếp nhận"),
        gettext_lazy("Đã tiếp nhận."),
        forms.AcceptForm,
        services.accept,
        is_main=True,
    ),
    DeskAct(
        "tra-loi",
        A.ANSWER,
        gettext_lazy("Trả lời"),
        gettext_lazy("Đã trả lời."),
        forms.AnswerForm,
        services.answer,
        is_main=True,
    ),
    DeskAct(
        "hoi-them",
        A.ASK_MORE,
        gettext_lazy("Đề nghị người gửi bổ sung"),
        gettext_lazy("Đã đề nghị bổ sung. Hạn trả lời dừng cho đến khi có bổ sung."),
        forms.AskForm,
        services.ask_more,
    ),
    DeskAct(
        "chuyen",
        A.PASS_ON,
        gettext_lazy("Chuyển cơ quan khác"),
        gettext_lazy("Đã chuyển."),
        forms.PassOnForm,
        services.pass_on,
        names={"agency": "agency_id"},
    ),
    DeskAct(
        "tra-lai",
        A.REFUSE,
        gettext_lazy("Trả lại người gửi"),
        gettext_lazy("Đã trả lại, kèm lý do."),
        forms.ReasonForm,
        services.refuse,
    ),
    DeskAct(
        "soan-cong-khai",
        A.DRAFT_PUBLICATION,
        gettext_lazy("Soạn bản công khai"),
        gettext_lazy("Đã soạn. Một người khác duyệt thì mới công khai."),
        forms.DraftForm,
        services.draft_publication,
        is_main=True,
        names={"public_title": "title", "public_question": "question", "public_answer": "answer"},
    ),
    DeskAct(
        "cong-khai",
        A.PUBLISH,
        gettext_lazy("Duyệt công khai"),
        gettext_lazy("Đã công khai."),
        forms.PublishForm,
        services.publish,
        is_main=True,
    ),
    DeskAct(
        "khong-cong-khai",
        A.DECLINE_PUBLICATION,
        gettext_lazy("Không công khai"),
        gettext_lazy("Đã ghi: không công khai."),
        forms.ReasonForm,
        services.decline_publication,
    ),
    DeskAct(
        "go",
        A.TAKE_DOWN,
        gettext_lazy("Gỡ bản công khai"),
        gettext_lazy("Đã gỡ."),
        forms.InternalReasonForm,
        services.take_down,
    ),
)
ACT_OF = {act.key: act for act in ACTS}


@dataclass(frozen=True, slots=True)
class Offered:
    """An act with its form and what follows from it; `is_open`: the page opens with it."""

    act: DeskAct
    form: forms.ActForm
    follows: str
    is_open: bool


def officers_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Anonymous visitors sign in; who works on no feedback gets a 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not selectors.works_on_feedback(_actor(request)):
            raise NotPermitted
        return view(request, *args, **kwargs)

    return never_cache(login_required(guarded))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@officers_only
@require_safe
def feedback_list(request: HttpRequest) -> HttpResponseBase:
    """`loc` names the list, `sau` continues after the last row of the page before."""
    labels = {
        selectors.TO_DO: _("Cần giải quyết"),
        selectors.WAITING: _("Chờ người gửi bổ sung"),
        selectors.LATE: _("Trễ hạn"),
        selectors.DONE: _("Đã xong"),
    }
    which = request.GET.get("loc", "")
    if which not in selectors.LISTS:
        which = selectors.TO_DO
    cursor = request.GET.get("sau", "")
    page = selectors.feedback_page(_actor(request), which=which, cursor=cursor)
    now = clock.now()
    return render(
        request,
        "feedback/desk_list.html",
        {
            "lists": [(labels[key], _list_url(key), key == which) for key in selectors.LISTS],
            "title": labels[which],
            "rows": [(one, one.is_overdue(now)) for one in page.rows],
            "first_url": _list_url(which) if cursor else "",
            "next_url": _list_url(which, page.next_cursor) if page.next_cursor else "",
        },
    )


def _list_url(which: str, cursor: str = "") -> str:
    values = {"loc": which, "sau": cursor}
    return f"{reverse('feedback_desk:list')}?{urlencode({name: value for name, value in values.items() if value})}"


@officers_only
@require_safe
def feedback(request: HttpRequest, number: str) -> HttpResponseBase:
    """One piece of feedback; 404 for all who may not see it."""
    return _page(request, selectors.feedback_for_officer(actor=_actor(request), number=number))


def _page(
    request: HttpRequest,
    found: Feedback,
    attempt: tuple[DeskAct, forms.ActForm] | None = None,
    *,
    sentence: Any = "",
    status: int = 200,
) -> HttpResponse:
    offered = _offered(_actor(request), found, attempt)
    is_shown = attempt is not None and any(one.form is attempt[1] for one in offered)
    return render(
        request,
        "feedback/desk_feedback.html",
        {
            "feedback": found,
            "is_late": found.is_overdue(clock.now()),
            "acts": offered,
            "lines": [(line, _files(line)) for line in found.journal.all()],
            "mails": notification_selectors.messages_about(notices.thread_of(found)),
            "attempt_form": attempt[1] if attempt is not None else None,
            "is_attempt_shown": is_shown,
            "sentence": sentence,
        },
        status=status,
    )


def _files(line: Any) -> list[tuple[Any, bool]]:
    return [(file, document_services.may_be_opened_by_officer(file.document)) for file in line.files.all()]


def _offered(actor: Actor, found: Feedback, attempt: tuple[DeskAct, forms.ActForm] | None) -> list[Offered]:
    possible = [
        one
        for one in ACTS
        if is_possible(one.act, found.state, found.publication) and policies.may(actor, one.act, found)
    ]
    tried = attempt[0].key if attempt is not None else ""
    keys = [one.key for one in possible]
    opened = tried if tried in keys else next((one.key for one in possible if one.is_main), "")
    return [
        Offered(
            one,
            attempt[1] if attempt is not None and one.key == tried else _form(one, found),
            _follows(one.act, found),
            one.key == opened,
        )
        for one in possible
    ]


def _follows(act: FeedbackAct, found: Feedback) -> str:
    """Who hears of it, and how: said before the button is pressed."""
    if act == A.DRAFT_PUBLICATION:
        return _("Chưa công khai: một người khác đọc lại rồi mới duyệt.")
    if act == A.PUBLISH:
        return _("Ai cũng đọc được bản công khai. Không gửi thư.")
    if act == A.TAKE_DOWN:
        return _("Bản công khai không còn hiện với ai. Không gửi thư.")
    if act not in TOLD_BY_MAIL:
        return _("Không gửi thư. Người gửi thấy ở trang theo dõi.")
    if found.sender_email:
        return _("Người gửi được báo qua thư.")
    if found.sender_id is not None:
        return _("Người gửi không để lại thư điện tử, được báo trong hộp thông báo trên cổng.")
    return _("Người gửi không để lại thư điện tử, theo dõi bằng mã ở trang theo dõi.")


def _form(act: DeskAct, found: Feedback, *data: Any) -> forms.ActForm:
    initial = {
        "kind": found.kind,
        "public_title": found.public_title or found.title,
        "public_question": found.public_question or found.text,
        "public_answer": found.public_answer or found.answer,
    }
    extra: dict[str, Any] = {}
    if act.form_class is forms.PassOnForm:
        others = account_selectors.agencies_in_force().exclude(pk=found.agency_id).order_by("code")
        extra["agencies"] = [(str(one.pk), one.name) for one in others]
    return act.form_class(*data, initial=initial, key=act.key, **extra)


@officers_only
def act(request: HttpRequest, number: str, key: str) -> HttpResponseBase:
    """POST: do it and go back. 404 unknown, 403 not this officer's, 409 too late, 422 unusable input."""
    chosen = ACT_OF.get(key)
    if chosen is None:
        raise FeedbackNotFound
    actor = _actor(request)
    try:
        found = selectors.feedback_for_officer(actor=actor, number=number)
    except FeedbackNotFound as refusal:
        if request.method != "POST":
            raise
        return _gone_page(request, chosen, refusal)
    if request.method != "POST":
        return redirect("feedback_desk:feedback", number)
    policies.require(actor, chosen.act, found)
    form = _form(chosen, found, request.POST, request.FILES)
    try:
        if not form.is_valid():
            return _page(request, found, (chosen, form), status=UNUSABLE)
        names = chosen.names or {}
        given = {names.get(name, name): value for name, value in form.cleaned_data.items()}
        chosen.service(actor=actor, feedback_id=found.pk, **given)
    except InvalidInput as refusal:
        put_beside_fields(form, refusal)
        return _page(request, found, (chosen, form), status=UNUSABLE)
    except Conflict as refusal:
        try:
            fresh = selectors.feedback_for_officer(actor=actor, number=number)
        except FeedbackNotFound as gone:
            return _gone_page(request, chosen, gone)
        return _page(request, fresh, (chosen, form), sentence=refusal.sentence, status=refusal.status)
    messages.success(request, str(chosen.done))
    if not selectors.is_seen_by(actor, found.pk):
        # Passed on, or taken on as being about people: no longer this officer's to read.
        return redirect("feedback_desk:list")
    return redirect("feedback_desk:feedback", number)


def _gone_page(request: HttpRequest, chosen: DeskAct, refusal: FeedbackNotFound) -> HttpResponse:
    """Somebody passed it on, or took it on as being about people, while this officer wrote: their words, to be copied."""
    form = chosen.form_class(key=chosen.key, **({"agencies": []} if chosen.form_class is forms.PassOnForm else {}))
    typed = [
        (field.label, request.POST.get(field.html_name, "")[:MAX_TEXT])
        for field in form.visible_fields()
        if isinstance(field.field, CharField)
    ]
    context = {"sentence": refusal.sentence, "label": chosen.label, "typed": [one for one in typed if one[1].strip()]}
    return render(request, "feedback/desk_gone.html", context, status=refusal.status)


@officers_only
@require_safe
def file(request: HttpRequest, number: str, file_id: int) -> HttpResponseBase:
    """A file; officers open only what was found clean, where a scanner is configured. `?tai=1` downloads."""
    found = selectors.file_of(selectors.feedback_for_officer(actor=_actor(request), number=number), file_id)
    document_services.require_openable_by_officer(found.document)
    return document_services.document_response(found.document, as_attachment=request.GET.get("tai") == "1")
