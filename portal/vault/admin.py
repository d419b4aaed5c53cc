"""Administration of the vault: from when agencies must digitise. What was digitised is looked at."""

from django.contrib import admin

from portal.core.journal_admin import ReadOnlyAdmin
from portal.vault.models import Digitisation, DigitisationDuty, DigitisationRun, PaperKind


@admin.register(PaperKind)
class PaperKindAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "months_valid", "is_reusable"]
    list_filter = ["is_reusable"]
    search_fields = ["name", "code"]
    fields = ["code", "name", "months_valid", "is_reusable", "public_keys"]


@admin.register(DigitisationDuty)
class DigitisationDutyAdmin(admin.ModelAdmin):
    list_display = ["level", "begins_on", "legal_basis", "is_reviewed"]
    fields = ["level", "begins_on", "legal_basis", "is_reviewed"]


@admin.register(DigitisationRun)
class DigitisationRunAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "agency", "owner", "state", "error_code"]
    list_filter = ["state"]
    list_select_related = ["agency", "owner"]
    fields = ["agency", "owner", "state", "error_code", "created_at", "beat_at", "finished_at"]


@admin.register(Digitisation)
class DigitisationAdmin(ReadOnlyAdmin):
    list_display = ["digitised_at", "agency", "kind", "digitised_by"]
    list_filter = ["kind"]
    list_select_related = ["agency", "kind", "digitised_by"]
    fields = ["agency", "kind", "digitised_by", "digitised_at"]
