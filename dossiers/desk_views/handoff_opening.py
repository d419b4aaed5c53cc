"""The form that asks another agency: from a dossier, or passing a part of a handoff on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dossiers import handoff_policies, policies, selectors, services
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.desk_views.handoff_page import UNUSABLE, facts_for, put_beside_fields
from dossiers.enums import OPEN_HANDOFF_STATES, HandoffState
from dossiers.errors import ClaimedByAnother, HandoffConflict, HandoffNotFound
from dossiers.forms.handoffs import OpenHandoffForm
from dossiers.handoff_policies import HandoffAction
from dossiers.models import Dossier, Handoff, WorkClaim
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.errors import Conflict, InvalidInput, MisconfiguredData
from procedures import selectors as procedure_selectors
from procedures.enums import DocumentKind


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def open_from_dossier(request: HttpRequest, code: str) -> HttpResponseBase:
    """`theo` names a planned handoff; without it any agency can be asked for an opinion.

    A planned one that was sent meanwhile is 409 with the way to it, and never turns into a free one.
    """
    dossier = desk_dossier(request, code)
    policies.require(actor_of(request), policies.Action.OPEN_HANDOFF, dossier)
    return _open(request, dossier, via=None)


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def open_onward(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """The asked agency passes a part on; it shows the next one no more than it sees itself."""
    facts = facts_for(request, code, number)
    handoff_policies.require(facts.actor, HandoffAction.FORWARD, facts.handoff)
    return _open(request, facts.handoff.dossier, via=facts.handoff)


def _open(request: HttpRequest, dossier: Dossier, *, via: Handoff | None) -> HttpResponse:
    key = request.GET.get("theo", "")
    offer = next((one for one in _offers(dossier, via) if one.key == key), None)
    if key and offer is None:
        return _sent_already(request, dossier, via, key)
    data = request.POST if request.method == "POST" else None
    form = OpenHandoffForm(data, key="hoi", **_choices(dossier, via, key))
    colleague = _colleague(request, dossier, via)
    sentence: Any = ""
    status = 200
    if data is not None:
        try:
            if form.is_valid():
                if colleague is not None and "take_over" not in data:
                    raise ClaimedByAnother(services.claimed_sentence(colleague))
                made = _send(request, dossier, via, key, form.cleaned_data)
                if via is None:
                    services.after_acting(actor=actor_of(request), dossier_id=dossier.pk)
                messages.success(request, _("Đã chuyển %(agency)s.") % {"agency": made.to_agency.name})
                if via is not None:
                    return redirect("desk:handoff", code=dossier.code, number=via.number)
                return redirect("desk:workspace", code=dossier.code)
            status = UNUSABLE
        except InvalidInput as problem:
            put_beside_fields(form, problem)
            status = UNUSABLE
        except (Conflict, MisconfiguredData) as problem:
            sentence, status = problem.sentence, problem.status
    context = {
        "dossier": dossier,
        "via": via,
        "offer": offer,
        "form": form,
        "sentence": sentence,
        "colleague": colleague,
        "seen_version": via.version if via is not None else dossier.version,
        "page_has_errors": bool(form.errors),
    }
    return render(request, "desk/open_handoff.html", context, status=status)


def _colleague(request: HttpRequest, dossier: Dossier, via: Handoff | None) -> WorkClaim | None:
    """Who else is at work on the dossier. An asked agency works on its handoff, which nobody claims."""
    if via is not None:
        return None
    return services.claim_of_another(actor=actor_of(request), dossier=dossier, at=clock.now())


def _sent_already(request: HttpRequest, dossier: Dossier, via: Handoff | None, key: str) -> HttpResponse:
    """The planned handoff is not offered any more: where it runs (409). Raises HandoffNotFound for no such plan."""
    if "\x00" in key:
        # PostgreSQL takes no NUL in a text.
        raise HandoffNotFound
    known = dossier.handoffs if via is None else via.onward
    sent = known.filter(planned__key=key, state__in=sorted([*OPEN_HANDOFF_STATES, HandoffState.ANSWERED]))
    running = sent.select_related("to_agency").order_by("-number").first()
    if running is None:
        raise HandoffNotFound
    context = {
        "dossier": dossier,
        "via": via,
        "running": running,
        "sentence": _("Bước liên thông này đã chuyển rồi và đang chờ trả lời.")
        if running.is_open
        else _("Bước liên thông này đã có trả lời."),
        "typed": request.POST.get("question", ""),
    }
    return render(request, "desk/open_handoff.html", context, status=HandoffConflict.status)


def _offers(dossier: Dossier, via: Handoff | None) -> list[selectors.Offer]:
    known = list(dossier.handoffs.all() if via is None else via.onward.all())
    return selectors.offers_of(dossier, known, via)


def _send(
    request: HttpRequest, dossier: Dossier, via: Handoff | None, planned_key: str, values: dict[str, Any]
) -> Handoff:
    return services.open_handoff(
        actor=actor_of(request),
        dossier_id=dossier.pk,
        planned_key=planned_key,
        via_id=via.pk if via is not None else None,
        to_agency_id=values.get("to_agency"),
        kind=values.get("kind", ""),
        question=values["question"],
        term_value=values.get("term_value"),
        term_unit=values.get("term_unit", ""),
        shared=services.Shared(
            sections=values.get("sections", ()),
            component_ids=values.get("components", ()),
            answer_ids=values.get("answers", ()),
        ),
        seen_version=values["seen_version"],
    )


def _choices(dossier: Dossier, via: Handoff | None, planned_key: str) -> dict[str, Any]:
    """What can be ticked: of what the sender sees; ticked at first is what the plan names."""
    planned = next(
        (
            one
            for one in procedure_selectors.planned_handoffs_for(dossier.revision, dossier.case)
            if planned_key and one.key == planned_key
        ),
        None,
    )
    slots = via.shared_components.all() if via is not None else dossier.components.all()
    slots = slots.filter(required_document__kind=DocumentKind.UPLOAD).select_related("required_document")
    components = [
        (slot.pk, slot.required_document.name, slot.required_document.key) for slot in slots.order_by("position")
    ]
    sections = _sections(dossier, via)
    own = via.to_agency_id if via is not None else dossier.resolving_agency_id
    agencies = account_selectors.agencies_in_force().exclude(pk=own).order_by("code")
    initial: dict[str, Any] = {}
    if planned is not None:
        initial = {
            "question": planned.question,
            "sections": planned.shared_sections,
            "components": [pk for pk, _name, key in components if key in planned.shared_documents],
        }
    return {
        "initial": initial,
        "agencies": list(agencies.values_list("pk", "name")),
        "sections": sections,
        "components": [(pk, name) for pk, name, _key in components],
        "answers": _answers(dossier, via),
        "is_planned": planned is not None,
        "needs_agency": planned is None or not _has_agency(dossier, planned),
    }


def _sections(dossier: Dossier, via: Handoff | None) -> list[tuple[str, str]]:
    try:
        found = services.sections_of(dossier)
    except MisconfiguredData:
        return []
    return [row for row in found if via is None or row[0] in via.shared_sections]


def _answers(dossier: Dossier, via: Handoff | None) -> list[tuple[int, str]]:
    if via is None:
        rows = dossier.handoffs.filter(state="answered")
    else:
        rows = (via.shared_answers.all() | via.onward.all()).filter(state="answered").distinct()
    return [(one.pk, f"{one.to_agency.name} ({one.code})") for one in rows.select_related("to_agency")]


def _has_agency(dossier: Dossier, planned: Any) -> bool:
    try:
        procedure_selectors.addressee_of(
            planned, receiving_agency=dossier.receiving_agency, resolving_agency=dossier.resolving_agency
        )
    except MisconfiguredData:
        return False
    return True
