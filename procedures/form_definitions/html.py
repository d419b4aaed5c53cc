"""A section as a Django form, and the order in which the page shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions import answers as judging
from procedures.form_definitions.conditions import Comparison, Condition, Operator, controlling_fields, holds
from procedures.form_definitions.definition import FieldSpec, FormDefinition, Section
from procedures.form_definitions.display import describe_condition
from procedures.form_definitions.fields import AnswerBoundField
from procedures.form_definitions.kinds.base import kind_of


@dataclass(slots=True)
class Block:
    """One thing on the page. `kind`: field, heading, note, or conditional (blocks that apply only sometimes).

    A conditional block whose condition only the server can judge has a `key`; `applies` is set by `mirror`.
    """

    KEY_PREFIX: ClassVar[str] = "dk-"
    kind: str
    bound_field: AnswerBoundField | None = None
    label: str = ""
    help: str = ""
    blocks: list["Block"] = field(default_factory=list)
    key: str = ""
    applies: bool = True


@dataclass(slots=True)
class Branch:
    """An option of a radio or check box field, and what is asked only when it is chosen (or nothing)."""

    option: Any
    conditional: Block | None = None


class SectionForm(forms.Form):
    """The form of one section, built from its definition. Judging is left to `answers.clean`, as for the API.

    After `is_valid()`, right or not, `cleaned_answers()` and `raw_invalid()` hold what to save: nothing typed is lost.
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
    ) -> None:
        self.definition = definition
        self.section = section
        self.partial = partial
        self.saved_answers = saved_answers
        self._verdict: judging.Cleaned | None = None
        super().__init__(data=data, initial=initial_values(section, saved_answers, raw_invalid))
        self._shown = _fields_on_page(definition, section, saved_answers)
        for spec in self._shown:
            kind = kind_of(spec)
            if kind.has_answer:
                self.fields[spec.key] = kind.form_field(spec)
        self.blocks = self._layout()
        # The error summary follows the page from top to bottom.
        self.order_fields([bound.name for bound in _walk(self.blocks)])

    @property
    def section_help(self) -> str:
        return self.section.help.shown()

    def clean(self) -> dict[str, Any]:
        self._verdict = judging.clean(
            self.definition,
            {name: self.cleaned_data.get(name) for name in self.fields},
            section_key=self.section.key,
            partial=self.partial,
            known_answers=self.saved_answers,
        )
        for key, sentence in self._verdict.errors.items():
            self.add_error(key if key in self.fields else None, sentence)
        return self.cleaned_data

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

    # --- order on the page --------------------------------------------------------------------------------------------
    def _layout(self) -> list[Block]:
        specs = {spec.key: spec for spec in self._shown}
        branch_of = {spec.key: _branch(spec, specs) for spec in self._shown}
        return self._blocks([spec for spec in self._shown if branch_of[spec.key] is None], branch_of)

    def _blocks(self, specs: list[FieldSpec], branch_of: Mapping[str, tuple[str, str] | None]) -> list[Block]:
        blocks: list[Block] = []
        open_condition: Condition | None = None
        for spec in specs:
            block = self._block(spec, branch_of)
            if spec.visible_when is None or branch_of[spec.key] is not None or not self._is_open(spec):
                blocks.append(block)
                open_condition = None
            elif spec.visible_when == open_condition:
                blocks[-1].blocks.append(block)
            else:
                open_condition = spec.visible_when
                when = describe_condition(open_condition, self.definition)
                label = _("Chỉ điền khi %(when)s") % {"when": when}
                blocks.append(Block("conditional", label=label, blocks=[block], key=Block.KEY_PREFIX + spec.key))
        return blocks

    def _is_open(self, spec: FieldSpec) -> bool:
        """Does the condition still depend on what is answered on this page?"""
        return bool(controlling_fields(spec.visible_when) & set(self.fields))

    def _block(self, spec: FieldSpec, branch_of: Mapping[str, tuple[str, str] | None]) -> Block:
        if not kind_of(spec).has_answer:
            return Block(spec.kind, label=spec.label.shown(), help=spec.help.shown())
        bound = self[spec.key]
        assert isinstance(bound, AnswerBoundField)
        own = [(other, place[1]) for other in self._shown if (place := branch_of[other.key]) and place[0] == spec.key]
        if own:
            bound.branches = [Branch(option, self._conditional(option, own, branch_of)) for option in bound]
        return Block("field", bound_field=bound)

    def _conditional(
        self, option: Any, own: list[tuple[FieldSpec, str]], branch_of: Mapping[str, tuple[str, str] | None]
    ) -> Block | None:
        specs = [spec for spec, token in own if token == option.data["value"]]
        if not specs:
            return None
        label = _("Chỉ điền khi chọn “%(option)s”") % {"option": option.choice_label}
        return Block("conditional", label=label, blocks=self._blocks(specs, branch_of))


