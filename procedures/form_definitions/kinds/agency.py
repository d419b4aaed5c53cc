"""An agency of the portal, by its code."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.accounts.enums import AgencyLevel
from procedures.form_definitions import sources
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, register
from procedures.form_definitions.kinds.text import read_line
from procedures.form_definitions.matching import closest, matches
from procedures.form_definitions.params import AgencyCode, Several
from procedures.form_definitions.sources import AgencyName
from procedures.form_definitions.texts import storable

# Above that a list is searched by typing instead of by scrolling.
MOST_LISTED = 20
_CODE = re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+)*")
_SHOWN = re.compile(r"(?P<name>.+) \((?P<code>[A-Z0-9.]+)\)")


def shown(agency: AgencyName) -> str:
    return f"{agency.name} ({agency.code})"


class AgencyInput(forms.TextInput):
    """A line with suggestions: the names of the agencies with their codes."""

    template_name = "forms/widgets/agency.html"

    def __init__(self, agencies: Sequence[AgencyName]) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": "300"})
        self.agencies = agencies

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        if isinstance(value, str):
            known = next((agency for agency in self.agencies if agency.code == value), None)
            value = shown(known) if known else storable(value)
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}-list"
        context["widget"]["attrs"]["list"] = list_id
        context["suggestions"] = {"id": list_id, "names": [shown(agency) for agency in self.agencies]}
        return context


@register("agency")
class AgencyKind(FieldKind):
    """Stored: the agency's code. Taken are agencies in force today: of `levels` (all when left out), below `under`.

    A person may also type a name, or pick `Tên (mã)` from the suggestions.
    """

    params = {"levels": Several(AgencyLevel.values), "under": AgencyCode()}

    def _active(self, spec: FieldSpec) -> Sequence[AgencyName]:
        return sources.agencies().active(levels=spec.params.get("levels", ()), under=spec.params.get("under", ""))

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        typed = read_line(raw, longest=300)
        agencies = self._active(spec)
        by_code = {agency.code: agency for agency in agencies}
        picked = _SHOWN.fullmatch(typed)
        for code in (typed, picked["code"] if picked else ""):
            if code in by_code:
                return code
        found = matches(typed, agencies, lambda agency: (agency.name,))
        if len(found) == 1:
            return found[0].code
        raise AnswerError("several_agencies" if found else "unknown_agency", self._refusal(typed, found, agencies))

    def _refusal(self, typed: str, found: Sequence[AgencyName], agencies: Sequence[AgencyName]) -> str:
        if found:
            names = "; ".join(shown(agency) for agency in found[:4])
            return _("Có nhiều cơ quan tên như vậy: %(names)s. Hãy chọn một.") % {"names": names}
        former = sources.agencies().name_of(typed) if _CODE.fullmatch(typed) else None
        if former:
            return _("%(name)s không nhận ở mục này hoặc không còn hoạt động. Hãy chọn cơ quan khác.") % {
                "name": former
            }
        names = "; ".join(closest(typed, [agency.name for agency in agencies]))
        if names:
            return _("Không có cơ quan này. Có phải: %(names)s?") % {"names": names}
        return _("Không có cơ quan này. Hãy chọn trong danh sách.")

    def condition_value(self, spec: FieldSpec, raw: object) -> str:
        """The code as it is written: a condition must stay readable when the agency is no more."""
        code = read_line(raw, longest=35)
        if not _CODE.fullmatch(code):
            raise AnswerError("not_a_code", _("Cần mã của cơ quan, ví dụ H36.14."))
        return code

    def required_sentence(self) -> str:
        return _("Chọn một cơ quan.")

    def format(self, spec: FieldSpec, value: Any) -> str:
        return sources.agencies().name_of(value) or str(value)

    def default_help(self, spec: FieldSpec) -> str:
        if len(self._active(spec)) > MOST_LISTED:
            return _("Gõ vài chữ trong tên cơ quan rồi chọn trong gợi ý.")
        return ""

    def widget(self, spec: FieldSpec) -> forms.Widget:
        agencies = self._active(spec)
        if len(agencies) > MOST_LISTED:
            return AgencyInput(agencies)
        return _AgencySelect(agencies)

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Z0-9]+(\\.[A-Z0-9]+)*$", "maxLength": 35}


class _AgencySelect(forms.Select):
    """A list; what was typed or sent and is not in it stays in sight as a choice of its own."""

    def __init__(self, agencies: Sequence[AgencyName]) -> None:
        choices = [("", _("Chọn trong danh sách")), *((agency.code, agency.name) for agency in agencies)]
        super().__init__(choices=choices)

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        known = {code for code, _label in self.choices}
        unknown = [(item, item) for item in map(storable, value) if item and item not in known]
        if not unknown:
            return super().optgroups(name, value, attrs)
        widget = forms.Select(choices=[*self.choices, *unknown])
        return widget.optgroups(name, [storable(item) for item in value], attrs)
