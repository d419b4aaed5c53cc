"""Which conditional parts of a page apply, given what is answered so far: decided here, on the server, for every page."""

from collections.abc import Iterator, Mapping
from typing import Any

from procedures.form_definitions.blocks import Block
from procedures.form_definitions.html import SectionForm
from procedures.form_definitions.visibility import visible_fields


def mark_applying(form: SectionForm, answers: Mapping[str, Any]) -> None:
    """Set `applies` of the form's conditional blocks for these stored answers of the whole declaration."""
    asked = {spec.key for spec in visible_fields(form.definition, answers, today=form.today)}
    for block in conditional_blocks(form):
        block.applies = block.key.removeprefix(Block.KEY_PREFIX) in asked


def conditional_blocks(form: SectionForm) -> list[Block]:
    """Blocks with a condition that a browser cannot judge by itself, outer ones first."""
    return [block for block in _walk(form.blocks) if block.kind == "conditional" and block.key]


def computed_blocks(form: SectionForm) -> list[Block]:
    """Values the portal computes, in rows too: they change as their parts are typed."""
    return [block for block in _walk(form.blocks) if block.kind == "computed"]


def _walk(blocks: list[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from _walk(block.blocks)
        for row in block.rows:
            yield from _walk(row.blocks)
        if block.bound_field is not None:
            for branch in block.bound_field.branches:
                if branch.conditional is not None:
                    yield from _walk([branch.conditional])
