"""Satisfaction at the desk: the page an officer opens for a citizen, and what all ratings together say."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dossiers import policies
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.enums import RatingChannel, Satisfaction
from dossiers.errors import AlreadyRated, RatingNotOpen
from dossiers.forms.ratings import RatingForm
from dossiers.selectors import ratings as rating_selectors
from dossiers.services import ratings
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole

UNUSABLE = 422


@officers_only
def kiosk(request: HttpRequest, code: str) -> HttpResponseBase:
    """One page without the desk around it, for the person in front of it. What they chose is not shown again."""
    actor, dossier = actor_of(request), desk_dossier(request, code)
    policies.require(actor, policies.Action.RATE, dossier)
    form, status, obstacle = RatingForm(request.POST if request.method == "POST" else None), 200, ""
    if not ratings.may_be_rated(dossier):
        obstacle, form = str(RatingNotOpen.default_sentence), RatingForm()
    elif ratings.is_rated(dossier):
        obstacle, form = str(AlreadyRated.default_sentence), RatingForm()
    elif form.is_bound:
        status = UNUSABLE
        if form.is_valid():
            try:
                ratings.rate(actor=actor, dossier_id=dossier.pk, channel=RatingChannel.DESK, **form.cleaned_data)
            except (AlreadyRated, RatingNotOpen) as refusal:
                obstacle, status = str(refusal.sentence), refusal.status
            else:
                return redirect("desk:rating_done")
    facts = {"form": form, "obstacle": obstacle, "procedure": dossier.revision.procedure}
    return render(request, "desk/rating_kiosk.html", facts, status=status)


@officers_only
@require_safe
def kiosk_done(request: HttpRequest) -> HttpResponseBase:
    """Thanks, and the way back for the officer."""
    return render(request, "desk/rating_done.html")


@officers_only
@require_safe
def results(request: HttpRequest) -> HttpResponseBase:
    """Totals of an agency of the officer's (or right below one they head) and a quarter that is over."""
    actor = actor_of(request)
    agencies = account_selectors.agencies_and_children(
        own=actor.agencies_as(), headed=actor.agencies_as(OfficerRole.AGENCY_HEAD)
    )
    chosen = request.GET.get("co-quan", "")
    agency_id = next((pk for pk in agencies if str(pk) == chosen), next(iter(agencies)))
    quarters = rating_selectors.shown_quarters()
    quarter = next((one for one in quarters if str(one) == request.GET.get("ky", "")), quarters[0])
    reads_words = actor.has_role(agency_id, OfficerRole.AGENCY_HEAD)
    found = rating_selectors.satisfaction_of(agency_id, quarter, with_words=reads_words)
    context: dict[str, Any] = {
        "agencies": [(str(pk), name, pk == agency_id) for pk, name in agencies.items()],
        "agency_name": agencies[agency_id],
        "quarters": [(str(one), one, one == quarter) for one in quarters],
        "quarter": quarter,
        "results": found,
        "levels": [str(Satisfaction(level).label) for level in Satisfaction.values],
        "reads_words": reads_words,
    }
    return render(request, "desk/ratings.html", context)
