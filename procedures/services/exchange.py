"""A procedure with its revision and form as one JSON document: out of one portal, into another.

The format is read from the tables: every column of a part goes out under its name, a pointer at another part of the
revision as that part's place in its own list, a file as its bytes in base64. So a column added tomorrow travels
without a change here, and a document of today can be read then: what a document does not name keeps its default.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.translation import gettext as _

from portal.accounts.selectors import agency_with_code
from portal.core.actors import Actor
from portal.core.errors import PortalError
from portal.core.text import slug
from portal.documents.services import open_document, store_upload
from procedures.errors import ExchangeRefused
from procedures.form_definitions import DefinitionError, parse
from procedures.form_definitions.texts import is_storable
from procedures.models import FeeRule, PolicyArea, Procedure, ProcedureRevision
from procedures.services.drafts import NOT_COPIED, PARTS, create_draft_revision, require_catalogue_editor
from procedures.services.entries import save_procedure

FORMAT = "mot-cua/procedure"
VERSION = 1
# A document is read into memory whole; forms with their files stay far below.
LARGEST_DOCUMENT = 50_000_000
MOST_ROWS = 2_000
_LISTS: dict[type[models.Model], str] = {
    part: cast(models.ForeignKey, part._meta.get_field("revision")).remote_field.related_name
    or part._meta.model_name
    or ""
    for part in PARTS
}
_PROCEDURE_FIELDS = ("code", "name", "kind")


# --- out --------------------------------------------------------------------------------------------------------------
def export_revision(revision: ProcedureRevision) -> dict[str, Any]:
    """Everything a revision says, as JSON values. Reads files from the store: DocumentUnavailable when one is lost."""
    procedure = revision.procedure
    rows_of = {part: list(part._default_manager.filter(revision=revision).order_by("order", "pk")) for part in PARTS}
    places = {(part, row.pk): place for part, rows in rows_of.items() for place, row in enumerate(rows)}
    return {
        "format": FORMAT,
        "version": VERSION,
        "procedure": {
            **{name: getattr(procedure, name) for name in _PROCEDURE_FIELDS},
            "policy_area": procedure.policy_area.name,
        },
        "revision": {field.name: _out(revision, field, places) for field in _columns(ProcedureRevision)},
        **{
            _LISTS[part]: [{field.name: _out(row, field, places) for field in _columns(part)} for row in rows]
            for part, rows in rows_of.items()
        },
    }


def _columns(model: type[models.Model]) -> list[models.Field]:
    """What travels: every column but keys, the owner, and the stamps of a life in one portal."""
    return [
        column
        for column in model._meta.concrete_fields
        if not column.primary_key and column.name not in NOT_COPIED and column.name != "revision"
    ]


def _out(row: models.Model, column: models.Field, places: Mapping[tuple[Any, int], int]) -> Any:
    value = getattr(row, column.attname)
    if value is None:
        return None
    if column.related_model in PARTS:
        return places[column.related_model, value]
    if isinstance(column, models.ForeignKey):
        if _is_file(column):
            return _file_out(getattr(row, column.name))
        # An agency goes by its identification code: keys differ between portals.
        return getattr(row, column.name).code if _is_agency(column) else value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def _is_file(column: models.Field) -> bool:
    return isinstance(column, models.ForeignKey) and column.related_model._meta.label == "documents.StoredDocument"


def _is_agency(column: models.Field) -> bool:
    return isinstance(column, models.ForeignKey) and column.related_model._meta.label == "accounts.Agency"


def _file_out(document: Any) -> dict[str, Any]:
    with open_document(document) as stream:
        content = stream.read()
    return {
        "name": document.original_name,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "content_base64": base64.b64encode(content).decode("ascii"),
    }


# --- in ---------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class _Faults:
    """What is wrong with a document, each with its path: `required_documents[2].name`."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, path: str, sentence: str) -> None:
        if len(self.found) < 200:
            self.found.append((path, sentence))


