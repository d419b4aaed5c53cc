"""Saving a section, with its button or without leaving it, and choosing between two values: of a draft and of an open
supplement alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dossiers import services
from dossiers.errors import DraftClosed
from dossiers.services import SaveResult, TakenFiles
from dossiers.views.section_page import anchor_of, chosen_here, shown_conflicts
from dossiers.views.signed_in import forget_kept_post
from portal.core.json_bodies import BodyTooLarge, require_body_within
from portal.core.problems import problem
from procedures.services import forms

# A whole declaration typed by hand stays far below; a picture in base64 does not belong here.
MOST_BYTES = 512_000


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A section that can be saved now: where its pages are, and the services that write it.

    `take_files` takes data and files, `save` data, page and is_partial, `settle` data, chosen and page; `conflict` answers
    409 with both values.
    """

    section_url: str
    settle_url: str
    take_files: Callable[..., TakenFiles]
    save: Callable[..., SaveResult]
    settle: Callable[..., SaveResult]
    conflict: Callable[[SaveResult], HttpResponse]


@dataclass(frozen=True, slots=True)
class TakenPage:
    """A posted page that was saved. `refused`: sentences about files that were not taken, by field."""

    result: SaveResult
    refused: Mapping[str, list[str]]

    @property
    def is_done(self) -> bool:
        """Is nothing left on the page to mend, and was no row added or taken away?"""
        return self.result.is_right and not self.refused and not self.result.changed_rows


def take_page(request: HttpRequest, sheet: OpenSheet) -> TakenPage | HttpResponse:
    """Save a posted page with its files, right or wrong; an answer where the page comes back for another reason: two
    values to choose from, or a file that was taken out."""
    taken = sheet.take_files(data=request.POST, files=request.FILES)
    result = sheet.save(data=taken.data, page=services.read_page(request.POST))
    forget_kept_post(request, sheet.section_url)
    if result.conflicts:
        return sheet.conflict(result)
    if taken.has_removed:
        return redirect(sheet.section_url)
    if result.merged:
        names = ", ".join(f"“{spec.label.shown()}”" for spec in result.merged)
        messages.info(request, _("Vừa được sửa ở thẻ hoặc máy khác, giữ giá trị đó: %(names)s.") % {"names": names})
    return TakenPage(result, taken.refused)


def save_without_leaving(request: HttpRequest, find: Callable[[], OpenSheet | None]) -> HttpResponse:
    """Save what is on the page now, right or wrong, and say how it went.

    `find` gives the sheet once the body is known to be small enough, None when it is closed: a page that saves by itself
    is told (410), not sent elsewhere.
    """
    try:
        require_body_within(request, MOST_BYTES)
    except BodyTooLarge as error:
        return render(request, "errors/portal_error.html", {"error": error}, status=error.status)
    sheet = find()
    if sheet is None:
        return HttpResponse(str(DraftClosed.default_sentence), status=410, content_type="text/plain; charset=utf-8")
    page = services.read_page(request.POST)
    if page is None:
        # Without the state of a page this would empty every field it does not name.
        return problem(400, "page_state_missing", _("Trang này mở đã quá lâu. Hãy tải lại trang."))
    result = sheet.save(data=request.POST, page=page, is_partial=True)
    forget_kept_post(request, sheet.section_url)
    context = _fragment_context(request, result) | {"settle_url": sheet.settle_url}
    return render(request, "dossiers/_autosaved.html", context, status=409 if result.conflicts else 200)


def settle_choice(request: HttpRequest, sheet: OpenSheet) -> HttpResponse:
    """The person chose, field by field, which of two values stays."""
    page = services.read_page(request.POST)
    if request.method != "POST" or page is None:
        return redirect(sheet.section_url)
    result = sheet.settle(data=request.POST, chosen=chosen_here(request.POST), page=page)
    forget_kept_post(request, sheet.section_url)
    return sheet.conflict(result) if result.conflicts else redirect(sheet.section_url)


def _fragment_context(request: HttpRequest, result: SaveResult) -> dict[str, Any]:
    """The state of the save, the page's new state, and the parts of the page whose condition may have changed."""
    form = result.form
    assert form is not None
    own = {spec.key for spec in result.section.fields}
    elsewhere = {key: value for key, value in result.sheet.answers.items() if key not in own}
    forms.mark_applying(form, elsewhere | _answers_of(result))
    return {
        "dossier": result.sheet,
        "section": result.section,
        "page": result.page,
        "doubtful": [
            {"anchor": anchor_of(form, key), "label": form[key].label}
            for key in dict.fromkeys(item.field for item in result.problems)
            if key in form.fields
        ],
        "merged": [spec.label.shown() for spec in result.merged],
        "conflicts": shown_conflicts(request, result),
        "mirrored": forms.conditional_blocks(form),
        "computed": forms.computed_blocks(form),
        "form": form,
    }


def _answers_of(result: SaveResult) -> dict[str, Any]:
    """The section's own answers as they are saved now."""
    return {
        spec.key: result.sheet.answers[spec.key] for spec in result.section.fields if spec.key in result.sheet.answers
    }
