"""Other words for the same thing, kept as data: saved by administrators, begun with the words of `initial_data`."""

import json
from pathlib import Path

from django.db import transaction

from portal.core.actors import Actor
from portal.core.text import normalise
from procedures.enums import SynonymKind
from procedures.models import SearchSynonym
from procedures.selectors.query_words import searchable
from procedures.services.drafts import require_catalogue_editor
from procedures.services.search_documents import learn_synonym

INITIAL_DATA = Path(__file__).resolve().parent.parent / "initial_data"


def fold_term(term: str) -> str:
    """The form in which a term is looked up; "" for one without a letter or digit."""
    return " ".join(searchable(term).replace("|", " ").split())


@transaction.atomic
def save_synonym(*, actor: Actor, synonym: SearchSynonym) -> SearchSynonym:
    """Store a synonym, new or changed; from the next search on it is understood."""
    require_catalogue_editor(actor)
    synonym.term, synonym.meaning = normalise(synonym.term), normalise(synonym.meaning)
    synonym.folded_term = fold_term(synonym.term)
    synonym.save()
    learn_synonym(synonym)
    return synonym


@transaction.atomic
def seed_search_words(*, actor: Actor) -> int:
    """Add the initial synonyms that are not there yet, switched off or not; how many were added."""
    data = json.loads((INITIAL_DATA / "search_words.json").read_text(encoding="utf-8"))
    wanted = [(row["term"], meaning, row["kind"]) for row in data["synonyms"] for meaning in row["meanings"]]
    wanted += [(term, "", SynonymKind.FILLER.value) for term in data["fillers"]]
    there = set(SearchSynonym.objects.values_list("folded_term", "meaning"))
    added = 0
    for term, meaning, kind in wanted:
        key = (fold_term(term), meaning)
        if key in there:
            continue
        there.add(key)
        save_synonym(actor=actor, synonym=SearchSynonym(term=term, meaning=meaning, kind=kind))
        added += 1
    return added
