"""For which answers a row of the revision counts (a document needed, a paragraph printed): one page, one condition builder."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.core.errors import PortalError
from procedures.admin.form_editor.conditions import ConditionBuilder
from procedures.admin.form_editor.desk import Desk
from procedures.errors import StaleDraft
from procedures.form_definitions import FormDefinition

_PREFIX = "needed_when"


class RowConditionForm(forms.Form):
    """One condition over every answer of the declaration."""

    def __init__(
        self,
        *,
        raw: Any,
        definition: FormDefinition,
        data: Mapping[str, Any] | None,
        legend: str,
        always: str,
    ) -> None:
        super().__init__(data)
        self.builder = ConditionBuilder(
            prefix=_PREFIX,
            legend=legend,
            always=always,
            specs=list(definition.fields()),
            raw=raw,
            data=self.data if self.is_bound else None,
        )
        self.fields.update(self.builder.fields())
        self.condition: dict[str, Any] = {}

    def clean(self) -> dict[str, Any]:
        try:
            self.condition = self.builder.read(self.cleaned_data) or {}
        except ValidationError as error:
            self.add_error(None, error)
        return self.cleaned_data

    def condition_parts(self) -> list[dict[str, Any]]:
        return [self.builder.part(self)]


def condition_page(
    desk: Desk,
    *,
    raw: Any,
    legend: str,
    always: str,
    subject: str,
    title: str,
    rows: str,
    save: Callable[[dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    """The page of one row's condition, and its answer to a save: back to the rows, or why not, with all that was chosen.

    `rows` is the related name of the rows on the revision; `save` takes the condition and raises PortalError.
    """
    if desk.definition is None:
        return desk.back()
    back = f"{reverse('admin:procedures_procedurerevision_change', args=[desk.revision.pk])}#{rows}-group"
    data = desk.request.POST if desk.request.method == "POST" else None
    form = RowConditionForm(raw=raw, definition=desk.definition, data=data, legend=legend, always=always)
    status, stale = 200, None
    is_refresh = "refresh" in desk.request.POST
    if form.is_bound and not is_refresh:
        status = 422
        if form.is_valid():
            try:
                save(form.condition)
            except StaleDraft as error:
                status, stale = 409, error.sentence
            except PortalError as error:
                form.add_error(None, str(error.sentence))
            else:
                messages.success(desk.request, done)
                return redirect(back)
    context = {"form": form, "stale": stale, "is_refresh": is_refresh, "subject": subject, "back": back}
    return desk.render("condition.html", context, title=title, status=status)
