"""Filing as a task list, one thing a page; saved at every step, filed once."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers import selectors, services
from dossiers.enums import ResultDelivery
from dossiers.errors import DossierIncomplete, DossierNotFound
from dossiers.forms.citizen import AttestationForm, DeliveryForm
from dossiers.models import Dossier
from dossiers.views.draft_tasks import next_url, tasks_of
from dossiers.views.requests import actor_of, own_draft
from dossiers.views.uploads import store_uploads
from portal.core.errors import InvalidInput
from portal.documents import services as document_services


def _page(request: HttpRequest, dossier: Dossier, template: str, current: str, **context: object) -> HttpResponse:
    status = context.pop("status", 200)
    assert isinstance(status, int)
    tasks = tasks_of(dossier, services.readiness(dossier), current=current)
    return render(
        request,
        f"dossiers/{template}.html",
        {
            "dossier": dossier,
            "procedure": dossier.revision.procedure,
            "tasks": tasks,
            "next_url": next_url(tasks, after=current),
            **context,
        },
        status=status,
    )


def _next(dossier: Dossier, *, after: str) -> HttpResponse:
    dossier.refresh_from_db()
    return redirect(next_url(tasks_of(dossier, services.readiness(dossier)), after=after))


@login_required
@never_cache
@require_safe
def overview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the draft stands; a filed one leads to its page."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return redirect("dossiers:detail", dossier.code)
    return _page(request, dossier, "draft", "")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, public_id: UUID, section_key: str) -> HttpResponse:
    """One section of the declaration. A post is always saved, right or wrong."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return redirect("dossiers:detail", dossier.code)
    current = f"section:{section_key}"
    status = 200
    if request.method == "POST":
        form = services.save_section(
            actor=actor_of(request), dossier_id=dossier.pk, section_key=section_key, raw=request.POST
        )
        if form.is_valid():
            return _next(dossier, after=current)
        dossier.refresh_from_db()
        status = 422
    else:
        try:
            form = services.section_form(dossier, section_key)
        except KeyError:
            raise DossierNotFound from None
    sections = [one.key for one in services.definition_of(dossier).sections]
    return _page(
        request,
        dossier,
        "section",
        current,
        form=form,
        section=form.section,
        number=sections.index(section_key) + 1,
        count=len(sections),
        status=status,
    )


@login_required
@never_cache
@require_safe
def documents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The slots with their files."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return redirect("dossiers:detail", dossier.code)
    return _documents_page(request, dossier)


def _documents_page(
    request: HttpRequest, dossier: Dossier, *, errors: dict[int, list[str]] | None = None
) -> HttpResponse:
    components = list(selectors.components_of(dossier, with_unsent_supplement=True))
    for component in components:
        component.errors = (errors or {}).get(component.pk, [])  # type: ignore[attr-defined]
    return _page(
        request,
        dossier,
        "documents",
        "documents",
        components=components,
        limits=document_services.upload_limits(),
        has_errors=bool(errors),
        status=422 if errors else 200,
    )


@login_required
@require_POST
def attach(request: HttpRequest, public_id: UUID, component_id: int) -> HttpResponse:
    """Put one or several files into a slot; each is judged on its own, good ones stay."""
    dossier = own_draft(request, public_id)
    actor = actor_of(request)
    errors = store_uploads(
        request.FILES.getlist("upload"),
        lambda upload: services.attach_file(
            actor=actor, dossier_id=dossier.pk, component_id=component_id, upload=upload
        ),
    )
    if errors:
        return _documents_page(request, dossier, errors={component_id: errors})
    return redirect("dossiers:draft_documents", public_id)


@login_required
@require_POST
def remove(request: HttpRequest, public_id: UUID, file_id: int) -> HttpResponse:
    """Take a file out of the draft."""
    dossier = own_draft(request, public_id)
    services.remove_file(actor=actor_of(request), dossier_id=dossier.pk, file_id=file_id)
    return redirect("dossiers:draft_documents", public_id)


@login_required
@never_cache
@require_safe
def file(request: HttpRequest, public_id: UUID, file_id: int) -> HttpResponseBase:
    """Show a file of the draft, so that a person can check what was uploaded."""
    dossier = own_draft(request, public_id)
    found = selectors.component_file(dossier, file_id, with_unsent_supplement=True)
    return document_services.document_response(found.document, as_attachment=False)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How the result comes."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return redirect("dossiers:detail", dossier.code)
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
            return _next(dossier, after="delivery")
    return _page(request, dossier, "delivery", "delivery", form=form, status=422 if form.is_bound else 200)


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
    return _page(
        request,
        dossier,
        "review",
        "review",
        form=form,
        readiness=found,
        sections=services.rows_to_show(dossier),
        components=selectors.components_of(dossier),
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
        return redirect("dossiers:detail", dossier.code)
    if request.method == "POST":
        services.discard_draft(actor=actor_of(request), dossier_id=dossier.pk)
        messages.success(request, _("Đã xóa bản nháp."))
        return redirect("dossiers:list")
    return _page(request, dossier, "discard", "")
