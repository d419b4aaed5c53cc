"""Use cases of dossiers: one function, one transaction."""

from dossiers.services.counter_drafts import (
    IntakeFacts,
    PaperCounts,
    note_papers,
    save_intake,
    start_counter_draft,
)
from dossiers.services.counter_filing import digitise_paper, fees_at_intake, file_at_counter, take_fees_at_intake
from dossiers.services.decision import deliver_result_online, hand_over_result, resolve
from dossiers.services.declaration import Eligibility, definition_of, rows_to_show
from dossiers.services.declaration_files import TakenFiles, attach_declaration_file, labelled_files, take_files
from dossiers.services.draft_keeping import look_after_drafts
from dossiers.services.drafts import (
    attach_file,
    choose_delivery,
    delivery_choices,
    desks_for,
    discard_draft,
    remove_file,
    start_draft,
)
from dossiers.services.filing import Readiness, readiness, submit
from dossiers.services.intake import receive, refuse_intake
from dossiers.services.lookup import PublicStatus, look_up_status
from dossiers.services.needs import needs_of
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
from dossiers.services.renewal import Renewal, move_draft, renewal_of
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
from dossiers.services.slot_files import (
    CHUNK_BYTES,
    FileDetails,
    UploadProgress,
    append_to_file,
    begin_file,
    cancel_file,
    describe_files,
    file_progress,
    finish_file,
    move_file,
)
from dossiers.services.slots import MAX_FILES_PER_COMPONENT, SlotLimits, doubts_about, doubts_about_slot, limits_of
from dossiers.services.supplements import attach_supplement_file, remove_supplement_file

__all__ = [
    "CHUNK_BYTES",
    "MAX_FILES_PER_COMPONENT",
    "Conflict",
    "Eligibility",
    "FileDetails",
    "Finding",
    "IntakeFacts",
    "PageState",
    "PaperCounts",
    "PublicStatus",
    "Readiness",
    "Renewal",
    "SaveResult",
    "Severity",
    "SlotLimits",
    "TakenFiles",
    "UploadProgress",
    "annotate",
    "answer_supplement",
    "append_to_file",
    "attach_declaration_file",
    "attach_file",
    "attach_supplement_file",
    "begin_file",
    "cancel_file",
    "choose_delivery",
    "definition_of",
    "deliver_result_online",
    "delivery_choices",
    "describe_files",
    "desks_for",
    "digitise_paper",
    "discard_draft",
    "doubts_about",
    "doubts_about_slot",
    "fees_at_intake",
    "file_at_counter",
    "file_progress",
    "findings_of",
    "finish_file",
    "form_with_typed",
    "hand_over_result",
    "labelled_files",
    "limits_of",
    "look_after_drafts",
    "look_up_status",
    "move_draft",
    "move_file",
    "needs_of",
    "new_page",
    "note_papers",
    "notes_by_label",
    "read_page",
    "readiness",
    "receipt_slip",
    "receive",
    "refuse_intake",
    "remove_file",
    "remove_supplement_file",
    "renewal_of",
    "request_payment",
    "request_supplement",
    "resolve",
    "resume_after_payment",
    "rows_to_show",
    "save_intake",
    "save_section",
    "save_sent",
    "save_typed",
    "section_form",
    "settle",
    "start_counter_draft",
    "start_draft",
    "start_processing",
    "stop",
    "submit",
    "take_counter_payment",
    "take_fees_at_intake",
    "take_files",
    "withdraw",
]
