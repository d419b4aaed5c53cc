"""Administrators keep accounts, citizens' profiles, agencies, desks and officers' postings here."""

from typing import Any, cast

# Imported for their registrations, which are taken back below: they speak English only.
import allauth.account.admin  # noqa: F401
import axes.admin  # noqa: F401
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from axes.utils import reset as forget_failed_sign_ins
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.accounts import services
from portal.accounts.calendar_admin import ConfirmsHours, HoursInline
from portal.accounts.delegation import check_delegation
from portal.accounts.enums import StaffRole
from portal.accounts.models import (
    Agency,
    AgencySuccession,
    Citizen,
    Delegation,
    Desk,
    Division,
    OfficerPosting,
    Organisation,
    PersonLookUp,
    Representation,
    User,
)
from portal.core.actors import Actor, ActorKind
from portal.core.errors import InvalidInput
from portal.core.journal_admin import ReadOnlyAdmin
from portal.core.text import fold

admin.site.site_header = _("Một Cửa: quản trị")
admin.site.site_title = _("Quản trị Một Cửa")
admin.site.index_title = _("Việc quản trị")
# One sign-in page for everybody: its lockout and its mail confirmation hold for administrators too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Rights at the desk follow from officers' postings. Django's groups carry the staff roles alone: they are written by
# `seed_staff_roles` and given on the account's page, never edited one by one.
admin.site.unregister([Group, EmailAddress, AccessAttempt, AccessFailureLog, AccessLog])
# Django's switch for counts beside filters is in English and costs a query a filter.
admin.ModelAdmin.show_facets = admin.ShowFacets.NEVER


class PostingInline(admin.TabularInline):
    model = OfficerPosting
    extra = 0
    autocomplete_fields = ["agency", "division"]


class CitizenInline(admin.StackedInline):
    model = Citizen
    extra = 0
    can_delete = False


class NewUserForm(BaseUserCreationForm):
    """Asks for what an account cannot be without; people without an address are registered at a desk."""

    class Meta:
        model = User
        fields = ("email", "full_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True


class NewPasswordForm(AdminPasswordChangeForm):
    """A new password, typed twice; switching an account off is done with "đang dùng" and not through its password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.user.email:
            self.add_error(None, _("Tài khoản không có thư điện tử thì không đăng nhập được. Hãy ghi địa chỉ trước."))
        return data


class StaffRoles(forms.ModelMultipleChoiceField):
    """The seeded roles, each in words."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(dict(StaffRole.choices).get(obj.name, obj.name))


class AccountForm(forms.ModelForm):
    groups = StaffRoles(
        Group.objects.order_by("pk"),
        label=_("Vai trò quản trị"),
        required=False,
        help_text=_("Chỉ có tác dụng khi được vào trang quản trị. Toàn quyền thì không cần vai trò nào."),
    )

    class Meta:
        model = User
        fields = ("email", "full_name", "is_active", "is_staff", "groups", "is_superuser")
        labels = {"is_superuser": _("Toàn quyền quản trị")}
        help_texts = {"is_superuser": _("Sửa được mọi mục của trang quản trị.")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("email") and (self.instance.email or data.get("is_staff")):
            self.add_error("email", _("Tài khoản đăng nhập được thì phải có thư điện tử."))
        return data


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Accounts by e-mail address, found by name with or without accents."""

    add_form = NewUserForm
    form = AccountForm
    change_password_form = NewPasswordForm
    ordering = ("sort_key", "pk")
    list_display = ("full_name", "email", "is_active", "is_staff", "joined_at")
    list_filter = ("is_active", "is_staff", "postings__role")
    search_fields = ("full_name", "email")
    readonly_fields = ("password_link", "last_login", "joined_at")
    actions = ("unlock",)
    filter_horizontal = ()
    inlines = (PostingInline, CitizenInline)
    fieldsets = (
        (None, {"fields": ("email", "full_name", "password_link")}),
        (_("Quyền"), {"fields": ("is_active", "is_staff", "groups", "is_superuser")}),
        (_("Thời gian"), {"fields": ("last_login", "joined_at")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "full_name", "password1", "password2")}),)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    @admin.display(description=_("mật khẩu"))
    def password_link(self, user: User) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:auth_user_password_change", args=[user.pk]), _("Đặt mật khẩu khác")
        )

    @admin.action(description=_("Mở khóa đăng nhập cho các tài khoản đã chọn"))
    def unlock(self, request: HttpRequest, accounts: QuerySet[User]) -> None:
        # Without a name axes would forget everybody's.
        for email in accounts.exclude(email="").values_list("email", flat=True):
            forget_failed_sign_ins(username=email)
        messages.success(request, _("Đã mở khóa đăng nhập."))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Journals name the account for good; an account that must go is switched off.
        return False


@admin.register(Citizen)
class CitizenAdmin(admin.ModelAdmin):
    """Profiles that declarations are prefilled with."""

    list_display = ("__str__", "email", "date_of_birth", "assurance_level")
    list_filter = ("assurance_level",)
    list_select_related = ("user",)
    search_fields = ("user__full_name", "user__email", "personal_id_number")
    autocomplete_fields = ("user",)

    @admin.display(description=_("thư điện tử"), ordering="user__email")
    def email(self, citizen: Citizen) -> str:
        return citizen.user.email

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RepresentationInline(admin.TabularInline):
    model = Representation
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Organisations people say they act for; whoever has seen the papers raises the level of assurance here."""

    list_display = ("name", "tax_code", "assurance_level")
    list_filter = ("assurance_level",)
    search_fields = ("name", "tax_code")
    inlines = (RepresentationInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeskInline(admin.TabularInline):
    model = Desk
    extra = 0


class SuccessionInline(admin.TabularInline):
    """Who took over; to move the open dossiers as well, there is "Chuyển hồ sơ sang cơ quan kế thừa"."""

    model = AgencySuccession
    fk_name = "predecessor"
    extra = 0
    autocomplete_fields = ["successor"]


class DivisionInline(admin.TabularInline):
    model = Division
    extra = 0


class AgencyForm(forms.ModelForm):
    class Meta:
        model = Agency
        fields = ("code", "name", "level", "parent", "address", "phone", "valid_from", "valid_to", "is_illustrative")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        above = data.get("parent")
        while above is not None:
            if self.instance.pk and above.pk == self.instance.pk:
                self.add_error("parent", _("Cơ quan cấp trên không thể nằm dưới chính cơ quan này."))
                break
            above = above.parent
        return data


@admin.register(Agency)
class AgencyAdmin(ConfirmsHours):
    """The tree of agencies: sorted by code, which puts each under the one above it."""

    form = AgencyForm
    ordering = ("code",)
    list_display = ("indented_name", "code", "level", "valid_to")
    list_display_links = ("indented_name",)
    list_filter = ("level", "is_illustrative")
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)
    inlines = (DeskInline, DivisionInline, HoursInline, SuccessionInline)

    @admin.display(description=_("tên cơ quan"), ordering="code")
    def indented_name(self, agency: Agency) -> SafeString:
        # No-break spaces, because the admin's pages may carry no inline style.
        return format_html("{}{}", "\u00a0" * 6 * agency.code.count("."), agency.name)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Agency], search_term: str
    ) -> tuple[QuerySet[Agency], bool]:
        """Names are found without accents too; the list is short enough to be folded here."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if search_term and not found.exists():
            wanted = fold(search_term)
            keys = [pk for pk, name in queryset.values_list("pk", "name") if wanted in fold(name)]
            found = queryset.filter(pk__in=keys)
        return found, may_repeat


@admin.register(Desk)
class DeskAdmin(admin.ModelAdmin):
    list_display = ("name", "agency", "address", "phone")
    list_select_related = ("agency",)
    search_fields = ("name", "agency__name", "agency__code")
    autocomplete_fields = ("agency",)


@admin.register(OfficerPosting)
class OfficerPostingAdmin(admin.ModelAdmin):
    """Who may do what where, and from when to when."""

    list_display = ("user", "role", "agency", "division", "title", "valid_from", "valid_to")
    list_filter = ("role",)
    list_select_related = ("user", "agency", "division")
    search_fields = ("user__full_name", "user__email", "agency__name", "agency__code")
    autocomplete_fields = ("user", "agency", "division")


@admin.register(Division)
class DivisionAdmin(admin.ModelAdmin):
    """Divisions that internal steps of procedures name by their code, and that officers are posted to."""

    list_display = ("name", "code", "agency")
    list_select_related = ("agency",)
    search_fields = ("name", "code", "agency__name", "agency__code")
    autocomplete_fields = ("agency",)
    ordering = ("agency__code", "code")


class DelegationForm(forms.ModelForm):
    """Checked by the same rules as an officer's own page; the row is written by the service."""

    class Meta:
        model = Delegation
        fields = ("absent", "delegate", "agency", "starts_on", "ends_on", "reason")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            try:
                check_delegation(Delegation(pk=self.instance.pk, **values))
            except InvalidInput as problem:
                for name, sentence in problem.fields.items():
                    self.add_error(name, str(sentence))
        return values


