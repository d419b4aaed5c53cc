"""Mending the declaration after filing: what is typed goes to the copy on the open request, saved like a draft.

The dossier's answers, which officers read, stay as they are until the copy is sent.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, SupplementRequest
from dossiers.services import saving
from dossiers.services.declaration import as_of
from dossiers.services.supplement_progress import SupplementProgress
from dossiers.services.supplements import open_request
from portal.core.actors import Actor
from procedures.services import forms


@transaction.atomic
def save_supplement_section(
    *,
    actor: Actor,
    dossier_id: int,
    section_key: str,
    data: Any,
    page: saving.PageState | None,
    is_partial: bool = False,
) -> saving.SaveResult:
    """Save the controls of a page (a QueryDict) into the copy. Right or wrong, what was typed is kept; fields that may not
    be mended stay as filed, whatever is posted.

    Two pages on it merge as two pages of a draft do (`saving`). Raises DossierNotFound (also for a section in which
    nothing may be mended), DraftClosed. Locks: the dossier's row.
    """
    dossier, request = open_request(actor=actor, dossier_id=dossier_id)
    definition, section = _section_of(dossier, request, section_key)
    return saving.write_typed(
        dossier,
        request,
        definition,
        section,
        data=data,
        page=page,
        is_partial=is_partial,
        today=as_of(dossier),
    )


@transaction.atomic
def settle_supplement_section(
    *, actor: Actor, dossier_id: int, section_key: str, data: Any, chosen: Collection[str], page: saving.PageState
) -> saving.SaveResult:
    """After a conflict: write the fields for which the person chose the value typed here; the others stay."""
    dossier, request = open_request(actor=actor, dossier_id=dossier_id)
    definition, section = _section_of(dossier, request, section_key)
    return saving.write_chosen(
        dossier, request, definition, section, data=data, chosen=chosen, page=page, today=as_of(dossier)
    )


def supplement_section_form(dossier: Dossier, request: SupplementRequest, section_key: str) -> forms.SectionForm:
    """The unbound form of what may be mended in a section, with what is wrong in it. Raises DossierNotFound."""
    progress = SupplementProgress(dossier, request)
    section = _editable(progress, section_key)
    form = forms.build_form(
        progress.editable,
        section.key,
        initial_answers=request.answers,
        raw_invalid=request.raw_invalid,
        today=as_of(dossier),
    )
    forms.mark_applying(form, request.answers)
    form.show_problems(progress.problems.get(section_key, ()))
    return form


def supplement_form_with_typed(
    dossier: Dossier, request: SupplementRequest, section_key: str, data: Any
) -> forms.SectionForm:
    """The same form filled with what was typed (a QueryDict) and is saved nowhere yet. Raises DossierNotFound."""
    progress = SupplementProgress(dossier, request)
    section = _editable(progress, section_key)
    today = as_of(dossier)
    bound = forms.build_form(
        progress.editable, section.key, data=data, initial_answers=request.answers, partial=True, today=today
    )
    typed = {key: value for key, value in forms.posted_values(bound).items() if value not in (None, "", [])}
    elsewhere = {key: value for key, value in request.answers.items() if key not in bound.fields}
    form = forms.build_form(progress.editable, section.key, initial_answers=elsewhere, raw_invalid=typed, today=today)
    forms.mark_applying(form, elsewhere | bound.cleaned_answers())
    return form


def _section_of(
    dossier: Dossier, request: SupplementRequest, section_key: str
) -> tuple[forms.FormDefinition, forms.Section]:
    progress = SupplementProgress(dossier, request)
    section = _editable(progress, section_key)
    return progress.editable, section


def _editable(progress: SupplementProgress, section_key: str) -> forms.Section:
    try:
        return progress.editable_section(section_key)
    except KeyError:
        raise DossierNotFound from None
