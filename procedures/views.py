"""Pages of the catalogue: search, lists to browse, one procedure, a form to download."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from portal.core import clock
from portal.documents.services import document_response, download_response
from procedures import offering_summaries, selectors, services, summaries
from procedures.enums import LevelAction, LifeEventKind, SearchFacet
from procedures.errors import UnknownProcedure
from procedures.history_views import page_of_other_code
from procedures.models import Procedure, ProcedureRevision
from procedures.policies import may_preview
from procedures.search_page import SearchAddresses, facet_groups, removables
from procedures.selectors import Offered
from procedures.services.blank_forms import blank_declaration as draw_blank_declaration
from procedures.services.blank_forms import has_declaration


@require_safe
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Search and facets; every state of the page is in its address. A code and nothing else leads to its page."""
    text, cursor = request.GET.get("q", ""), request.GET.get("sau", "")
    code = selectors.exact_code(text)
    if code is not None:
        return redirect("procedures:detail", code)
    chosen = selectors.Chosen.of(dict(request.GET.lists()))
    page = selectors.search(text, chosen=chosen, cursor=cursor)
    addresses = SearchAddresses(page.text, chosen)
    context = {
        "page": page,
        "hits": _hits(page.procedures, page.offered),
        "suggestions": _hits(page.suggestions, page.offered),
        "groups": facet_groups(page),
        "removables": removables(page, addresses),
        "chosen_fields": [(facet.value, value) for facet, value in chosen.pairs()],
        "next_url": addresses.page_after(page.next_cursor),
        "first_url": addresses.first_page() if cursor else "",
        "unchosen_url": addresses.nothing_chosen(),
        "is_fragment": (is_fragment := _is_fragment(request)),
    }
    # htmx replaces the part below the search box; it is the same template, included by the page.
    response = render(request, "procedures/_found.html" if is_fragment else "procedures/list.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _is_fragment(request: HttpRequest) -> bool:
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(details) and not details.history_restore_request and details.target == "tim-thay"


def _reliefs(revision: ProcedureRevision) -> list[str]:
    """One query, and only where a fee has reliefs."""
    has_some = any(rule.reliefs for rule in revision.fee_rules.all())
    return summaries.reliefs_of(revision, selectors.relief_names()) if has_some else []


def _hits(procedures: list[Procedure], offered: dict[int, Offered]) -> list[summaries.Hit]:
    return [summaries.hit(procedure, offered.get(procedure.pk)) for procedure in procedures]


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """Every policy area with its procedures counted."""
    context = {"entries": selectors.counted_areas(), "facet": SearchFacet.AREA.value}
    return render(request, "procedures/areas.html", context)


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Every agency that resolves a published procedure, with its procedures counted."""
    context = {"entries": selectors.counted_agencies(), "facet": SearchFacet.AGENCY.value}
    return render(request, "procedures/agencies.html", context)


@require_safe
def life_events(request: HttpRequest) -> HttpResponse:
    """Life events and business events with their procedures counted."""
    counted = selectors.counted_life_events()
    kinds = [(kind.label, [entry for entry in counted if entry[0].kind == kind]) for kind in LifeEventKind]
    return render(request, "procedures/life_events.html", {"kinds": kinds})


@require_safe
def life_event(request: HttpRequest, slug: str) -> HttpResponse:
    """What one event calls for, in the order in which people need it."""
    page = selectors.life_event_page(slug)
    context = {"page": page, "event": page.event, "hits": _hits(page.procedures, page.offered)}
    return render(request, "procedures/life_event.html", context)


@require_safe
def procedure_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The card first (who, how long, how much, what you get, level, one button), then documents, steps, legal bases."""
    try:
        revision = selectors.procedure_page(code)
    except UnknownProcedure:
        return page_of_other_code(request, code)
    return render(request, "procedures/detail.html", detail_context(revision))


def detail_context(revision: ProcedureRevision) -> dict[str, Any]:
    """What `procedures/detail.html` shows of a revision; the preview of a draft shows the same."""
    # What has ended is read, not used.
    offerings = [] if revision.has_ended else list(revision.procedure.offerings.all())
    today = clock.today()
    offered = offering_summaries.offering_summaries(offerings, today)
    visits = selectors.visits(revision)
    may = frozenset().union(*(item.actions for item in offered))
    context: dict[str, Any] = {
        "revision": revision,
        "procedure": revision.procedure,
        "offerings": offered,
        "level": summaries.level_of(offerings),
        "channels": summaries.channel_summaries(revision, offering_summaries.closed_channels(offerings, today)),
        "notes": summaries.notes_on_terms_and_fees(revision),
        "reliefs": _reliefs(revision),
        "is_unreviewed": summaries.has_unreviewed_values(revision),
        "document_groups": summaries.document_groups(revision),
        "has_blank_declaration": has_declaration(revision) and LevelAction.DOWNLOAD_FORMS in may,
        "is_ending": revision.abolition_decision != "",
        "replacements": selectors.replacements_of(revision.procedure) if revision.abolition_decision else [],
        "form_templates": list(revision.form_templates.all()) if LevelAction.DOWNLOAD_FORMS in may else [],
        "may_file_online": LevelAction.FILE_ONLINE in may,
        "may_pay_online": LevelAction.PAY_ONLINE in may,
        "may_receive_online": LevelAction.RECEIVE_ONLINE in may,
        "may_receive_by_post": LevelAction.RECEIVE_BY_POST in may,
        "may_hand_in_on_paper": LevelAction.HAND_IN_AT_DESK in may,
        "elsewhere": [item for item in offered if item.address_elsewhere],
        "electronic_only": [item for item in offered if item.electronic_only_from],
        "visits": visits,
        "visit_count": selectors.most_visits(visits),
    }
    return context


@require_safe
def download_form(request: HttpRequest, code: str, template_id: int) -> HttpResponseBase:
    """A blank form; refused where no agency offers the procedure at a level that has forms."""
    if may_preview(request.user):
        return document_response(
            selectors.form_template(code, template_id, of_any_revision=True).document, as_attachment=True
        )
    template = selectors.form_template(code, template_id)
    _require_forms(selectors.published_revision(code))
    return document_response(template.document, as_attachment=True)


def _require_forms(revision: ProcedureRevision) -> None:
    """Raise `LevelDoesNotAllow` (403) where no agency that offers the procedure gives forms out."""
    offerings = list(selectors.offerings_of(revision.procedure))
    if not any(services.offering_allows(offering, LevelAction.DOWNLOAD_FORMS) for offering in offerings):
        services.require_allowed(selectors.highest_level(offerings), LevelAction.DOWNLOAD_FORMS)


@require_safe
def blank_declaration(request: HttpRequest, code: str) -> HttpResponse:
    """The online declaration as a blank PDF, for whoever would rather write by hand; from level 2 on."""
    revision = selectors.published_revision(code)
    _require_forms(revision)
    return download_response(
        draw_blank_declaration(revision), file_name=f"to-khai-{code}.pdf", media_type="application/pdf"
    )
