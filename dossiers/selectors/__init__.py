"""Reads of dossiers, by subject; neighbours import from here."""

from dossiers.selectors.citizen_side import (
    accepted_components,
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
from dossiers.selectors.claims import live_claim, present_officers
from dossiers.selectors.counter import (
    DigitisedShare,
    counter_draft_of,
    counter_drafts,
    digitised_share,
    intake_of,
    other_dossier_of_item,
)
from dossiers.selectors.criteria import Criteria
from dossiers.selectors.declaration_files import (
    FilesOfDossier,
    declaration_file,
    declaration_files_of,
    named_documents,
)
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
from dossiers.selectors.handovers import HandOver, handovers_of
from dossiers.selectors.holdings import holdings_of
from dossiers.selectors.officers_own import (
    RunItem,
    chosen_dossiers,
    issued_unsigned,
    items_of,
    last_lines,
    newest_drafts,
    recent_exports,
    saved_filters_of,
)
from dossiers.selectors.paging import Page
from dossiers.selectors.payment_dates import payment_dates
from dossiers.selectors.queues import QUEUES, Queue, default_queue, queues_for
from dossiers.selectors.register import RegisterRow, register_rows, register_size
from dossiers.selectors.reuse_rates import Rate, ReuseRates, reuse_rates
from dossiers.selectors.slips import slip_among, slips_for_the_citizen, slips_of
from dossiers.selectors.standing import last_standing, standing_lines
from dossiers.selectors.supplements import answers_as_filed, proposals_to_decide
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
    "HANDOFF_LISTS",
    "QUEUES",
    "Criteria",
    "DigitisedShare",
    "FilesOfDossier",
    "HandOver",
    "HandoffPage",
    "ListPage",
    "Offer",
    "Page",
    "PublicFigures",
    "Queue",
    "Rate",
    "RegisterRow",
    "ReuseRates",
    "RunItem",
    "accepted_components",
    "answers_as_filed",
    "capped_counts",
    "chosen_dossiers",
    "component_file",
    "components_of",
    "counter_draft_of",
    "counter_drafts",
    "declaration_file",
    "declaration_files_of",
    "default_queue",
    "digitised_share",
    "draft_of",
    "drafts_for",
    "filed_dossier",
    "granted_dossiers",
    "handoff_of",
    "handoff_page",
    "handoff_with_answer",
    "handoffs_for_citizen",
    "handoffs_of",
    "handovers_of",
    "history_of",
    "holdings_of",
    "in_order",
    "intake_of",
    "is_queue",
    "issued_unsigned",
    "items_of",
    "last_lines",
    "last_standing",
    "live_claim",
    "named_documents",
    "newest_drafts",
    "offers_of",
    "other_dossier_of_item",
    "overdue_handoffs",
    "own_dossier",
    "own_filed_dossiers",
    "payment_dates",
    "present_officers",
    "proposals_to_decide",
    "public_figures",
    "queue_counts",
    "queues_for",
    "recent_exports",
    "register_rows",
    "register_size",
    "results_of",
    "reuse_rates",
    "rows_of",
    "saved_filters_of",
    "shared_files",
    "slip_among",
    "slips_for_the_citizen",
    "slips_of",
    "standing_lines",
    "worklist_page",
]
