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
from dossiers.selectors.paging import Page
from dossiers.selectors.criteria import Criteria
from dossiers.selectors.queues import QUEUES, Queue, default_queue, queues_for
from dossiers.selectors.worklists import (
    COUNT_CAP,
    ListPage,
    capped_counts,
    in_order,
    is_queue,
    queue_counts,
    rows_of,
    worklist_page,
)

__all__ = [
    "COUNT_CAP",
    "QUEUES",
    "Criteria",
    "FilesOfDossier",
    "ListPage",
    "Page",
    "PublicFigures",
    "Queue",
    "capped_counts",
    "component_file",
    "components_of",
    "declaration_file",
    "declaration_files_of",
    "default_queue",
    "draft_of",
    "drafts_for",
    "filed_dossier",
    "granted_dossiers",
    "history_of",
    "in_order",
    "is_queue",
    "own_dossier",
    "own_filed_dossiers",
    "public_figures",
    "queue_counts",
    "queues_for",
    "results_of",
    "rows_of",
    "worklist_page",
]
