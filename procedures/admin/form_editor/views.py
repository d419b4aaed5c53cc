"""The declaration form of a draft, edited as a form: an overview, a page for each section and field, and the buttons.

Everything is a plain page with plain forms; a script only makes it quicker.
"""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.core.errors import PortalError
from procedures import services
from procedures.admin.actors import administrator
from procedures.admin.form_editor.desk import Desk
from procedures.admin.form_editor.field_forms import FieldForm, SectionFormOfEditor
from procedures.admin.form_editor.overview import field_anchor, overview, section_anchor
from procedures.admin.form_editor.param_controls import both_languages
from procedures.admin.form_editor.positions import moved, positions_of, starting_group
from procedures.admin.form_editor.words import fits_in_rows, kind_groups, kind_words
from procedures.errors import NothingToUndo, StaleDraft, UnknownFormPlace
from procedures.form_definitions import DefinitionError, FormDefinition
from procedures.form_definitions.kinds.base import FieldKind, kind_named
from procedures.services import form_editing
from procedures.services.form_editing import Definition, Place
from procedures.services.form_keys import keys_in, uses_of


@require_safe
def show(request: HttpRequest, model_admin: ModelAdmin, revision_id: int) -> HttpResponse:
    """Sections and fields in order, each with its kind, its conditions in words, and what can be done with it."""
    desk = Desk.open(model_admin, request, revision_id)
    blocks = overview(desk.definition, desk.locked_keys()) if desk.definition is not None else []
    rules = getattr(desk.definition, "eligibility", None)
    return desk.render(
        "overview.html",
        {
            "blocks": blocks,
            "field_count": sum(len(block.lines) for block in blocks),
            "knows_eligibility": "eligibility" in FormDefinition.__dataclass_fields__,
            "rule_count": len(rules or ()),
        },
        title=_("Tờ khai điện tử"),
    )


# --- sections ---------------------------------------------------------------------------------------------------------
def edit_section(request: HttpRequest, model_admin: ModelAdmin, revision_id: int, section: str = "") -> HttpResponse:
    """The texts of a section; without a key, of a new one."""
    desk = Desk.open(model_admin, request, revision_id)
    stored = desk.revision.form_definition
    try:
        values = form_editing.section_values(stored, section) if section else {}
    except UnknownFormPlace:
        raise Http404 from None
    form = SectionFormOfEditor(
        values=values,
        taken=keys_in(stored),
        key_is_fixed=section in desk.locked_keys(),
        data=request.POST if request.method == "POST" else None,
    )
    status, stale = 200, None
    if form.is_bound:
        status = 422
        if form.is_valid():
            new = form.section()

            def change(definition: Definition) -> Definition:
                if section:
                    return form_editing.change_section(definition, section, new)
                return form_editing.add_section(definition, new)

            label, _en = both_languages(new["label"])
            what = _("sửa phần “%(label)s”") if section else _("thêm phần “%(label)s”")
            try:
                desk.save(change, what % {"label": label})
            except StaleDraft as error:
                status, stale = 409, error.sentence
            except DefinitionError as error:
                form.take_fault(error, own_key=new["key"])
            else:
                messages.success(request, _("Đã %(what)s.") % {"what": what % {"label": label}})
                return desk.back(section_anchor(new["key"]))
    title = _("Sửa phần") if section else _("Thêm phần")
    return desk.render("section.html", {"form": form, "stale": stale, "key": section}, title=title, status=status)


# --- fields -----------------------------------------------------------------------------------------------------------
def add_field(
    request: HttpRequest, model_admin: ModelAdmin, revision_id: int, section: str, group: str = ""
) -> HttpResponse:
    """First the kind, in words and with an example; then the field."""
    desk = Desk.open(model_admin, request, revision_id)
    place = Place(section, group=group)
    _require_place(desk, place)
    kind = kind_named((request.POST or request.GET).get("kind", ""))
    if kind is None:
        groups = kind_groups()
        if group:
            # A group holds no group, nor whatever else does not fit into a row.
            groups = [(title, [one for one in kinds if fits_in_rows(one.kind)]) for title, kinds in groups]
        return desk.render("kinds.html", {"groups": groups, "place": place}, title=_("Chọn loại trường"))
    return _field_page(desk, place, kind, {})


