"""Administrators keep accounts, citizens' profiles, agencies, desks and officers' postings here."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Agency, Citizen, Desk, OfficerPosting, User
from portal.core.text import fold

admin.site.site_header = _("Một Cửa: quản trị")
admin.site.site_title = _("Quản trị Một Cửa")
admin.site.index_title = _("Việc quản trị")
# One sign-in page for everybody: its lockout and its mail confirmation hold for administrators too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Rights follow from officers' postings; Django's groups would be a second, silent source of rights.
admin.site.unregister(Group)


class PostingInline(admin.TabularInline):
    model = OfficerPosting
    extra = 0
    autocomplete_fields = ["agency"]


class CitizenInline(admin.StackedInline):
    model = Citizen
    extra = 0
    can_delete = False


class NewUserForm(AdminUserCreationForm):
    """Asks for what an account cannot be without; the password can be left unset."""

    class Meta:
        model = User
        fields = ("email", "full_name")


class ExistingUserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets choose


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Accounts by e-mail address, found by name with or without accents."""

    add_form = NewUserForm
    form = ExistingUserForm
    ordering = ("sort_key", "pk")
    list_display = ("full_name", "email", "is_active", "is_staff", "joined_at")
    list_filter = ("is_active", "is_staff", "postings__role")
    search_fields = ("full_name", "email")
    readonly_fields = ("last_login", "joined_at")
    filter_horizontal = ()
    inlines = (PostingInline, CitizenInline)
    fieldsets = (
        (None, {"fields": ("email", "full_name", "password")}),
        (_("Quyền"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Thời gian"), {"fields": ("last_login", "joined_at")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "full_name", "usable_password", "password1", "password2")}),
    )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

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


class DeskInline(admin.TabularInline):
    model = Desk
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
class AgencyAdmin(admin.ModelAdmin):
    """The tree of agencies: sorted by code, which puts each under the one above it."""

    form = AgencyForm
    ordering = ("code",)
    list_display = ("indented_name", "code", "level", "valid_to")
    list_display_links = ("indented_name",)
    list_filter = ("level", "is_illustrative")
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)
    inlines = (DeskInline,)

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

    list_display = ("user", "role", "agency", "title", "valid_from", "valid_to")
    list_filter = ("role",)
    list_select_related = ("user", "agency")
    search_fields = ("user__full_name", "user__email", "agency__name", "agency__code")
    autocomplete_fields = ("user", "agency")
