"""One section of a draft as a page: what is saved, what is offered, what was typed before a sign-in, two values to choose."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from dossiers import services
from dossiers.errors import DossierNotFound
from dossiers.forms.citizen import show_refused_files
from dossiers.models import Dossier
from dossiers.services import PageState, Readiness, SaveResult
from dossiers.views.draft_page import draft_page
from dossiers.views.draft_tasks import is_begun
from dossiers.views.signed_in import kept_post
from procedures.services import forms

# Before the key of a field with two values: which of them stays.
_CHOICE = "chon-"
_PAGE_CONTROLS = frozenset({"csrfmiddlewaretoken", "draft-base", "draft-page", "draft-turn"})


def section_page(
    request: HttpRequest,
    dossier: Dossier,
    section_key: str,
    *,
    result: SaveResult | None = None,
    found: Readiness | None = None,
    refused: Mapping[str, list[str]] | None = None,
) -> HttpResponse:
    """The page; after a save that left something to mend (`result`) with status 422 and everything as typed.

    `refused`: sentences about files that were chosen and not taken, by field. After a row was added or taken away the
    page is no error.
    """
    found = found or services.readiness(dossier)
    has_kept = False
    if result is not None and result.form is not None and not result.merged:
        form: forms.SectionForm = result.form
        form.is_valid()
        show_refused_files(form, refused or {})
        forms.mark_applying(form, dossier.answers)
        services.annotate(form, dossier)
        page = services.new_page(dossier, result.section)
    else:
        form, page, has_kept = _as_saved(request, dossier, section_key, found)
    sections = [one.key for one in services.definition_of(dossier).sections]
    return draft_page(
        request,
        dossier,
        "section",
        current=f"section:{section_key}",
        found=found,
        form=form,
        section=form.section,
        page=page,
        has_kept=has_kept,
        has_sources=any(form[name].source_note for name in form.fields),  # type: ignore[attr-defined]
        number=sections.index(section_key) + 1,
        count=len(sections),
        status=422 if result is not None and not result.changed_rows else 200,
    )


def _as_saved(
    request: HttpRequest, dossier: Dossier, section_key: str, found: Readiness
) -> tuple[forms.SectionForm, PageState, bool]:
    """The section with what was typed; one that was begun also shows again what is wrong in it."""
    try:
        form = services.section_form(dossier, section_key)
    except KeyError:
        raise DossierNotFound from None
    page = services.new_page(dossier, form.section)
    kept = kept_post(request)
    if kept is not None:
        # Typed before the sign-in and saved nowhere yet: shown as typed, over what the page knew then.
        form, page = services.form_with_typed(dossier, section_key, kept), services.read_page(kept) or page
        return form, page, True
    if is_begun(dossier, form.section):
        form.show_problems(found.problems.get(section_key, ()))
    return form, page, False


def anchor_of(form: forms.SectionForm, key: str) -> str:
    """The id of the field's first control, which takes the focus when a link leads to it."""
    field = form[key]
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


def conflict_page(request: HttpRequest, result: SaveResult) -> HttpResponse:
    """409: fields that were changed here and elsewhere, both values side by side."""
    return draft_page(
        request,
        result.dossier,
        "answers_conflict",
        current=f"section:{result.section.key}",
        section=result.section,
        conflicts=shown_conflicts(request, result),
        settle_url=reverse("dossiers:draft_settle", args=[result.dossier.public_id, result.section.key]),
        status=409,
    )


def shown_conflicts(request: HttpRequest, result: SaveResult) -> dict[str, Any] | None:
    """What the choice needs: both values as read, what was typed as controls to send again, and the state to send."""
    if not result.conflicts:
        return None
    return {
        "rows": [
            {
                "control": f"{_CHOICE}{one.spec.key}",
                "label": one.spec.label.shown(),
                "mine": forms.shown_typed(one.spec, one.mine),
                "theirs": forms.shown_typed(one.spec, one.theirs),
            }
            for one in result.conflicts
        ],
        "controls": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in _PAGE_CONTROLS and not name.startswith(_CHOICE)
            for value in values
        ],
        "page": services.new_page(result.sheet, result.section),
        "saved_at": result.sheet.saved_at,
    }


def chosen_here(posted: QueryDict) -> set[str]:
    """The keys of fields for which the person chose what was typed on this page."""
    return {
        name.removeprefix(_CHOICE) for name, value in posted.items() if name.startswith(_CHOICE) and value == "mine"
    }
