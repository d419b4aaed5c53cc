"""Pages of the catalogue: search, one procedure, a form to download."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.documents.services import document_response, download_response
from procedures import offering_summaries, selectors, services, summaries
from procedures.enums import LevelAction, ServiceLevel
from procedures.errors import UnknownProcedure
from procedures.history_views import page_of_other_code
from procedures.models import ProcedureRevision
from procedures.selectors import SearchPage
from procedures.services.blank_forms import blank_declaration as draw_blank_declaration
from procedures.services.blank_forms import has_declaration


@require_safe
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Search and filters; every state of the page is in its address."""
    chosen_level = request.GET.get("muc-do", "")
    level = int(chosen_level) if chosen_level in {"1", "2", "3", "4"} else None
    area = request.GET.get("linh-vuc", "")[:200].replace("\x00", "")
    cursor = request.GET.get("sau", "")
    page = selectors.search(request.GET.get("q", ""), area=area, level=level, cursor=cursor)
    areas = selectors.listed_areas()
    return render(
        request,
        "procedures/list.html",
        {
            "page": page,
            "hits": [summaries.hit(procedure, page.offered.get(procedure.pk)) for procedure in page.procedures],
            "suggestions": [summaries.hit(procedure, page.offered.get(procedure.pk)) for procedure in page.suggestions],
            "areas": areas,
            "area": next((item for item in areas if item.slug == area), None),
            "levels": [summaries.LevelSummary.of(item) for item in reversed(ServiceLevel)],
            "level": level,
            "is_first_page": not cursor,
            **_addresses(page, area, level),
        },
    )


def _addresses(page: SearchPage, area: str, level: int | None) -> dict[str, str]:
    asked = {"q": page.text, "linh-vuc": area, "muc-do": str(level or "")}
    here = reverse("procedures:list")

    def address(**changes: str) -> str:
        query = {name: value for name, value in {**asked, **changes}.items() if value}
        return f"{here}?{urlencode(query)}" if query else here

    return {
        "next_url": address(sau=page.next_cursor) if page.next_cursor else "",
        "first_url": address(),
        "unfiltered_url": address(**{"linh-vuc": "", "muc-do": ""}),
    }


@require_safe
def procedure_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The card first (who, how long, how much, what you get, level, one button), then documents, steps, legal bases."""
    try:
        revision = selectors.procedure_page(code)
    except UnknownProcedure:
        return page_of_other_code(request, code)
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
    return render(request, "procedures/detail.html", context)


@require_safe
def download_form(request: HttpRequest, code: str, template_id: int) -> HttpResponseBase:
    """A blank form; refused where no agency offers the procedure at a level that has forms."""
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
