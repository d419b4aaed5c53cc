"""A procedure whose declaration asks one question of every kind; loaded into the running portal by its own commands."""

import json
from typing import Any

CODE, NAME = "9.999999", "Mẫu có mọi loại trường"
SEX = [{"value": "male", "label": "Nam"}, {"value": "female", "label": "Nữ"}]
PURPOSES = [{"value": f"o{number}", "label": f"Mục đích {number}"} for number in range(1, 8)]
PARAMS: dict[str, dict[str, Any]] = {
    "choice": {"options": SEX},
    "choices": {"options": PURPOSES},
    "file": {"accept": ["picture", "pdf"], "at_most": 2},
}
SILENT = {"heading", "note"}


def fields() -> list[dict[str, Any]]:
    """One field of every registered kind that can stand by itself, and an address of the past."""
    from procedures.form_definitions import kind_names
    from procedures.form_definitions.kinds.base import kind_named

    found: list[dict[str, Any]] = []
    for kind in kind_names():
        registered = kind_named(kind)
        assert registered is not None
        if kind not in PARAMS and any(param.is_required for param in registered.params.values()):
            continue
        field = {"key": f"k_{kind}", "kind": kind, "label": f"Câu hỏi loại {kind}", "required": kind not in SILENT}
        found.append({**field, **({"params": PARAMS[kind]} if kind in PARAMS else {})})
    past = {"allow_abolished": True, "line": "optional"}
    found.append({"key": "past", "kind": "address", "label": "Nơi ở trước đây", "params": past})
    return found


def load(folder: str) -> None:
    """Publish it and offer it where residence is registered. Runs inside `manage.py shell`."""
    from pathlib import Path

    from portal.core.actors import SYSTEM
    from procedures.services import demo_catalogue

    like = next(path for path in demo_catalogue.demo_files() if path.stem == "1.004194")
    data = json.loads(like.read_text(encoding="utf-8"))
    data |= {
        "code": CODE,
        "name": NAME,
        "form": {"sections": [{"key": "all", "label": "Mọi loại", "fields": fields()}]},
    }
    path = Path(folder) / f"{CODE}.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    agency_ids = demo_catalogue.ensure_demo_agencies(actor=SYSTEM)
    demo_catalogue.load_demo_procedure(actor=SYSTEM, path=path, agency_ids=agency_ids)
