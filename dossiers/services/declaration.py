"""The declaration of a dossier, read with the definition of the revision it was written under."""

from dossiers.models import Dossier
from portal.core.errors import MisconfiguredData
from procedures.services import forms


def definition_of(dossier: Dossier) -> forms.FormDefinition:
    """The form definition of the dossier's revision. Raises MisconfiguredData when it has none that can be read."""
    try:
        return forms.parse(dossier.revision.form_definition)
    except forms.DefinitionError:
        raise MisconfiguredData from None


def rows_to_show(dossier: Dossier, *, language: str | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sections with the answers a person gave, as (section label, [(field label, value as read)])."""
    return forms.display_rows(definition_of(dossier), dossier.answers, language)


def section_errors(dossier: Dossier) -> dict[str, dict[str, str]]:
    """For each section its errors by field key, as they would stop the filing."""
    return forms.is_complete(definition_of(dossier), dossier.answers, raw_invalid=dossier.raw_invalid)