@transaction.atomic
def import_revision(*, actor: Actor, data: object) -> ProcedureRevision:
    """A draft made of an exported document; its procedure is made when its code is new.

    The name, area and kind of a procedure that is already there stay as they are. Raises ExchangeRefused with every
    fault and its path (nothing is stored then), DraftAlreadyExists when the procedure has a draft.
    """
    require_catalogue_editor(actor)
    faults = _Faults()
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        faults.add("format", _("Không phải tệp thủ tục của cổng: thiếu “format”: “%(format)s”.") % {"format": FORMAT})
        raise ExchangeRefused(faults.found)
    if data.get("version") != VERSION:
        faults.add("version", _("Chỉ đọc được tệp phiên bản %(version)s.") % {"version": VERSION})
        raise ExchangeRefused(faults.found)
    known = {"format", "version", "procedure", "revision", *_LISTS.values()}
    for name in data:
        if name not in known:
            faults.add(str(name)[:60], _("Tệp có phần không biết."))
    content = _row_in(ProcedureRevision, data.get("revision"), "revision", {}, faults)
    _check_form(content, faults)
    _check_revision(content, faults)
    lists = {part: _list_in(data, _LISTS[part], faults) for part in PARTS}
    procedure = _procedure_in(actor, data.get("procedure"), faults)
    if faults.found or procedure is None:
        raise ExchangeRefused(faults.found)
    draft = create_draft_revision(actor=actor, procedure_id=procedure.pk, **content)
    made: dict[type[models.Model], list[models.Model]] = {}
    for part, rows in lists.items():
        made[part] = _part_in(actor, part, rows, draft, made, faults)
        if faults.found:
            # Rows of the next tables point at these.
            raise ExchangeRefused(faults.found)
    return draft


def _procedure_in(actor: Actor, raw: object, faults: _Faults) -> Procedure | None:
    if not isinstance(raw, dict):
        faults.add("procedure", _("Phải là một đối tượng JSON."))
        return None
    values = {name: raw.get(name, "") for name in (*_PROCEDURE_FIELDS, "policy_area")}
    for name, value in values.items():
        if not isinstance(value, str) or not is_storable(value):
            faults.add(f"procedure.{name}", _("Phải là chữ."))
            return None
    found = Procedure.objects.filter(code=values["code"][:20]).first()
    if found is not None:
        return found
    area_name = values.pop("policy_area").strip()
    if not area_name or len(area_name) > 200:
        faults.add("procedure.policy_area", _("Thiếu tên lĩnh vực, hoặc tên dài quá 200 ký tự."))
        return None
    area = PolicyArea.objects.filter(name=area_name).first() or PolicyArea(name=area_name, slug=slug(area_name)[:200])
    procedure = Procedure(policy_area=area, **values)
    try:
        procedure.full_clean(exclude=["policy_area"])
        if area.pk is None:
            area.full_clean()
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            faults.add(f"procedure.{name}", " ".join(sentences))
        return None
    if faults.found:
        return None
    if area.pk is None:
        area.save()
        procedure.policy_area = area
    save_procedure(actor=actor, procedure=procedure)
    return procedure


def _list_in(data: Mapping[str, Any], name: str, faults: _Faults) -> list[Any]:
    rows = data.get(name, [])
    if not isinstance(rows, list):
        faults.add(name, _("Phải là một danh sách."))
        return []
    if len(rows) > MOST_ROWS:
        faults.add(name, _("Có hơn %(most)s dòng.") % {"most": MOST_ROWS})
        return []
    return rows


def _part_in(
    actor: Actor,
    part: type[models.Model],
    rows: list[Any],
    draft: ProcedureRevision,
    made: Mapping[type[models.Model], list[models.Model]],
    faults: _Faults,
) -> list[models.Model]:
    objects = []
    for place, raw in enumerate(rows):
        path = f"{_LISTS[part]}[{place}]"
        before = len(faults.found)
        values = _row_in(part, raw, path, made, faults, actor=actor)
        if len(faults.found) > before:
            continue
        row = part(revision=draft, **values)
        if isinstance(row, FeeRule) and (wrong := [one for one in row.tariff_faults() if one.code != "amount_missing"]):
            for fault in wrong:
                faults.add(f"{path}.{fault.part}" + (f"[{fault.row - 1}]" if fault.row else ""), str(fault.sentence))
            continue
        try:
            row.full_clean()
            row.save(force_insert=True)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                faults.add(path if name == "__all__" else f"{path}.{name}", " ".join(sentences))
        objects.append(row)
    return objects


