"""A section as a Django form."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions import answers as judging
from procedures.form_definitions.blocks import Block, Branch, Layout, RowBlock, bound_fields
from procedures.form_definitions.conditions import controlling_fields, holds
from procedures.form_definitions.definition import FieldSpec, FormDefinition, Section
from procedures.form_definitions.fields import AnswerBoundField, AnswerField
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.kinds.repeat import RepeatKind
from procedures.form_definitions.rows_on_page import change_rows, control_name, row_name, rows_on_page
from procedures.form_definitions.showing import shown_value
from procedures.form_definitions.wording import describe_condition

__all__ = ["Block", "Branch", "RowBlock", "SectionForm", "build_form"]


class SectionForm(forms.Form):
    """The form of one section, built from its definition. Judging is left to `answers.clean`, as for the API.

    After `is_valid()`, right or not, `cleaned_answers()` and `raw_invalid()` hold what to save: nothing typed is lost.
    `row_change` is set when the post came from a button that adds or takes away a row: then nothing is missing yet
    (`partial`), and the page is to be shown again.
    """

    def __init__(
        self,
        *,
        definition: FormDefinition,
        section: Section,
        data: Mapping[str, Any] | None,
        saved_answers: Mapping[str, Any],
        raw_invalid: Mapping[str, Any],
        partial: bool,
        today: date | None = None,
    ) -> None:
        self.definition = definition
        self.section = section
        self.saved_answers = saved_answers
        self.saved_raw = raw_invalid
        self.today = today
        self._verdict: judging.Cleaned | None = None
        self._posted: dict[str, Any] = {}
        self.row_change = None
        if data is not None:
            data, self.row_change = change_rows(section, data)
        self.partial = partial or self.row_change is not None
        super().__init__(data=data)
        self._shown = _fields_on_page(definition, section, saved_answers, today)
        self._row_counts: dict[str, int] = {}
        for spec in self._shown:
            self._add_field(spec)
        self.blocks = Layout(definition, tuple(self._shown), self._draw).blocks()
        # The error summary follows the page from top to bottom.
        self.order_fields([bound.name for bound in bound_fields(self.blocks)])

    @property
    def section_help(self) -> str:
        return self.section.help.shown()

    @property
    def has_groups(self) -> bool:
        return bool(self._row_counts)

    def clean(self) -> dict[str, Any]:
        # Read before anything is judged: Django forgets the value of a field that has an error.
        self._posted = self._typed()
        self._verdict = judging.clean(
            self.definition,
            self._posted,
            section_key=self.section.key,
            partial=self.partial,
            known_answers=self.saved_answers,
            unusable=self.saved_raw.keys(),
            today=self.today,
        )
        self._add_problems(self._verdict.problems)
        return self.cleaned_data

    def posted(self) -> dict[str, Any]:
        """What was typed, by field key; for a group its rows. Nothing for an unbound form."""
        self.full_clean()
        return dict(self._posted)

    def verdict(self) -> judging.Cleaned:
        """What `answers.clean` found; an unbound form has nothing to judge."""
        self.full_clean()
        return self._verdict or judging.Cleaned()

    def cleaned_answers(self) -> dict[str, Any]:
        """Stored values of the right answers of this section; to be filed only when the form is valid."""
        return dict((self._verdict or self.verdict()).answers)

    def raw_invalid(self) -> dict[str, Any]:
        """What was typed and is no answer yet; kept with the draft."""
        return dict((self._verdict or self.verdict()).raw_invalid)

    def show_problems(self, problems: Iterable[judging.Problem]) -> None:
        """Put known problems beside the fields of a form that nobody has posted yet."""
        if self.errors:
            return
        self.cleaned_data = {}
        self._add_problems(problems)

    def _add_problems(self, problems: Iterable[judging.Problem]) -> None:
        for problem in problems:
            name = problem.name if problem.name in self.fields else problem.field
            if name in self.fields and self.has_error(name):
                # One sentence a field: the first says what to do next.
                continue
            self.add_error(name if name in self.fields else None, problem.sentence)

    # --- fields -------------------------------------------------------------------------------------------------------
    def _add_field(self, spec: FieldSpec) -> None:
        kind = kind_of(spec)
        if not kind.has_answer or not kind.is_asked:
            return
        self.fields[spec.key] = self._field(spec)
        if not isinstance(kind, RepeatKind):
            self.initial[spec.key] = typed_again(spec, self.saved_answers, self.saved_raw)
            return
        saved = _saved_rows(spec, kind, self.saved_answers, self.saved_raw)
        posted = rows_on_page(spec.key, self.data) if self.is_bound else len(saved)
        count = self._row_counts[spec.key] = max(posted, kind.fewest(spec))
        for position in range(count):
            for cell in kind.columns(spec):
                if kind_of(cell).has_answer and kind_of(cell).is_asked:
                    name = control_name(spec.key, position, cell.key)
                    self.fields[name] = self._field(cell, spec, kind.item_name(spec, position))
                    if position < len(saved):
                        self.initial[name] = saved[position].get(cell.key)

    def _field(self, spec: FieldSpec, group: FieldSpec | None = None, item: str = "") -> AnswerField:
        """The field with what depends on its place: in which row it stands, when it is required."""
        made = kind_of(spec).form_field(spec)
        kind = kind_of(spec)
        if isinstance(kind, RepeatKind):
            made.required = kind.fewest(spec) > 0
        if item:
            made.summary_label = f"{item}: {made.label}"
        condition = spec.required_when
        if condition is not None:
            cells = kind_of(group).columns(group) if group else ()
            if controlling_fields(condition) & {*(one.key for one in self._shown), *(one.key for one in cells)}:
                when = describe_condition(condition, self.definition, row=cells)
                made.required_note = _("bắt buộc khi %(when)s") % {"when": when}
            else:
                counted = _counted_elsewhere(self.definition, self.section, self.saved_answers, self.today)
                made.required = holds(condition, counted, today=self.today)
        return made

    def _typed(self) -> dict[str, Any]:
        """What was typed, by field key; for a group its rows."""
        raw: dict[str, Any] = {}
        for spec in self._shown:
            if spec.key in self._row_counts:
                raw[spec.key] = [
                    self._typed_row(spec, position) for position in range(self._row_counts[spec.key])
                ]  # fmt: skip
            elif spec.key in self.fields:
                raw[spec.key] = self.cleaned_data.get(spec.key)
        return raw

    def _typed_row(self, spec: FieldSpec, position: int) -> dict[str, Any]:
        names = {cell.key: control_name(spec.key, position, cell.key) for cell in kind_of(spec).columns(spec)}
        return {key: self.cleaned_data.get(name) for key, name in names.items() if name in self.fields}

    # --- order on the page --------------------------------------------------------------------------------------------
    def _bound(self, name: str) -> AnswerBoundField:
        bound = self[name]
        assert isinstance(bound, AnswerBoundField)
        return bound

    def _draw(self, spec: FieldSpec) -> Block:
        kind = kind_of(spec)
        if isinstance(kind, RepeatKind):
            return self._group(spec, kind)
        if kind.has_answer and not kind.is_asked:
            return Block(
                "computed",
                label=spec.label.shown(),
                help=spec.help.shown(),
                name=spec.key,
                value=lambda: self._computed(spec),
            )
        if not kind.has_answer:
            return Block(spec.kind, label=spec.label.shown(), help=spec.help.shown())
        return Block("field", bound_field=self._bound(spec.key))

    def _group(self, spec: FieldSpec, kind: RepeatKind) -> Block:
        count = self._row_counts[spec.key]
        change = self.row_change if self.row_change and self.row_change.group == spec.key else None
        rows = [self._row(spec, kind, position) for position in range(count)]
        if change and change.position < count:
            self._focus(rows[change.position], to_field=change.is_added)
        return Block(
            "group",
            bound_field=self._bound(spec.key),
            name=spec.key,
            label=spec.label.shown(),
            help=spec.help.shown(),
            rows=rows,
            item_label=spec.params["item_label"].shown(),
            may_add=count < kind.most(spec),
            is_focused=change is not None and change.position >= count,
        )

    def _row(self, spec: FieldSpec, kind: RepeatKind, position: int) -> RowBlock:
        cells = kind.columns(spec)

        def draw(cell: FieldSpec) -> Block:
            kind_of_cell = kind_of(cell)
            if kind_of_cell.has_answer and kind_of_cell.is_asked:
                return Block("field", bound_field=self._bound(control_name(spec.key, position, cell.key)))
            if kind_of_cell.has_answer:
                name = control_name(spec.key, position, cell.key)
                return Block(
                    "computed",
                    label=cell.label.shown(),
                    help=cell.help.shown(),
                    name=name,
                    value=lambda: self._computed_cell(spec, position, cell),
                )
            return Block(cell.kind, label=cell.label.shown(), help=cell.help.shown())

        blocks = Layout(self.definition, cells, draw, row=cells).blocks()
        return RowBlock(row_name(spec.key, position), kind.item_name(spec, position), blocks)

    def _focus(self, row: RowBlock, *, to_field: bool) -> None:
        """Where to go on after a row was added or taken away: the first control of a new row, else the row itself."""
        first = next(iter(bound_fields(row.blocks)), None)
        if to_field and first is not None and not first.use_fieldset:
            first.field.widget.attrs["autofocus"] = True
        else:
            row.is_focused = True

    # --- computed values ----------------------------------------------------------------------------------------------
    def _current(self) -> Mapping[str, Any]:
        if self.is_bound:
            return self.cleaned_answers()
        return judging.recomputed(
            self.definition, self.saved_answers, raw_invalid=self.saved_raw.keys(), today=self.today
        )

    def _computed(self, spec: FieldSpec) -> str:
        value = self._current().get(spec.key)
        return "" if value is None else shown_value(spec, value)

    def _computed_cell(self, spec: FieldSpec, position: int, cell: FieldSpec) -> str:
        rows = self._current().get(spec.key)
        if not isinstance(rows, list):
            return ""
        if self.is_bound:
            # Blank rows stand on the page, not among the answers.
            filled = [place for place, _row in judging.filled_rows(spec, self._posted[spec.key])]
            if position not in filled:
                return ""
            position = filled.index(position)
        value = rows[position].get(cell.key) if position < len(rows) else None
        return "" if value is None else shown_value(cell, value)


def build_form(
    definition: FormDefinition,
    section_key: str,
    *,
    data: Mapping[str, Any] | None = None,
    initial_answers: Mapping[str, Any] | None = None,
    raw_invalid: Mapping[str, Any] | None = None,
    partial: bool = False,
    today: date | None = None,
) -> SectionForm:
    """The form of a section. Raises KeyError for an unknown section.

    `initial_answers` are the stored answers of the whole declaration (this section's fill the form, the others decide
    conditions), `raw_invalid` what was typed and could not be used. `today`: the day as of which conditions are read.
    """
    return SectionForm(
        definition=definition,
        section=definition.section(section_key),
        data=data,
        saved_answers=initial_answers or {},
        raw_invalid=raw_invalid or {},
        partial=partial,
        today=today,
    )


def typed_again(spec: FieldSpec, saved: Mapping[str, Any], raw_invalid: Mapping[str, Any]) -> Any:
    """What a field is filled with: an unusable value as typed, a stored one as a person would type it, None for nothing."""
    if spec.key in raw_invalid:
        return raw_invalid[spec.key]
    if saved.get(spec.key) is None:
        return None
    try:
        return kind_of(spec).typed(spec, saved[spec.key])
    except (TypeError, ValueError, AttributeError):
        # A value from before the definition changed: show it, the person mends it.
        return saved[spec.key]


def _saved_rows(
    spec: FieldSpec, kind: RepeatKind, saved: Mapping[str, Any], raw_invalid: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows as typed, whether they are answers or not."""
    is_raw = spec.key in raw_invalid
    rows = raw_invalid[spec.key] if is_raw else saved.get(spec.key)
    if not isinstance(rows, list):
        return []
    cells = [cell for cell in kind.columns(spec) if kind_of(cell).has_answer and kind_of(cell).is_asked]
    return [
        {cell.key: row.get(cell.key) if is_raw else typed_again(cell, row, {}) for cell in cells}
        for row in rows
        if isinstance(row, Mapping)
    ]


