"""`import_procedures`: idempotent, resumable, a bad line named by its number, nothing of ours overwritten."""

import csv
import gzip
import io
import json
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from portal.core import clock
from procedures import selectors
from procedures.enums import Channel, ReviewCode, RevisionSource, RevisionState
from procedures.errors import TermNotConfigured
from procedures.management.commands import import_procedures
from procedures.models import Procedure, ProcedureRevision, PublicationEntry, ReviewFlag
from procedures.services import copy_to_draft, supersede_revision
from tests.factories.procedures import ADMINISTRATOR, AgencyFactory, ServiceOfferingFactory, published_procedure
from tests.procedures.national import channel, record, write

pytestmark = pytest.mark.django_db


def run(path: Path, *, fails: bool = False, **options: object) -> tuple[list[str], list[str]]:
    """Lines of stdout and of stderr."""
    out, err = io.StringIO(), io.StringIO()
    if fails:
        with pytest.raises(CommandError):
            call_command("import_procedures", str(path), stdout=out, stderr=err, **options)
    else:
        call_command("import_procedures", str(path), stdout=out, stderr=err, **options)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


def test_a_file_becomes_published_procedures_that_can_be_found_and_read(tmp_path: Path) -> None:
    out, _err = run(write(tmp_path / "a.jsonl", record("1.000001"), record("6.000002", name="Khai báo tạm vắng")))

    assert out[:4] == ["Thêm mới: 2", "Có phiên bản mới: 0", "Không đổi: 0", "Giữ bản của cơ quan: 0"]
    assert [item.code for item in selectors.search("khai bao tam vang").procedures] == ["6.000002"]
    revision = selectors.published_revision("1.000001")
    assert (revision.source, revision.needs_review, revision.number) == (RevisionSource.IMPORT, False, 1)
    assert (revision.terms.count(), revision.fee_rules.count(), revision.required_documents.count()) == (2, 2, 2)
    assert PublicationEntry.objects.filter(kind="published", actor_kind="system").count() == 2
    assert selectors.highest_level(selectors.offerings_of(revision.procedure)) == 1


def test_imported_values_set_no_deadline_and_charge_nothing(tmp_path: Path) -> None:
    run(write(tmp_path / "a.jsonl", record()))
    revision = selectors.published_revision("1.000001")

    with pytest.raises(TermNotConfigured):
        selectors.term_for(revision, Channel.ONLINE)
    assert selectors.quote_for(revision, Channel.ONLINE, on=clock.today()).total is None


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", record())
    run(path)
    before = list(ProcedureRevision.objects.values())

    out, _err = run(path)

    assert out[2] == "Không đổi: 1"
    assert list(ProcedureRevision.objects.values()) == before


def test_changed_content_becomes_a_new_revision(tmp_path: Path) -> None:
    run(write(tmp_path / "a.jsonl", record()))

    out, _err = run(write(tmp_path / "b.jsonl", record(name="Tên mới", policy_area="Chứng thực")))

    assert out[1] == "Có phiên bản mới: 1"
    assert list(ProcedureRevision.objects.order_by("number").values_list("number", "state")) == [
        (1, RevisionState.SUPERSEDED),
        (2, RevisionState.PUBLISHED),
    ]
    procedure = Procedure.objects.get()
    assert (procedure.name, procedure.policy_area.slug) == ("Tên mới", "chung-thuc")
    assert selectors.search("ten moi").total == 1


def test_a_malformed_line_is_named_by_its_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    missing = record("1.000005")
    del missing["channels"]
    path = write(
        tmp_path / "dirty.jsonl",
        record("1.000001"),
        "{not json",
        "",
        b"\xff\xfe",
        json.dumps(record("1.000003")).replace("Lo\\u1ea1i kh\\u00e1c", "a\\u0000b"),
        record("1.000001", name="Hai lần"),
        missing,
        record("1.000006", name=7),
        record("1.000007", steps="x" * 100_001),
        "[1, 2]",
        '{"code": ' + "9" * 5000 + "}",
        "[" * 100_000,
        json.dumps(record("1.000012")).replace("3.0", "NaN"),
        record("1.000013"),
    )

    out, err = run(path, fails=True)

    assert [line for line in err if line.startswith("Dòng")] == [
        "Dòng 2: không phải JSON.",
        "Dòng 4: không phải UTF-8.",
        "Dòng 5: kind: có ký tự hỏng (NUL hoặc nửa ký tự).",
        "Dòng 6: mã 1.000001 đã có ở dòng 1.",
        "Dòng 7: thiếu khóa channels.",
        "Dòng 8: name: phải là chuỗi ký tự.",
        "Dòng 9: steps: dài quá 100000 ký tự.",
        "Dòng 10: không phải một đối tượng JSON.",
        "Dòng 11: có số quá lớn.",
        "Dòng 12: không phải JSON.",
    ]
    assert out[0] == "Thêm mới: 3"
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.000001", "1.000012", "1.000013"}
    assert Procedure.objects.get(code="1.000001").name == "Thủ tục mẫu 1.000001"