def edit_field(
    request: HttpRequest, model_admin: ModelAdmin, revision_id: int, section: str, field: str, group: str = ""
) -> HttpResponse:
    """A field with the controls of its kind. `?kind=` shows it as another kind."""
    desk = Desk.open(model_admin, request, revision_id)
    place = Place(section, field, group)
    posted = request.POST.get("kind", "")
    try:
        values = form_editing.field_values(desk.revision.form_definition, place)
    except UnknownFormPlace:
        kind = kind_named(posted)
        if kind is None:
            raise Http404 from None
        # It was removed while this page was open: what was typed can be saved as a new field.
        _require_place(desk, Place(section, group=group))
        return _field_page(desk, Place(section, group=group), kind, {})
    kind = kind_named(posted or request.GET.get("kind", "") or values.get("kind", ""))
    if kind is None:
        raise Http404
    return _field_page(desk, place, kind, values)


def _require_place(desk: Desk, place: Place) -> None:
    try:
        form_editing.field_list(desk.revision.form_definition, place)
    except UnknownFormPlace:
        raise Http404 from None


def _field_page(desk: Desk, place: Place, kind: FieldKind, values: dict[str, Any]) -> HttpResponse:
    request, stored = desk.request, desk.revision.form_definition
    if desk.definition is None:
        return desk.back()
    form = FieldForm(
        kind=kind,
        place=place,
        definition=desk.definition,
        values=values,
        taken=keys_in(stored),
        key_is_fixed=bool(place.field) and place.field in desk.locked_keys(),
        positions=positions_of(desk.definition, place),
        data=request.POST if request.method == "POST" else None,
    )
    if not form.is_bound:
        form.initial["after"] = _initial_position(stored, place, request.GET.get("after", ""))
    status, stale = 200, None
    # `refresh` only draws the page again, with the controls that fit what was chosen.
    is_refresh = "refresh" in request.POST
    if form.is_bound and not is_refresh:
        status = 422
        if form.is_valid():
            new = starting_group(form.field_values(), taken=keys_in(stored))
            try:
                desk.save(
                    lambda definition: _put(definition, place, new, form.cleaned_data.get("after", "")),
                    _what(new, place),
                )
            except StaleDraft as error:
                status, stale = 409, error.sentence
            except DefinitionError as error:
                form.take_fault(error, own_key=new["key"])
            except UnknownFormPlace as error:
                form.add_error(None, str(error.sentence))
            else:
                messages.success(request, _("Đã %(what)s.") % {"what": _what(new, place)})
                after = str(form.cleaned_data.get("after") or "").partition("/")[0] or place.section
                if "_another" in request.POST:
                    return desk.redirect_to_kinds(Place(after, group=place.group))
                return desk.back(field_anchor(Place(after, new["key"], place.group)))
    words = kind_words(kind.name)
    context = {
        "form": form,
        "place": place,
        "kind": kind.name,
        "words": words,
        "stale": stale,
        "is_refresh": is_refresh,
        "users": uses_of(stored, place.field) if place.field else [],
        "changes_kind": bool(values) and values.get("kind") != kind.name,
    }
    title = _("Sửa trường") if place.field else _("Thêm trường")
    return desk.render("field.html", context, title=title, status=status)


def _initial_position(stored: Definition, place: Place, asked: str) -> str:
    fields = form_editing.field_list(stored, place)
    keys = [field.get("key", "") for field in fields]
    if place.field:
        before = keys.index(place.field) - 1
        return f"{place.section}/{keys[before] if before >= 0 else ''}"
    if asked in keys:
        return f"{place.section}/{asked}"
    return f"{place.section}/{keys[-1] if keys else ''}"


def _put(definition: Definition, place: Place, values: dict[str, Any], after: str) -> Definition:
    if not place.field:
        new = form_editing.add_field(definition, place, values)
    else:
        new = form_editing.change_field(definition, place, values)
    return moved(new, Place(place.section, values["key"], place.group), after) if after else new