def build_form(
    definition: FormDefinition,
    section_key: str,
    *,
    data: Mapping[str, Any] | None = None,
    initial_answers: Mapping[str, Any] | None = None,
    raw_invalid: Mapping[str, Any] | None = None,
    partial: bool = False,
) -> SectionForm:
    """The form of a section. Raises KeyError for an unknown section.

    `initial_answers` are the stored answers of the whole declaration (this section's fill the form, the others decide
    conditions), `raw_invalid` what was typed and could not be used.
    """
    return SectionForm(
        definition=definition,
        section=definition.section(section_key),
        data=data,
        saved_answers=initial_answers or {},
        raw_invalid=raw_invalid or {},
        partial=partial,
    )


def _walk(blocks: list[Block]) -> Iterator[AnswerBoundField]:
    """The fields as the eye meets them."""
    for block in blocks:
        if block.bound_field is not None:
            yield block.bound_field
            for branch in block.bound_field.branches:
                if branch.conditional is not None:
                    yield from _walk([branch.conditional])
        yield from _walk(block.blocks)


def initial_values(section: Section, saved: Mapping[str, Any], raw_invalid: Mapping[str, Any]) -> dict[str, Any]:
    """What the section's fields are filled with: unusable values as typed, stored ones as a person would type them."""
    initial: dict[str, Any] = {}
    for spec in section.fields:
        kind = kind_of(spec)
        if spec.key in raw_invalid:
            initial[spec.key] = raw_invalid[spec.key]
        elif kind.has_answer and saved.get(spec.key) is not None:
            try:
                initial[spec.key] = kind.typed(spec, saved[spec.key])
            except (TypeError, ValueError, AttributeError):
                # A value from before the definition changed: show it, the person mends it.
                initial[spec.key] = saved[spec.key]
    return initial


def _fields_on_page(definition: FormDefinition, section: Section, saved: Mapping[str, Any]) -> list[FieldSpec]:
    """All fields of the section, but for those that the other sections' answers already rule out."""
    own = {spec.key for spec in section.fields}
    elsewhere = {key: value for key, value in saved.items() if key not in own}
    counted = {
        spec.key: elsewhere[spec.key]
        for spec in judging.visible_fields(definition, elsewhere)
        if elsewhere.get(spec.key) is not None
    }
    shown: list[FieldSpec] = []
    on_page: set[str] = set()
    for spec in section.fields:
        if controlling_fields(spec.visible_when) & on_page or holds(spec.visible_when, counted):
            shown.append(spec)
            on_page.add(spec.key)
    return shown


def _branch(spec: FieldSpec, on_page: Mapping[str, FieldSpec]) -> tuple[str, str] | None:
    """(controlling field, option) when the condition is one option of a radio or check box field of this page."""
    match spec.visible_when:
        case Comparison(key, Operator.EQUALS | Operator.IN, (value,)) if key in on_page:
            controller = on_page[key]
            kind = kind_of(controller)
            token = value if kind.is_multiple else kind.typed(controller, value)
            if any(option.value == token for option in kind.listed_options(controller)):
                return key, token
    return None
