"""Stored files, to look at: rows are write-once, so there is nothing to add, change or delete here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.core.templatetags.portal import file_size
from portal.documents.models import StoredDocument


@admin.register(StoredDocument)
class StoredDocumentAdmin(admin.ModelAdmin):
    list_display = ("original_name", "media_type", "readable_size", "purpose", "scan_state", "created_at")
    list_filter = ("purpose", "media_type", "scan_state")
    search_fields = ("original_name", "sha256")
    list_select_related = ("uploaded_by",)
    date_hierarchy = "created_at"

    @admin.display(description=StoredDocument._meta.get_field("size").verbose_name, ordering="size")
    def readable_size(self, document: StoredDocument) -> str:
        return file_size(document.size)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
