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
from dossiers.enums import Need, ResultDelivery
from dossiers.errors import DossierIncomplete, DossierNotFound
from dossiers.forms.citizen import AttestationForm, DeliveryForm, show_refused_files
from dossiers.models import Dossier
from dossiers.services import Readiness
from dossiers.views.draft_page import draft_page, to_filed_dossier, to_next_task
from dossiers.views.draft_tasks import is_begun
from dossiers.views.requests import actor_of, own_draft
from portal.core.errors import InvalidInput
from procedures.services.forms import SectionForm


@login_required
@never_cache
@require_safe
def overview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the draft stands; a filed one leads to its page."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return redirect("dossiers:detail", dossier.code)
    return draft_page(request, dossier, "draft")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, public_id: UUID, section_key: str) -> HttpResponse:
    """One section of the declaration. A post is always saved, right or wrong.

    The page comes back when something is wrong, when a row was added or taken away, and when the answers say that this
    procedure cannot serve the person: then going on would waste their time.
    """
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    current = f"section:{section_key}"
    found = None
    if request.method == "POST":
        actor = actor_of(request)
        taken = services.take_files(
            actor=actor, dossier_id=dossier.pk, section_key=section_key, data=request.POST, files=request.FILES
        )
        form = services.save_section(actor=actor, dossier_id=dossier.pk, section_key=section_key, raw=taken.data)
        if taken.has_removed:
            return redirect("dossiers:draft_section", public_id, section_key)
        show_refused_files(form, taken.refused)
        dossier.refresh_from_db()
        found = services.readiness(dossier)
        if form.is_valid() and form.row_change is None:
            return redirect(request.path) if found.eligibility.stops else to_next_task(dossier, after=current)
    else:
        found = services.readiness(dossier)
        form = _section_as_saved(dossier, section_key, found)
    sections = [one.key for one in services.definition_of(dossier).sections]
    return draft_page(
        request,
        dossier,
        "section",
        current=current,
        found=found,
        form=form,
        section=form.section,
        number=sections.index(section_key) + 1,
        count=len(sections),
        status=422 if form.is_bound and form.row_change is None else 200,
    )


def _section_as_saved(dossier: Dossier, section_key: str, found: Readiness) -> SectionForm:
    """The section with what was typed; one that was begun also shows again what is wrong in it."""
    try:
        form = services.section_form(dossier, section_key)
    except KeyError:
        raise DossierNotFound from None
    if is_begun(dossier, form.section):
        form.show_problems(found.problems.get(section_key, ()))
    return form


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
    with_files = [one for one in selectors.components_of(dossier) if one.shown_files]  # type: ignore[attr-defined]
    components = [one for one in with_files if found.needs[one.pk] is not Need.NOT_NEEDED]
    return draft_page(
        request,
        dossier,
        "review",
        current="review",
        found=found,
        form=form,
        readiness=found,
        sections=services.rows_to_show(dossier),
        declaration_files=services.labelled_files(dossier),
        components=components,
        doubts=[
            (component, sentence)
            for component in components
            for sentence in services.doubts_about_slot(component, component.shown_files)  # type: ignore[attr-defined]
        ],
        has_files=bool(components),
        left_out=[one for one in with_files if one not in components],
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
