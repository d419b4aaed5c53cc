"""A shared paper for whoever has the link.

Looking at the address opens nothing: programs that draw previews of links do that, and would use the openings up. The
button opens; what it opened stays open in this browser for half an hour, as long as sharing and paper last.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal.core import clock
from portal.core.addresses import client_address
from portal.core.errors import Conflict, InvalidInput, TooManyRequests
from portal.core.throttle import spend
from portal.documents import services as document_services
from portal.vault import services
from portal.vault.enums import PaperAct, PaperState, ShareState
from portal.vault.forms.public import OpenShareForm
from portal.vault.looks import look_of
from portal.vault.models import PaperShare
from portal.vault.views.requests import actor_of, for_no_index

OPEN_FOR = timedelta(minutes=30)
LOOKS_PER_ADDRESS, WINDOW_SECONDS = 120, 600
_SESSION_KEY = "vault.opened"
_MOST_OPEN = 10


@for_no_index
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """GET: what is offered, or the paper once it was opened. POST: open it."""
    share = _share(request, token)
    form = OpenShareForm(request.POST if request.method == "POST" else None) if share.has_pass_phrase else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            services.open_share(
                actor=actor_of(request),
                token=token,
                pass_phrase=form.cleaned_data["pass_phrase"] if form is not None else "",
            )
            _remember(request, share)
            return redirect("vault:shared", token)
        except (InvalidInput, TooManyRequests) as error:
            if form is None:
                raise
            form.take(error)
            return _page(request, token, share, form, error.status)
        except Conflict:
            share = services.share_with_token(token)
    return _page(request, token, share, form, 422 if form is not None and form.errors else 200)


def _page(
    request: HttpRequest, token: str, share: PaperShare, form: OpenShareForm | None, status: int = 200
) -> HttpResponse:
    """What is told before it was opened: that there is something, and until when. The paper itself only afterwards."""
    now = clock.now()
    state, paper = share.state(now), share.paper
    known: dict[str, object] = {"share": share, "form": form, "has_ended": paper.state != PaperState.IN_FORCE}
    look = look_of(paper.standing(clock.today()))
    if known["has_ended"] and state != ShareState.EXPIRED and share.end_cause != "by_owner":
        # Whoever was given it to rely on must hear that it is worth nothing any more; what it was, they were told then.
        return render(request, "vault/shared_over.html", known | {"look": look, "ended_at": paper.ended_at}, status=410)
    is_open = _is_open(request, share, now)
    if state in (ShareState.ENDED, ShareState.EXPIRED) or (state == ShareState.USED_UP and not is_open):
        return render(
            request, "vault/shared_over.html", known | {"why": services.words_of_the_end(share, state)}, status=410
        )
    if not is_open:
        return render(request, "vault/shared_closed.html", known, status=status)
    known |= {"token": token, "paper": paper, "look": look}
    known |= {"asked_at": now, "agency_now": _agency_now(share)}
    return render(request, "vault/shared.html", known)


def _agency_now(share: PaperShare) -> str:
    name = services.agency_in_charge(share.paper).name
    return name if name != share.paper.agency_name else ""


@for_no_index
@never_cache
@require_GET
def shared_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file, for the browser that opened the sharing; a line in the paper's log. `?xem=1` shows it in place."""
    share = _share(request, token)
    if not _is_open(request, share, clock.now()):
        return redirect("vault:shared", token)
    is_shown = request.GET.get("xem") == "1"
    act = PaperAct.OPENED if is_shown else PaperAct.DOWNLOADED
    try:
        # Together: a file that is refused was not opened, and the log must not say so.
        with transaction.atomic():
            used = services.use_share(actor=actor_of(request), share_id=share.pk, act=act)
            return document_services.document_response(used.paper.document, as_attachment=not is_shown)
    except Conflict:
        return redirect("vault:shared", token)


def _share(request: HttpRequest, token: str) -> PaperShare:
    """By its token; who guesses is slowed down, though 256 bits are not guessed."""
    spend(f"vault:shared:{client_address(request)}", limit=LOOKS_PER_ADDRESS, window_seconds=WINDOW_SECONDS)
    return services.share_with_token(token)


def _remember(request: HttpRequest, share: PaperShare) -> None:
    opened = dict(request.session.get(_SESSION_KEY, {}))
    opened[str(share.public_id)] = (clock.now() + OPEN_FOR).isoformat()
    request.session[_SESSION_KEY] = dict(list(opened.items())[-_MOST_OPEN:])


def _is_open(request: HttpRequest, share: PaperShare, now: datetime) -> bool:
    until = request.session.get(_SESSION_KEY, {}).get(str(share.public_id))
    return until is not None and now < datetime.fromisoformat(until)
