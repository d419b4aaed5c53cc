"""A list as a file: choose the columns, watch it being made, fetch it."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dossiers import selectors, services
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.desk_views.criteria_words import conditions_of
from dossiers.desk_views.list_address import Asked, as_mapping, carried, list_address
from dossiers.desk_views.search_words import LOST, Search, search_behind
from dossiers.errors import ExportAtWork
from dossiers.forms.worklist import ExportForm
from dossiers.selectors import Criteria
from dossiers.selectors.queues import QUEUE_OF
from dossiers.services.export_columns import COLUMNS, USUAL
from portal.documents import services as document_services

_UNUSABLE = 422


@officers_only
def exports(request: HttpRequest) -> HttpResponseBase:
    """GET: the columns for the list of the address, and the officer's last files. POST: ask for the file.

    A search whose words are kept no more makes no file: without them it would hold everybody.
    """
    if request.method != "POST":
        return _page(request, _form(), _tail_of(request))
    actor, form, tail = actor_of(request), _form(request.POST), request.POST.get("tu", "")
    kept = carried(tail)
    search = search_behind(request, kept)
    if not form.is_valid() or search.was_lost:
        return _page(request, form, tail, status=_UNUSABLE)
    try:
        job = services.request_export(
            actor=actor,
            criteria=Criteria.read(kept),
            search=search.words,
            columns=form.cleaned_data["columns"],
        )
    except ExportAtWork as problem:
        form.add_error(None, str(problem.sentence))
        return _page(request, form, tail, status=problem.status)
    return redirect("desk:export", job_id=job.pk)


@officers_only
@require_safe
def export(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """How far it is. The fragment alone for htmx; without script the page has a link to load it anew."""
    job = services.export_of(actor=actor_of(request), job_id=job_id)
    is_fragment = bool(request.htmx)  # type: ignore[attr-defined]
    template = "desk/_export.html" if is_fragment else "desk/export.html"
    context = {
        "job": job,
        "is_fragment": is_fragment,
        "most": settings.EXPORT_MAX_ROWS,
        "keep_days": settings.EXPORT_KEEP_DAYS,
        "back_url": list_address(Criteria.read(job.criteria)),
    }
    return render(request, template, context)


@officers_only
@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    services.cancel_export(actor=actor_of(request), job_id=job_id)
    return redirect("desk:export", job_id=job_id)


@officers_only
@require_safe
def export_file(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """The finished file, for its owner alone; every time it is taken leaves a line."""
    job = services.fetch_export(actor=actor_of(request), job_id=job_id)
    assert job.document is not None
    return document_services.document_response(job.document, as_attachment=True)


def _tail_of(request: HttpRequest) -> str:
    """The list of the address as its form carries it along; a lost search stays in it, as one that is lost."""
    search = search_behind(request, as_mapping(request.GET))
    address = (("tim", request.GET.get("tim") or "mat"),) if search.was_lost else search.address
    return Asked(Criteria.read(as_mapping(request.GET)), Search(address=address)).written()


def _form(data: object = None) -> ExportForm:
    return ExportForm(data, columns=[(column.key, column.label) for column in COLUMNS], usual=USUAL)


def _page(request: HttpRequest, form: ExportForm, tail: str, *, status: int = 200) -> HttpResponseBase:
    actor, kept = actor_of(request), carried(tail)
    criteria = Criteria.read({**kept, "loc": kept.get("loc") or selectors.default_queue(actor)})
    queue = QUEUE_OF.get(criteria.queue)
    search = search_behind(request, kept)
    return render(
        request,
        "desk/exports.html",
        {
            "form": form,
            "carried": tail,
            "queue": queue.label if queue else "",
            "conditions": conditions_of(criteria, actor),
            "has_search": bool(search.words),
            "lost": LOST if search.was_lost else "",
            "list_url": list_address(criteria),
            "jobs": list(selectors.recent_exports(actor)),
            "most": settings.EXPORT_MAX_ROWS,
            "keep_days": settings.EXPORT_KEEP_DAYS,
        },
        status=status,
    )
