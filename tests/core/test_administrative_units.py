"""Units by day, and the import: all or nothing, every fault with its line, the same file twice changes nothing."""

import gzip
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from portal.core import administrative_units as units
from portal.core.models import AdministrativeUnit
from portal.core.unit_import import UnitImportRefused, import_units

pytestmark = pytest.mark.django_db
HEADER = "code,name,kind,parent,valid_from,valid_to,successors\n"
DA_LAT = HEADER + (
    "68,Tỉnh Lâm Đồng,province,,,2025-06-30,68\n"
    "68,Tỉnh Lâm Đồng,province,,2025-07-01,,\n"
    "60,Tỉnh Bình Thuận,province,,,2025-06-30,68\n"
    "672,Thành phố Đà Lạt,district_city,68,,2025-06-30,\n"
    "24784,Phường 1,ward,672,,2025-06-30,24781\n"
    "24787,Phường 2,ward,672,,2025-06-30,24781\n"
    "24781,Phường 6,ward,672,,2025-06-30,24820\n"
    "24781,Phường Xuân Hương - Đà Lạt,ward,68,2025-07-01,,\n"
    "24820,Phường Lâm Viên - Đà Lạt,ward,68,2025-07-01,,\n"
)
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def load(path: Path, text: str) -> str:
    path.write_text(text)
    out = StringIO()
    call_command("import_administrative_units", str(path), stdout=out)
    return out.getvalue()


@pytest.fixture
def da_lat(tmp_path: Path) -> None:
    load(tmp_path / "units.csv", DA_LAT)


def rows() -> list[tuple[object, ...]]:
    return list(AdministrativeUnit.objects.order_by("pk").values_list("pk", "code", "name", "parent", "valid_to"))


def test_a_file_is_loaded_once_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "u.csv", DA_LAT) == "Đơn vị hành chính: thêm 9, sửa 0, không đổi 0, nối 5.\n"
    before = rows()
    assert load(tmp_path / "u.csv", DA_LAT) == "Đơn vị hành chính: thêm 0, sửa 0, không đổi 9, nối 0.\n"
    assert rows() == before


def test_a_unit_belongs_to_what_was_there_on_its_days(da_lat: None) -> None:
    old, new = (
        AdministrativeUnit.objects.filter(code="24781").order_by("-valid_to")[1],
        AdministrativeUnit.objects.get(code="24781", valid_from=AFTER),
    )
    assert (old.name, old.level, old.parent.name, old.parent.parent.valid_to) == (
        "Phường 6", "commune", "Thành phố Đà Lạt", BEFORE,
    )  # fmt: skip
    assert (new.name, new.parent.name, new.parent.valid_from) == ("Phường Xuân Hương - Đà Lạt", "Tỉnh Lâm Đồng", AFTER)


def test_communes_of_a_province_are_those_of_the_day(da_lat: None) -> None:
    def names(day: date | None) -> list[str]:
        return sorted(unit.name for unit in units.communes_of("68", day))

    assert names(BEFORE) == ["Phường 1", "Phường 2", "Phường 6"]
    assert names(AFTER) == ["Phường Lâm Viên - Đà Lạt", "Phường Xuân Hương - Đà Lạt"]
    assert len(names(None)) == 5
    assert [unit.code for unit in units.provinces(AFTER)] == ["68"]
    assert sorted(unit.code for unit in units.provinces(BEFORE)) == ["60", "68"]


