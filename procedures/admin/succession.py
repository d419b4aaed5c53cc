"""Other codes of a procedure and what replaces it, on the page of the procedure."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.text import normalise
from procedures import services
from procedures.admin.actors import administrator
from procedures.models import Procedure, ProcedureAlias, ProcedureReplacement


class AliasForm(forms.ModelForm):
    class Meta:
        model = ProcedureAlias
        fields = ["code", "note"]

    def clean_code(self) -> str:
        code = normalise(self.cleaned_data["code"]).upper()
        if Procedure.objects.filter(code=code).exists():
            raise ValidationError(_("Mã %(code)s là mã chính của một thủ tục."), code="taken", params={"code": code})
        return code


class AliasInline(admin.TabularInline):
    model = ProcedureAlias
    form = AliasForm
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "code" and field is not None:
            # Typed in either case; the form stores it in upper case and the model judges that.
            field.validators = [one for one in field.validators if one not in db_field.validators]
        return field


class ReplacementInline(admin.TabularInline):
    model = ProcedureReplacement
    fk_name = "procedure"
    autocomplete_fields = ["successor"]
    extra = 0


def refresh_after_aliases(request: HttpRequest, procedure: Procedure) -> None:
    """Search finds a procedure under its other codes as soon as they are saved."""
    services.save_procedure(actor=administrator(request), procedure=procedure)
