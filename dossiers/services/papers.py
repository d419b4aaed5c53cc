"""The papers a page offers: what was issued, and what follows from the journal and is issued when it is first opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dossiers import selectors
from dossiers.enums import SLIPS_FOR_THE_CITIZEN, SLIPS_OF_A_DOSSIER, SlipKind
from dossiers.errors import SlipFormUnknown
from dossiers.models import Dossier, JournalEntry
from dossiers.services.issuing import ACT_OF_SLIP, cause_of, follows_from
from dossiers.services.slip_forms.head import day_of
from dossiers.services.slip_forms.registry import form_on

WORDS: dict[SlipKind, str] = {
    SlipKind.SUPPLEMENT_REQUEST: "yeu-cau-bo-sung",
    SlipKind.INTAKE_REFUSAL: "tu-choi-tiep-nhan",
    SlipKind.STOP_NOTICE: "dung-giai-quyet",
    SlipKind.HAND_OVER: "tra-ket-qua",
}
"""Address words of the slips that follow from a journal line."""
KIND_OF_WORD = {word: kind for kind, word in WORDS.items()}


@dataclass(frozen=True, slots=True)
class Paper:
    """One link. `slip_id` is None while the worker has not issued it: then `word` and `sequence` ask for it."""

    label: str
    at: datetime
    slip_id: int | None
    number: str = ""
    word: str = ""
    sequence: int = 0
    is_void: bool = False
    is_for_officers: bool = False


def papers_of(dossier: Dossier, history: Iterable[JournalEntry], *, for_citizen: bool) -> list[Paper]:
    """Everything but the receipt slips, in order; one query. Voided ones and control sheets are only for officers.

    `history` comes with its undo points: what was undone gives no paper.
    """
    slips = selectors.slips_for_the_citizen(dossier) if for_citizen else selectors.slips_of(dossier)
    shown = (SLIPS_FOR_THE_CITIZEN if for_citizen else SLIPS_OF_A_DOSSIER) - {SlipKind.RECEIPT}
    issued = [slip for slip in slips if slip.kind in shown]
    known = {(slip.kind, slip.cause) for slip in issued if not slip.is_void}
    papers = [
        Paper(
            label=str(slip.get_kind_display()),
            at=slip.issued_at,
            slip_id=slip.pk,
            number=slip.number,
            is_void=slip.is_void,
            is_for_officers=slip.kind not in SLIPS_FOR_THE_CITIZEN,
        )
        for slip in issued
    ]
    for kind in ACT_OF_SLIP:
        for entry in history:
            if (
                not follows_from(entry, kind)
                or entry.is_undone
                or (kind, cause_of(entry)) in known
                or not _had_form(kind, entry)
            ):
                continue
            papers.append(Paper(str(kind.label), entry.at, None, word=WORDS[kind], sequence=entry.sequence))
    return sorted(papers, key=lambda paper: paper.at)


def _had_form(kind: SlipKind, entry: JournalEntry) -> bool:
    try:
        form_on(kind, day_of(entry.at))
    except SlipFormUnknown:
        return False
    return True
