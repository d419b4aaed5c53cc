"""Files inside the declaration, such as a photo of 4x6 cm. The bytes are stored before; the answer names them."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.templatetags.portal import file_size
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.file_widget import FilesInput
from procedures.form_definitions.kinds.base import FieldKind, read_string, register, wrong_type
from procedures.form_definitions.params import Several, WholeNumber
from procedures.form_definitions.sources import AttachedFile

MOST_FILES = 10
_TOKEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OFFICE = "application/vnd.openxmlformats-officedocument."
# What the store takes at all, by what people call it; the endings stand in the control.
ACCEPTED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "picture": (("image/jpeg", "image/png", "image/heic"), (".jpg", ".jpeg", ".png", ".heic", ".heif")),
    "pdf": (("application/pdf",), (".pdf",)),
    "office": (
        (
            f"{_OFFICE}wordprocessingml.document",
            f"{_OFFICE}spreadsheetml.sheet",
            "application/vnd.oasis.opendocument.text",
        ),
        (".docx", ".xlsx", ".odt"),
    ),
}


@register("file")
class FileKind(FieldKind):
    """Stored: a list of `{"document", "name", "size", "sha256"}`. Taken: public ids of files uploaded to this draft for
    this field, as strings, or stored objects. `accept`: picture, pdf, office (all when left out); `at_most`: 1 when left
    out; `max_megabytes`: the portal's limit when left out.
    """

    is_multiple = True
    # A row of a group has no place of its own to which a file could be bound.
    fits_in_rows: ClassVar[bool] = False
    params = {
        "accept": Several(tuple(ACCEPTED)),
        "at_most": WholeNumber(1, MOST_FILES),
        "max_megabytes": WholeNumber(1, 500),
    }

    def at_most(self, spec: FieldSpec) -> int:
        return int(spec.params.get("at_most", 1))

    def max_bytes(self, spec: FieldSpec) -> int:
        return min(int(spec.params.get("max_megabytes", 500)) * 1_000_000, settings.UPLOAD_MAX_BYTES)

    def normalise(self, spec: FieldSpec, raw: object) -> list[dict[str, Any]]:
        items = [raw] if isinstance(raw, str) else raw
        if not isinstance(items, (list, tuple)):
            raise wrong_type()
        given = [item for item in items if item != "" and item is not None]
        if len(given) > 10 * MOST_FILES:
            raise AnswerError("too_many", self._too_many(spec))
        found: dict[str, AttachedFile] = {}
        for position, item in enumerate(given):
            file = self._file(spec, item, position)
            self.check_file(spec, file.media_type, file.size, item=position)
            found.setdefault(file.document, file)
        if len(found) > self.at_most(spec):
            raise AnswerError("too_many", self._too_many(spec))
        if not found:
            raise wrong_type()
        return [
            {"document": file.document, "name": file.name, "size": file.size, "sha256": file.sha256}
            for file in found.values()
        ]

    def check_file(self, spec: FieldSpec, media_type: str, size: int, *, item: int | None = None) -> None:
        """May a file of this type and size stand in the field? Raises AnswerError."""
        kinds = spec.params.get("accept", tuple(ACCEPTED))
        if not any(media_type in ACCEPTED[kind][0] for kind in kinds):
            raise AnswerError(
                "not_accepted",
                _("Mục này chỉ nhận %(kinds)s.") % {"kinds": ", ".join(_words(kind) for kind in kinds)},
                item=item,
            )
        self.check_size(spec, size, item=item)

    def check_size(self, spec: FieldSpec, size: int, *, item: int | None = None) -> None:
        """Raises AnswerError for a file that is too big for the field."""
        if size > self.max_bytes(spec):
            raise AnswerError(
                "too_large",
                _("Tệp nặng %(size)s, mục này nhận nhiều nhất %(limit)s.")
                % {"size": file_size(size), "limit": file_size(self.max_bytes(spec))},
                item=item,
            )

    def _file(self, spec: FieldSpec, item: object, position: int) -> AttachedFile:
        if isinstance(item, Mapping):
            if not set(item) <= {"document", "name", "size", "sha256"}:
                raise wrong_type(position)
            item = item.get("document")
        token = read_string(item, item=position).strip().lower()
        file = spec.files.file(spec.key, token) if _TOKEN.fullmatch(token) else None
        if file is None:
            # A file of somebody else and one that is nowhere must look the same.
            raise AnswerError("unknown_file", _("Không thấy tệp này trong hồ sơ. Hãy tải lên lại."), item=position)
        return file

    def _too_many(self, spec: FieldSpec) -> str:
        limit = self.at_most(spec)
        return ngettext(
            "Mục này nhận nhiều nhất %(limit)s tệp. Hãy bỏ bớt tệp.",
            "Mục này nhận nhiều nhất %(limit)s tệp. Hãy bỏ bớt tệp.",
            limit,
        ) % {"limit": limit}

    def condition_value(self, spec: FieldSpec, raw: object) -> NoReturn:
        raise AnswerError("not_comparable", _("Với loại này chỉ hỏi được đã điền hay chưa (is_answered)."))

    def required_sentence(self) -> str:
        return _("Chọn tệp và tải lên.")

    def format(self, spec: FieldSpec, value: Any) -> str:
        return "; ".join(f"{file['name']} ({file_size(file['size'])})" for file in value)

    def typed(self, spec: FieldSpec, value: Any) -> list[str]:
        return [file["document"] for file in value]

    def default_help(self, spec: FieldSpec) -> str:
        return self.limits(spec)

    def limits(self, spec: FieldSpec) -> str:
        """What is taken, said before anything is chosen."""
        kinds = ", ".join(_words(kind) for kind in spec.params.get("accept", tuple(ACCEPTED)))
        limit = self.at_most(spec)
        return ngettext(
            "Nhận %(kinds)s. Nhiều nhất %(limit)s tệp, mỗi tệp nặng nhất %(size)s.",
            "Nhận %(kinds)s. Nhiều nhất %(limit)s tệp, mỗi tệp nặng nhất %(size)s.",
            limit,
        ) % {"kinds": kinds, "limit": limit, "size": file_size(self.max_bytes(spec))}

    def widget(self, spec: FieldSpec) -> forms.Widget:
        endings = [ending for kind in spec.params.get("accept", tuple(ACCEPTED)) for ending in ACCEPTED[kind][1]]
        return FilesInput(
            field_key=spec.key,
            files=spec.files,
            accept=",".join(endings),
            at_most=self.at_most(spec),
            limits=self.limits(spec) if spec.help else "",
        )

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "type": "array",
            "minItems": 1,
            "maxItems": self.at_most(spec),
            "items": {
                "type": "object",
                "properties": {
                    "document": {"type": "string", "format": "uuid"},
                    "name": {"type": "string"},
                    "size": {"type": "integer", "minimum": 1, "maximum": self.max_bytes(spec)},
                    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                },
                "required": ["document", "name", "size", "sha256"],
                "additionalProperties": False,
            },
        }


def _words(kind: str) -> str:
    return {
        "picture": _("ảnh (JPG, PNG, HEIC)"),
        "pdf": _("PDF"),
        "office": _("văn bản (DOCX, XLSX, ODT)"),
    }[kind]
