"""Messages and ratings as an administrator sees them: that there were some, when, between whom. The words are theirs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dossiers.models import Message, SatisfactionRating
from portal.core.journal_admin import ReadOnly


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    """Neither words nor files."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("at", "dossier", "side", "agency", "asked_agency", "asks_reply")
    list_filter = ("side",)
    list_select_related = ("dossier", "agency", "asked_agency")
    search_fields = ("dossier__code__istartswith",)
    search_help_text = _("Mã hồ sơ, hoặc phần đầu của mã")
    ordering = ("-id",)
    fields = ("at", "dossier", "handoff", "side", "agency", "asked_agency", "asks_reply")


@admin.register(SatisfactionRating)
class SatisfactionRatingAdmin(ReadOnly, admin.ModelAdmin):
    """One by one, without person, dossier and day: there are none."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("month", "receiving_agency", "resolving_agency", "procedure", "level", "channel")
    list_filter = ("level", "channel")
    list_select_related = ("receiving_agency", "resolving_agency", "procedure")
    ordering = ("-month", "id")
    fields = ("month", "receiving_agency", "resolving_agency", "procedure", "level", "reasons", "channel")
