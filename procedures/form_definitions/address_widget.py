"""The controls of an address: a list of provinces, a commune typed with suggestions, the street line, a way by hand."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import NoReverseMatch, reverse

from portal.core import clock
from procedures.form_definitions import sources
from procedures.form_definitions.address_reading import (
    PARTS,
    Named,
    Rules,
    become,
    find_province,
    provinces_for,
    read_address,
)
from procedures.form_definitions.address_reading import stored_unit as unit_of
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.texts import storable


class AddressInput(forms.Widget):
    """Posts `<name>-province`, `<name>-commune`, `<name>-line`, `<name>-as_written`, and `<name>-district` where units of
    before 1/7/2025 are taken. Without script a person types the commune and the server finds it; with htmx the names of
    the chosen province are suggested."""

    template_name = "forms/widgets/address.html"
    use_fieldset = True
    is_composite = True

    def __init__(self, *, rules: Rules) -> None:
        super().__init__()
        self.rules = rules

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = {part: data.get(f"{name}-{part}") for part in PARTS}
        given = {part: value for part, value in typed.items() if isinstance(value, str) and value.strip()}
        # A program fills a page with whole answers.
        return given or data.get(name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and not any(f"{name}-{part}" in data for part in PARTS)

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = _typed(value)
        is_historical = self.rules.is_historical
        today = clock.today()
        provinces = provinces_for(self.rules)
        current = [unit for unit in provinces if unit.is_valid_on(today)]
        codes = {unit.code for unit in current}
        # Under a code that is in use today the list shows today's province.
        former = {unit.code: unit for unit in provinces if unit.code not in codes}
        chosen = None
        if typed["province"]:
            named = typed["province"]
            chosen = find_province(Named(code=named) if named.isdigit() else Named(name=named), provinces)
        context["address"] = {
            "values": typed,
            "provinces": current,
            "former_provinces": list(former.values()),
            "chosen": chosen.code if chosen else "",
            # What was typed and is no province stays where a person can see it.
            "unknown_province": typed["province"] if typed["province"] and chosen is None else "",
            "communes": commune_names(chosen.code, is_historical=is_historical) if chosen else [],
            "has_units": bool(current or former),
            "asks_district": is_historical,
            "line": self.rules.line,
            "url": _suggestions_url(),
            "now": self._now(value),
        }
        return context

    def _now(self, value: Any) -> str:
        """What the place typed has become since."""
        if not self.rules.is_historical or not isinstance(value, Mapping):
            return ""
        try:
            return become(unit_of(read_address(value, self.rules)))
        except AnswerError:
            return ""


def commune_names(province_code: str, *, is_historical: bool) -> list[str]:
    """What to suggest: every commune of the province; of before 1/7/2025 with its district, as names come up often."""
    communes = sources.units().communes(province_code, None if is_historical else clock.today())
    return [f"{unit.name}, {unit.district.name}" if unit.district else unit.name for unit in communes]


def _typed(value: Any) -> dict[str, str]:
    """The text of each control; an address kept as one text stands in the control for writing by hand."""
    if isinstance(value, str):
        value = {"as_written": value}
    if not isinstance(value, Mapping):
        value = {}
    return {part: storable(text) if isinstance(text := value.get(part), str) else "" for part in PARTS}


def _suggestions_url() -> str:
    try:
        return reverse("procedures:communes")
    except NoReverseMatch:
        return ""
