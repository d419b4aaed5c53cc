"""Mails and short messages, to look at; a mail can be tried again, or it is said why not (PITFALLS 27)."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.core.errors import PortalError
from portal.core.journal_admin import ReadOnlyAdmin
from portal.notifications.models import MailDelivery, ShortMessage
from portal.notifications.services import resend_mail


@admin.register(MailDelivery)
class MailDeliveryAdmin(admin.ModelAdmin):
    list_display = ("kind", "recipient_email", "state", "attempts", "last_error", "queued_at", "sent_at")
    list_filter = ("state", "kind", "language")
    search_fields = ("recipient_email", "cause", "message_id", "=thread")
    raw_id_fields = ("user", "wording", "bundle_lead")
    date_hierarchy = "queued_at"
    actions = ("resend",)
    # A code or a reset link that waits to be sent is for its recipient only.
    exclude = ("text_body", "html_body")

    @admin.action(description=_("Gửi lại"), permissions=["view"])
    def resend(self, request: HttpRequest, queryset: QuerySet[MailDelivery]) -> None:
        queued = 0
        for mail_id in queryset.order_by("pk").values_list("pk", flat=True):
            try:
                resend_mail(actor=request.actor, mail_id=mail_id)  # type: ignore[attr-defined]
            except PortalError as error:
                self.message_user(
                    request, _("Thư %(id)s: %(reason)s") % {"id": mail_id, "reason": error.sentence}, messages.WARNING
                )
            else:
                queued += 1
        if queued:
            text = ngettext("Đã xếp %(count)s thư để gửi lại.", "Đã xếp %(count)s thư để gửi lại.", queued)
            self.message_user(request, text % {"count": queued}, messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ShortMessage)
class ShortMessageAdmin(ReadOnlyAdmin):
    list_display = ("channel", "kind", "phone", "state", "attempts", "last_error", "queued_at", "sent_at")
    list_filter = ("state", "channel", "kind")
    search_fields = ("phone", "cause", "provider_reference")
