"""Which documents a dossier needs, given what was declared."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from dossiers.enums import Need
from dossiers.models import Dossier, DossierComponent
from dossiers.services.declaration import as_of, current_answers, definition_of
from portal.core.errors import MisconfiguredData
from procedures.services import forms


def needs_of(dossier: Dossier, components: Iterable[DossierComponent], *, is_final: bool) -> Mapping[int, Need]:
    """Component id -> need. `is_final`: the declaration is complete, nothing stays open.

    While the dossier is a draft the answers decide; what was settled at filing stays. Raises MisconfiguredData for a
    condition that cannot be read: what is needed is never guessed.
    """
    if not dossier.is_draft:
        return {one.pk: Need.NEEDED if one.is_needed else Need.NOT_NEEDED for one in components}
    return needs_with(dossier, components, None, unusable=dossier.raw_invalid.keys(), is_final=is_final)


def needs_with(
    dossier: Dossier,
    components: Iterable[DossierComponent],
    answers: Mapping[str, Any] | None,
    *,
    unusable: Collection[str],
    is_final: bool,
) -> Mapping[int, Need]:
    """Component id -> need with these answers, those of the dossier when None. `unusable`: keys typed that are no answer.

    Raises MisconfiguredData for a condition that cannot be read.
    """
    needs: dict[int, Need] = {}
    definition = None
    for component in components:
        raw = component.required_document.needed_when
        if not raw:
            needs[component.pk] = Need.NEEDED
            continue
        if definition is None:
            definition = definition_of(dossier)
            answers = current_answers(dossier, definition) if answers is None else answers
        try:
            condition = forms.parse_condition(definition, raw)
        except forms.DefinitionError:
            raise MisconfiguredData from None
        is_needed = forms.applies(
            condition,
            definition,
            answers or {},
            unusable=unusable,
            is_final=is_final,
            today=as_of(dossier),
        )
        needs[component.pk] = Need.OPEN if is_needed is None else Need.NEEDED if is_needed else Need.NOT_NEEDED
    return needs
