"""Records in the shape of the national catalogue, written by us."""

import json
from pathlib import Path
from typing import Any


def record(code: str = "1.000001", **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"Thủ tục mẫu {code}",
        "decision_number": "12/QĐ-UBND",
        "levels": ["Cấp xã"],
        "kind": "Loại khác",
        "policy_area": "Hộ tịch",
        "subjects": ["Công dân Việt Nam"],
        "competent_authority": "",
        "resolving_agency": "Ủy ban nhân dân cấp xã",
        "receiving_address": "",
        "authorised_agency": "",
        "coordinating_agency": "",
        "steps": "Bước 1: Nộp\nTại quầy\nBước 2: Nhận",
        "channels": [channel("online"), channel("in_person")],
        "components": [component("Tờ khai"), component("Giấy tờ", case="Trường hợp mất")],
        "results": [{"name": "Giấy xác nhận", "code": "KQ.G15.000001"}],
        "legal_bases": "Luật Hộ tịch60/2014/QH13Nghị định mẫu123/2015/NĐ-CP",
        "requirements": "",
        "source_url": "https://dichvucong.gov.vn/1",
        **changes,
    }


def channel(name: str = "online", **changes: Any) -> dict[str, Any]:
    return {
        "channel": name,
        "term": {"value": 3.0, "unit": "working_day"},
        "fee_text": "8,000 VNĐ",
        "fee_amount_vnd": 8000,
        "note": "",
        **changes,
    }


def component(name: str, **changes: Any) -> dict[str, Any]:
    return {"case": "", "name": name, "originals": 1, "copies": 0, "form_file_name": "", **changes}


def write(path: Path, *lines: Any) -> Path:
    """A .jsonl file; bytes and strings are written as they are, anything else as JSON."""
    with path.open("wb") as stream:
        for line in lines:
            if isinstance(line, str):
                line = line.encode()
            elif not isinstance(line, bytes):
                line = json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass")
            stream.write(line + b"\n")
    return path
