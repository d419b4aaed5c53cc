"""Signing certificates in admin: registered from the key itself, proposed by one person, approved by another."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.contrib.admin.options import csrf_protect_m
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms.models import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core.actors import Actor, ActorKind
from portal.core.errors import PortalError
from portal.core.journal_admin import ReadOnlyInline
from portal.documents import selectors, services
from portal.documents.models import SigningCertificate, SigningCertificateEntry
from portal.documents.selectors import EXPIRES_SOON_DAYS


class CertificateForm(forms.ModelForm):
    """Which key is meant; everything else is read from its certificate. No field takes a key or a password."""

    class Meta:
        model = SigningCertificate
        fields = ("agency", "adapter", "code", "location", "label")
        help_texts = {
            "code": gettext_lazy(
                "Tên tệp khoá (không đuôi) trong thư mục SIGNING_KEYS_DIR và phần giữa của biến SIGNING_[mã]_PASSWORD."
            ),
            "location": gettext_lazy(
                "Thiết bị PKCS#11: nhãn thiết bị/nhãn khoá. Dịch vụ từ xa: mã chứng thư ở dịch vụ."
            ),
        }


class ExpiryFilter(admin.SimpleListFilter):
    title = gettext_lazy("hạn dùng")
    parameter_name = "han"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("Đang dùng và hết hạn trong %(days)d ngày tới hoặc đã hết hạn") % {"days": EXPIRES_SOON_DAYS})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SigningCertificate]) -> QuerySet[SigningCertificate]:
        if self.value() != "1":
            return queryset
        return queryset.filter(pk__in=selectors.certificates_to_renew().values("pk"))


class EntryInline(ReadOnlyInline):
    model = SigningCertificateEntry
    fields = readonly_fields = ("at", "act", "actor_name", "reason")


@admin.register(SigningCertificate)
class SigningCertificateAdmin(admin.ModelAdmin):
    form = CertificateForm
    list_display = ("label", "agency", "state", "time_left", "valid_until", "adapter", "proposed_by", "activated_by")
    list_filter = (ExpiryFilter, "state", "adapter")
    list_select_related = ("agency", "proposed_by", "activated_by")
    search_fields = ("label", "agency__name", "agency__code", "subject_name", "serial_number", "fingerprint")
    autocomplete_fields = ("agency",)
    actions = ("propose", "approve", "retire")
    inlines = (EntryInline,)
    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return (*(field.name for field in SigningCertificate._meta.fields if field.name != "id"), "time_left")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return CertificateForm.Meta.fields if obj is None else self.get_readonly_fields(request, obj)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None else ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed by the acts alone."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or request.user.has_perm("documents.change_signingcertificate")

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("documents.change_signingcertificate")

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("documents.approve_signingcertificate")

    @admin.display(description=gettext_lazy("thời hạn còn lại"), ordering="valid_until")
    def time_left(self, certificate: SigningCertificate) -> str | SafeString:
        """In words; what is in use and runs out stands out."""
        days = certificate.days_left
        words = _time_left(certificate)
        if certificate.is_active and days <= EXPIRES_SOON_DAYS:
            return format_html("<strong>⚠ {}</strong>", words)
        return words

    @csrf_protect_m
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET":
            self._warn(request)
        return super().changelist_view(request, extra_context)

    def _warn(self, request: HttpRequest) -> None:
        urgent = list(selectors.certificates_to_renew()[:20])
        if urgent:
            names = "; ".join(f"{one.agency} ({_time_left(one)})" for one in urgent)
            messages.warning(request, _("Cần gia hạn chứng thư của: %(names)s.") % {"names": names})

    @csrf_protect_m
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """Outside of a transaction, which Django's own page would open: the key may be in a token or far away."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        # One way on: to the certificate that was read.
        extra_context = {"show_save_and_continue": False, "show_save_and_add_another": False, **(extra_context or {})}
        if request.method != "POST":
            return super().add_view(request, form_url, extra_context)
        form = self.get_form(request)(request.POST)
        if form.is_valid():
            try:
                made = self._register(request, form)
            except PortalError as error:
                for name, sentence in error.fields.items():
                    form.add_error(name, str(sentence))
                if not error.fields:
                    form.add_error(None, str(error.sentence))
            else:
                messages.success(
                    request, _("Đã đăng ký chứng thư. Chứng thư chỉ dùng sau khi có người đề nghị và người khác duyệt.")
                )
                return HttpResponseRedirect(reverse("admin:documents_signingcertificate_change", args=[made.pk]))
        return self._form_again(request, form, extra_context)

    def _register(self, request: HttpRequest, form: ModelForm) -> SigningCertificate:
        chosen = form.cleaned_data
        return services.register_certificate(
            actor=_actor(request),
            agency_id=chosen["agency"].pk,
            adapter=chosen["adapter"],
            code=chosen["code"],
            location=chosen["location"],
            label=chosen["label"],
        )

    def _form_again(self, request: HttpRequest, form: ModelForm, extra_context: dict[str, Any] | None) -> HttpResponse:
        shown = AdminForm(
            form, list[Any](self.get_fieldsets(request)), self.get_prepopulated_fields(request), (), model_admin=self
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Thêm chứng thư ký số"),
            "adminform": shown,
            "is_popup": False,
            "to_field": None,
            "media": self.media + shown.media,
            "inline_admin_formsets": [],
            "errors": AdminErrorList(form, []),
            "preserved_filters": "",
            **(extra_context or {}),
        }
        return self.render_change_form(request, context, add=True)

    @admin.action(description=gettext_lazy("Đề nghị dùng"), permissions=["handle"])
    def propose(self, request: HttpRequest, queryset: QuerySet[SigningCertificate]) -> None:
        self._act(
            request, queryset, lambda one: services.propose_certificate(actor=_actor(request), certificate_id=one.pk)
        )

    @admin.action(description=gettext_lazy("Duyệt dùng (người thứ hai)"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[SigningCertificate]) -> None:
        self._act(
            request, queryset, lambda one: services.activate_certificate(actor=_actor(request), certificate_id=one.pk)
        )

    @admin.action(description=gettext_lazy("Ngừng dùng ngay"), permissions=["handle"])
    def retire(self, request: HttpRequest, queryset: QuerySet[SigningCertificate]) -> None:
        self._act(
            request,
            queryset,
            lambda one: services.retire_certificate(
                actor=_actor(request), certificate_id=one.pk, reason=_("Ngừng dùng từ trang quản trị.")
            ),
        )

    def _act(self, request: HttpRequest, queryset: QuerySet[SigningCertificate], act: Any) -> None:
        """One by one, each in its own transaction, with a sentence for each that could not be."""
        done = 0
        for certificate in queryset.order_by("pk"):
            try:
                act(certificate)
                done += 1
            except PortalError as error:
                messages.error(request, f"{certificate.label}: {error.sentence}")
        if done:
            messages.success(
                request,
                ngettext("Đã xong %(count)d chứng thư.", "Đã xong %(count)d chứng thư.", done) % {"count": done},
            )


def _actor(request: HttpRequest) -> Actor:
    return Actor(kind=ActorKind.ADMINISTRATOR, user_id=request.user.pk, display_name=str(request.user))


def _time_left(certificate: SigningCertificate) -> str:
    if certificate.is_expired:
        return _("đã hết hạn")
    days = certificate.days_left
    return ngettext("còn %(count)d ngày", "còn %(count)d ngày", days) % {"count": days}
