"""What may be mended of one section of a filed declaration: the page of a draft, on the copy that is sent later."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import selectors, services
from dossiers.enums import DossierState
from dossiers.forms.citizen import show_refused_files
from dossiers.models import Dossier, SupplementRequest
from dossiers.services import SaveResult, SupplementProgress
from dossiers.views.requests import actor_of
from dossiers.views.section_page import shown_conflicts
from dossiers.views.section_saving import OpenSheet, save_without_leaving, settle_choice, take_page
from dossiers.views.signed_in import kept_post, signed_in_or_kept
from procedures.services import forms


@signed_in_or_kept
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, code: str, section_key: str) -> HttpResponse:
    """A post is always saved to the copy, right or wrong, unless another page wrote the same field."""
    dossier, supplement = _open(request, code)
    sheet = _sheet(request, dossier, supplement, section_key)
    if sheet is None or supplement is None:
        return _closed(request, code)
    if request.method != "POST":
        return _page(request, dossier, supplement, section_key)
    taken = take_page(request, sheet)
    if isinstance(taken, HttpResponse):
        return taken
    if taken.is_done:
        return redirect(_item_of(code, supplement, taken.result))
    supplement.refresh_from_db()
    return _page(request, dossier, supplement, section_key, result=taken.result, refused=taken.refused)


@signed_in_or_kept
@never_cache
@require_POST
def save(request: HttpRequest, code: str, section_key: str) -> HttpResponse:
    """Save what is on the page now without leaving it, as in a draft."""
    return save_without_leaving(request, lambda: _sheet(request, *_open(request, code), section_key))


@signed_in_or_kept
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, code: str, section_key: str) -> HttpResponse:
    """The person chose, field by field, which of two values stays."""
    sheet = _sheet(request, *_open(request, code), section_key)
    return _closed(request, code) if sheet is None else settle_choice(request, sheet)


def _sheet(
    request: HttpRequest, dossier: Dossier, supplement: SupplementRequest | None, section_key: str
) -> OpenSheet | None:
    if supplement is None:
        return None
    place: dict[str, Any] = {"actor": actor_of(request), "dossier_id": dossier.pk, "section_key": section_key}
    names = [dossier.code, section_key]
    return OpenSheet(
        section_url=reverse("dossiers:supplement_section", args=names),
        settle_url=reverse("dossiers:supplement_settle", args=names),
        take_files=partial(services.take_files, **place, is_supplement=True),
        save=partial(services.save_supplement_section, **place),
        settle=partial(services.settle_supplement_section, **place),
        conflict=partial(_conflict, request),
    )


def _open(request: HttpRequest, code: str) -> tuple[Dossier, SupplementRequest | None]:
    """The person's own dossier and its open request; None when nothing can be mended now."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    supplement = dossier.supplements.prefetch_related("items").filter(answered_at__isnull=True).first()
    if supplement is None or dossier.state != DossierState.SUPPLEMENT_REQUESTED:
        return dossier, None
    supplement.dossier = dossier
    return dossier, supplement


def _closed(request: HttpRequest, code: str) -> HttpResponse:
    if request.method == "POST":
        messages.warning(request, _("Phần bổ sung đã gửi hoặc hồ sơ đã khép lại, không sửa được nữa."))
    return redirect("dossiers:detail", code)


def _page(
    request: HttpRequest,
    dossier: Dossier,
    supplement: SupplementRequest,
    section_key: str,
    *,
    result: SaveResult | None = None,
    refused: Mapping[str, list[str]] | None = None,
) -> HttpResponse:
    progress = SupplementProgress(dossier, supplement)
    has_kept = False
    if result is not None and result.form is not None and not result.merged:
        form = result.form
        form.is_valid()
        show_refused_files(form, refused or {})
        forms.mark_applying(form, supplement.answers)
        page = services.new_page(supplement, result.section)
    else:
        form = services.supplement_section_form(dossier, supplement, section_key)
        page = services.new_page(supplement, form.section)
        kept = kept_post(request)
        if kept is not None:
            # Typed before the sign-in and saved nowhere yet: shown as typed, over what the page knew then.
            form = services.supplement_form_with_typed(dossier, supplement, section_key, kept)
            page, has_kept = services.read_page(kept) or page, True
    keys = {spec.key for spec in form.section.fields}
    return render(
        request,
        "dossiers/supplement_section.html",
        {
            "dossier": dossier,
            "supplement": supplement,
            "procedure": dossier.revision.procedure,
            "section": form.section,
            "form": form,
            "page": page,
            "has_kept": has_kept,
            "asked": [item for item in progress.items if item.field_key in keys],
        },
        status=422 if result is not None and not result.changed_rows else 200,
    )


def _conflict(request: HttpRequest, result: SaveResult) -> HttpResponse:
    """409: fields that were changed here and elsewhere, both values side by side."""
    context = {
        "dossier": result.dossier,
        "procedure": result.dossier.revision.procedure,
        "section": result.section,
        "conflicts": shown_conflicts(request, result),
        "settle_url": reverse("dossiers:supplement_settle", args=[result.dossier.code, result.section.key]),
    }
    return render(request, "dossiers/supplement_conflict.html", context, status=409)


def _item_of(code: str, supplement: SupplementRequest, result: SaveResult) -> str:
    """The list at the first item of the section: where the person came from."""
    keys = {spec.key for spec in result.section.fields}
    anchor = next((item.anchor for item in supplement.items.all() if item.field_key in keys), "")
    return reverse("dossiers:supplement", args=[code]) + (f"#{anchor}" if anchor else "")
