"""Rating a hand-over: on the dossier's page, or by the link in the result's mail."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dossiers import selectors
from dossiers.enums import RatingChannel
from dossiers.errors import AlreadyRated, RatingNotOpen
from dossiers.forms.ratings import RatingForm
from dossiers.models import Dossier
from dossiers.services import ratings
from dossiers.views.requests import actor_of
from portal.core.addresses import client_address
from portal.core.throttle import spend

UNUSABLE = 422
TRIES_PER_ADDRESS, WINDOW_SECONDS = 60, 600


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """For its applicant."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)

    def take(form: RatingForm) -> None:
        ratings.rate(actor=actor, dossier_id=dossier.pk, channel=RatingChannel.PAGE, **form.cleaned_data)

    done = _asked(request, dossier, take, is_by_link=False)
    if done is not None:
        return done
    messages.success(request, _("Cảm ơn bạn đã đánh giá."))
    return redirect("dossiers:detail", code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link; the page names procedure and agency and nothing else."""
    spend(f"rating:{client_address(request)}", limit=TRIES_PER_ADDRESS, window_seconds=WINDOW_SECONDS)
    dossier = ratings.dossier_of_link(token)

    def take(form: RatingForm) -> None:
        ratings.rate_by_link(token=token, **form.cleaned_data)

    done = _asked(request, dossier, take, is_by_link=True)
    if done is not None:
        return done
    return render(request, "dossiers/rate.html", {"dossier": dossier, "is_by_link": True, "is_done": True})


def _asked(
    request: HttpRequest, dossier: Dossier, take: Callable[[RatingForm], None], *, is_by_link: bool
) -> HttpResponse | None:
    """The page to show; None once the rating is taken."""
    form, status = RatingForm(request.POST if request.method == "POST" else None), 200
    obstacle = ""
    if not ratings.may_be_rated(dossier):
        obstacle, form = str(RatingNotOpen.default_sentence), RatingForm()
    elif ratings.is_rated(dossier):
        obstacle, form = str(AlreadyRated.default_sentence), RatingForm()
    elif form.is_bound:
        status = UNUSABLE
        if form.is_valid():
            try:
                take(form)
            except (AlreadyRated, RatingNotOpen) as refusal:
                obstacle, status = str(refusal.sentence), refusal.status
            else:
                return None
    facts = {"dossier": dossier, "form": form, "obstacle": obstacle, "is_by_link": is_by_link}
    return render(request, "dossiers/rate.html", facts, status=status)
