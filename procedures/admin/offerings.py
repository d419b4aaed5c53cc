"""Offerings in admin: a level is checked against what the revision in force can keep."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from procedures import services
from procedures.admin.actors import administrator
from procedures.models import ServiceOffering


class ServiceOfferingForm(forms.ModelForm):
    class Meta:
        model = ServiceOffering
        fields = ["procedure", "agency", "receiving_agency", "level", "valid_from", "valid_to", "is_active"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        procedure = values.get("procedure") or getattr(self.instance, "procedure", None)
        level = values.get("level")
        if procedure is not None and level is not None and values.get("is_active"):
            findings = services.offering_findings(procedure, level)
            if findings:
                raise ValidationError(
                    {"level": [f"{finding.place}: {finding.sentence}" for finding in findings]}, code="level"
                )
        return values


@admin.register(ServiceOffering)
class ServiceOfferingAdmin(admin.ModelAdmin):
    form = ServiceOfferingForm
    list_display = ["procedure", "agency", "level", "valid_from", "valid_to", "is_active"]
    list_filter = ["level", "is_active", "agency"]
    list_select_related = ["procedure", "agency"]
    search_fields = ["procedure__search_text", "agency__name"]
    autocomplete_fields = ["procedure", "agency", "receiving_agency"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["procedure", "agency"] if obj is not None else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Dossiers point at offerings; one that ends is switched off.
        return False

    def save_model(self, request: HttpRequest, obj: ServiceOffering, form: forms.ModelForm, change: bool) -> None:
        saved = services.set_offering(
            actor=administrator(request),
            procedure_id=obj.procedure_id,
            agency_id=obj.agency_id,
            receiving_agency_id=obj.receiving_agency_id,
            level=obj.level,
            valid_from=obj.valid_from,
            valid_to=obj.valid_to,
            is_active=obj.is_active,
        )
        obj.pk = saved.pk
