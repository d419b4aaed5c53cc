"""Filing as a task list, one thing a page; saved at every step, filed once."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dossiers import selectors, services
from dossiers.enums import ResultDelivery
from dossiers.errors import DossierIncomplete
from dossiers.forms.citizen import AttestationForm, DeliveryForm
from dossiers.views.draft_page import draft_page, to_filed_dossier, to_next_task
from dossiers.views.requests import actor_of, own_draft
from dossiers.views.section_page import conflict_page, section_page
from dossiers.views.signed_in import forget_kept_post, signed_in_or_kept
from portal.core.errors import InvalidInput


@login_required
@never_cache
@require_safe
def overview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the draft stands; a filed one leads to its page."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return redirect("dossiers:detail", dossier.code)
    return draft_page(request, dossier, "draft")


@signed_in_or_kept
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, public_id: UUID, section_key: str) -> HttpResponse:
    """One section of the declaration. A post is always saved, right or wrong, unless another page wrote the same field."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    if request.method != "POST":
        return section_page(request, dossier, section_key)
    result = services.save_typed(
        actor=actor_of(request),
        dossier_id=dossier.pk,
        section_key=section_key,
        data=request.POST,
        page=services.read_page(request.POST),
    )
    forget_kept_post(request, request.path)
    if result.conflicts:
        return conflict_page(request, result)
    dossier.refresh_from_db()
    if result.merged:
        names = ", ".join(f"“{spec.label.shown()}”" for spec in result.merged)
        messages.info(request, _("Vừa được sửa ở thẻ hoặc máy khác, giữ giá trị đó: %(names)s.") % {"names": names})
    if result.is_right:
        return to_next_task(dossier, after=f"section:{section_key}")
    return section_page(request, dossier, section_key, result=result)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How the result comes."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    choices = services.delivery_choices(dossier.offering.level)
    form = DeliveryForm(
        request.POST if request.method == "POST" else None,
        choices=choices,
        initial={"delivery": dossier.result_delivery, "address": dossier.delivery_address},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_delivery(
                actor=actor_of(request),
                dossier_id=dossier.pk,
                delivery=form.cleaned_data["delivery"],
                address=form.cleaned_data.get("address", ""),
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
def review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything on one page, then file. Pressed twice, the second press finds the filed dossier."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return redirect("dossiers:detail", dossier.code)
    form = AttestationForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        try:
            filed = services.submit(
                actor=actor_of(request), dossier_id=dossier.pk, has_attested="attestation" in request.POST
            )
        except DossierIncomplete:
            # What is missing is shown from the same rules below, each with a link to its place.
            status = 422
        else:
            messages.success(
                request,
                _("Đã nộp hồ sơ. Mã hồ sơ của bạn là %(code)s, mã tra cứu là %(pass_code)s.")
                % {"code": filed.code, "pass_code": filed.pass_code},
            )
            return redirect("dossiers:detail", filed.code)
    found = services.readiness(dossier)
    components = list(selectors.components_of(dossier))
    return draft_page(
        request,
        dossier,
        "review",
        current="review",
        found=found,
        form=form,
        readiness=found,
        sections=services.rows_to_show(dossier),
        components=components,
        has_files=any(component.shown_files for component in components),  # type: ignore[attr-defined]
        delivery=ResultDelivery(dossier.result_delivery).label if dossier.result_delivery else "",
        status=status,
    )


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
        return redirect("dossiers:list")
    return draft_page(request, dossier, "discard")
