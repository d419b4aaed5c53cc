"""What the portal knows of the person who writes a draft: profile, the organisation they file for, earlier dossiers. Read
when asked for."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from dossiers import selectors
from dossiers.models import Dossier
from portal.accounts import selectors as account_selectors
from portal.accounts.models import Citizen, Representation
from portal.core import clock
from procedures.services import forms


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known; `on` and `code` name the earlier dossier it was declared in."""

    value: Any
    on: date | None = None
    code: str = ""


class KnownFacts:
    """One person's facts; each place is read at most once."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier

    def look_up(self, source: str, spec: forms.FieldSpec) -> Fact | None:
        """The fact that a definition's source names, or None."""
        place, _dot, name = source.partition(".")
        if place == "profile":
            return _fact(self._profile(name))
        if place == "organisation":
            return _fact(self._organisation(name))
        return self._earlier(source, spec)

    # --- profile and organisation -------------------------------------------------------------------------------------
    @cached_property
    def _citizen(self) -> Citizen | None:
        return account_selectors.citizen_of(self._dossier.applicant_id)

    def _profile(self, name: str) -> Any:
        if name in ("full_name", "email"):
            return getattr(self._citizen.user if self._citizen else self._dossier.applicant, name)
        if self._citizen is None:
            return None
        value = getattr(self._citizen, name)
        return value.isoformat() if isinstance(value, date) else value

    @cached_property
    def _representation(self) -> Representation | None:
        chosen = self._dossier.organisation_id
        return None if chosen is None else account_selectors.representation(self._dossier.applicant_id, chosen)

    def _organisation(self, name: str) -> Any:
        found = self._representation
        if found is None:
            return None
        if name == "position":
            return found.position
        if name == "representative_name":
            return found.user.full_name
        return getattr(found.organisation, name)

    # --- earlier dossiers ---------------------------------------------------------------------------------------------
    @cached_property
    def _granted(self) -> list[tuple[Dossier, dict[str, forms.FieldSpec]]]:
        """The person's granted dossiers, the latest first, each with its fields; one that no longer parses is left out."""
        found = []
        for earlier in selectors.granted_dossiers(applicant_id=self._dossier.applicant_id):
            try:
                definition = forms.parse(earlier.revision.form_definition)
            except forms.DefinitionError:
                continue
            found.append((earlier, {spec.key: spec for spec in definition.fields()}))
        return found

    def _earlier(self, source: str, spec: forms.FieldSpec) -> Fact | None:
        procedure_id = self._dossier.revision.procedure_id
        for earlier, specs in self._granted:
            if source == "earlier":
                same = [specs[spec.key]] if earlier.revision.procedure_id == procedure_id and spec.key in specs else []
            else:
                same = [other for other in specs.values() if source in (other.prefill or ())]
            for other in same:
                value = earlier.answers.get(other.key)
                if value is not None and other.kind == spec.kind:
                    return _dated(earlier, value)
        return None


def _fact(value: Any) -> Fact | None:
    return None if value in (None, "") else Fact(value)


def _dated(earlier: Dossier, value: Any) -> Fact:
    filed_at = earlier.submitted_at or earlier.created_at
    return Fact(value, clock.local(filed_at).date(), earlier.code or "")
