"""Feedback as an administrator sees it: where it is and what was done when. Who sent what, and the words, are the agency's."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.core.journal_admin import ReadOnly, ReadOnlyInline
from portal.feedback.models import Feedback, FeedbackEntry


class FeedbackEntryInline(ReadOnlyInline):
    model = FeedbackEntry
    fields = ("sequence", "at", "act", "agency", "actor_kind")


@admin.register(Feedback)
class FeedbackAdmin(ReadOnly, admin.ModelAdmin):
    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("number", "kind", "agency", "state", "publication", "submitted_at", "next_due_at", "was_late")
    list_filter = ("state", "kind", "publication", "was_late")
    list_select_related = ("agency",)
    search_fields = ("number__istartswith",)
    search_help_text = _("Số phản ánh, hoặc phần đầu của số")
    ordering = ("-id",)
    fields = (
        *("number", "kind", "sent_kind", "agency", "state", "publication", "passed_on_count", "was_late"),
        *("submitted_at", "assigned_at", "refuse_by", "ask_by", "answer_by", "supply_by", "publish_by", "next_due_at"),
        *("classified_at", "answered_at", "refused_at", "is_satisfied", "published_at", "version"),
    )
    inlines = (FeedbackEntryInline,)
