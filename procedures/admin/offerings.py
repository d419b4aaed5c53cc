"""Offerings in admin: one row is a dated period. Changing one opens the next period from a day; the past stays as it was."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet, URLField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.days import DayField
from portal.core.errors import PortalError
from portal.core.journal_admin import ReadOnlyInline
from procedures import selectors, services
from procedures.admin.actors import administrator
from procedures.enums import Channel, ResultWay, ServiceScope
from procedures.errors import PublicationRefused
from procedures.models import OfferingEntry, ProcessingStep, ProviderSystem, ServiceOffering
from procedures.selectors.claims import misclaimed, with_facts

_SECURE_ADDRESSES: dict[Any, Any] = {URLField: {"assume_scheme": "https"}}
_LEFT_EMPTY = _("Không chọn gì: mọi cách mà mức độ cho phép.")


class ServiceOfferingForm(forms.ModelForm):
    """What a service is to be, and from which day. The service itself judges it, in a rehearsal that is undone."""

    scope = forms.ChoiceField(
        label=_("Phạm vi công bố"),
        required=False,
        choices=[("", _("Tính từ dữ liệu của thủ tục")), *ServiceScope.choices],
        help_text=_(
            "Toàn trình: không có bước phải đến, phí (nếu có) thu trực tuyến, kết quả trả trực tuyến hoặc qua bưu chính."
        ),
    )
    channels = forms.MultipleChoiceField(
        label=_("Cách nộp cơ quan nhận"),
        required=False,
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_LEFT_EMPTY,
    )
    delivery_ways = forms.MultipleChoiceField(
        label=_("Cách trả kết quả"),
        required=False,
        choices=ResultWay.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_LEFT_EMPTY,
    )
    other_receivers = forms.ModelMultipleChoiceField(
        Agency.objects.filter(desks__isnull=False).distinct().order_by("code"),
        label=_("Các cơ quan khác cùng tiếp nhận"),
        required=False,
        help_text=_("Từng cơ quan có bộ phận một cửa. Để trống nếu không có."),
    )
    applies_from = DayField(
        label=_("Áp dụng từ ngày"),
        required=False,
        widget=AdminDateWidget,
        help_text=_("Để trống là hôm nay. Kỳ đang chạy kết thúc vào ngày hôm trước; những ngày đã qua không đổi."),
    )
    note = forms.CharField(label=_("Lý do, ghi vào nhật ký"), required=False, max_length=300)
    is_mistake = forms.BooleanField(
        label=_("Gạch bỏ cả kỳ này vì nhập nhầm"),
        required=False,
        help_text=_("Kỳ không còn được tính cho ngày nào, nhưng vẫn nhìn thấy cùng lý do. Các ô khác được bỏ qua."),
    )
    actor: Actor

    class Meta:
        model = ServiceOffering
        # The address comes with the admin class, which says what an address without a scheme means.
        fields = [
            *("procedure", "agency", "level", "scope", "receiving_agency", "receivers_below", "other_receivers"),
            *("has_online_reception", "channels"),
            *("delivery_ways", "has_online_payment", "electronic_only_from", "provider_system", "valid_to"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        period = self.instance
        if period.pk and period.scope == services.computed_scope(period, period.procedure.current_revision):
            # It follows the facts, and goes on doing so when the level changes.
            self.initial["scope"] = ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            try:
                with transaction.atomic():
                    self.carry_out()
                    transaction.set_rollback(True)
            except PublicationRefused as error:
                self.add_error("level", [f"{finding.place}: {finding.sentence}" for finding in error.findings])
            except PortalError as error:
                self._show(error)
        return values

    def _post_clean(self) -> None:
        # The row is a period of the past or the present: what was typed becomes another row, so the instance stays.
        pass

    def _show(self, error: PortalError) -> None:
        for name, sentence in error.fields.items():
            self.add_error(name if name in self.fields else None, str(sentence))
        if not error.fields:
            self.add_error("applies_from" if "applies_from" in self.fields else None, str(error.sentence))

    def carry_out(self) -> ServiceOffering:
        """What the form asks for, through the services. Raises what they raise."""
        values = self.cleaned_data
        if values.get("is_mistake"):
            return services.strike_out_offering(
                actor=self.actor, offering_id=self.instance.pk, note=values.get("note", "")
            )
        if self.instance.pk and not set(self.changed_data) - {"valid_to", "note", "applies_from"}:
            return services.end_offering(
                actor=self.actor,
                offering_id=self.instance.pk,
                last_day=values.get("valid_to"),
                note=values.get("note", ""),
            )
        receiving, provider = values.get("receiving_agency"), values.get("provider_system")
        below = values.get("receivers_below")
        return services.set_offering(
            actor=self.actor,
            procedure_id=self.instance.procedure_id or values["procedure"].pk,
            agency_id=self.instance.agency_id or values["agency"].pk,
            level=int(values["level"]),
            scope=values["scope"],
            receiving_agency_id=receiving.pk if receiving else None,
            receivers_below_id=below.pk if below else None,
            other_receiver_ids=[agency.pk for agency in values["other_receivers"]],
            has_online_reception=values["has_online_reception"],
            channels=values["channels"],
            delivery_ways=values["delivery_ways"],
            has_online_payment=values["has_online_payment"],
            electronic_only_from=values["electronic_only_from"],
            provider_system_id=provider.pk if provider else None,
            provider_address=values["provider_address"],
            valid_from=values.get("applies_from") or self._planned_start(),
            valid_to=values["valid_to"],
            note=values.get("note", ""),
        )

    def _planned_start(self) -> date | None:
        """A period that has not begun changes from its own first day, whatever day it is today."""
        start = self.instance.valid_from if self.instance.pk else None
        return start if start is not None and start > clock.today() else None


class OfferingEntryInline(ReadOnlyInline):
    model = OfferingEntry
    fields = ("kind", "valid_to_before", "valid_to", "note", "actor_name", "at")
    readonly_fields = fields


class StandingFilter(admin.SimpleListFilter):
    """Which periods: those of today unless asked otherwise."""

    title = _("kỳ")
    parameter_name = "ky"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("sap-toi", _("Sắp tới")),
            ("da-qua", _("Đã qua")),
            ("gach-bo", _("Đã gạch bỏ")),
            ("tat-ca", _("Tất cả")),
        ]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": _("Đang cung cấp")}, *rest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ServiceOffering]) -> QuerySet[ServiceOffering]:
        today = clock.today()
        match self.value():
            case "sap-toi":
                return queryset.filter(is_active=True, valid_from__gt=today)
            case "da-qua":
                return queryset.filter(is_active=True, valid_to__lt=today)
            case "gach-bo":
                return queryset.filter(is_active=False)
            case "tat-ca":
                return queryset
        return queryset.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
            is_active=True,
        )


class AttentionFilter(admin.SimpleListFilter):
    """Lists that somebody has to look at."""

    title = _("cần xem")
    parameter_name = "can-xem"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("chua-khop", _("Công bố chưa khớp dữ liệu")),
            ("phai-den", _("Có bước buộc đến trực tiếp")),
            ("ngoai-cong", _("Do hệ thống khác cung cấp")),
            ("chi-truc-tuyen", _("Chỉ nhận trực tuyến")),
            ("co-quan-dong", _("Cơ quan đã ngừng hoạt động")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ServiceOffering]) -> QuerySet[ServiceOffering]:
        match self.value():
            case "chua-khop":
                return misclaimed(queryset)
            case "phai-den":
                steps = ProcessingStep.objects.filter(requires_presence=True)
                return queryset.filter(procedure__current_revision__in=steps.values("revision"))
            case "ngoai-cong":
                return queryset.filter(provider_system__is_external=True)
            case "chi-truc-tuyen":
                return queryset.filter(electronic_only_from__isnull=False)
            case "co-quan-dong":
                return queryset.filter(agency__valid_to__lt=clock.today())
        return queryset


@admin.register(ServiceOffering)
class ServiceOfferingAdmin(admin.ModelAdmin):
    form = ServiceOfferingForm
    list_display = ["procedure", "agency", "level", "scope", "facts", "this_period", "presence"]
    list_filter = [StandingFilter, AttentionFilter, "level", "scope", "provider_system", "agency"]
    list_select_related = ["procedure__current_revision", "agency"]
    search_fields = ["procedure__search_text", "agency__name"]
    search_help_text = _("Tìm theo mã hoặc tên thủ tục, tên cơ quan.")
    autocomplete_fields = ["procedure", "agency", "receiving_agency", "receivers_below"]
    show_full_result_count = False
    formfield_overrides = _SECURE_ADDRESSES
    inlines = [OfferingEntryInline]
    _claim = ("level", "scope")
    _reception = ("has_online_reception", "channels", "electronic_only_from")
    _receivers = ("receiving_agency", "receivers_below", "other_receivers")
    _result = ("delivery_ways", "has_online_payment")
    _provider = ("provider_system", "provider_address")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceOffering]:
        steps = Prefetch("procedure__current_revision__steps", ProcessingStep.objects.filter(requires_presence=True))
        return (
            with_facts(super().get_queryset(request))
            .defer("procedure__search_text", "procedure__current_revision__form_definition")
            .prefetch_related(steps)
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.actor = administrator(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_changeform_initial_data(request), "applies_from": clock.today()}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        when = ["applies_from", "valid_to", "note"]
        head = [(None, {"fields": ["procedure", "agency"]})]
        if obj is not None:
            head = [(None, {"fields": ["procedure", "agency", "this_period", "revisions", "periods"]})]
            when = [*when, "is_mistake"]
        return [
            *head,
            (_("Mức độ công bố"), {"fields": [*self._claim, *(["facts", "presence"] if obj else [])]}),
            (_("Nhận hồ sơ"), {"fields": [*self._reception, *self._receivers]}),
            (_("Trả kết quả, thu phí"), {"fields": self._result}),
            (_("Hệ thống khác cung cấp"), {"fields": self._provider}),
            (_("Từ ngày nào"), {"fields": when}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["this_period", "revisions", "periods", "facts", "presence"]
        return ["procedure", "agency", *shown] if obj is not None else shown

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Dossiers point at offerings; one that ends is ended, one that was a mistake is struck out.
        return False

    def save_model(self, request: HttpRequest, obj: ServiceOffering, form: Any, change: bool) -> None:
        saved = form.carry_out()
        # The log line and the address that follow are those of the period that came of it.
        obj.__dict__.update(saved.__dict__)

    @admin.display(description=_("theo dữ liệu"))
    def facts(self, obj: Any) -> str:
        if obj.facts_scope == obj.scope:
            return str(_("khớp"))
        return str(_("chưa khớp: %(facts)s") % {"facts": ServiceScope(obj.facts_scope).label})

    @admin.display(description=_("phải đến trực tiếp"))
    def presence(self, obj: ServiceOffering) -> str:
        revision = obj.procedure.current_revision
        steps = revision.steps.all() if revision is not None else []
        return "; ".join(f"{step.title} ({step.presence_text})" for step in steps if step.requires_presence) or "–"

    @admin.display(description=_("kỳ"), ordering="valid_from")
    def this_period(self, obj: ServiceOffering) -> str:
        return _period_text(obj)

    @admin.display(description=_("các phiên bản trong kỳ"))
    def revisions(self, obj: ServiceOffering) -> str | SafeString:
        rows = (
            (reverse("admin:procedures_procedurerevision_change", args=[revision.pk]), revision.number)
            for revision in selectors.revisions_during(obj)
        )
        return format_html_join(", ", '<a href="{}">{}</a>', rows) or "–"

    @admin.display(description=_("mọi kỳ của dịch vụ"))
    def periods(self, obj: ServiceOffering) -> SafeString:
        rows = (
            (
                reverse("admin:procedures_serviceoffering_change", args=[period.pk]),
                f"{period.get_level_display()}, {period.get_scope_display()}",
                _period_text(period),
            )
            for period in selectors.periods_of(obj.procedure, obj.agency_id)
        )
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a>: {}</li>', rows))


@admin.register(ProviderSystem)
class ProviderSystemAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "address", "is_external"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}
    formfield_overrides = _SECURE_ADDRESSES

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or (super().has_delete_permission(request, obj) and not obj.offerings.exists())

    def save_model(self, request: HttpRequest, obj: ProviderSystem, form: forms.ModelForm, change: bool) -> None:
        services.save_provider_system(actor=administrator(request), system=obj)


def _period_text(period: ServiceOffering) -> str:
    begin = f"{period.valid_from:%d/%m/%Y}" if period.valid_from else "…"
    end = f"{period.valid_to:%d/%m/%Y}" if period.valid_to else "…"
    text = f"{begin} – {end}"
    return text if period.is_active else str(_("%(days)s (đã gạch bỏ)") % {"days": text})
