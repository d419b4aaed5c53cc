"""Addresses of the form editor, under a revision's own address in admin."""

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpResponse
from django.urls import URLPattern, path

from procedures.admin.form_editor import document_needs, eligibility, views

_FORM = "<int:revision_id>/to-khai/"
_SECTION = f"{_FORM}phan/<slug:section>/"
_GROUP = f"{_SECTION}nhom/<slug:group>/"


def addresses(model_admin: ModelAdmin) -> list[URLPattern]:
    """To stand before the model admin's own addresses, whose catch-all takes everything."""

    def at(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        bound: Any = partial(view, model_admin=model_admin)
        update_wrapper(bound, view)
        return path(route, model_admin.admin_site.admin_view(bound), name=f"procedures_{name}")

    return [
        at(_FORM, views.show, "form_editor"),
        at(f"{_FORM}viec/", views.act, "form_act"),
        at(f"{_FORM}hoan-tac/", views.undo, "form_undo"),
        at(f"{_FORM}phan-moi/", views.edit_section, "form_section_add"),
        at(_SECTION, views.edit_section, "form_section"),
        at(f"{_SECTION}truong-moi/", views.add_field, "form_field_add"),
        at(f"{_SECTION}truong/<slug:field>/", views.edit_field, "form_field"),
        at(f"{_GROUP}truong-moi/", views.add_field, "form_group_field_add"),
        at(f"{_GROUP}truong/<slug:field>/", views.edit_field, "form_group_field"),
        at(f"{_FORM}giay-to/<int:row_id>/", document_needs.edit, "form_document"),
        at(f"{_FORM}dieu-kien-nop/", eligibility.show, "form_rules"),
        at(f"{_FORM}dieu-kien-nop/them/", eligibility.edit, "form_rule_add"),
        at(f"{_FORM}dieu-kien-nop/viec/", eligibility.act, "form_rule_act"),
        at(f"{_FORM}dieu-kien-nop/<slug:rule>/", eligibility.edit, "form_rule"),
    ]