def test_flags_are_stored_counted_and_reported(tmp_path: Path) -> None:
    dirty = record(channels=[channel(fee_text="135 VNĐ", fee_amount_vnd=135)], legal_bases="", name="=HYPERLINK(1)")
    report = tmp_path / "report.csv"

    out, _err = run(write(tmp_path / "a.jsonl", dirty), report=str(report))

    assert "Cần rà soát: 1 thủ tục" in out
    assert [line.split()[:2] for line in out[-2:]] == [["fee_thousandfold", "1"], ["legal_basis_missing", "1"]]
    assert set(ReviewFlag.objects.values_list("code", flat=True)) == {
        ReviewCode.FEE_THOUSANDFOLD,
        ReviewCode.LEGAL_BASIS_MISSING,
    }
    assert selectors.published_revision("1.000001").needs_review is True
    rows = list(csv.reader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["line", "code", "flag", "place", "detail", "name"]
    assert rows[1] == ["1", "1.000001", "fee_thousandfold", "channels[0].fee", "135 VNĐ", "'=HYPERLINK(1)"]


def test_the_report_may_be_json_lines(tmp_path: Path) -> None:
    report = tmp_path / "report.jsonl"

    run(write(tmp_path / "a.jsonl", record(steps="")), report=str(report))

    assert json.loads(report.read_text()) == {
        "line": 1,
        "code": "1.000001",
        "flag": "steps_missing",
        "place": "steps",
        "detail": "",
        "name": "Thủ tục mẫu 1.000001",
    }


def test_a_report_of_an_unknown_kind_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    run(write(tmp_path / "a.jsonl", record()), fails=True, report=str(tmp_path / "report.pdf"))

    assert not Procedure.objects.exists()


def test_gzip_is_read_and_a_cut_off_archive_keeps_what_came_before(tmp_path: Path) -> None:
    records = [record(f"1.{number:06d}") for number in range(1, 301)]
    whole = gzip.compress(b"".join(json.dumps(item).encode() + b"\n" for item in records))
    good, cut = tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl.gz"
    good.write_bytes(whole)
    cut.write_bytes(whole[: len(whole) // 2])

    _out, err = run(cut, fails=True)
    kept = Procedure.objects.count()
    run(good)

    assert err[-1].startswith("Dòng ") or any("tệp nén bị hỏng" in line for line in err)
    assert 0 < kept < 300
    assert Procedure.objects.count() == 300


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Không mở được tệp"):
        call_command("import_procedures", str(tmp_path / "none.jsonl"))


def test_an_interrupted_import_keeps_whole_batches_and_goes_on_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_procedures, "_BATCH", 2)
    path = write(tmp_path / "a.jsonl", *(record(f"1.00000{number}") for number in range(1, 7)))
    real, calls = import_procedures.import_batch, []

    def interrupted(**arguments: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(**arguments)  # type: ignore[arg-type]

    with mock.patch.object(import_procedures, "import_batch", interrupted), pytest.raises(SystemExit) as stopped:
        run(path)
    assert stopped.value.code == 130
    assert Procedure.objects.count() == 4
    out, _err = run(path)

    assert (out[0], out[2]) == ("Thêm mới: 2", "Không đổi: 4")


def test_a_record_the_database_refuses_is_left_out_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", record("1.000001"), record("1.000002"), record("1.000003"))
    with mock.patch("procedures.services.national_import.search_text_of") as search_text:
        search_text.side_effect = _poisoned
        out, err = run(path, fails=True)

    assert out[0] == "Thêm mới: 2"
    assert [line for line in err if line.startswith("Dòng")] == ["Dòng 2: cơ sở dữ liệu không nhận."]
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.000001", "1.000003"}


def _poisoned(procedure: Procedure, **_more: object) -> str:
    """Breaks a constraint of the table for one code only."""
    if procedure.code == "1.000002":
        procedure.name = ""
    return procedure.name


@pytest.mark.parametrize("case", ["published by hand", "drafted", "offered", "withdrawn"])
def test_what_is_in_a_persons_hands_is_kept_and_reported(tmp_path: Path, case: str) -> None:
    if case == "published by hand":
        published_procedure(code="1.000001", name="Của cơ quan", level=None)
    else:
        run(write(tmp_path / "first.jsonl", record(name="Của cơ quan")))
        current = selectors.published_revision("1.000001")
        if case == "drafted":
            copy_to_draft(actor=ADMINISTRATOR, revision=current)
        elif case == "offered":
            ServiceOfferingFactory.create(procedure=current.procedure, agency=AgencyFactory.create(), level=3)
        else:
            supersede_revision(actor=ADMINISTRATOR, revision_id=current.pk)
    revisions = ProcedureRevision.objects.count()

    out, _err = run(write(tmp_path / "a.jsonl", record(name="Khác", steps="Khác")))

    assert (out[3], out[4]) == ("Giữ bản của cơ quan: 1", "Không ghi đè: 1.000001")
    assert Procedure.objects.get(code="1.000001").name == "Của cơ quan"
    assert ProcedureRevision.objects.count() == revisions


def test_areas_whose_names_fold_alike_get_addresses_of_their_own(tmp_path: Path) -> None:
    run(
        write(
            tmp_path / "a.jsonl",
            record("1.000001", policy_area="Hồ tịch"),
            record("1.000002", policy_area="Hộ tịch"),
            record("1.000003", policy_area="!!!"),
        )
    )

    assert set(Procedure.objects.values_list("policy_area__slug", flat=True)) == {"ho-tich", "ho-tich-2", "linh-vuc"}
