"""A result template filled in: what the document says, paragraph by paragraph, and the facts of it that the vault keeps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from procedures.errors import ResultUnfilled
from procedures.form_definitions import FieldSpec, FormDefinition, parse_condition, shown_value, visible_fields
from procedures.form_definitions.conditions import holds
from procedures.form_definitions.kinds.base import kind_of
from procedures.models import ProcedureRevision, ResultTemplate
from procedures.result_texts import DECLARATION, KNOWN, fill, is_of_the_paper, lines_of, names_in, unfilled

# Rows and files are no words for a sentence.
_NOT_IN_A_TEXT = frozenset({"repeat", "file"})
_NOTE = "quyet_dinh.noi_dung"


@dataclass(frozen=True, slots=True)
class ComposedFact:
    """`is_of_the_paper`: the paper itself says it (number, agency, days), so the vault keeps no second one."""

    key: str
    label: str
    text: str
    is_public: bool
    is_of_the_paper: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """Everything of the document that its template says."""

    title: str
    abstract: str
    legal_bases: tuple[str, ...]
    paragraphs: tuple[str, ...]
    recipients: tuple[str, ...]
    facts: tuple[ComposedFact, ...]


def fits_in_a_text(spec: FieldSpec) -> bool:
    """Can the answer of this field stand in a sentence?"""
    return kind_of(spec).has_answer and spec.kind not in _NOT_IN_A_TEXT


def declaration_values(
    definition: FormDefinition, answers: Mapping[str, Any], *, today: date | None = None
) -> dict[str, str]:
    """Values of {to_khai.…}: answers as people read them, in Vietnamese; "" for what was not asked or not answered."""
    asked = {spec.key for spec in visible_fields(definition, answers, today=today)}
    return {
        f"{DECLARATION}{spec.key}": (
            str(shown_value(spec, answers[spec.key], language="vi"))
            if spec.key in asked and answers.get(spec.key) is not None
            else ""
        )
        for spec in definition.fields()
        if fits_in_a_text(spec)
    }


def sample_values(definition: FormDefinition) -> dict[str, str]:
    """Every placeholder with its own name in square brackets, for a look at the template before anybody filed."""
    fields = {f"{DECLARATION}{spec.key}": spec.label.vi for spec in definition.fields() if fits_in_a_text(spec)}
    return {name: f"[{label}]" for name, label in {**{key: str(word) for key, word in KNOWN.items()}, **fields}.items()}


def compose(
    template: ResultTemplate,
    *,
    values: Mapping[str, str],
    definition: FormDefinition,
    answers: Mapping[str, Any] | None,
    today: date | None = None,
) -> Composed:
    """The template with `values` in its places. `answers` decide over conditional paragraphs; None prints them all.

    Raises ResultUnfilled naming all places without a value at once; places in paragraphs that are not printed need none.
    """
    paragraphs = [
        paragraph.text.strip()
        for paragraph in template.paragraphs.all()
        if answers is None or holds(parse_condition(definition, paragraph.shown_when), answers, today=today)
    ]
    facts = list(template.facts.all())
    recipients = lines_of(template.recipients) or ["{chu_ho_so.ten}", "Lưu: VT"]
    bases = lines_of(template.legal_bases) or legal_bases_of(template.revision)
    texts = [template.title, template.abstract, *bases, *paragraphs, *recipients, *(fact.value for fact in facts)]
    require_filled(texts, values, definition)
    return Composed(
        title=fill(template.title, values),
        abstract=fill(template.abstract, values),
        legal_bases=tuple(fill(one, values) for one in bases),
        paragraphs=tuple(fill(one, values) for one in paragraphs),
        recipients=tuple(fill(one, values) for one in recipients),
        facts=tuple(
            ComposedFact(fact.key, fact.label, fill(fact.value, values), fact.is_public, is_of_the_paper(fact.value))
            for fact in facts
        ),
    )


def require_filled(texts: Iterable[str], values: Mapping[str, str], definition: FormDefinition) -> None:
    """Raises ResultUnfilled with the name of every place that has no value."""
    names = list(dict.fromkeys(name for text in texts for name in unfilled(text, values)))
    if names:
        words = ", ".join(f"“{place_words(name, definition)}”" for name in names)
        raise ResultUnfilled(_("Chưa lập được văn bản, còn thiếu: %(places)s.") % {"places": words}, names=names)


def place_words(name: str, definition: FormDefinition) -> str:
    """What a placeholder stands for: the label of its field. Its name is for those who write templates."""
    if name.startswith(DECLARATION):
        try:
            return definition.field(name.removeprefix(DECLARATION)).label.shown()
        except KeyError:
            return name
    return str(KNOWN.get(name, name))


def demands_note(template: ResultTemplate) -> bool:
    """Can it be drawn up only with words of the officer, whatever was declared?"""
    texts = [template.title, template.abstract, template.legal_bases, template.recipients]
    texts += [one.text for one in template.paragraphs.all() if not one.shown_when]
    texts += [one.value for one in template.facts.all()]
    return any(_NOTE in names_in(text) for text in texts)


def legal_bases_of(revision: ProcedureRevision) -> list[str]:
    """The procedure's own legal bases as a document cites them."""
    return [
        " ".join(part for part in (basis.title, basis.number and f"số {basis.number}") if part)
        for basis in revision.legal_bases.all()
    ]


def templates_of(revision_id: int) -> Sequence[ResultTemplate]:
    """The templates of a revision with paragraphs, facts and result; 3 queries however many."""
    return list(
        ResultTemplate.objects.filter(revision_id=revision_id)
        .select_related("revision", "result")
        .prefetch_related("paragraphs", "facts")
    )
