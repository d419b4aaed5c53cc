"""Filing as a task list, one thing a page; saved at every step, filed once."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dossiers import services
from dossiers.forms.citizen import ONESELF, DeliveryForm, FiledForForm
from dossiers.views.autosave import draft_sheet
from dossiers.views.draft_page import draft_page, to_filed_dossier, to_next_task
from dossiers.views.draft_tasks import is_asked_for_whom
from dossiers.views.requests import actor_of, own_draft
from dossiers.views.section_page import section_page
from dossiers.views.section_saving import take_page
from dossiers.views.signed_in import signed_in_or_kept
from portal.core.errors import InvalidInput


@login_required
@never_cache
@require_safe
def overview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the draft stands; a filed one leads to its page."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return redirect("dossiers:detail", dossier.code)
    return draft_page(request, dossier, "draft", keep_days=settings.DRAFT_KEEP_DAYS)


@signed_in_or_kept
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, public_id: UUID, section_key: str) -> HttpResponse:
    """One section of the declaration. A post is always saved, right or wrong, unless another page wrote the same field.

    The page comes back when something is wrong, when a row was added or taken away, and when the answers say that this
    procedure cannot serve the person: then going on would waste their time.
    """
    dossier = own_draft(request, public_id)
    sheet = draft_sheet(request, dossier, section_key)
    if sheet is None:
        return to_filed_dossier(request, dossier)
    if request.method != "POST":
        return section_page(request, dossier, section_key)
    taken = take_page(request, sheet)
    if isinstance(taken, HttpResponse):
        return taken
    dossier.refresh_from_db()
    found = services.readiness(dossier)
    if taken.is_done:
        if found.eligibility.stops:
            return redirect(request.path)
        return to_next_task(dossier, after=f"section:{section_key}")
    return section_page(request, dossier, section_key, result=taken.result, found=found, refused=taken.refused)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def filed_for(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """For the person themselves or for an organisation; asked only of whoever speaks for one, or did so till now."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    if not is_asked_for_whom(dossier):
        return redirect("dossiers:draft", public_id)
    form = FiledForForm(
        request.POST if request.method == "POST" else None,
        representations=services.organisations_of(dossier),
        initial={"organisation": str(dossier.organisation_id or ONESELF)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_organisation(
                actor=actor_of(request), dossier_id=dossier.pk, organisation_id=form.organisation_id
            )
        except InvalidInput as error:
            for name, sentence in error.fields.items():
                form.add_error(name, str(sentence))
        else:
            return to_next_task(dossier, after="filed-for")
    found = services.readiness(dossier)
    return draft_page(
        request,
        dossier,
        "filed_for",
        current="filed-for",
        found=found,
        form=form,
        problem=found.organisation,
        status=422 if form.is_bound else 200,
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How the result comes."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    choices = services.delivery_choices(dossier.offering)
    form = DeliveryForm(
        request.POST if request.method == "POST" else None,
        choices=choices,
        desks=[(str(agency.pk), agency.name) for agency in services.desks_for(dossier)],
        initial={
            "delivery": dossier.result_delivery,
            "address": dossier.delivery_address,
            "desk": str(dossier.receiving_agency_id),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_delivery(
                actor=actor_of(request),
                dossier_id=dossier.pk,
                delivery=form.cleaned_data["delivery"],
                address=form.cleaned_data.get("address", ""),
                desk_id=int(form.cleaned_data["desk"]) if "desk" in form.cleaned_data else None,
            )
        except InvalidInput as error:
            for name, sentence in error.fields.items():
                form.add_error(name if name in form.fields else None, str(sentence))
        else:
            return to_next_task(dossier, after="delivery")
    return draft_page(request, dossier, "delivery", current="delivery", form=form, status=422 if form.is_bound else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask, then throw the draft away."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    if request.method == "POST":
        services.discard_draft(actor=actor_of(request), dossier_id=dossier.pk)
        messages.success(request, _("Đã xóa bản nháp."))
        if "start-again" in request.POST:
            return redirect("dossiers:start", dossier.revision.procedure.code)
        return redirect("dossiers:list")
    return draft_page(request, dossier, "discard", starts_again="bat-dau-lai" in request.GET)