@admin.register(Delegation)
class DelegationAdmin(admin.ModelAdmin):
    """Who stands in for whom. A row is ended, never changed or removed: journals name it."""

    form = DelegationForm
    list_display = ("absent", "delegate", "agency", "starts_on", "ends_on", "revoked_at")
    list_select_related = ("absent", "delegate", "agency")
    search_fields = ("absent__full_name", "delegate__full_name", "agency__name")
    autocomplete_fields = ("absent", "delegate", "agency")
    actions = ("end",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ("absent", "delegate", "agency", "starts_on", "ends_on", "reason")
        return asked if obj is None else (*asked, "made_by", "made_at", "revoked_at")

    def save_model(self, request: HttpRequest, obj: Delegation, form: forms.ModelForm, change: bool) -> None:
        made = services.delegate_duties(
            actor=_administrator(request),
            absent_id=obj.absent_id,
            delegate_id=obj.delegate_id,
            agency_id=obj.agency_id,
            starts_on=obj.starts_on,
            ends_on=obj.ends_on,
            reason=obj.reason,
        )
        obj.__dict__.update(made.__dict__)

    @admin.action(description=_("Kết thúc làm thay cho các dòng đã chọn"))
    def end(self, request: HttpRequest, delegations: QuerySet[Delegation]) -> None:
        for delegation_id in delegations.values_list("pk", flat=True):
            services.end_delegation(actor=_administrator(request), delegation_id=delegation_id)
        messages.success(request, _("Đã kết thúc làm thay."))

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        return actions if request.user.has_perm("accounts.add_delegation") else {}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _administrator(request: HttpRequest) -> Actor:
    """Whoever is signed in to admin, acting as administrator even where they hold a posting as well."""
    user = cast(User, request.user)
    return Actor(kind=ActorKind.ADMINISTRATOR, user_id=user.pk, display_name=user.full_name)


@admin.register(PersonLookUp)
class PersonLookUpAdmin(ReadOnlyAdmin):
    """Who looked for whom at a desk; read when somebody asks who has seen their data."""

    actions = None
    list_display = ("at", "officer_name", "agency", "purpose", "key", "found")
    list_filter = ("purpose", "key")
    list_select_related = ("agency", "found")
    search_fields = ("officer_name", "found__full_name")
    ordering = ("-id",)
