"""Parts of dossiers at other agencies, for administrators to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dossiers.models import Handoff, HandoffFile, HandoffObligation
from portal.core.journal_admin import ReadOnly, ReadOnlyInline


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
