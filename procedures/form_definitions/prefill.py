"""Where a field may be filled from before the person types: what a definition may name, and what stands for silence.

A field says `"prefill": "profile.full_name"`, or a list of such names in the order in which they are tried, or `[]` for
"never". Without it, fields under the house's well-known keys (name, birth date, tax code…) are filled with the person's
particulars; nothing else is, because last year's answer to a question is not this year's.

`earlier` looks at the person's granted dossiers of the same procedure, for the same key; `earlier.<fact>` at those of any
procedure, for a field that names the same fact.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from procedures.form_definitions.errors import DefinitionError
from procedures.form_definitions.texts import printable

MAX_SOURCES = 4
EARLIER = "earlier"
PROFILE_FACTS = ("full_name", "date_of_birth", "sex", "personal_id_number", "phone", "email", "address")
ORGANISATION_FACTS = ("name", "tax_code", "address", "representative_name", "position")
SOURCES = frozenset(
    [EARLIER, *(f"profile.{name}" for name in PROFILE_FACTS), *(f"organisation.{name}" for name in ORGANISATION_FACTS)]
)
_EARLIER_FACT = re.compile(r"earlier\.[a-z][a-z0-9_]{0,39}")
# Keys that mean the same in every declaration of this house, with the kinds they are asked as.
_WELL_KNOWN: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "full_name": ("profile.full_name", frozenset({"text"})),
        "born_on": ("profile.date_of_birth", frozenset({"date"})),
        "sex": ("profile.sex", frozenset({"choice"})),
        "id_number": ("profile.personal_id_number", frozenset({"personal_id"})),
        "phone": ("profile.phone", frozenset({"phone"})),
        "email": ("profile.email", frozenset({"email"})),
        "address": ("profile.address", frozenset({"address_line", "address"})),
        "organisation_name": ("organisation.name", frozenset({"text"})),
        "tax_code": ("organisation.tax_code", frozenset({"tax_code"})),
        "head_office": ("organisation.address", frozenset({"address_line", "address"})),
        "representative_name": ("organisation.representative_name", frozenset({"text"})),
    }
)


def parse_prefill(raw: object) -> tuple[str, ...] | None:
    """The sources a definition names, in order; None when it says nothing. Raises `DefinitionError` without a place."""
    if raw is None:
        return None
    names = [raw] if isinstance(raw, str) else raw
    if not isinstance(names, list) or len(names) > MAX_SOURCES:
        raise DefinitionError(
            _("“prefill” là tên một nguồn, hoặc danh sách nhiều nhất %(limit)s nguồn.") % {"limit": MAX_SOURCES}
        )
    for name in names:
        if not isinstance(name, str) or not (name in SOURCES or _EARLIER_FACT.fullmatch(name)):
            raise DefinitionError(
                _("Không có nguồn điền sẵn “%(name)s”. Các nguồn: %(sources)s, earlier.<tên>.")
                % {"name": printable(name), "sources": ", ".join(sorted(SOURCES))}
            )
    if len(set(names)) != len(names):
        raise DefinitionError(_("“prefill” có nguồn bị lặp."))
    return tuple(names)


def prefill_json(sources: tuple[str, ...]) -> str | list[str]:
    """The JSON that `parse_prefill` reads."""
    return sources[0] if len(sources) == 1 else list(sources)


def sources_of(key: str, kind: str, prefill: tuple[str, ...] | None) -> tuple[str, ...]:
    """Where a field is filled from: what its definition names, else what its well-known key stands for, else nothing."""
    if prefill is not None:
        return prefill
    source, kinds = _WELL_KNOWN.get(key, ("", frozenset()))
    return (source,) if kind in kinds else ()
