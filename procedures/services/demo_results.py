"""Result templates of the demonstration's procedures."""

from collections.abc import Mapping, Sequence
from typing import Any

from procedures.models import ProcedureRevision, ResultFact, ResultParagraph, ResultTemplate


def load_result_templates(revision: ProcedureRevision, rows: Sequence[Mapping[str, Any]]) -> None:
    """The templates of one file in a draft; a template names its result by the result's code."""
    results = {result.code: result for result in revision.results.all()}
    for order, row in enumerate(rows, start=1):
        values = {name: value for name, value in row.items() if name not in ("result", "paragraphs", "facts")}
        template = ResultTemplate.objects.create(
            revision=revision, order=order, result=results.get(row.get("result", "")), **values
        )
        for place, paragraph in enumerate(row["paragraphs"], start=1):
            ResultParagraph.objects.create(revision=revision, template=template, order=place, **paragraph)
        for place, fact in enumerate(row.get("facts", ()), start=1):
            ResultFact.objects.create(revision=revision, template=template, order=place, **fact)
