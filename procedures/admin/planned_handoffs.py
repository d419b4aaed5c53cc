"""Planned handoffs in a draft: what another agency may see is ticked, not typed."""

from typing import Any

from django import forms

from portal.accounts.selectors import agencies_to_choose
from procedures.models import PlannedHandoff, ProcedureRevision
from procedures.services.forms import DefinitionError, parse


class SharedKeys(forms.MultipleChoiceField):
    """Tick boxes over a JSON list of keys; a key that is there no longer is kept and can be unticked."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, choices: list[tuple[str, str]], kept: list[str]) -> None:
        known = {key for key, _label in choices}
        self.choices = [*choices, *((key, key) for key in kept if key not in known)]


class PlannedHandoffForm(forms.ModelForm):
    """One planned handoff of the draft."""

    shared_sections = SharedKeys(label=PlannedHandoff._meta.get_field("shared_sections").verbose_name, required=False)
    shared_documents = SharedKeys(label=PlannedHandoff._meta.get_field("shared_documents").verbose_name, required=False)

    class Meta:
        model = PlannedHandoff
        fields = ["shared_sections", "shared_documents"]

    def __init__(self, *args: Any, revision: ProcedureRevision | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("shared_sections", sections_of(revision)), ("shared_documents", documents_of(revision))):
            if name in self.fields:
                self.fields[name].offer(choices, getattr(self.instance, name))  # type: ignore[attr-defined]
        if "agency" in self.fields:
            # The one chosen stays choosable: a finding says when it is in force no longer.
            self.fields["agency"].queryset = agencies_to_choose(self.instance.agency_id)  # type: ignore[attr-defined]


class PlannedHandoffFormSet(forms.BaseInlineFormSet):
    """Hands its forms the revision as posted, not as it still stands in the database."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "revision": self.instance}


def sections_of(revision: ProcedureRevision | None) -> list[tuple[str, str]]:
    """Sections of the declaration as choices; [] for a definition that cannot be read (a finding says so)."""
    if revision is None or not revision.form_definition:
        return []
    try:
        return [(section.key, str(section.label.shown())) for section in parse(revision.form_definition).sections]
    except DefinitionError:
        return []


def documents_of(revision: ProcedureRevision | None) -> list[tuple[str, str]]:
    if revision is None or revision.pk is None:
        return []
    return [(document.key, document.name[:120]) for document in revision.required_documents.all()]
