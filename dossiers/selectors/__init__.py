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
from dossiers.selectors.declaration_files import FilesOfDossier, declaration_file, declaration_files_of
from dossiers.selectors.figures import PublicFigures, public_figures
from dossiers.selectors.handoffs import (
    HANDOFF_LISTS,
    HandoffPage,
    Offer,
    handoff_of,
    handoff_page,
    handoff_with_answer,
    handoffs_for_citizen,
    handoffs_of,
    offers_of,
    overdue_handoffs,
    shared_files,
)
from dossiers.selectors.paging import Page
from dossiers.selectors.worklists import COUNT_CAP, QUEUES, queue_counts, queue_keys, worklist_page

__all__ = [
    "COUNT_CAP",
    "HANDOFF_LISTS",
    "QUEUES",
    "FilesOfDossier",
    "HandoffPage",
    "Offer",
    "Page",
    "PublicFigures",
    "component_file",
    "components_of",
    "declaration_file",
    "declaration_files_of",
    "draft_of",
    "drafts_for",
    "filed_dossier",
    "granted_dossiers",
    "handoff_of",
    "handoff_page",
    "handoff_with_answer",
    "handoffs_for_citizen",
    "handoffs_of",
    "history_of",
    "offers_of",
    "overdue_handoffs",
    "own_dossier",
    "own_filed_dossiers",
    "public_figures",
    "queue_counts",
    "queue_keys",
    "results_of",
    "shared_files",
    "worklist_page",
]
