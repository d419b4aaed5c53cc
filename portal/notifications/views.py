"""The inbox of a signed-in person, and what they choose to be told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import InvalidInput
from portal.notifications import selectors, services
from portal.notifications.choice_rows import choice_table
from portal.notifications.notice_text import paragraphs_of


@never_cache
@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Newest first, paged by key."""
    cursor = request.GET.get("sau", "")
    page = selectors.inbox_page(actor=request.actor, cursor=cursor)  # type: ignore[attr-defined]
    next_url = f"{reverse('notifications:inbox')}?sau={page.next_cursor}" if page.next_cursor else ""
    rows = [(notice, paragraphs_of(notice)) for notice in page.rows]
    context = {"rows": rows, "next_url": next_url, "is_first_page": not cursor}
    return render(request, "notifications/inbox.html", context)


@login_required
@require_POST
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one as read; "open" goes on to what it is about, else back to the list."""
    notice = services.mark_read(actor=request.actor, notice_id=notice_id)  # type: ignore[attr-defined]
    if "open" in request.POST and notice.path:
        return redirect(notice.path)
    return redirect("notifications:inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """The button above the list."""
    marked = services.mark_all_read(actor=request.actor)  # type: ignore[attr-defined]
    text = ngettext("Đã đánh dấu %(count)s thông báo là đã đọc.", "Đã đánh dấu %(count)s thông báo là đã đọc.", marked)
    messages.success(request, text % {"count": marked})
    return redirect("notifications:inbox")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """What is sent by which way; what cannot be switched off is shown with the reason."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        wanted = {(group, way) for group, _sep, way in (one.partition("/") for one in request.POST.getlist("nhan"))}
        try:
            services.choose_channels(actor=actor, wanted=wanted)
        except InvalidInput:
            messages.error(request, _("Trang đã thay đổi từ lúc bạn mở. Hãy chọn lại rồi lưu."))
        else:
            messages.success(request, _("Đã lưu lựa chọn nhận thông báo."))
        return redirect("notifications:choices")
    return render(request, "notifications/choices.html", {"table": choice_table(actor)})
