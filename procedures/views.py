"""Pages of the catalogue: search, one procedure, a form to download."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.documents.services import document_response
from procedures import selectors, services, summaries
from procedures.enums import LevelAction, ServiceLevel
from procedures.models import ProcedureRevision
from procedures.policies import may_preview
from procedures.selectors import SearchPage


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
    return render(request, "procedures/detail.html", detail_context(selectors.procedure_page(code)))


def detail_context(revision: ProcedureRevision) -> dict[str, Any]:
    """What `procedures/detail.html` shows of a revision; the preview of a draft shows the same."""
    offerings = list(revision.procedure.offerings.all())
    level = selectors.highest_level(offerings)
    templates = list(revision.form_templates.all()) if services.allows(level, LevelAction.DOWNLOAD_FORMS) else []
    context: dict[str, Any] = {
        "revision": revision,
        "procedure": revision.procedure,
        "offerings": [(item, summaries.LevelSummary.of(item.level)) for item in offerings],
        "level": summaries.LevelSummary.of(level),
        "channels": summaries.channel_summaries(revision),
        "notes": summaries.notes_on_terms_and_fees(revision),
        "is_unreviewed": summaries.has_unreviewed_values(revision),
        "document_groups": summaries.document_groups(revision),
        "form_templates": templates,
        "may_file_online": services.allows(level, LevelAction.FILE_ONLINE),
        "may_hand_in_on_paper": services.allows(level, LevelAction.HAND_IN_AT_DESK),
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
    offerings = selectors.offerings_of(selectors.published_revision(code).procedure)
    services.require_allowed(selectors.highest_level(offerings), LevelAction.DOWNLOAD_FORMS)
    return document_response(template.document, as_attachment=True)
