"""A bulk run: bring index and files, start, watch, stop, go on, fetch what failed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.core.errors import InvalidInput
from portal.core.sheets import XLSX
from portal.documents import services as document_services
from portal.vault import policies, selectors, services
from portal.vault.desk_views.access import actor_of, agencies_to_digitise_for, digitisers_only
from portal.vault.enums import RowState
from portal.vault.errors import RunAtWork, RunForgotten, RunNotFound, RunNotReady
from portal.vault.forms.digitisation import RunForm
from portal.vault.models import DigitisationRun

UNUSABLE = 422
_SHOWN_ERRORS = 100


@digitisers_only
@require_POST
def begin(request: HttpRequest) -> HttpResponseBase:
    """A new run with whatever came along; what of it cannot be used is said on the page of the run."""
    actor = actor_of(request)
    form = RunForm(request.POST, request.FILES, agencies=agencies_to_digitise_for(actor))
    form.is_valid()
    if form.cleaned_data.get("index") is None and not form.cleaned_data.get("scans"):
        form.add_error("index", _("Hãy chọn bảng kê."))
    if form.errors:
        runs, _after = selectors.runs_of(policies.digitising_agencies(actor))
        context = {
            "form": form,
            "runs": runs,
            "limits": services.digitising_limits(),
            "max_archive": services.max_archive_bytes(),
        }
        return render(request, "vault/desk/overview.html", context, status=UNUSABLE)
    run = services.begin_run(actor=actor, agency_id=form.cleaned_data["agency"])
    return _bring(request, run, form)


@digitisers_only
@require_POST
def bring(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """More files, or the index anew."""
    actor = actor_of(request)
    run = services.run_of(actor=actor, run_id=run_id)
    form = RunForm({"agency": run.agency_id}, request.FILES, agencies=[(run.agency_id, run.agency.name)])
    form.is_valid()
    if not form.errors and form.cleaned_data.get("index") is None and not form.cleaned_data.get("scans"):
        form.add_error("scans", _("Hãy chọn tệp trước khi bấm gửi."))
    return _page(request, run, form, status=UNUSABLE) if form.errors else _bring(request, run, form)


def _bring(request: HttpRequest, run: DigitisationRun, form: RunForm) -> HttpResponseBase:
    actor, index, files = actor_of(request), form.cleaned_data.get("index"), form.cleaned_data.get("scans") or []
    try:
        for name, sentence in services.bring_files(actor=actor, run_id=run.pk, uploads=files).items():
            form.add_error("scans", f"{name}: {sentence}")
        if index is not None:
            services.bring_index(actor=actor, run_id=run.pk, upload=index)
    except (RunAtWork, RunForgotten) as problem:
        form.add_error(None, str(problem.sentence))
    except InvalidInput as problem:
        form.add_error("index", str(next(iter(problem.fields.values()), problem.sentence)))
    if form.errors:
        return _page(request, services.run_of(actor=actor, run_id=run.pk), form, status=UNUSABLE)
    return redirect("digitisation:run", run_id=run.pk)


@digitisers_only
@require_safe
def run(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """How far it is. The fragment alone for htmx; without script the page has a link to load it anew."""
    found = services.run_of(actor=actor_of(request), run_id=run_id)
    return _page(request, found, None)


def _page(request: HttpRequest, run: DigitisationRun, form: RunForm | None, *, status: int = 200) -> HttpResponseBase:
    is_fragment = bool(request.htmx) and request.method != "POST"  # type: ignore[attr-defined]
    counts = services.counts_of(run)
    total, waiting = sum(counts.values()), counts[RowState.WAITING]
    context = {
        "run": run,
        "form": form or RunForm(agencies=[(run.agency_id, run.agency.name)]),
        "total": total,
        "waiting": waiting,
        "done": counts[RowState.DONE],
        "already": counts[RowState.ALREADY],
        "failed": counts[RowState.FAILED],
        "settled": total - waiting,
        "percent": 100 * (total - waiting) // total if total else 0,
        "is_fragment": is_fragment,
        "file_count": run.files.count(),
        "errors": [] if run.is_at_work else services.shown_errors(run, most=_SHOWN_ERRORS),
        "most_errors": _SHOWN_ERRORS,
        "limits": services.digitising_limits(),
        "max_archive": services.max_archive_bytes(),
    }
    return render(request, f"vault/desk/{'_progress' if is_fragment else 'run'}.html", context, status=status)


@digitisers_only
@require_POST
def act(request: HttpRequest, run_id: UUID, word: str) -> HttpResponseBase:
    """Start or go on ("chay"), stand still ("dung")."""
    actor = actor_of(request)
    if word == "chay":
        try:
            services.start_run(actor=actor, run_id=run_id)
        except (RunForgotten, RunNotReady) as problem:
            messages.warning(request, str(problem.sentence))
    elif word == "dung":
        services.stop_run(actor=actor, run_id=run_id)
    else:
        raise RunNotFound
    return redirect("digitisation:run", run_id=run_id)


@digitisers_only
@require_safe
def errors(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """The rows that failed with their errors, as an index to mend and bring again."""
    found = services.run_of(actor=actor_of(request), run_id=run_id)
    content = services.failed_rows_xlsx(services.failed_rows(found))
    return document_services.download_response(content, file_name="dong-co-loi.xlsx", media_type=XLSX)
