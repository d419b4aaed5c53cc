"""Stored files, to look at: rows are write-once, so nothing is added, changed or deleted. A stuck scan is asked for again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.journal_admin import ReadOnlyAdmin, ReadOnlyInline
from portal.core.templatetags.portal import file_size
from portal.documents import services
from portal.documents.enums import WAITING_FOR_SCAN, ScanState
from portal.documents.models import SignatureCheck, StoredDocument, VirusScan
from portal.documents.signing_admin import SigningCertificateAdmin as SigningCertificateAdmin  # registers itself

# A scanner that is well answers within seconds.
STUCK_AFTER = timedelta(minutes=15)


class StuckScans(admin.SimpleListFilter):
    """What a person has to look after: given up, or waiting for longer than a healthy scanner takes."""

    title = _("quét bị kẹt")
    parameter_name = "ket"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Cần xem: không quét được hoặc chờ quá lâu"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StoredDocument]) -> QuerySet[StoredDocument]:
        if self.value() != "1":
            return queryset
        waits_too_long = Q(
            scan_state__in=WAITING_FOR_SCAN,
            virus_scan__asked_at__lt=clock.now() - STUCK_AFTER,
        )
        return queryset.filter(Q(scan_state=ScanState.FAILED) | waits_too_long)


class VirusScanInline(ReadOnlyInline):
    model = VirusScan
    fields = readonly_fields = ("asked_at", "attempts", "next_attempt_at", "finished_at", "threat", "last_error")


class SignatureCheckInline(ReadOnlyInline):
    model = SignatureCheck
    fields = readonly_fields = (
        "position",
        "verdict",
        "reason",
        "signer_name",
        "issuer_name",
        "agency_name",
        "signed_at",
        "checked_at",
    )


@admin.register(StoredDocument)
class StoredDocumentAdmin(ReadOnlyAdmin):
    list_display = ("original_name", "media_type", "readable_size", "purpose", "scan_state", "last_error", "created_at")
    list_filter = (StuckScans, "scan_state", "purpose", "media_type")
    search_fields = ("original_name", "sha256")
    list_select_related = ("uploaded_by", "virus_scan")
    date_hierarchy = "created_at"
    inlines = [VirusScanInline, SignatureCheckInline]
    actions = ["scan_again"]

    @admin.display(description=StoredDocument._meta.get_field("size").verbose_name, ordering="size")
    def readable_size(self, document: StoredDocument) -> str:
        return file_size(document.size)

    @admin.display(description=VirusScan._meta.get_field("last_error").verbose_name, empty_value="")
    def last_error(self, document: StoredDocument) -> str | None:
        scan = getattr(document, "virus_scan", None)
        return scan.last_error if scan is not None else None

    def has_scan_permission(self, request: HttpRequest) -> bool:
        """Rows are read-only, so the right to change them means the right to have them scanned."""
        return request.user.has_perm("documents.change_storeddocument")

    @admin.action(description=_("Quét lại"), permissions=["scan"])
    def scan_again(self, request: HttpRequest, queryset: QuerySet[StoredDocument]) -> None:
        """Says how many were queued and how many were not, and that nothing happens where there is no scanner."""
        if not services.is_scanner_configured():
            self.message_user(request, _("Chưa cài máy quét mã độc (CLAMD_HOST) nên chưa quét được."), messages.ERROR)
            return
        chosen: list[UUID] = list(queryset.values_list("pk", flat=True))
        actor = Actor(kind=ActorKind.ADMINISTRATOR, user_id=request.user.pk, display_name=str(request.user))
        queued = services.scan_again(actor=actor, document_ids=chosen)
        if queued:
            self.message_user(
                request,
                ngettext("Đã xếp %(count)d tệp vào hàng chờ quét.", "Đã xếp %(count)d tệp vào hàng chờ quét.", queued)
                % {"count": queued},
                messages.SUCCESS,
            )
        if len(chosen) > queued:
            left = len(chosen) - queued
            self.message_user(
                request,
                ngettext(
                    "%(count)d tệp giữ nguyên: đã có mã độc, hoặc do cổng tự tạo nên không cần quét.",
                    "%(count)d tệp giữ nguyên: đã có mã độc, hoặc do cổng tự tạo nên không cần quét.",
                    left,
                )
                % {"count": left},
                messages.WARNING,
            )
