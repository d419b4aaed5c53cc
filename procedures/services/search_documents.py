"""Documents that search reads: written with what they are made of, and made anew as a whole without ever being empty."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db import connection, transaction

from portal.core.text import normalise, slug
from procedures.models import Procedure, ProcedureSearchDocument, ResultKind, SearchSynonym, SearchWord, ServiceOffering
from procedures.selectors.facets import AUDIENCE_KEYS, GOVERNMENT_LEVEL_KEYS
from procedures.selectors.query_words import searchable, words_of

# Beyond its first sentences a summary says little about what people search for.
SEARCHED_SUMMARY = 300
_SEARCHED_AGENCY = 200
_BATCH = 500
# Any constant will do, as long as it stays. Refreshing shares the lock, making anew holds it alone: otherwise a document
# read before a publication could be written after it.
_LOCK = 0x4D6F7453
_CODE = re.compile(r"[1-9]\.\d{6}")
_SAYS_PROCEDURE = re.compile(r"^ thu tuc (?=\S)")
_FIELDS = [field.name for field in ProcedureSearchDocument._meta.concrete_fields if field.name != "procedure"]


@dataclass(slots=True)
class _Built:
    """A document and the texts its words come from, the name first."""

    document: ProcedureSearchDocument
    texts: list[str]


def refresh_search_documents(procedure_ids: Collection[int]) -> None:
    """Write what search knows of these procedures; call it at the end of the transaction that changed them.

    One that is not published (any more) is no longer found.
    """
    if not procedure_ids:
        return
    with transaction.atomic():
        _lock("pg_advisory_xact_lock_shared")
        built = _write(procedure_ids)
        ProcedureSearchDocument.objects.filter(procedure_id__in=procedure_ids).exclude(
            procedure_id__in=[item.document.procedure_id for item in built]
        ).delete()
        _learn(built)


@transaction.atomic
def rebuild_search() -> int:
    """Make every document and the list of words anew; how many procedures can be found.

    Searches meanwhile read the old rows, and all at once the new ones. Holds a lock under which publications wait, some
    seconds for a few thousand procedures.
    """
    _lock("pg_advisory_xact_lock")
    published = list(
        Procedure.objects.filter(current_revision__isnull=False).order_by("pk").values_list("pk", flat=True)
    )
    words = _Words()
    for start in range(0, len(published), _BATCH):
        for item in _write(published[start : start + _BATCH]):
            words.add(item)
    ProcedureSearchDocument.objects.exclude(procedure_id__in=published).delete()
    words.add_synonyms()
    SearchWord.objects.all().delete()
    SearchWord.objects.bulk_create(words.rows(), batch_size=2_000)
    # Everything is new to the planner, and its own turn may come late.
    with connection.cursor() as cursor:
        for model in (ProcedureSearchDocument, SearchWord):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    return len(published)


def _lock(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_LOCK])  # noqa: S608 - one of two names of ours


def _write(procedure_ids: Collection[int]) -> list[_Built]:
    built = list(_build(procedure_ids))
    ProcedureSearchDocument.objects.bulk_create(
        [item.document for item in built],
        update_conflicts=True,
        unique_fields=["procedure"],
        update_fields=_FIELDS,
    )
    return built


def _build(procedure_ids: Collection[int]) -> Iterator[_Built]:
    """Documents of those that are published; five queries, however many they are."""
    procedures = list(
        Procedure.objects.filter(pk__in=procedure_ids, current_revision__isnull=False)
        .select_related("policy_area", "current_revision")
        .defer("current_revision__form_definition", "current_revision__requirements")
        .prefetch_related("life_events")
    )
    revisions = [procedure.current_revision_id for procedure in procedures]
    results: dict[int, list[str]] = defaultdict(list)
    for revision_id, name in ResultKind.objects.filter(revision_id__in=revisions).values_list("revision_id", "name"):
        results[revision_id].append(name)
    offerings: dict[int, list[tuple[int, str]]] = defaultdict(list)
    in_force = ServiceOffering.objects.in_force().filter(procedure_id__in=[item.pk for item in procedures])
    for procedure_id, level, agency in in_force.values_list("procedure_id", "level", "agency__name"):
        offerings[procedure_id].append((level, agency))
    for procedure in procedures:
        yield _document(procedure, results[procedure.current_revision_id or 0], offerings[procedure.pk])


def _document(procedure: Procedure, results: Sequence[str], offerings: Sequence[tuple[int, str]]) -> _Built:
    revision = procedure.current_revision
    assert revision is not None  # only published ones are built
    named = [agency for _level, agency in offerings] or agency_names(
        revision.resolving_agency_name or revision.competent_authority
    )
    agencies = {key: name for name in named if (key := slug(name)[:200])}
    texts = [
        procedure.name,
        procedure.policy_area.name,
        *dict.fromkeys(results),
        # A commune's procedure is offered by hundreds whose names differ in the commune alone.
        *list(agencies.values())[:3],
        revision.summary[:SEARCHED_SUMMARY],
    ]
    # Codes that this procedure had before stand in its search text.
    codes = dict.fromkeys([procedure.code, *_CODE.findall(procedure.search_text)])
    text = searchable(procedure.name, *codes, *texts[1:])
    title = _SAYS_PROCEDURE.sub(" ", searchable(procedure.name))
    return _Built(
        ProcedureSearchDocument(
            procedure=procedure,
            code=procedure.code,
            name=normalise(procedure.name).lower(),
            title=title,
            title_words=title.split(),
            title_length=max(len(searchable(procedure.name.split("(")[0]).split()), 1),
            text=text,
            words=sorted({*text.split(), *(" ".join(pair) for pair in pairwise(title.split()))} - {"|"}),
            listing_rank=procedure.listing_rank,
            areas=[procedure.policy_area.slug],
            agencies=list(agencies),
            agency_names=list(agencies.values()),
            government_levels=[
                GOVERNMENT_LEVEL_KEYS[level]
                for level in revision.administrative_levels
                if level in GOVERNMENT_LEVEL_KEYS
            ],
            audiences=[AUDIENCE_KEYS[subject] for subject in revision.audience if subject in AUDIENCE_KEYS],
            service_levels=sorted({str(level) for level, _agency in offerings}) or ["1"],
            life_events=sorted(event.slug for event in procedure.life_events.all() if event.is_active),
        ),
        texts,
    )


def agency_names(text: str) -> list[str]:
    """The agencies that an imported text names: parted by commas, unless what follows goes on in lower case.

    "Sở Xây dựng, Ủy ban nhân dân xã, phường" names two.
    """
    names: list[str] = []
    for part in re.split(r"[,;\n]", text):
        name = normalise(part).strip(" .-")
        if not name:
            continue
        if names and name[0].islower():
            names[-1] = f"{names[-1]}, {name}"
        else:
            names.append(name)
    return [name[:_SEARCHED_AGENCY] for name in names]


# --- The words of the catalogue


class _Words:
    """Counts in how many documents a word occurs, how it is mostly written, and which stand side by side in names."""

    def __init__(self) -> None:
        self._documents: Counter[str] = Counter()
        self._written: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, item: _Built) -> None:
        seen: set[str] = set()
        for position, text in enumerate(item.texts):
            words = words_of(normalise(text), most=None)
            for word in words:
                seen.add(word.folded)
                self._written[word.folded][word.typed] += 1
            # Phrases are what names are made of; elsewhere they would only be many.
            for left, right in pairwise(words) if position < 2 else ():
                pair = f"{left.folded} {right.folded}"
                seen.add(pair)
                self._written[pair][f"{left.typed} {right.typed}"] += 1
        self._documents.update(seen)

    def add_synonyms(self) -> None:
        for term in SearchSynonym.objects.filter(is_active=True).values_list("term", flat=True):
            for word in words_of(normalise(term), most=None):
                self._documents[word.folded] += 1
                self._written[word.folded][word.typed] += 1

    def rows(self) -> list[SearchWord]:
        return [
            SearchWord(word=word, shown=self._written[word].most_common(1)[0][0], document_count=count)
            for word, count in self._documents.items()
        ]


def _learn(built: Sequence[_Built]) -> None:
    """Add words that are new. How often known ones occur is counted when all is made anew; it only weighs them."""
    words = _Words()
    for item in built:
        words.add(item)
    SearchWord.objects.bulk_create(words.rows(), ignore_conflicts=True)


def learn_synonym(synonym: SearchSynonym) -> None:
    """What people may type is no typing error."""
    SearchWord.objects.bulk_create(
        [
            SearchWord(word=word.folded, shown=word.typed, document_count=1)
            for word in words_of(normalise(synonym.term), most=None)
        ],
        ignore_conflicts=True,
    )