def test_an_old_unit_leads_to_what_it_has_become_and_back(da_lat: None) -> None:
    assert [unit.name for unit in units.successors_of("24784", BEFORE)] == ["Phường Xuân Hương - Đà Lạt"]
    assert [unit.name for unit in units.successors_of("24781", BEFORE)] == ["Phường Lâm Viên - Đà Lạt"]
    assert list(units.successors_of("24781", AFTER)) == []
    assert sorted(unit.name for unit in units.predecessors_in("68")) == ["Phường 1", "Phường 2", "Phường 6"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("7,Xã A,rural_commune,68,2025-07-01,,", "mã “7” phải có 5 chữ số"),
        ("00001,Xã A,village,68,2025-07-01,,", "không có loại “village”"),
        ("00001,,ward,68,2025-07-01,,", "tên dài từ 1 đến 120 ký tự"),
        ("00001,Xã A,ward,68,1/7/2025,,", "ngày ghi theo dạng 2025-07-01"),
        ("00001,Xã A,ward,68,2025-07-01,2025-06-01,", "ngày kết thúc phải sau ngày bắt đầu"),
        ("00001,Xã A,ward,69,2025-07-01,,", "không có đơn vị cấp trên mã “69” trong thời gian đó"),
        ("00001,Xã A,ward,,2025-07-01,,", "không có đơn vị cấp trên mã “” trong thời gian đó"),
        ("00001,Xã A,ward,60,2025-07-01,,", "không có đơn vị cấp trên mã “60” trong thời gian đó"),
        ("00001,Xã A,ward,672,,2025-06-30,99999", "không có đơn vị kế tiếp mã “99999” vào hôm sau"),
        ("00001,Xã A,ward,68,2025-07-01,,24781", "đơn vị còn hiệu lực thì chưa có đơn vị kế tiếp"),
        ("24784,Phường 1,ward,672,,2025-06-30,", "mã 24784 đã có ở dòng 6"),
        ("24784,Phường 1 mới,ward,68,2025-06-01,,", "mã 24784 trùng ngày với Phường 1"),
        ("00001,Xã A,ward,68,2025-07-01,,,thừa", "không có cột “?”"),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_line_and_nothing_is_written(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "u.csv"
    path.write_text(DA_LAT + line + "\n")
    err = StringIO()
    with pytest.raises(CommandError, match="Có 1 chỗ sai"):
        call_command("import_administrative_units", str(path), stderr=err)
    assert err.getvalue().startswith(f"Dòng 11: {fault}")
    assert not AdministrativeUnit.objects.exists()


def test_all_faults_come_at_once() -> None:
    records = [
        (2, {"code": "1"}),
        (3, {"code": "01", "name": "Hà Nội", "kind": "city"}),
        (4, {"code": 1}),
        (5, {"x": 1}),
    ]
    with pytest.raises(UnitImportRefused) as refused:
        import_units(records)
    assert [line for line, _sentence in refused.value.faults] == [2, 4, 5]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xff\xfe", "Tệp không phải UTF-8."),
        (gzip.compress(b"code", mtime=0)[:-4], "Tệp nén bị hỏng hoặc bị cắt ngang."),
        (b"[1]", "danh sách các đối tượng"),
        (b"[{", "không phải JSON"),
        (b"ma,ten\n1,2\n", "Tệp CSV thiếu cột: code, kind, name."),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "u"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=fault):
        call_command("import_administrative_units", str(path))
    with pytest.raises(CommandError, match="Không mở được tệp"):
        call_command("import_administrative_units", str(tmp_path / "nowhere"))


def test_json_and_gzip_are_read_too_and_a_change_is_a_change(tmp_path: Path, da_lat: None) -> None:
    path = tmp_path / "u.json.gz"
    change = [
        {"code": "24820", "name": "Phường Lâm Viên", "kind": "ward", "parent": "68", "valid_from": "2025-07-01",
         "valid_to": "2026-12-31", "successors": ["24781"]},
    ]  # fmt: skip
    path.write_bytes(gzip.compress(json.dumps(change).encode()))
    out = StringIO()
    call_command("import_administrative_units", str(path), stdout=out)
    assert out.getvalue() == "Đơn vị hành chính: thêm 0, sửa 1, không đổi 0, nối 1.\n"
    assert AdministrativeUnit.objects.get(code="24820").name == "Phường Lâm Viên"


def test_the_database_refuses_two_units_with_one_code_on_one_day(da_lat: None) -> None:
    parent = AdministrativeUnit.objects.get(code="68", valid_to=None)
    for fault, values in (
        ("administrative_unit_one_version_a_day", {"code": "24820", "valid_from": date(2026, 1, 1)}),
        ("administrative_unit_version_once", {"code": "24820", "valid_from": AFTER, "valid_to": AFTER}),
        ("administrative_unit_code_fits_level", {"code": "248"}),
    ):
        with pytest.raises(IntegrityError, match=fault), transaction.atomic():
            AdministrativeUnit.objects.create(name="Phường thử", kind="ward", parent=parent, **values)
    assert AdministrativeUnit.objects.count() == 9


def test_units_that_are_there_are_left_alone_when_asked(tmp_path: Path, da_lat: None) -> None:
    path = tmp_path / "u.csv"
    path.write_text("nothing that could be read")
    out = StringIO()
    call_command("import_administrative_units", str(path), "--only-when-empty", stdout=out)
    assert out.getvalue() == ""
    assert AdministrativeUnit.objects.count() == 9


def test_the_portal_brings_the_whole_country() -> None:
    out = StringIO()
    call_command("import_administrative_units", stdout=out)
    assert out.getvalue() == "Đơn vị hành chính: thêm 14138, sửa 0, không đổi 0, nối 10654.\n"
    assert units.provinces(AFTER).count() == 34
    assert units.provinces(BEFORE).count() == 63
    now = AdministrativeUnit.objects.valid_on(date(2026, 1, 1))
    assert now.filter(level="commune").count() == 3321
    assert now.filter(level="district").count() == 0
    was = AdministrativeUnit.objects.valid_on(BEFORE)
    assert (was.filter(level="district").count(), was.filter(level="commune").count()) == (696, 10035)
    assert not was.filter(level="commune", successors__isnull=True).exists()
    assert {unit.code for unit in units.provinces(AFTER)} == {
        "01", "04", "08", "11", "12", "14", "15", "19", "20", "22", "24", "25", "31", "33", "37", "38", "40", "42", "44",
        "46", "48", "51", "52", "56", "66", "68", "75", "79", "80", "82", "86", "91", "92", "96",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from core_administrativeunit where name <> normalize(name, NFC)")
        assert cursor.fetchone()[0] == 0
