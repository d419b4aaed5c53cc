"""The officer takes back what they did a moment ago."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from dossiers import services
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.desk_views.workspace import back_to
from portal.core.errors import Conflict, InvalidInput


@officers_only
def undo(request: HttpRequest, code: str) -> HttpResponseBase:
    """POST: undo and go back to the workspace, or say there why it is too late. GET leads to the workspace."""
    dossier = desk_dossier(request, code)
    if request.method != "POST":
        return back_to(code)
    try:
        services.undo(actor=actor_of(request), dossier_id=dossier.pk, seen_version=_seen(request))
    except (Conflict, InvalidInput) as problem:
        messages.warning(request, str(problem.sentence))
    else:
        messages.success(
            request, _("Đã hoàn tác. Hồ sơ như trước khi bạn làm việc vừa rồi; không có thư nào được gửi.")
        )
    return back_to(code)


def _seen(request: HttpRequest) -> int:
    """The version on the page. Raises InvalidInput without a usable one: nothing is undone that nobody has seen."""
    seen = request.POST.get("seen_version", "")
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
        raise InvalidInput(_("Trang này mở chưa trọn. Hãy tải lại trang rồi làm lại."))
    return int(seen)
