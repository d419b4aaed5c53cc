"""Status without an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dossiers import services
from dossiers.errors import DossierNotFound
from dossiers.forms.citizen import LookupForm
from portal.core.addresses import client_address
from portal.core.errors import TooManyRequests


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """The form, and on a post the status. The pass-code never travels in an address (PITFALLS 32)."""
    found, status = None, 200
    if request.method == "POST":
        form = LookupForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                found = services.look_up_status(
                    code=form.cleaned_data["code"],
                    pass_code=form.cleaned_data["pass_code"],
                    client_address=client_address(request),
                )
                status = 200
            except (DossierNotFound, TooManyRequests) as refusal:
                form.add_error(None, str(refusal.sentence))
                status = refusal.status
    else:
        # The QR code on the slip brings the dossier code along; the pass-code is typed from the paper.
        form = LookupForm(initial={"code": request.GET.get("ma", "")[:60]})
    return render(request, "dossiers/lookup.html", {"form": form, "found": found}, status=status)
