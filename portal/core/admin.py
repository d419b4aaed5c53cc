"""Administration of the kernel: the outbox and the counters are looked at. The calendar is edited with the agencies' hours
(`portal.accounts.calendar_admin`)."""

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.core import outbox
from portal.core.journal_admin import ReadOnlyAdmin
from portal.core.models import AdministrativeUnit, OutboxDelivery, OutboxEvent, ReferenceCounter
from portal.core.models.outbox import DeliveryState


class DeliveryInline(admin.TabularInline):
    model = OutboxDelivery
    fields = ["handler", "state", "attempts", "next_attempt_at", "last_error", "done_at"]
    readonly_fields = ["handler", "state", "attempts", "next_attempt_at", "last_error", "done_at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "subject", "created_at"]
    list_filter = ["name"]
    search_fields = ["=subject"]
    inlines = [DeliveryInline]


@admin.register(OutboxDelivery)
class OutboxDeliveryAdmin(ReadOnlyAdmin):
    list_display = ["id", "handler", "subject", "state", "attempts", "next_attempt_at", "last_error", "done_at"]
    list_filter = ["state", "handler"]
    list_select_related = ["event"]
    search_fields = ["=event__subject"]
    actions = ["retry"]

    @admin.display(description=_("đối tượng"), ordering="event__subject")
    def subject(self, delivery: OutboxDelivery) -> str:
        return delivery.event.subject

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Rows are read-only, so the right to change them means the right to run them again."""
        return request.user.has_perm("core.change_outboxdelivery")

    @admin.action(description=_("Chạy lại các lượt tạm gác"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: models.QuerySet[OutboxDelivery]) -> None:
        """Says how many were put back and how many could not be, because they were not parked."""
        chosen = list(queryset.values_list("pk", flat=True))
        moved = outbox.retry_parked(chosen)
        if moved:
            self.message_user(
                request,
                ngettext("Đã đưa %(count)d lượt trở lại hàng chờ.", "Đã đưa %(count)d lượt trở lại hàng chờ.", moved)
                % {"count": moved},
                messages.SUCCESS,
            )
        if len(chosen) > moved:
            left = len(chosen) - moved
            self.message_user(
                request,
                ngettext(
                    "%(count)d lượt không ở trạng thái %(parked)s nên được giữ nguyên.",
                    "%(count)d lượt không ở trạng thái %(parked)s nên được giữ nguyên.",
                    left,
                )
                % {"count": left, "parked": DeliveryState.PARKED.label},
                messages.WARNING,
            )


@admin.register(ReferenceCounter)
class ReferenceCounterAdmin(ReadOnlyAdmin):
    list_display = ["series", "last_number"]
    search_fields = ["series"]


@admin.register(AdministrativeUnit)
class AdministrativeUnitAdmin(admin.ModelAdmin):
    """For a correction or a single change; whole lists come through `import_administrative_units`."""

    list_display = ["code", "name", "kind", "parent", "valid_from", "valid_to"]
    list_filter = ["level", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["=code", "name"]
    autocomplete_fields = ["parent", "successors"]
    ordering = ["code", "valid_from"]
