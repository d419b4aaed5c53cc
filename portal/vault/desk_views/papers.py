"""A paper for officers of the agency that answers for it: find it by its code, read it, open its file."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_safe

from portal.core import clock
from portal.core.errors import NotFound
from portal.documents import services as document_services
from portal.notifications import selectors as notification_selectors
from portal.vault import notices, policies, selectors, services
from portal.vault.desk_views.access import actor_of, officers_only
from portal.vault.enums import PaperAct, PaperSource, PaperState
from portal.vault.errors import PaperNotFound
from portal.vault.forms.officer import FindPaperForm
from portal.vault.looks import look_of


@officers_only
@require_safe
def find(request: HttpRequest) -> HttpResponseBase:
    """By the code on the paper; one that another agency answers for is not found here."""
    form = FindPaperForm(request.GET if "ma" in request.GET else None)
    if form.is_bound and form.is_valid():
        code = services.read_code(services.code_in(form.cleaned_data["ma"])) or ""
        copy = selectors.copy_with_code(code)
        paper = copy.paper if copy is not None else selectors.paper_with_code(code)
        try:
            if paper is None:
                raise PaperNotFound
            selectors.paper_for_officer(actor_of(request), paper.public_id)
            return redirect("vault_desk:paper", paper.public_id)
        except NotFound:
            form.add_error("ma", str(PaperNotFound.default_sentence))
    return render(request, "vault/desk/find.html", {"form": form}, status=422 if form.errors else 200)


@officers_only
@require_safe
def paper(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """What it is and says, what became of it, what may be done with it."""
    actor = actor_of(request)
    found, in_charge = selectors.paper_for_officer(actor, public_id)
    return render(
        request,
        "vault/desk/paper.html",
        {
            "paper": found,
            "look": look_of(found.standing(clock.today())),
            "in_charge": in_charge,
            "facts": services.facts_shown(found),
            "lines": selectors.agency_log(found),
            "successor": found.replaced_by,
            "may_end": found.state == PaperState.IN_FORCE and services.may_end(actor, found, in_charge),
            "may_digitise": found.source == PaperSource.DIGITISED and bool(policies.digitising_agencies(actor)),
            "mails": notification_selectors.messages_about(notices.thread_of(found)),
            "verify_url": services.verification_url(found.code),
        },
    )


@officers_only
@require_GET
def file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The file; a line in the log, which its owner reads. `?tai=1` downloads."""
    actor = actor_of(request)
    found, _in_charge = selectors.paper_for_officer(actor, public_id)
    document_services.require_openable_by_officer(found.document)
    downloads = request.GET.get("tai") == "1"
    response = document_services.document_response(found.document, as_attachment=downloads)
    services.write_log(actor=actor, paper=found, act=PaperAct.DOWNLOADED if downloads else PaperAct.OPENED)
    return response
