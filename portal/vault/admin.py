"""Papers in admin: kinds and the duty to digitise are kept here; all else can be read, and is changed by nobody."""

import re
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.journal_admin import ReadOnlyAdmin, ReadOnlyInline
from portal.vault.models import (
    Digitisation,
    DigitisationDuty,
    DigitisationRun,
    IssuedPaper,
    PaperCopy,
    PaperKind,
    PaperLogEntry,
    PaperShare,
)

_KEY = re.compile(r"[a-z][a-z0-9_]*")


class PaperKindForm(forms.ModelForm):
    """Keys of facts one a line, as the procedure's form and templates name them."""

    public_keys = forms.CharField(
        label=PaperKind._meta.get_field("public_keys").verbose_name,
        help_text=_("Mỗi dòng một mã. Ai có mã trên giấy đều đọc được, nên không ghi thông tin của người."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    class Meta:
        model = PaperKind
        fields = ("code", "name", "public_keys", "months_valid", "is_reusable")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["public_keys"] = "\n".join(self.instance.public_keys)

    def clean_public_keys(self) -> list[str]:
        keys = list(
            dict.fromkeys(line.strip() for line in self.cleaned_data["public_keys"].splitlines() if line.strip())
        )
        wrong = [key for key in keys if not _KEY.fullmatch(key)]
        if wrong:
            raise forms.ValidationError(_("Mã chỉ gồm chữ thường không dấu, số và gạch dưới: %s") % ", ".join(wrong))
        return keys


@admin.register(PaperKind)
class PaperKindAdmin(admin.ModelAdmin):
    """A kind that papers carry keeps its code: required documents and results name it."""

    form = PaperKindForm
    list_display = ("code", "name", "months_valid", "is_reusable")
    list_filter = ("is_reusable",)
    search_fields = ("code", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: PaperKind | None = None) -> tuple[str, ...]:
        return ("code",) if obj is not None and obj.papers.exists() else ()

    def has_delete_permission(self, request: HttpRequest, obj: PaperKind | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.papers.exists())


class _LogInline(ReadOnlyInline):
    model = PaperLogEntry
    fields: ClassVar[Any] = ("at", "act", "actor_kind", "actor_name", "details")


@admin.register(IssuedPaper)
class IssuedPaperAdmin(ReadOnlyAdmin):
    """What a paper says is for its owner and its agency: the list and the page show which paper it is and what became of it."""

    list_display = ("title", "number", "agency_name", "state", "issued_on", "valid_until", "source")
    list_filter = ("state", "source", "kind")
    search_fields = ("code", "number", "title")
    search_help_text = _("Mã xác minh, số hoặc tên giấy tờ")
    list_select_related = ("kind",)
    fields = (
        *(
            "code",
            "kind",
            "title",
            "number",
            "agency",
            "agency_name",
            "signer_name",
            "signer_title",
            "source",
            "subject",
        ),
        *("issued_on", "valid_from", "valid_until", "registered_at", "released_at"),
        *("state", "ended_at", "end_reason", "replaced_by"),
    )
    inlines = (_LogInline,)


@admin.register(PaperLogEntry)
class PaperLogEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "paper", "act", "actor_kind", "actor_name")
    list_filter = ("act", "actor_kind")
    list_select_related = ("paper",)


@admin.register(PaperShare)
class PaperShareAdmin(ReadOnlyAdmin):
    """Neither the link nor the pass phrase can be read anywhere."""

    list_display = ("paper", "made_at", "expires_at", "openings_allowed", "openings", "ended_at", "end_cause")
    list_filter = ("end_cause",)
    list_select_related = ("paper",)
    fields = ("paper", "made_at", "subject", "expires_at", "openings_allowed", "openings", "ended_at", "end_cause")


@admin.register(PaperCopy)
class PaperCopyAdmin(ReadOnlyAdmin):
    list_display = ("paper", "made_at", "is_signed")
    list_select_related = ("paper",)
    fields = ("code", "paper", "made_at", "is_signed")


@admin.register(DigitisationDuty)
class DigitisationDutyAdmin(admin.ModelAdmin):
    list_display = ["level", "begins_on", "legal_basis", "is_reviewed"]
    fields = ["level", "begins_on", "legal_basis", "is_reviewed"]


@admin.register(DigitisationRun)
class DigitisationRunAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "agency", "owner", "state", "error_code"]
    list_filter = ["state"]
    list_select_related = ["agency", "owner"]
    fields = ["agency", "owner", "state", "error_code", "created_at", "beat_at", "finished_at"]


@admin.register(Digitisation)
class DigitisationAdmin(ReadOnlyAdmin):
    list_display = ["digitised_at", "agency", "kind", "digitised_by"]
    list_filter = ["kind"]
    list_select_related = ["agency", "kind", "digitised_by"]
    fields = ["agency", "kind", "digitised_by", "digitised_at"]
