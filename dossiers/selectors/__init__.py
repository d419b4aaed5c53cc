"""Reads of dossiers, by subject; neighbours import from here."""

from dossiers.selectors.citizen_side import (
    component_file,
    components_of,
    draft_of,
    drafts_for,
    filed_dossier,
    granted_dossiers,
    history_of,
    own_dossier,
    own_filed_dossiers,
    results_of,
)
from dossiers.selectors.counter import (
    DigitisedShare,
    counter_draft_of,
    counter_drafts,
    digitised_share,
    intake_of,
    other_dossier_of_item,
)
from dossiers.selectors.declaration_files import FilesOfDossier, declaration_file, declaration_files_of
from dossiers.selectors.figures import PublicFigures, public_figures
from dossiers.selectors.paging import Page
from dossiers.selectors.worklists import COUNT_CAP, QUEUES, queue_counts, queue_keys, worklist_page

__all__ = [
    "COUNT_CAP",
    "QUEUES",
    "DigitisedShare",
    "FilesOfDossier",
    "Page",
    "PublicFigures",
    "component_file",
    "components_of",
    "counter_draft_of",
    "counter_drafts",
    "declaration_file",
    "declaration_files_of",
    "digitised_share",
    "draft_of",
    "drafts_for",
    "filed_dossier",
    "granted_dossiers",
    "history_of",
    "intake_of",
    "other_dossier_of_item",
    "own_dossier",
    "own_filed_dossiers",
    "public_figures",
    "queue_counts",
    "queue_keys",
    "results_of",
    "worklist_page",
]
