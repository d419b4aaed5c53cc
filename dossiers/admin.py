"""Dossiers as an administrator sees them: where each stands and what was done when. Nothing is changed here.

States move only at the desk and on the citizen's page, through the services. What was declared, the files and the
look-up's pass-code are the agency's and the citizen's business, so they are not shown.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dossiers.models import (
    ClockPause,
    Dossier,
    Handoff,
    HandoffFile,
    HandoffObligation,
    JournalEntry,
    ReceiptSlip,
    SupplementRequest,
)
from portal.core.journal_admin import ReadOnly, ReadOnlyInline


class JournalEntryInline(ReadOnlyInline):
    model = JournalEntry
    fields = ("sequence", "at", "act", "from_state", "to_state", "actor_name", "public_note", "internal_note")
    ordering = ("-sequence",)


class ClockPauseInline(ReadOnlyInline):
    model = ClockPause
    fields = ("cause", "started_at", "ended_at")


class SupplementRequestInline(ReadOnlyInline):
    model = SupplementRequest
    fields = ("reason", "requested_by", "requested_at", "answered_at", "answer_note")


class ReceiptSlipInline(ReadOnlyInline):
    model = ReceiptSlip
    fields = ("occasion", "form_version", "issued_at")


@admin.register(Dossier)
class DossierAdmin(ReadOnly, admin.ModelAdmin):
    """Found by the whole code or its beginning; the list never counts the whole table."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("code_or_draft", "procedure", "state", "responsible_agency", "assignee", "submitted_at", "due_at")
    list_filter = ("state", "channel")
    list_select_related = ("revision__procedure", "responsible_agency", "assignee")
    search_fields = ("code__istartswith",)
    search_help_text = _("Mã hồ sơ, hoặc phần đầu của mã")
    ordering = ("-id",)
    fields = (
        "code",
        "procedure",
        "state",
        "outcome",
        "channel",
        "receiving_agency",
        "resolving_agency",
        "responsible_agency",
        "assignee",
        "submitted_at",
        "received_at",
        "processing_started_at",
        "first_due_at",
        "due_at",
        "paused_at",
        "next_date_at",
        "resolved_at",
        "handed_over_at",
        "closed_at",
        "version",
    )
    readonly_fields = ("procedure",)
    inlines = (JournalEntryInline, ClockPauseInline, SupplementRequestInline, ReceiptSlipInline)

    @admin.display(description=_("mã hồ sơ"), ordering="code")
    def code_or_draft(self, dossier: Dossier) -> Any:
        return dossier.code or _("(bản nháp)")

    @admin.display(description=_("thủ tục"))
    def procedure(self, dossier: Dossier) -> str:
        return str(dossier.revision.procedure)


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnly, admin.ModelAdmin):
    """All changes of all dossiers, newest first: who did what."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("at", "dossier", "act", "from_state", "to_state", "actor_name")
    list_filter = ("act",)
    list_select_related = ("dossier",)
    search_fields = ("dossier__code__istartswith",)
    search_help_text = _("Mã hồ sơ, hoặc phần đầu của mã")
    ordering = ("-id",)
    fields = (
        "dossier",
        "sequence",
        "at",
        "act",
        "from_state",
        "to_state",
        "actor_kind",
        "actor_name",
        "public_note",
        "internal_note",
        "details",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[JournalEntry]:
        return super().get_queryset(request).select_related("dossier")


class HandoffFileInline(ReadOnlyInline):
    model = HandoffFile
    fields = ("document", "added_by", "added_at")


class HandoffObligationInline(ReadOnlyInline):
    model = HandoffObligation
    fields = ("kind", "description", "amount", "charge")


@admin.register(Handoff)
class HandoffAdmin(ReadOnly, admin.ModelAdmin):
    """Parts of dossiers at other agencies. What they wrote to each other is theirs and not shown."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("code", "to_agency", "kind", "state", "sent_at", "due_at", "answered_at")
    list_filter = ("state", "kind", "is_binding")
    list_select_related = ("to_agency",)
    search_fields = ("code__istartswith",)
    search_help_text = _("Mã hồ sơ, hoặc phần đầu của mã")
    ordering = ("-id",)
    fields = (
        *("code", "dossier", "kind", "from_agency", "to_agency", "is_binding", "sets_obligation", "state", "outcome"),
        *("term_value", "term_unit", "sent_at", "received_at", "within_at", "due_at", "answered_at", "ended_at"),
        *("assignee", "escalated_at", "version"),
    )
    inlines = (HandoffFileInline, HandoffObligationInline)
