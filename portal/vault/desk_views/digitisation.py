"""Digitising old results: the start page, one paper, the template."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.errors import InvalidInput
from portal.core.sheets import XLSX
from portal.documents import services as document_services
from portal.vault import policies, selectors, services
from portal.vault.desk_views.access import actor_of, agencies_to_digitise_for, digitisers_only
from portal.vault.errors import PaperDigitisedAlready
from portal.vault.forms.digitisation import DigitiseForm, RunForm

UNUSABLE = 422


@digitisers_only
@require_safe
def overview(request: HttpRequest) -> HttpResponseBase:
    """What can be done, and the bulk runs of the officer's agencies, newest first (`sau`: continue after)."""
    actor = actor_of(request)
    runs, after = selectors.runs_of(policies.digitising_agencies(actor), request.GET.get("sau", ""))
    return render(
        request,
        "vault/desk/overview.html",
        {
            "form": RunForm(agencies=agencies_to_digitise_for(actor)),
            "runs": runs,
            "next_url": f"{reverse('digitisation:overview')}?sau={after}" if after else "",
            "max_archive": services.max_archive_bytes(),
            "limits": services.digitising_limits(),
        },
    )


@digitisers_only
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest) -> HttpResponseBase:
    """One old paper. Everything wrong with it at once; what was typed stays."""
    actor = actor_of(request)
    agencies, kinds = agencies_to_digitise_for(actor), selectors.kinds_to_choose()
    if request.method != "POST":
        return _form_page(request, DigitiseForm(agencies=agencies, kinds=kinds))
    form = DigitiseForm(request.POST, request.FILES, agencies=agencies, kinds=kinds)
    form.is_valid()
    if "agency" not in form.cleaned_data:
        return _form_page(request, form, status=UNUSABLE)
    try:
        paper = services.digitise(
            actor=actor,
            agency_id=form.cleaned_data["agency"],
            raw=form.raw(),
            upload=form.cleaned_data.get("file"),
            replaces=request.POST.get("thay") == "on",
        )
    except PaperDigitisedAlready as known:
        return _form_page(request, form, known=known, status=known.status)
    except InvalidInput as problem:
        form.errors.clear()
        form.take(problem)
        return _form_page(request, form, status=UNUSABLE)
    messages.success(request, _("Đã đưa giấy tờ vào kho."))
    return redirect("vault_desk:paper", public_id=paper.public_id)


def _form_page(
    request: HttpRequest, form: DigitiseForm, *, known: PaperDigitisedAlready | None = None, status: int = 200
) -> HttpResponseBase:
    twin = selectors.digitised_paper_with_key(actor_of(request), known.paper_id) if known is not None else None
    return render(
        request,
        "vault/desk/one.html",
        {
            "form": form,
            "known": known,
            "twin": twin,
            "limits": services.digitising_limits(),
        },
        status=status,
    )


@digitisers_only
@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """The empty index with its explanations and the kinds of papers known today."""
    return document_services.download_response(
        services.template_xlsx(), file_name="bang-ke-so-hoa.xlsx", media_type=XLSX
    )
