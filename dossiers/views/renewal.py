"""The draft's rules changed: what that means, and one button to go on with the new ones."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dossiers import services
from dossiers.views.draft_page import to_filed_dossier
from dossiers.views.requests import actor_of, own_draft
from portal.core.errors import InvalidInput
from procedures import selectors as procedure_selectors


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET tells what stays and what is asked anew, POST moves the draft."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    chosen = request.POST.get("case", "")
    error = ""
    if request.method == "POST":
        case_id = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else None
        try:
            services.move_draft(actor=actor_of(request), dossier_id=dossier.pk, case_id=case_id)
        except InvalidInput as refusal:
            error = str(refusal.fields.get("case", refusal.sentence))
        else:
            messages.success(request, _("Bản nháp đã theo quy định mới. Những gì đã khai và đã nộp được giữ lại."))
            return redirect("dossiers:draft", dossier.public_id)
    elif dossier.has_current_rules:  # type: ignore[attr-defined]
        return redirect("dossiers:draft", dossier.public_id)
    procedure = dossier.revision.procedure
    context = {
        "dossier": dossier,
        "procedure": procedure,
        "renewal": services.renewal_of(dossier),
        "successors": procedure_selectors.successors_in_force(procedure),
        "error": error,
    }
    return render(request, "dossiers/renew.html", context, status=422 if error else 200)
