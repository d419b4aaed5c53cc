"""Use cases of dossiers: one function, one transaction."""

from dossiers.services.decision import deliver_result_online, hand_over_result, resolve
from dossiers.services.declaration import Eligibility, as_of, definition_of, rows_to_show
from dossiers.services.declaration_files import TakenFiles, attach_declaration_file, labelled_files, take_files
from dossiers.services.draft_keeping import look_after_drafts
from dossiers.services.drafts import (
    attach_file,
    choose_delivery,
    delivery_choices,
    discard_draft,
    remove_file,
    start_draft,
)
from dossiers.services.escalation_notices import send_escalation_notices
from dossiers.services.escalations import acknowledge_escalations, raise_escalations
from dossiers.services.filing import Readiness, readiness, submit
from dossiers.services.intake import receive, refuse_intake
from dossiers.services.issuing import apology_slip, control_sheet, issue_slip, receipt_slip, slip_of_line, void_slip
from dossiers.services.lookup import PublicStatus, look_up_status
from dossiers.services.needs import needs_of
from dossiers.services.papers import KIND_OF_WORD, Paper, papers_of
from dossiers.services.precheck import Finding, Severity, findings_of
from dossiers.services.processing import (
    request_payment,
    resume_after_payment,
    start_processing,
    stop,
    take_counter_payment,
    withdraw,
)
from dossiers.services.provenance import annotate, form_with_typed, notes_by_label, section_form
from dossiers.services.registers import Register, register_for, register_pdf, register_xlsx
from dossiers.services.renewal import Renewal, move_draft, renewal_of
from dossiers.services.rescheduling import (
    approve_reschedule,
    decline_reschedule,
    propose_apologies,
    propose_reschedule,
)
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
from dossiers.services.supplement_copy import (
    save_supplement_section,
    settle_supplement_section,
    supplement_form_with_typed,
    supplement_section_form,
)
from dossiers.services.supplement_progress import ItemProgress, ItemState, SupplementProgress
from dossiers.services.supplement_requests import (
    NamedItem,
    SupplementItemAsked,
    approve_supplement_exception,
    decline_supplement_exception,
    item_ref,
    items_of_proposal,
    named_items,
    propose_supplement_exception,
    request_supplement,
)
from dossiers.services.supplement_sending import answer_supplement
from dossiers.services.supplements import attach_supplement_file, keep_supplement_notes, remove_supplement_file
from dossiers.services.transfers import continue_transfer, move_dossier, start_transfer, transfer_preview
from dossiers.services.undo import undo, undo_point_of

__all__ = [
    "CHUNK_BYTES",
    "KIND_OF_WORD",
    "MAX_FILES_PER_COMPONENT",
    "Conflict",
    "Eligibility",
    "FileDetails",
    "Finding",
    "ItemProgress",
    "ItemState",
    "NamedItem",
    "PageState",
    "Paper",
    "PublicStatus",
    "Readiness",
    "Register",
    "Renewal",
    "SaveResult",
    "Severity",
    "SlotLimits",
    "SupplementItemAsked",
    "SupplementProgress",
    "TakenFiles",
    "UploadProgress",
    "acknowledge_escalations",
    "annotate",
    "answer_supplement",
    "apology_slip",
    "append_to_file",
    "approve_reschedule",
    "approve_supplement_exception",
    "as_of",
    "attach_declaration_file",
    "attach_file",
    "attach_supplement_file",
    "begin_file",
    "cancel_file",
    "choose_delivery",
    "continue_transfer",
    "control_sheet",
    "decline_reschedule",
    "decline_supplement_exception",
    "definition_of",
    "deliver_result_online",
    "delivery_choices",
    "describe_files",
    "discard_draft",
    "doubts_about",
    "doubts_about_slot",
    "file_progress",
    "findings_of",
    "finish_file",
    "form_with_typed",
    "hand_over_result",
    "issue_slip",
    "item_ref",
    "items_of_proposal",
    "keep_supplement_notes",
    "labelled_files",
    "limits_of",
    "look_after_drafts",
    "look_up_status",
    "move_dossier",
    "move_draft",
    "move_file",
    "named_items",
    "needs_of",
    "new_page",
    "notes_by_label",
    "papers_of",
    "propose_apologies",
    "propose_reschedule",
    "propose_supplement_exception",
    "raise_escalations",
    "read_page",
    "readiness",
    "receipt_slip",
    "receive",
    "refuse_intake",
    "register_for",
    "register_pdf",
    "register_xlsx",
    "remove_file",
    "remove_supplement_file",
    "renewal_of",
    "request_payment",
    "request_supplement",
    "resolve",
    "resume_after_payment",
    "rows_to_show",
    "save_section",
    "save_sent",
    "save_supplement_section",
    "save_typed",
    "section_form",
    "send_escalation_notices",
    "settle",
    "settle_supplement_section",
    "slip_of_line",
    "start_draft",
    "start_processing",
    "start_transfer",
    "stop",
    "submit",
    "supplement_form_with_typed",
    "supplement_section_form",
    "take_counter_payment",
    "take_files",
    "transfer_preview",
    "undo",
    "undo_point_of",
    "void_slip",
    "withdraw",
]
