"""How tests work the form editor: its addresses, what its pages send, what is stored then."""

from typing import Any

from django.test import Client

from procedures.models import ProcedureRevision
from procedures.services import save_number


def editor(revision: ProcedureRevision, rest: str = "") -> str:
    return f"/quan-tri/procedures/procedurerevision/{revision.pk}/to-khai/{rest}"


def post(admin: Client, draft: ProcedureRevision, rest: str, **data: Any) -> Any:
    return admin.post(editor(draft, rest), {"seen": str(save_number(draft.pk)), **data}, follow=True)


def always(**data: Any) -> dict[str, Any]:
    """A field's page as it is sent, nothing conditional."""
    return {"label_vi": "Nhãn", "visible_when-mode": "always", "required_when-mode": "always", **data}


def keys(draft: ProcedureRevision) -> list[list[str]]:
    draft.refresh_from_db()
    return [[part["key"], *(one["key"] for one in part["fields"])] for part in draft.form_definition["sections"]]


def field(draft: ProcedureRevision, key: str) -> dict[str, Any]:
    draft.refresh_from_db()
    found: dict[str, Any] = next(
        one for part in draft.form_definition["sections"] for one in part["fields"] if one["key"] == key
    )
    return found


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def condition(name: str, *rows: tuple[str, str, list[str]], mode: str = "all") -> dict[str, Any]:
    data: dict[str, Any] = {f"{name}-mode": mode}
    for number, (key, operator, values) in enumerate(rows):
        data |= {
            f"{name}-{number}-field": key,
            f"{name}-{number}-op": operator,
            f"{name}-{number}-value": values if len(values) != 1 else values[0],
        }
    return data