def _counted_elsewhere(
    definition: FormDefinition, section: Section, saved: Mapping[str, Any], today: date | None
) -> dict[str, Any]:
    """What the other sections' answers say."""
    own = {spec.key for spec in section.fields}
    others = {key: value for key, value in saved.items() if key not in own}
    elsewhere = judging.recomputed(definition, others, today=today)
    return {
        spec.key: elsewhere[spec.key]
        for spec in judging.visible_fields(definition, elsewhere, today=today)
        if elsewhere.get(spec.key) is not None
    }


def _fields_on_page(
    definition: FormDefinition, section: Section, saved: Mapping[str, Any], today: date | None
) -> list[FieldSpec]:
    """All fields of the section, but for those that the other sections' answers already rule out."""
    counted = _counted_elsewhere(definition, section, saved, today)
    own = {spec.key for spec in section.fields}
    shown: list[FieldSpec] = []
    on_page: set[str] = set()
    for spec in section.fields:
        if not (controlling_fields(spec.visible_when) & on_page or holds(spec.visible_when, counted, today=today)):
            continue
        shown.append(spec)
        kind = kind_of(spec)
        # A value computed from the other sections alone is known already.
        if kind.is_asked or kind.inputs(spec) & own:
            on_page.add(spec.key)
    return shown
