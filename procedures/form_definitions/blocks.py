"""The order in which a page shows a section: fields, what is asked only in some cases, groups of rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from procedures.form_definitions.conditions import Comparison, Condition, Operator, controlling_fields
from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.fields import AnswerBoundField
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.wording import describe_condition


@dataclass(slots=True)
class Block:
    """One thing on the page. `kind`: field, heading, note, computed (a value shown), group (rows of fields), or conditional
    (blocks that apply only sometimes). `name` is the key of a computed value or a group.

    A conditional block whose condition only the server can judge has a `key`; `applies` is set by `mirror`.
    """

    KEY_PREFIX: ClassVar[str] = "dk-"
    kind: str
    bound_field: AnswerBoundField | None = None
    label: str = ""
    help: str = ""
    blocks: list["Block"] = field(default_factory=list)
    name: str = ""
    # The computed value as read, "" while it cannot be computed; asked for when the page is drawn.
    value: Callable[[], str] | None = None
    rows: list["RowBlock"] = field(default_factory=list)
    item_label: str = ""
    may_add: bool = False
    is_focused: bool = False
    key: str = ""
    applies: bool = True


@dataclass(slots=True)
class RowBlock:
    """One row of a group; `name` as in `rows_on_page.row_name`."""

    name: str
    label: str
    blocks: list[Block]
    is_focused: bool = False


@dataclass(slots=True)
class Branch:
    """An option of a radio or check box field, and what is asked only when it is chosen (or nothing)."""

    option: Any
    conditional: Block | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Arranges `specs`, the fields of a section or of a row. `draw` gives the block of one field as it stands."""

    definition: FormDefinition
    specs: tuple[FieldSpec, ...]
    draw: Callable[[FieldSpec], Block]
    row: tuple[FieldSpec, ...] = ()

    def blocks(self) -> list[Block]:
        specs = {spec.key: spec for spec in self.specs}
        branch_of = {spec.key: _branch(spec, specs) for spec in self.specs}
        return self._blocks([spec for spec in self.specs if branch_of[spec.key] is None], branch_of)

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
                when = describe_condition(open_condition, self.definition, row=self.row)
                label = _("Chỉ điền khi %(when)s") % {"when": when}
                # Rows come and go; what applies in them is told when the page is drawn.
                key = "" if self.row else Block.KEY_PREFIX + spec.key
                blocks.append(Block("conditional", label=label, blocks=[block], key=key))
        return blocks

    def _is_open(self, spec: FieldSpec) -> bool:
        """Does the condition still depend on what is answered on this page?"""
        return bool(controlling_fields(spec.visible_when) & {other.key for other in self.specs})

    def _block(self, spec: FieldSpec, branch_of: Mapping[str, tuple[str, str] | None]) -> Block:
        block = self.draw(spec)
        bound = block.bound_field
        own = [(other, place[1]) for other in self.specs if (place := branch_of[other.key]) and place[0] == spec.key]
        if own and bound is not None:
            bound.branches = [Branch(option, self._conditional(option, own, branch_of)) for option in bound]
        return block

    def _conditional(
        self, option: Any, own: list[tuple[FieldSpec, str]], branch_of: Mapping[str, tuple[str, str] | None]
    ) -> Block | None:
        specs = [spec for spec, token in own if token == option.data["value"]]
        if not specs:
            return None
        label = _("Chỉ điền khi chọn “%(option)s”") % {"option": option.choice_label}
        return Block("conditional", label=label, blocks=self._blocks(specs, branch_of))


def bound_fields(blocks: list[Block]) -> Iterator[AnswerBoundField]:
    """The fields as the eye meets them."""
    for block in blocks:
        if block.bound_field is not None:
            yield block.bound_field
            for branch in block.bound_field.branches:
                if branch.conditional is not None:
                    yield from bound_fields([branch.conditional])
        for row in block.rows:
            yield from bound_fields(row.blocks)
        yield from bound_fields(block.blocks)


def _branch(spec: FieldSpec, on_page: Mapping[str, FieldSpec]) -> tuple[str, str] | None:
    """(controlling field, option) when the condition is one option of a radio or check box field of this page."""
    match spec.visible_when:
        case Comparison(key, Operator.EQUALS | Operator.IN, (value,), False) if key in on_page:
            controller = on_page[key]
            kind = kind_of(controller)
            if not kind.listed_options(controller):
                return None
            token = value if kind.is_multiple else kind.typed(controller, value)
            if any(option.value == token for option in kind.listed_options(controller)):
                return key, token
    return None
