"""Keys of a declaration form: suggested from labels, kept for good once published, followed wherever they are named."""

import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from portal.core.text import fold
from procedures.form_definitions.kinds.base import kind_named
from procedures.models import ProcedureRevision

LONGEST = 40
# Properties of conditions and expressions that hold the key of a field.
_NAMES_A_FIELD = frozenset({"field", "count", "sum", "of"})
# Parameters that hold one.
_REFERENCES = frozenset({"FieldReference", "FieldKey"})
_NOT_KEY = re.compile(r"[^a-z0-9]+")


def suggested_key(label: str, *, taken: Collection[str] = (), otherwise: str = "muc") -> str:
    """A free key that reads like the label: "Họ và tên" gives `ho_va_ten`, a second one `ho_va_ten_2`."""
    key = _NOT_KEY.sub("_", fold(label)).strip("_")
    if not key or not key[0].isalpha():
        key = f"{otherwise}_{key}".rstrip("_")
    return copied_key(_shortened(key, LONGEST), taken=taken, from_number=1)


def copied_key(key: str, *, taken: Collection[str], from_number: int = 2) -> str:
    """The key, or the key with the first number that makes it free."""
    number = from_number
    while True:
        ending = f"_{number}" if number > 1 else ""
        candidate = _shortened(key, LONGEST - len(ending)) + ending
        if candidate not in taken:
            return candidate
        number += 1


def _shortened(key: str, length: int) -> str:
    return key if len(key) <= length else key[:length].rstrip("_")


def keys_in(value: Any) -> set[str]:
    """Every key of a section or field anywhere in a definition or a part of it."""
    return {item["key"] for item in _keyed(value)}


def _keyed(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("key"), str) and ("label" in value or "fields" in value):
            yield value
        for inner in value.values():
            yield from _keyed(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keyed(inner)


def published_keys(procedure_id: int) -> frozenset[str]:
    """Keys that people have answered under, in any published revision: they keep their name and meaning."""
    definitions = ProcedureRevision.objects.filter(procedure_id=procedure_id, published_at__isnull=False).values_list(
        "form_definition", flat=True
    )
    return frozenset(key for definition in definitions for key in keys_in(definition))


# --- following a key --------------------------------------------------------------------------------------------------
def renamed(value: Any, old: str, new: str) -> Any:
    """The same with every mention of the field `old` (conditions, expressions, references) turned to `new`."""
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    if not isinstance(value, dict):
        return value
    references = _references(value)
    followed: dict[str, Any] = {}
    for name, inner in value.items():
        if name in _NAMES_A_FIELD and inner == old:
            followed[name] = new
        elif name == "params" and isinstance(inner, dict):
            followed[name] = {
                param: new if param in references and given == old else renamed(given, old, new)
                for param, given in inner.items()
            }
        else:
            followed[name] = renamed(inner, old, new)
    return followed


def _references(field: dict[str, Any]) -> frozenset[str]:
    """Names of the parameters that hold the key of another field."""
    kind = kind_named(field["kind"]) if isinstance(field.get("kind"), str) else None
    if kind is None:
        return frozenset()
    return frozenset(name for name, param in kind.params.items() if type(param).__name__ in _REFERENCES)


def renamed_in_copy(part: dict[str, Any], *, taken: Collection[str]) -> dict[str, Any]:
    """A copy of a section or field under free keys; what it says about its own fields follows them."""
    copy = deepcopy(part)
    used = set(taken)
    changes: dict[str, str] = {}
    for item in _keyed(copy):
        changes[item["key"]] = item["key"] = copied_key(item["key"], taken=used)
        used.add(item["key"])
    copy["label"] = _copied_label(copy.get("label"))
    for old, new in changes.items():
        # New keys are free, so one renaming never meets the result of another.
        copy = renamed(copy, old, new)
    return copy


def _copied_label(label: Any) -> Any:
    vi = label.get("vi", "") if isinstance(label, dict) else str(label or "")
    return _("%(label)s (bản sao)") % {"label": vi[:280]}


def uses_of(definition: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The fields and rules that would break without the field: those that name it in a condition or reference."""
    users = []
    for section in definition.get("sections", []):
        for field in section.get("fields", []):
            if field.get("key") != key and _names(field, key):
                users.append(field)
    users += [rule for rule in definition.get("eligibility", []) if _names(rule, key)]
    return users


def _names(value: Any, key: str) -> bool:
    return bool(renamed(value, key, f"{key}\x00") != value)
