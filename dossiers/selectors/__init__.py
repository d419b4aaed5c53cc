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
from dossiers.selectors.declaration_files import (
    FilesOfDossier,
    declaration_file,
    declaration_files_of,
    named_documents,
)
from dossiers.selectors.figures import PublicFigures, public_figures
from dossiers.selectors.paging import Page
from dossiers.selectors.supplements import OpenSupplement, open_supplements, proposals_to_decide
from dossiers.selectors.worklists import COUNT_CAP, QUEUES, queue_counts, queue_keys, worklist_page

__all__ = [
    "COUNT_CAP",
    "QUEUES",
    "FilesOfDossier",
    "OpenSupplement",
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
    "history_of",
    "named_documents",
    "open_supplements",
    "own_dossier",
    "own_filed_dossiers",
    "proposals_to_decide",
    "public_figures",
    "queue_counts",
    "queue_keys",
    "results_of",
    "worklist_page",
]
