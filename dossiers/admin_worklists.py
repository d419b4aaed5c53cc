"""What officers did with their lists, for administrators to read: exports, bulk runs, saved filters."""

from django.contrib import admin

from dossiers.models import BulkRun, BulkRunItem, ExportDownload, ExportJob, RegisterDownload, SavedFilter
from portal.core.journal_admin import ReadOnly, ReadOnlyInline


class ExportDownloadInline(ReadOnlyInline):
    model = ExportDownload
    fields = ("user", "at")


@admin.register(ExportJob)
class ExportJobAdmin(ReadOnly, admin.ModelAdmin):
    """Who took which list out of the portal, and when. The words searched for and the file itself are not shown."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("created_at", "owner", "state", "total_rows", "error_code")
    list_filter = ("state",)
    list_select_related = ("owner",)
    ordering = ("-created_at",)
    fields = (
        *("owner", "state", "criteria", "columns", "total_rows", "done_rows", "is_cut", "attempt", "error_code"),
        *("created_at", "finished_at", "expires_at"),
    )
    inlines = (ExportDownloadInline,)


@admin.register(RegisterDownload)
class RegisterDownloadAdmin(ReadOnly, admin.ModelAdmin):
    """Who took the register of which agency, and when."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("at", "user", "agency", "first_day", "last_day", "kind")
    list_filter = ("kind",)
    list_select_related = ("user", "agency")
    ordering = ("-at",)
    fields = ("agency", "first_day", "last_day", "kind", "user", "at")


class BulkRunItemInline(ReadOnlyInline):
    model = BulkRunItem
    fields = ("dossier", "outcome", "error_code", "sentence")


@admin.register(BulkRun)
class BulkRunAdmin(ReadOnly, admin.ModelAdmin):
    """What was done to many dossiers at once, kept for some days; each dossier's journal keeps it for good."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    list_display = ("created_at", "owner", "action")
    list_select_related = ("owner",)
    ordering = ("-created_at",)
    fields = ("owner", "action", "created_at")
    inlines = (BulkRunItemInline,)


@admin.register(SavedFilter)
class SavedFilterAdmin(ReadOnly, admin.ModelAdmin):
    """Officers' own lists; they change them at the desk."""

    actions = None
    list_per_page = 50
    list_display = ("name", "owner", "is_default", "created_at")
    list_select_related = ("owner",)
    fields = ("owner", "name", "criteria", "position", "is_default", "created_at")