def _what(values: dict[str, Any], place: Place) -> str:
    label, _en = both_languages(values.get("label"))
    pattern = _("sửa trường “%(label)s”") if place.field else _("thêm trường “%(label)s”")
    return pattern % {"label": label[:200]}


# --- buttons ----------------------------------------------------------------------------------------------------------
@require_POST
def act(request: HttpRequest, model_admin: ModelAdmin, revision_id: int) -> HttpResponse:
    """Move, duplicate or delete a section or field. The button's value is `what/section/group/field/position`."""
    desk = Desk.open(model_admin, request, revision_id)
    parts = request.POST.get("act", "").split("/")
    if len(parts) != 5:
        raise Http404
    what, section, group, field, to = parts
    place = Place(section, field, group)
    try:
        label = _label_of(desk.revision.form_definition, place)
    except UnknownFormPlace as error:
        messages.error(request, str(error.sentence))
        return desk.back()
    position = int(to) if to.isdecimal() and len(to) < 6 else None
    act_on = _act_on_field if field else _act_on_section
    return act_on(desk, place, what, {"label": label}, position)


def _act_on_section(desk: Desk, place: Place, what: str, label: dict[str, str], to: int | None) -> HttpResponse:
    key, anchor = place.section, section_anchor(place.section)
    if what == "move" and to is not None:
        done = _("chuyển phần “%(label)s”") % label
        return desk.do(lambda form: form_editing.move_section(form, key, to), done, anchor=anchor)
    if what == "duplicate":
        done = _("nhân đôi phần “%(label)s”") % label
        return desk.do(lambda form: form_editing.duplicate_section(form, key), done, anchor=anchor)
    if what == "remove":
        return desk.do(lambda form: form_editing.remove_section(form, key), _("xóa phần “%(label)s”") % label)
    raise Http404


def _act_on_field(desk: Desk, place: Place, what: str, label: dict[str, str], to: int | None) -> HttpResponse:
    anchor = field_anchor(place)
    if what == "move" and to is not None:
        target = desk.request.POST.get("to_section", "")
        done = _("chuyển trường “%(label)s”") % label
        return desk.do(lambda form: form_editing.move_field(form, place, to, section=target), done, anchor=anchor)
    if what == "duplicate":
        done = _("nhân đôi trường “%(label)s”") % label
        return desk.do(lambda form: form_editing.duplicate_field(form, place), done, anchor=anchor)
    if what == "remove":
        if users := uses_of(desk.revision.form_definition, place.field):
            messages.error(desk.request, _still_used(label, users))
            return desk.back(anchor)
        done = _("xóa trường “%(label)s”") % label
        return desk.do(lambda form: form_editing.remove_field(form, place), done, anchor=section_anchor(place.section))
    raise Http404


def _still_used(label: dict[str, str], users: list[dict[str, Any]]) -> str:
    names = ", ".join(f"“{both_languages(user.get('label') or user.get('key'))[0]}”" for user in users)
    return ngettext(
        "Chưa xóa được “%(label)s”: %(names)s đang dùng câu trả lời này. Hãy sửa chỗ đó trước.",
        "Chưa xóa được “%(label)s”: %(names)s đang dùng câu trả lời này. Hãy sửa các chỗ đó trước.",
        len(users),
    ) % {**label, "names": names}


def _label_of(definition: Definition, place: Place) -> str:
    values = (
        form_editing.field_values(definition, place)
        if place.field
        else form_editing.section_values(definition, place.section)
    )
    return both_languages(values.get("label"))[0][:200]


@require_POST
def undo(request: HttpRequest, model_admin: ModelAdmin, revision_id: int) -> HttpResponse:
    """Bring back the form as it was before its last change."""
    desk = Desk.open(model_admin, request, revision_id)
    try:
        undone = services.undo_form_change(actor=administrator(request), revision_id=revision_id, seen=desk.seen)
    except StaleDraft as error:
        return desk.conflict(error)
    except (NothingToUndo, PortalError) as error:
        messages.error(request, str(error.sentence))
    else:
        messages.success(
            request, _("Đã hoàn tác: %(what)s.") % {"what": undone.description or undone.get_kind_display()}
        )
    return desk.back()
