"""For which answers a document is needed (`RequiredDocument.needed_when`): checked before publishing, asked at filing."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from procedures.errors import Finding
from procedures.form_definitions import DefinitionError, FormDefinition, parse, parse_condition
from procedures.form_definitions.conditions import Condition
from procedures.models import ProcedureRevision, RequiredDocument


def need_of(document: RequiredDocument, definition: FormDefinition) -> Condition | None:
    """The condition of a document, None when it is always needed. Raises `DefinitionError`."""
    return parse_condition(definition, document.needed_when)


def check_need(form_definition: object, needed_when: object) -> None:
    """Can this condition be asked of this declaration (both as JSON)? Raises `DefinitionError` saying why not."""
    if needed_when in (None, {}):
        return
    if not form_definition:
        raise DefinitionError(_("Điều kiện về giấy tờ cần có tờ khai điện tử."))
    parse_condition(parse(form_definition), needed_when)


def need_findings(revision: ProcedureRevision) -> Iterable[Finding]:
    """Documents whose condition cannot be asked of the revision's declaration."""
    for document in revision.required_documents.exclude(needed_when={}):
        try:
            check_need(revision.form_definition, document.needed_when)
        except DefinitionError as error:
            place = _("Thành phần hồ sơ: %(row)s") % {"row": document}
            yield Finding(place, error.sentence, anchor=f"required_documents:{document.pk}")
