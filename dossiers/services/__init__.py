"""Use cases of dossiers: one function, one transaction."""

from dossiers.services.apologies import issue_apology
from dossiers.services.bulk import (
    MOST_DOSSIERS,
    Chosen,
    begin_bulk_run,
    bulk_run_of,
    forget_old_bulk_runs,
    go_on_with_bulk_run,
)
from dossiers.services.claims import after_acting, claim, claim_of_another, claimed_sentence, keep_alive, release
from dossiers.services.collection_codes import own_collection_code, send_collection_code
from dossiers.services.counter_drafts import (
    PAPER_KINDS,
    IntakeFacts,
    PaperCounts,
    note_papers,
    save_intake,
    start_counter_draft,
)
from dossiers.services.counter_filing import digitise_paper, fees_at_intake, file_at_counter, take_fees_at_intake
from dossiers.services.decision import decide_with, deliver_result_online, draw_up, resolve, sign_draft
from dossiers.services.declaration import (
    Eligibility,
    as_of,
    definition_of,
    field_keys,
    rows_of_sections,
    rows_to_show,
    sections_of,
)
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
from dossiers.services.dues import Dues, unasked_fees
from dossiers.services.ended_papers import note_ended_paper
from dossiers.services.escalation_notices import send_escalation_notices
from dossiers.services.escalations import acknowledge_escalations, acknowledge_late_handoff, raise_escalations
from dossiers.services.exports import (
    cancel_export,
    export_of,
    fetch_export,
    look_after_exports,
    request_export,
    write_export,
)
from dossiers.services.fee_counts import count_in_draft, note_quantity
from dossiers.services.filed_for import choose_organisation, organisation_problem, organisations_of
from dossiers.services.filing import Readiness, readiness, submit
from dossiers.services.hand_overs import Receipt, hand_over_result, keep_signed_slip
from dossiers.services.handoff_answers import (
    Obligation,
    answer_handoff,
    ask_for_obligations,
    refuse_handoff,
    set_financial_obligation,
)
from dossiers.services.handoff_gates import awaited_sentence, open_planned_handoffs
from dossiers.services.handoffs import Shared, open_handoff, recall_handoff, receive_handoff
from dossiers.services.intake import receive, refuse_intake
from dossiers.services.issuing import apology_slip, control_sheet, issue_slip, receipt_slip, slip_of_line
from dossiers.services.lookup import PublicStatus, look_up_status
from dossiers.services.morning_digest import send_morning_digests
from dossiers.services.needs import needs_of
from dossiers.services.papers import KIND_OF_WORD, Paper, papers_of
from dossiers.services.postal import note_delivery, post_result, take_result_back
from dossiers.services.precheck import ORGANISATION_DROPPED, Finding, Severity, findings_of
from dossiers.services.prepayment import follow_prepayment, let_go_after_refusal, obstacle_to_receipt
from dossiers.services.processing import (
    request_payment,
    resume_after_payment,
    start_processing,
    stop,
    take_counter_payment,
    withdraw,
)
from dossiers.services.provenance import annotate, form_with_typed, notes_by_label, section_form
from dossiers.services.registers import Register, register_for, register_pdf, register_xlsx, take_register
from dossiers.services.reliefs import claim_at_counter, claim_relief, decide_relief, grant_relief_at_desk
from dossiers.services.renewal import Renewal, move_draft, renewal_of
from dossiers.services.rescheduling import (
    approve_reschedule,
    decline_reschedule,
    propose_apologies,
    propose_reschedule,
)
from dossiers.services.result_drafts import (
    Difference,
    differences,
    dossier_to_draw_up,
    draft_of,
    draft_pdf,
    newest_draft,
    prepare_result,
    templates_for,
)
from dossiers.services.result_numbers import open_register
from dossiers.services.result_papers import note_look, release_handed_over
from dossiers.services.result_signing import result_signer, signing_outlook
from dossiers.services.reuse import ReuseOffer, offers_for, use_again
from dossiers.services.reuse_records import note_look_at_file
from dossiers.services.saved_filters import (
    MOST_FILTERS,
    delete_filter,
    move_filter,
    open_filter_first,
    rename_filter,
    save_filter,
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
from dossiers.services.slots import MAX_FILES_PER_COMPONENT, SlotLimits, doubts_about_slot, limits_of
from dossiers.services.supplement_at_desk import BroughtToDesk, due_if_answered, record_supplement_at_desk
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
from dossiers.services.work import assign, complete_step, confirm_pass_on, pass_on, return_for_rework, take_step

__all__ = [
    "CHUNK_BYTES",
    "KIND_OF_WORD",
    "MAX_FILES_PER_COMPONENT",
    "MOST_DOSSIERS",
    "MOST_FILTERS",
    "ORGANISATION_DROPPED",
    "PAPER_KINDS",
    "BroughtToDesk",
    "Chosen",
    "Conflict",
    "Difference",
    "Dues",
    "Eligibility",
    "FileDetails",
    "Finding",
    "IntakeFacts",
    "ItemProgress",
    "ItemState",
    "NamedItem",
    "Obligation",
    "PageState",
    "Paper",
    "PaperCounts",
    "PublicStatus",
    "Readiness",
    "Receipt",
    "Register",
    "Renewal",
    "ReuseOffer",
    "SaveResult",
    "Severity",
    "Shared",
    "SlotLimits",
    "SupplementItemAsked",
    "SupplementProgress",
    "TakenFiles",
    "UploadProgress",
    "acknowledge_escalations",
    "acknowledge_late_handoff",
    "after_acting",
    "annotate",
    "answer_handoff",
    "answer_supplement",
    "apology_slip",
    "append_to_file",
    "approve_reschedule",
    "approve_supplement_exception",
    "as_of",
    "ask_for_obligations",
    "assign",
    "attach_declaration_file",
    "attach_file",
    "attach_supplement_file",
    "awaited_sentence",
    "begin_bulk_run",
    "begin_file",
    "bulk_run_of",
    "cancel_export",
    "cancel_file",
    "choose_delivery",
    "choose_organisation",
    "claim",
    "claim_at_counter",
    "claim_of_another",
    "claim_relief",
    "claimed_sentence",
    "complete_step",
    "confirm_pass_on",
    "continue_transfer",
    "control_sheet",
    "count_in_draft",
    "decide_relief",
    "decide_with",
    "decline_reschedule",
    "decline_supplement_exception",
    "definition_of",
    "delete_filter",
    "deliver_result_online",
    "delivery_choices",
    "describe_files",
    "desks_for",
    "differences",
    "digitise_paper",
    "discard_draft",
    "dossier_to_draw_up",
    "doubts_about_slot",
    "draft_of",
    "draft_pdf",
    "draw_up",
    "due_if_answered",
    "export_of",
    "fees_at_intake",
    "fetch_export",
    "field_keys",
    "file_at_counter",
    "file_progress",
    "findings_of",
    "finish_file",
    "follow_prepayment",
    "forget_old_bulk_runs",
    "form_with_typed",
    "go_on_with_bulk_run",
    "grant_relief_at_desk",
    "hand_over_result",
    "issue_apology",
    "issue_slip",
    "item_ref",
    "items_of_proposal",
    "keep_alive",
    "keep_signed_slip",
    "keep_supplement_notes",
    "labelled_files",
    "let_go_after_refusal",
    "limits_of",
    "look_after_drafts",
    "look_after_exports",
    "look_up_status",
    "move_dossier",
    "move_draft",
    "move_file",
    "move_filter",
    "named_items",
    "needs_of",
    "new_page",
    "newest_draft",
    "note_delivery",
    "note_ended_paper",
    "note_look",
    "note_look_at_file",
    "note_papers",
    "note_quantity",
    "notes_by_label",
    "obstacle_to_receipt",
    "offers_for",
    "open_filter_first",
    "open_handoff",
    "open_planned_handoffs",
    "open_register",
    "organisation_problem",
    "organisations_of",
    "own_collection_code",
    "papers_of",
    "pass_on",
    "post_result",
    "prepare_result",
    "propose_apologies",
    "propose_reschedule",
    "propose_supplement_exception",
    "raise_escalations",
    "read_page",
    "readiness",
    "recall_handoff",
    "receipt_slip",
    "receive",
    "receive_handoff",
    "record_supplement_at_desk",
    "refuse_handoff",
    "refuse_intake",
    "register_for",
    "register_pdf",
    "register_xlsx",
    "release",
    "release_handed_over",
    "remove_file",
    "remove_supplement_file",
    "rename_filter",
    "renewal_of",
    "request_export",
    "request_payment",
    "request_supplement",
    "resolve",
    "result_signer",
    "resume_after_payment",
    "return_for_rework",
    "rows_of_sections",
    "rows_to_show",
    "save_filter",
    "save_intake",
    "save_section",
    "save_sent",
    "save_supplement_section",
    "save_typed",
    "section_form",
    "sections_of",
    "send_collection_code",
    "send_escalation_notices",
    "send_morning_digests",
    "set_financial_obligation",
    "settle",
    "settle_supplement_section",
    "sign_draft",
    "signing_outlook",
    "slip_of_line",
    "start_counter_draft",
    "start_draft",
    "start_processing",
    "start_transfer",
    "stop",
    "submit",
    "supplement_form_with_typed",
    "supplement_section_form",
    "take_counter_payment",
    "take_fees_at_intake",
    "take_files",
    "take_register",
    "take_result_back",
    "take_step",
    "templates_for",
    "transfer_preview",
    "unasked_fees",
    "undo",
    "undo_point_of",
    "use_again",
    "withdraw",
    "write_export",
]
