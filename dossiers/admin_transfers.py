"""Reorganisation in admin: say what goes where, see what would move, start it, watch it."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from dossiers import services
from dossiers.enums import DossierState
from dossiers.models import AgencyTransfer
from dossiers.models.transfers import TransferState
from portal.core import clock
from portal.core.actors import Actor, ActorKind
from portal.core.errors import PortalError

_FIELDS = (
    *("from_agency", "to_agency", "policy_areas", "decision_number", "effective_on"),
    *("moves_postings", "closes_predecessor"),
)
_PROGRESS = ("state", "moved_count", "created_by", "started_by", "started_at", "finished_at")


@admin.register(AgencyTransfer)
class AgencyTransferAdmin(admin.ModelAdmin):
    """A transfer can be changed and dropped until it is started; afterwards it is a record."""

    change_form_template = "admin/dossiers/agencytransfer/change_form.html"
    list_display = ("__str__", "effective_on", "decision_number", "state", "moved_count", "finished_at")
    list_filter = ("state",)
    list_select_related = ("from_agency", "to_agency")
    search_fields = ("from_agency__name", "to_agency__name", "decision_number")
    autocomplete_fields = ("from_agency", "to_agency")
    filter_horizontal = ("policy_areas",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*_FIELDS, *_PROGRESS) if obj else _FIELDS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        has_started = obj is not None and obj.state != TransferState.PREPARED
        return (*_PROGRESS, *_FIELDS) if has_started else _PROGRESS

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_record = obj is not None and obj.state != TransferState.PREPARED
        return not is_record and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # The bulk deletion of the list would pass by the rule above.
        return {}

    def save_model(self, request: HttpRequest, obj: AgencyTransfer, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        start = path(
            "<int:transfer_id>/chuyen/", self.admin_site.admin_view(self.start), name="dossiers_agencytransfer_start"
        )
        return [start, *super().get_urls()]

    def start(self, request: HttpRequest, transfer_id: int) -> HttpResponse:
        """POST: begin, or try again what was left over."""
        page = redirect(reverse("admin:dossiers_agencytransfer_change", args=[transfer_id]))
        if request.method != "POST" or not self.has_change_permission(request):
            return page
        actor = Actor(ActorKind.ADMINISTRATOR, request.user.pk, str(request.user))
        try:
            services.start_transfer(actor=actor, transfer_id=transfer_id)
        except PortalError as problem:
            messages.error(request, str(problem.sentence))
        else:
            messages.success(request, _("Đã bắt đầu chuyển. Tải lại trang này để xem tiến độ."))
        return page

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        transfer = kwargs.get("obj")
        if transfer is not None:
            counts = services.transfer_preview(transfer)
            drafts = counts.get(DossierState.DRAFT, 0)
            context |= {
                "preview": [(DossierState(state).label, count) for state, count in sorted(counts.items()) if count],
                "left_count": sum(counts.values()) - drafts,
                "is_startable": transfer.state == TransferState.PREPARED and transfer.effective_on <= clock.today(),
                "is_early": transfer.state == TransferState.PREPARED and transfer.effective_on > clock.today(),
                "is_repeatable": transfer.state == TransferState.DONE and bool(transfer.failures),
                "may_start": self.has_change_permission(request, transfer),
                # The record can no longer be changed, so Django's buttons would do nothing.
                "show_save": transfer.state == TransferState.PREPARED,
                "show_save_and_continue": transfer.state == TransferState.PREPARED,
                "show_save_and_add_another": False,
            }
        return super().render_change_form(request, context, *args, **kwargs)