def _row_in(
    model: type[models.Model],
    raw: object,
    path: str,
    made: Mapping[type[models.Model], list[models.Model]],
    faults: _Faults,
    *,
    actor: Actor | None = None,
) -> dict[str, Any]:
    if not isinstance(raw, dict):
        faults.add(path, _("Phải là một đối tượng JSON."))
        return {}
    columns = {column.name: column for column in _columns(model)}
    values: dict[str, Any] = {}
    for name, value in raw.items():
        column = columns.get(name)
        place = f"{path}.{str(name)[:60]}"
        if column is None:
            faults.add(place, _("Không có mục này."))
            continue
        try:
            values[name] = _in(column, value, made, actor)
        except _UnusableValue as error:
            faults.add(place, error.sentence)
        except PortalError as error:
            faults.add(place, str(error.sentence))
    return values


class _UnusableValue(Exception):
    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__("unusable_value")


def _in(
    column: models.Field,
    value: Any,
    made: Mapping[type[models.Model], list[models.Model]],
    actor: Actor | None,
) -> Any:
    if value is None:
        if not column.null:
            raise _UnusableValue(_("Không được để trống."))
        return None
    if column.related_model in PARTS:
        rows = made.get(column.related_model, [])
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < len(rows):
            raise _UnusableValue(_("Phải là vị trí (đếm từ 0) của một dòng trong danh sách tương ứng."))
        return rows[value]
    if _is_file(column):
        return _file_in(value, actor)
    if _is_agency(column):
        agency = agency_with_code(value) if isinstance(value, str) and is_storable(value) else None
        if agency is None:
            raise _UnusableValue(_("Cổng này không có cơ quan mang mã này."))
        return agency
    if isinstance(column, models.ForeignKey):
        raise _UnusableValue(_("Không có mục này."))
    if isinstance(column, models.JSONField):
        if not _is_storable_json(value):
            raise _UnusableValue(_("Có ký tự hỏng (NUL hoặc nửa ký tự)."))
        return value
    if isinstance(column, models.BooleanField):
        if not isinstance(value, bool):
            raise _UnusableValue(_("Phải là true hoặc false."))
        return value
    if isinstance(column, models.IntegerField):
        if isinstance(value, bool) or not isinstance(value, int):
            raise _UnusableValue(_("Phải là số nguyên."))
        return value
    if not isinstance(value, str) or not is_storable(value):
        raise _UnusableValue(_("Phải là chữ."))
    return _from_text(column, value)


def _is_storable_json(value: Any) -> bool:
    """Every text and name in it; without recursion, so that a document nested a thousand deep is no fault either."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and not is_storable(one):
            return False
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
    return True


def _from_text(column: models.Field, value: str) -> Any:
    try:
        if isinstance(column, models.DecimalField):
            return Decimal(value)
        if isinstance(column, models.DateField):
            return date.fromisoformat(value)
        if isinstance(column, models.TimeField):
            return time.fromisoformat(value)
    except (InvalidOperation, ValueError):
        raise _UnusableValue(_("Giá trị không đọc được.")) from None
    return value


def _file_in(value: Any, actor: Actor | None) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("content_base64"), str):
        raise _UnusableValue(_("Tệp phải có “name” và “content_base64”."))
    name = value.get("name")
    if not isinstance(name, str) or not is_storable(name) or actor is None:
        raise _UnusableValue(_("Tệp phải có “name” và “content_base64”."))
    try:
        content = base64.b64decode(value["content_base64"], validate=True)
    except (binascii.Error, ValueError):
        raise _UnusableValue(_("Nội dung tệp không phải base64.")) from None
    stored = store_upload(actor=actor, upload=ContentFile(content, name=name), purpose="form_template")
    if "sha256" in value and value["sha256"] != stored.sha256:
        raise _UnusableValue(_("Nội dung tệp không khớp mã kiểm tra SHA-256."))
    return stored


def _check_form(content: Mapping[str, Any], faults: _Faults) -> None:
    definition = content.get("form_definition")
    if not definition:
        return
    try:
        parse(definition)
    except DefinitionError as error:
        faults.add("revision.form_definition", str(error.sentence))


def _check_revision(content: Mapping[str, Any], faults: _Faults) -> None:
    for name in ("audience", "administrative_levels"):
        values = content.get(name, [])
        if not isinstance(values, list) or not all(isinstance(one, str) and is_storable(one) for one in values):
            faults.add(f"revision.{name}", _("Phải là danh sách chữ."))
    given = [column.name for column in _columns(ProcedureRevision) if column.name in content]
    left_out = {column.name for column in ProcedureRevision._meta.concrete_fields} - set(given)
    try:
        ProcedureRevision(**content).clean_fields(exclude=left_out)
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            faults.add(f"revision.{name}", " ".join(sentences))
