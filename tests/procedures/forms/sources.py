"""Units, agencies and files of the form tests, so that they need no database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from procedures.form_definitions.sources import AgencyName, AttachedFile, Unit

END, START = date(2025, 6, 30), date(2025, 7, 1)
OLD_LAM_DONG = Unit("68", "Tỉnh Lâm Đồng", valid_to=END)
NEW_LAM_DONG = Unit("68", "Tỉnh Lâm Đồng", valid_from=START)
BINH_THUAN = Unit("60", "Tỉnh Bình Thuận", valid_to=END)
HA_NOI = Unit("01", "Thành phố Hà Nội")
DA_LAT = Unit("672", "Thành phố Đà Lạt", valid_to=END, above=(OLD_LAM_DONG,))
BAO_LOC = Unit("673", "Thành phố Bảo Lộc", valid_to=END, above=(OLD_LAM_DONG,))
NOW = (
    Unit("24781", "Phường Xuân Hương - Đà Lạt", START, None, (NEW_LAM_DONG,)),
    Unit("24820", "Phường 1 Bảo Lộc", START, None, (NEW_LAM_DONG,)),
    Unit("23235", "Đặc khu Phú Quý", START, None, (NEW_LAM_DONG,)),
    Unit("23236", "Xã Phú Quý", START, None, (NEW_LAM_DONG,)),
    Unit("00004", "Phường Ba Đình", START, None, (HA_NOI,)),
)
ONCE = (
    Unit("24784", "Phường 1", None, END, (DA_LAT, OLD_LAM_DONG), (NOW[0],)),
    Unit("24787", "Phường 2", None, END, (DA_LAT, OLD_LAM_DONG), (NOW[0],)),
    # Another unit bears this code today.
    Unit("24781", "Phường 6", None, END, (DA_LAT, OLD_LAM_DONG), (NOW[1],)),
    Unit("24823", "Phường 1", None, END, (BAO_LOC, OLD_LAM_DONG), (NOW[1],)),
)
PROVINCES = (HA_NOI, NEW_LAM_DONG, OLD_LAM_DONG, replace(BINH_THUAN, successors=(NEW_LAM_DONG,)))


class Units:
    """`UnitSource` in memory."""

    def provinces(self, day: date | None) -> Sequence[Unit]:
        return [unit for unit in PROVINCES if day is None or unit.is_valid_on(day)]

    def communes(self, province_code: str, day: date | None) -> Sequence[Unit]:
        return [
            unit
            for unit in (*NOW, *ONCE)
            if unit.province.code == province_code and (day is None or unit.is_valid_on(day))
        ]

    def versions(self, code: str) -> Sequence[Unit]:
        return [unit for unit in (*NOW, *ONCE, *PROVINCES, DA_LAT, BAO_LOC) if unit.code == code]

    def predecessors(self, province_code: str) -> Sequence[Unit]:
        return [unit for unit in ONCE if unit.successors[0].province.code == province_code]

    def successors(self, code: str, day: date) -> Sequence[Unit]:
        return next((unit.successors for unit in self.versions(code) if unit.is_valid_on(day)), ())


class Agencies:
    """`AgencySource` in memory. `more` agencies are added, so that the list must be searched."""

    def __init__(self, more: int = 0) -> None:
        self.levels = {"H36.14": "department", "H36.14.5": "commune", "H36.90": "commune", "H36.91": "commune"}
        self.names = {"H36.14": "Sở Tư pháp", "H36.14.5": "Phòng số 5", "H36.90": "Trung tâm", "H36.91": "Trung tâm"}
        for number in range(more):
            self.names[f"X{number}"], self.levels[f"X{number}"] = f"Cơ quan {number:02}", "commune"

    def active(self, *, levels: Sequence[str], under: str) -> Sequence[AgencyName]:
        return [
            AgencyName(code, name)
            for code, name in self.names.items()
            if (not levels or self.levels[code] in levels) and (not under or code.startswith(f"{under}."))
        ]

    def name_of(self, code: str) -> str | None:
        return {**self.names, "H01": "Sở Nông nghiệp"}.get(code)


PHOTO = AttachedFile(
    "0b54ad4c-0c0f-4c66-9d5f-7a9a5f1f0001", "anh 4x6.jpg", 250_000, "a" * 64, "image/jpeg", "/ho-so/nhap/x/anh/"
)
PAPER = AttachedFile("0b54ad4c-0c0f-4c66-9d5f-7a9a5f1f0002", "to khai.pdf", 3_500_000, "b" * 64, "application/pdf")
STRANGERS = "0b54ad4c-0c0f-4c66-9d5f-7a9a5f1f0009"


class Files:
    """`FileSource` with two files for every field."""

    def file(self, field_key: str, document: str) -> AttachedFile | None:
        return {PHOTO.document: PHOTO, PAPER.document: PAPER}.get(document)


def stored_file(file: AttachedFile) -> dict[str, Any]:
    return {"document": file.document, "name": file.name, "size": file.size, "sha256": file.sha256}
