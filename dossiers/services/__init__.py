"""Use cases of dossiers: one function, one transaction."""

from dossiers.services.decision import deliver_result_online, hand_over_result, resolve
from dossiers.services.declaration import definition_of, rows_to_show
from dossiers.services.draft_keeping import look_after_drafts
from dossiers.services.drafts import (
    MAX_FILES_PER_COMPONENT,
    attach_file,
    choose_delivery,
    delivery_choices,
    discard_draft,
    remove_file,
    start_draft,
)
from dossiers.services.filing import Readiness, readiness, submit
from dossiers.services.intake import receive, refuse_intake
from dossiers.services.lookup import PublicStatus, look_up_status
from dossiers.services.precheck import Finding, Severity, findings_of
from dossiers.services.processing import (
    answer_supplement,
    request_payment,
    request_supplement,
    resume_after_payment,
    start_processing,
    stop,
    take_counter_payment,
    withdraw,
)
from dossiers.services.provenance import annotate, form_with_typed, notes_by_label, section_form
from dossiers.services.saving import (
    Conflict,
    PageState,
    SaveResult,
    new_page,
    read_page,
    save_section,
    save_sent,
    save_typed,
    settle,
)
from dossiers.services.slips import receipt_slip
from dossiers.services.supplements import attach_supplement_file, remove_supplement_file

__all__ = [
    "MAX_FILES_PER_COMPONENT",
    "Conflict",
    "Finding",
    "PageState",
    "PublicStatus",
    "Readiness",
    "SaveResult",
    "Severity",
    "annotate",
    "answer_supplement",
    "attach_file",
    "attach_supplement_file",
    "choose_delivery",
    "definition_of",
    "deliver_result_online",
    "delivery_choices",
    "discard_draft",
    "findings_of",
    "form_with_typed",
    "hand_over_result",
    "look_after_drafts",
    "look_up_status",
    "new_page",
    "notes_by_label",
    "read_page",
    "readiness",
    "receipt_slip",
    "receive",
    "refuse_intake",
    "remove_file",
    "remove_supplement_file",
    "request_payment",
    "request_supplement",
    "resolve",
    "resume_after_payment",
    "rows_to_show",
    "save_section",
    "save_sent",
    "save_typed",
    "section_form",
    "settle",
    "start_draft",
    "start_processing",
    "stop",
    "submit",
    "take_counter_payment",
    "withdraw",
]
