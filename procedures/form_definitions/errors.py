"""What can be wrong with a definition (an administrator mends it) and with an answer (who fills in mends it)."""

from typing import Self

from django.utils.translation import gettext as _

from portal.core.errors import InvalidInput


class DefinitionError(InvalidInput):
    """The definition cannot be used. `section` and `field` are the keys (or positions) of the place, `fault` why."""

    code = "form_definition_invalid"

    def __init__(self, fault: str, *, section: str = "", field: str = "") -> None:
        self.fault = fault
        self.section = section
        self.field = field
        if field:
            sentence = _("Tờ khai, phần “%(section)s”, trường “%(field)s”: %(fault)s") % {
                "section": section,
                "field": field,
                "fault": fault,
            }
        elif section:
            sentence = _("Tờ khai, phần “%(section)s”: %(fault)s") % {"section": section, "fault": fault}
        else:
            sentence = _("Tờ khai: %(fault)s") % {"fault": fault}
        super().__init__(sentence, fields={field or section: fault} if field or section else None)

    def at(self, *, section: str = "", field: str = "", replace: bool = False) -> Self:
        """The same fault with its place, where it was raised without knowing it; `replace`: with a fuller place."""
        if replace:
            return type(self)(self.fault, section=section or self.section, field=field or self.field)
        return type(self)(self.fault, section=self.section or section, field=self.field or field)


class AnswerError(Exception):
    """One answer cannot be used. `sentence` is shown beside the field, in the language of the moment; `item` is the
    position inside a list answer. The exception text is the code alone: what was typed never reaches a log."""

    def __init__(self, code: str, sentence: str, *, item: int | None = None) -> None:
        self.code = code
        self.sentence = sentence
        self.item = item
        super().__init__(code)
