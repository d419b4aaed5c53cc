"""A session that ends in the middle loses nothing: what was posted waits in the server's session until the sign-in.

Without JavaScript the post of a person who is no longer signed in would be thrown away by the redirect to the sign-in
page. It is kept in the (new, anonymous) session instead, which survives signing in; the page then shows it again, unsaved,
to the owner of the draft only. At most an hour, two pages and 200 kB; never in an address, gone at sign-out (decision 0020).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.problems import problem, wants_json

KEPT_FOR = timedelta(hours=1)
MOST_PAGES = 2
MOST_BYTES = 200_000
_SESSION_KEY = "posted_before_sign_in"
_LEFT_OUT = {"csrfmiddlewaretoken"}

View = Callable[..., HttpResponse]


def signed_in_or_kept(view: View) -> View:
    """As `login_required`, but a post is kept for after the sign-in. Scripts get 401 instead of a page they did not ask."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.htmx or wants_json(request):  # type: ignore[attr-defined]
            return _signed_out(request)
        if request.method == "POST":
            keep(request)
        return redirect(f"{resolve_url('account_login')}?next={quote(_page_of(request))}")

    guarded.on_csrf_failure = on_csrf_failure  # type: ignore[attr-defined]
    return guarded


def on_csrf_failure(request: HttpRequest) -> HttpResponse | None:
    """A form from before another sign-in: its token no longer fits. Kept, and shown again with a fresh one.

    Nothing is saved by this. Only a post that the browser itself says came from our own pages; None for any other.
    """
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return None
    if request.htmx or wants_json(request):  # type: ignore[attr-defined]
        return problem(403, "stale_form", _("Trang này mở đã quá lâu. Hãy tải lại trang."))
    keep(request)
    return redirect(_page_of(request))


def keep(request: HttpRequest) -> None:
    """Put the posted controls aside under the page's address; too much at once is not kept."""
    pairs = [[name, values] for name, values in request.POST.lists() if name not in _LEFT_OUT]
    if sum(len(value) for _name, values in pairs for value in values) > MOST_BYTES:
        return
    kept = _fresh(request)
    kept.pop(_page_of(request), None)
    kept[_page_of(request)] = {"at": clock.now().isoformat(), "data": pairs}
    request.session[_SESSION_KEY] = dict(list(kept.items())[-MOST_PAGES:])


def kept_post(request: HttpRequest) -> QueryDict | None:
    """What was posted to this address before the sign-in, or None."""
    if _SESSION_KEY not in request.session:
        return None
    found = _fresh(request).get(request.path)
    if found is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in found["data"]:
        data.setlist(name, values)
    return data


def forget_kept_post(request: HttpRequest, path: str) -> None:
    """It has been saved, or the person chose something else."""
    if _SESSION_KEY in request.session:
        kept = _fresh(request)
        kept.pop(path, None)
        request.session[_SESSION_KEY] = kept


def _page_of(request: HttpRequest) -> str:
    """The page that shows what was posted: a choice between two values leads back to its section."""
    return request.path.removesuffix("chon/")


def _fresh(request: HttpRequest) -> dict[str, Any]:
    kept = request.session.get(_SESSION_KEY, {})
    oldest = clock.now() - KEPT_FOR
    return {path: one for path, one in kept.items() if datetime.fromisoformat(one["at"]) >= oldest}


def _signed_out(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return problem(401, "signed_out", _("Phiên đăng nhập đã hết. Hãy đăng nhập lại."))
    return render(request, "dossiers/_signed_out.html", status=401)
