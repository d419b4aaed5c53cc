"""The door into a filing: which agency, which case, or the draft that is already there."""

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dossiers import selectors, services
from dossiers.forms.citizen import StartForm
from dossiers.views.requests import actor_of
from procedures import selectors as procedure_selectors
from procedures import services as procedure_services
from procedures.enums import LevelAction


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """GET asks, POST makes the draft. Raises LevelDoesNotAllow when nobody takes this procedure online, ServiceElsewhere
    with the link when another system does.
    """
    actor = actor_of(request)
    revision = procedure_selectors.published_revision(code)
    offerings = list(procedure_selectors.offerings_of(revision.procedure))
    online = [one for one in offerings if procedure_services.offering_allows(one, LevelAction.FILE_ONLINE)]
    if not online:
        # The highest level knows best why not.
        for offering in offerings[:1]:
            procedure_services.require_offering_allows(offering, LevelAction.FILE_ONLINE)
        procedure_services.require_allowed(procedure_selectors.highest_level(offerings), LevelAction.FILE_ONLINE)
    cases = list(revision.cases.all())
    form = StartForm(
        request.POST if request.method == "POST" else None,
        offerings=[(str(one.pk), one.agency.name) for one in online],
        cases=[(str(case.pk), case.name) for case in cases],
    )
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data
        dossier = services.start_draft(
            actor=actor,
            offering_id=int(chosen.get("offering", online[0].pk)),
            case_id=int(chosen["case"]) if "case" in chosen else (cases[0].pk if cases else None),
            token=_token_of(request),
        )
        return redirect("dossiers:draft", dossier.public_id)
    drafts = list(selectors.drafts_for(actor=actor, procedure_code=code)[:5])
    visits = procedure_selectors.visits(revision)
    context = {
        "revision": revision,
        "procedure": revision.procedure,
        "form": form,
        "drafts": drafts,
        "online": online,
        "visits": visits,
        "visit_count": procedure_selectors.most_visits(visits),
        # The same form sent twice, by a double click or over a slow line, begins one draft.
        "token": _token_of(request) or uuid4(),
        "keep_days": settings.DRAFT_KEEP_DAYS,
    }
    return render(request, "dossiers/start.html", context, status=422 if form.is_bound else 200)


def _token_of(request: HttpRequest) -> UUID | None:
    """The token of the form that was sent; None for one without, or with something else in its place."""
    try:
        return UUID(request.POST.get("start-token", ""))
    except ValueError:
        return None
