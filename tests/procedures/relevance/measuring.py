"""Queries with the codes that answer them, and how many of them search answers among its first three."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from procedures import selectors

ROOT = Path(__file__).resolve().parents[3]
FILE_NAME = "national_procedures.jsonl.gz"
FIRST = 3


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, the field of life it is from, and every code that would do."""

    field: str
    text: str
    codes: frozenset[str]


def read_queries(path: Path) -> list[Query]:
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return [Query(field, text, frozenset(codes.split())) for field, text, codes in rows]


EVERYDAY_QUERIES = read_queries(Path(__file__).with_name("queries.tsv"))


def national_catalogue() -> Path | None:
    """The real catalogue: no part of the project, it lies in `shared/data` beside it, or where NATIONAL_CATALOGUE says."""
    named = os.environ.get("NATIONAL_CATALOGUE")
    places = [Path(named)] if named else [folder / "shared" / "data" / FILE_NAME for folder in ROOT.parents]
    # A file that was named and is not there is an error of its own, when it is opened.
    return next((place for place in places if named or place.is_file()), None)


def missed(queries: list[Query]) -> Iterator[str]:
    """The texts of queries that none of the first three answers; with suggestions where there is no hit."""
    for query in queries:
        page = selectors.search(query.text)
        shown = page.procedures or page.suggestions
        if not query.codes & {procedure.code for procedure in shown[:FIRST]}:
            yield query.text
