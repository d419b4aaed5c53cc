"""The citizen answers a supplement request."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import selectors, services
from dossiers.enums import DossierState
from dossiers.forms.citizen import SupplementForm
from dossiers.models import Dossier
from dossiers.views.requests import actor_of, seen_version
from dossiers.views.uploads import store_uploads
from portal.core.errors import InvalidInput
from portal.documents import services as document_services


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows what is asked and what is there; POST sends it."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)
    if dossier.state != DossierState.SUPPLEMENT_REQUESTED:
        return redirect("dossiers:detail", code)
    form = SupplementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_supplement(
                actor=actor,
                dossier_id=dossier.pk,
                note=form.cleaned_data["note"],
                seen_version=seen_version(request),
            )
        except InvalidInput as error:
            for name, sentence in error.fields.items():
                form.add_error(name if name in form.fields else None, str(sentence))
        else:
            messages.success(request, _("Đã gửi bổ sung. Đồng hồ tính hạn chạy tiếp."))
            return redirect("dossiers:detail", code)
    return _page(request, dossier, form)


def _page(
    request: HttpRequest, dossier: Dossier, form: SupplementForm, *, errors: dict[int, list[str]] | None = None
) -> HttpResponse:
    supplement = dossier.supplements.prefetch_related("items").get(answered_at__isnull=True)
    asked = {item.component_id for item in supplement.items.all() if item.component_id is not None}
    components = [
        component
        for component in selectors.components_of(dossier, with_unsent_supplement=True)
        if component.pk in asked or not asked
    ]
    for component in components:
        files = component.shown_files  # type: ignore[attr-defined]
        component.new_files = [one for one in files if one.supplement_id == supplement.pk]  # type: ignore[attr-defined]
        component.errors = (errors or {}).get(component.pk, [])  # type: ignore[attr-defined]
    return render(
        request,
        "dossiers/supplement.html",
        {
            "dossier": dossier,
            "procedure": dossier.revision.procedure,
            "supplement": supplement,
            "components": components,
            "form": form,
            "has_errors": bool(errors) or form.is_bound,
            "limits": document_services.upload_limits(),
        },
        status=422 if errors or form.is_bound else 200,
    )


@login_required
@require_POST
def attach(request: HttpRequest, code: str, component_id: int) -> HttpResponse:
    """Put new files into a slot; officers see them when the supplement is sent."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)
    errors = store_uploads(
        request.FILES.getlist("upload"),
        lambda upload: services.attach_supplement_file(
            actor=actor, dossier_id=dossier.pk, component_id=component_id, upload=upload
        ),
    )
    if errors:
        return _page(request, dossier, SupplementForm(), errors={component_id: errors})
    return redirect("dossiers:supplement", code)


@login_required
@require_POST
def remove(request: HttpRequest, code: str, file_id: int) -> HttpResponse:
    """Take a new file out again before it is sent."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)
    services.remove_supplement_file(actor=actor, dossier_id=dossier.pk, file_id=file_id)
    return redirect("dossiers:supplement", code)
