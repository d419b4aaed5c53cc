"""What all pages of a draft share: the task list beside them, the way on, and what happens once it is filed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dossiers import services
from dossiers.errors import DraftClosed
from dossiers.models import Dossier
from dossiers.services import Readiness
from dossiers.views.draft_tasks import next_url, tasks_of


def draft_page(
    request: HttpRequest,
    dossier: Dossier,
    template: str,
    *,
    current: str = "",
    found: Readiness | None = None,
    dues: services.Dues | None = None,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    """A page of the draft; `current` is the key of the task at hand, `found` and `dues` what is known already."""
    found = found or services.readiness(dossier)
    tasks = tasks_of(dossier, found, current=current, dues=dues)
    return render(
        request,
        f"dossiers/{template}.html",
        {
            "dossier": dossier,
            "procedure": dossier.revision.procedure,
            "tasks": tasks,
            "eligibility": found.eligibility,
            "next_url": next_url(tasks, after=current),
            **context,
        },
        status=status,
    )


def to_next_task(dossier: Dossier, *, after: str) -> HttpResponse:
    """On to the first open task behind `after`, as the draft stands in the database now."""
    dossier.refresh_from_db()
    return redirect(next_url(tasks_of(dossier, services.readiness(dossier)), after=after))


def to_filed_dossier(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """The draft was filed, in another window perhaps: lead to its page, and say so if something was to be saved."""
    if request.method == "POST":
        messages.warning(request, DraftClosed.default_sentence)
    return redirect("dossiers:detail", dossier.code)
