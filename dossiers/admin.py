"""Dossiers as an administrator sees them: where each stands and what was done when. Nothing is changed here.

States move only at the desk and on the citizen's page, through the services. What was declared, the files and the
look-up's pass-code are the agency's and the citizen's business, so they are not shown.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

import dossiers.admin_handoffs
import dossiers.admin_messages
import dossiers.admin_transfers
import dossiers.admin_worklists  # noqa: F401 - they register their pages
from dossiers import services
from dossiers.models import (
    ClockPause,
    DocumentRegister,
    Dossier,
    Escalation,
    Holding,
    IssuedSlip,
    JournalEntry,
    PostalItem,
    Reschedule,
    ResultHandOver,
    ReuseConsent,
    SupplementProposal,
    SupplementRequest,
)
from portal.core.actors import Actor, ActorKind
from portal.core.journal_admin import ReadOnly, ReadOnlyAdmin, ReadOnlyInline


class JournalEntryInline(ReadOnlyInline):
    model = JournalEntry
    fields = (
        "sequence",
        "at",
        "act",
        "from_state",
        "to_state",
        "actor_name",
        "on_behalf_of_name",
        "public_note",
        "internal_note",
    )
    ordering = ("-sequence",)


class HoldingInline(ReadOnlyInline):
    model = Holding
    fields = (
        *("step_title", "agency", "division", "officer", "passed_by", "started_at", "due_at", "confirmed_at"),
        *("ended_at", "ended_by", "outcome", "note"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Holding]:
        people = ("agency", "division", "officer", "passed_by", "ended_by")
        return super().get_queryset(request).select_related(*people)


class ClockPauseInline(ReadOnlyInline):
    model = ClockPause
    fields = ("cause", "started_at", "ended_at")


class SupplementRequestInline(ReadOnlyInline):
    model = SupplementRequest
    fields = (
        "ordinal",
        "note",
        "requested_by",
        "requested_at",
        "answered_at",
        "answer_note",
        "due_before",
        "due_after",
        "exception_reason",
        "approved_by",
    )


class SupplementProposalInline(ReadOnlyInline):
    model = SupplementProposal
    fk_name = "dossier"
    fields = ("why", "proposed_by", "proposed_at", "is_approved", "decided_by", "decided_at", "decision_note")


class IssuedSlipInline(ReadOnlyInline):
    model = IssuedSlip
    fields = (
        "kind",
        "cause",
        "number",
        "form_code",
        "form_version",
        "issued_at",
        "issued_by",
        "voided_at",
        "void_reason",
    )


class EscalationInline(ReadOnlyInline):
    model = Escalation
    fields = ("cause", "level", "about_at", "raised_at", "acknowledged_by", "handle_before")


class RescheduleInline(ReadOnlyInline):
    model = Reschedule
    fields = ("old_due_at", "new_due_at", "reason", "proposed_by", "approved_by", "approved_at", "declined_at")


class ResultHandOverInline(ReadOnlyInline):
    """Without the number of the paper that was seen: that is the desk's to read."""

    model = ResultHandOver
    fields = ("sequence", "receiver", "receiver_name", "identity_paper", "proof", "handed_over_at", "scanned_at")


class PostalItemInline(ReadOnlyInline):
    model = PostalItem
    fields = ("ordinal", "carrier", "tracking_number", "state")


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
        "promised_at",
        "paused_at",
        "next_date_at",
        "resolved_at",
        "handed_over_at",
        "closed_at",
        "version",
    )
    readonly_fields = ("procedure",)
    inlines = (
        JournalEntryInline,
        HoldingInline,
        ClockPauseInline,
        SupplementRequestInline,
        SupplementProposalInline,
        IssuedSlipInline,
        EscalationInline,
        RescheduleInline,
        ResultHandOverInline,
        PostalItemInline,
    )

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
        "on_behalf_of_name",
        "public_note",
        "internal_note",
        "details",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[JournalEntry]:
        return super().get_queryset(request).select_related("dossier")


@admin.register(Escalation)
class EscalationAdmin(ReadOnly, admin.ModelAdmin):
    """Who was told of which delay, and what they said to it; newest first."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("raised_at", "dossier", "cause", "level", "about_at", "agency", "acknowledged_by")
    list_filter = ("level", "cause")
    list_select_related = ("dossier", "agency", "acknowledged_by")
    search_fields = ("dossier__code__istartswith",)
    search_help_text = _("Mã hồ sơ, hoặc phần đầu của mã")
    ordering = ("-id",)


@admin.register(Reschedule)
class RescheduleAdmin(ReadOnly, admin.ModelAdmin):
    """Apologies with a new date: proposed, approved, declined; newest first."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("proposed_at", "dossier", "old_due_at", "new_due_at", "proposed_by", "approved_by", "declined_by")
    list_select_related = ("dossier", "proposed_by", "approved_by", "declined_by")
    search_fields = ("dossier__code__istartswith",)
    search_help_text = _("Mã hồ sơ, hoặc phần đầu của mã")
    ordering = ("-id",)


@admin.register(DocumentRegister)
class DocumentRegisterAdmin(ReadOnly, admin.ModelAdmin):
    """How far each register has come; its numbers are those of the results. One can be opened at the number that its agency
    has come to on paper; from then on nothing is changed by hand."""

    fields = ("agency", "symbol", "year", "last_number")
    autocomplete_fields = ("agency",)
    list_display = ("agency", "symbol", "year", "last_number")
    list_filter = ("year",)
    list_select_related = ("agency",)
    search_fields = ("symbol",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(admin.ModelAdmin.has_add_permission(self, request))

    def save_model(self, request: HttpRequest, obj: DocumentRegister, form: Any, change: bool) -> None:
        opened = services.open_register(
            actor=Actor(ActorKind.ADMINISTRATOR, request.user.pk, str(request.user)),
            agency_id=obj.agency_id,
            symbol=obj.symbol,
            year=obj.year,
            last_number=obj.last_number,
        )
        obj.__dict__.update(opened.__dict__)


@admin.register(ReuseConsent)
class ReuseConsentAdmin(ReadOnlyAdmin):
    """Who agreed that a paper is used again, for which document of which dossier."""

    list_display = ["at", "act", "document_key", "person", "recorded_by"]
    list_filter = ["act"]
    list_select_related = ["person", "recorded_by"]
    fields = ["at", "act", "dossier_public_id", "document_key", "person", "recorded_by"]
