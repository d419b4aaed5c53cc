"""Where a definition may be filled from: parsed, written back, refused with the place."""

from typing import Any

import pytest

from procedures.form_definitions import DefinitionError, parse, sources_of, to_json


def definition(**field: Any) -> dict[str, Any]:
    one = {"key": "a", "kind": "text", "label": "A", **field}
    return {"sections": [{"key": "s", "label": "S", "fields": [one]}]}


@pytest.mark.parametrize(
    ("raw", "parsed"),
    [
        ("profile.full_name", ("profile.full_name",)),
        (["earlier", "organisation.tax_code"], ("earlier", "organisation.tax_code")),
        ("earlier.number_plate", ("earlier.number_plate",)),
        ([], ()),
    ],
)
def test_sources_are_read_and_written_back(raw: Any, parsed: tuple[str, ...]) -> None:
    read = parse(definition(prefill=raw))
    assert read.field("a").prefill == parsed
    assert to_json(read) == definition(prefill=raw)


def test_a_definition_that_says_nothing_is_written_back_without_it() -> None:
    assert to_json(parse(definition())) == definition()


@pytest.mark.parametrize(
    "raw",
    ["profile.password", "profile", "earlier.", "earlier.A", 1, {}, ["earlier", "earlier"], ["earlier"] * 5, [1], True],
)
def test_anything_else_names_the_field(raw: Any) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(definition(prefill=raw))
    assert (caught.value.section, caught.value.field) == ("s", "a")


def test_a_heading_cannot_be_filled() -> None:
    with pytest.raises(DefinitionError):
        parse(definition(kind="heading", prefill="earlier"))


@pytest.mark.parametrize(
    ("key", "kind", "prefill", "sources"),
    [
        ("full_name", "text", None, ("profile.full_name",)),
        ("full_name", "choice", None, ()),
        ("tax_code", "tax_code", None, ("organisation.tax_code",)),
        ("reason", "text", None, ()),
        ("full_name", "text", (), ()),
        ("reason", "text", ("earlier",), ("earlier",)),
    ],
)
def test_silence_means_the_well_known_keys_only(
    key: str, kind: str, prefill: tuple[str, ...] | None, sources: tuple[str, ...]
) -> None:
    assert sources_of(key, kind, prefill) == sources
