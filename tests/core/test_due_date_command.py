"""`manage.py due_date`: JSON lines in, due instants out; one bad line spoils only itself."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.core.models import CalendarDay


def run(lines: bytes, tmp_path: Path, *options: str) -> tuple[list[dict[str, Any]], str | None]:
    """The answers, and the exit code with the closing sentence when a line failed."""
    file = tmp_path / "lines.jsonl"
    file.write_bytes(lines)
    out = io.StringIO()
    closing = None
    try:
        call_command("due_date", str(file), *options, stdout=out)
    except CommandError as error:
        closing = f"{error.returncode}: {error}"
    return [json.loads(line) for line in out.getvalue().splitlines()], closing


def line(**keys: Any) -> bytes:
    return json.dumps({"received_at": "2025-06-02T09:00", "value": 2, "unit": "working_day", **keys}).encode() + b"\n"


# No database mark: touching the database would fail these tests.


def test_each_line_gets_its_due_instant_and_its_working(tmp_path: Path) -> None:
    lines = (
        line(received_at="2025-04-24T09:00", value=5, pauses=[])
        + b"\n"
        + line(pauses=[["2025-06-03T08:00", "2025-06-05T08:00"]])
    )

    answers, closing = run(lines, tmp_path, "--builtin-calendar")

    assert closing is None
    assert [answer["due_at"] for answer in answers] == ["2025-05-05T09:00:00+07:00", "2025-06-06T09:00:00+07:00"]
    assert answers[0]["trace"][0] == {
        "on": "2025-04-24",
        "kind": "start",
        "name": "",
        "counted": 0.75,
        "elapsed": 0.75,
        "number": None,
    }
    assert answers[0]["is_provisional"] is False


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"received_at": "2025-08-29T13:15:00+00:00"}, "2025-09-04T17:00:00+07:00"),
        ({"received_at": "2025-08-29T13:15:00Z"}, "2025-09-04T17:00:00+07:00"),
        ({"value": 0.5}, "2025-06-02T15:00:00+07:00"),
        ({"value": "1.5"}, "2025-06-03T15:00:00+07:00"),
        ({"received_at": "2025-06-02T15:30", "cut_off": "15:00"}, "2025-06-04T17:00:00+07:00"),
        ({"pauses": None}, "2025-06-04T09:00:00+07:00"),
        ({"unit": "month"}, "2025-08-04T17:00:00+07:00"),
    ],
)
def test_forms_a_line_may_take(keys: dict[str, Any], expected: str, tmp_path: Path) -> None:
    answers, closing = run(line(**keys), tmp_path, "--builtin-calendar")

    assert (answers[0]["due_at"], closing) == (expected, None)


def test_a_pause_that_has_not_ended_gives_what_remains(tmp_path: Path) -> None:
    answers, closing = run(line(pauses=[["2025-06-03T11:00", None]]), tmp_path, "--builtin-calendar")

    assert closing is None
    assert answers[0]["due_at"] is None
    assert answers[0]["remaining"] == {"value": 0.75, "unit": "working_day"}


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (b"nonsense\n", "Dòng này không phải là JSON hợp lệ."),
        (b"\xff\xfe\n", "Dòng này không phải là JSON hợp lệ."),
        (b"[" * 100_000 + b"\n", "Dòng này không phải là JSON hợp lệ."),
        (b"[]\n", "Mỗi dòng phải là một đối tượng JSON."),
        (b'{"value": 1, "unit": "hour"}\n', "Thiếu khóa received_at."),
        (line(units=1), "Có khóa lạ. Các khóa được dùng: cut_off, pauses, received_at, unit, value."),
        (line(received_at="2025-06-02"), "received_at phải là thời điểm như 2025-04-24T09:00."),
        (line(received_at="2025-02-30T09:00"), "received_at phải là thời điểm như 2025-04-24T09:00."),
        (line(received_at=5), "received_at phải là thời điểm như 2025-04-24T09:00."),
        (
            line(received_at="9999-12-31T23:00"),
            "Thời điểm phải có múi giờ và nằm trong khoảng từ năm 1980 đến năm 2150.",
        ),
        (
            line(received_at="2140-06-02T09:00"),
            "Chưa có lịch nghỉ của năm cần tính. Người quản trị cần nhập lịch trước.",
        ),
        (line(value=True), "value phải là một số lớn hơn 0."),
        (line(value="five"), "value phải là một số lớn hơn 0."),
        (b'{"received_at": "2025-06-02T09:00", "value": NaN, "unit": "hour"}\n', "value phải là một số lớn hơn 0."),
        (
            line(value=0),
            "Thời hạn phải lớn hơn 0 và không quá 10 năm; ngày làm việc tính đến nửa ngày, ngày và tháng là số nguyên.",
        ),
        (
            b'{"received_at": "2025-06-02T09:00", "value": 1e999999999999, "unit": "hour"}\n',
            "Thời hạn phải lớn hơn 0 và không quá 10 năm; ngày làm việc tính đến nửa ngày, ngày và tháng là số nguyên.",
        ),
        (line(unit="week"), "unit phải là một trong: working_day, calendar_day, working_hour, hour, month."),
        (line(unit=[]), "unit phải là một trong: working_day, calendar_day, working_hour, hour, month."),
        (line(pauses=["2025-06-02T09:00"]), "pauses phải là danh sách các cặp [bắt đầu, kết thúc]."),
        (line(pauses=[["2025-06-02T09:00"]]), "pauses phải là danh sách các cặp [bắt đầu, kết thúc]."),
        (line(pauses=[["2025-06-03T09:00", "x"]]), "pauses phải là thời điểm như 2025-04-24T09:00."),
        (
            line(pauses=[["2025-06-03T09:00", "2025-06-02T09:00"]]),
            "Khoảng tạm dừng không được kết thúc trước khi bắt đầu.",
        ),
        (line(cut_off="25:00"), "cut_off phải là giờ trong ngày như 15:00."),
        (line(cut_off=15), "cut_off phải là giờ trong ngày như 15:00."),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_the_rest_goes_on(bad: bytes, sentence: str, tmp_path: Path) -> None:
    answers, closing = run(line() + bad + line(), tmp_path, "--builtin-calendar")

    assert answers[1] == {"error": sentence, "line": 2}
    assert [answers[0]["due_at"], answers[2]["due_at"]] == ["2025-06-04T09:00:00+07:00"] * 2
    assert closing == "1: Có 1 dòng không tính được."


def test_standard_input_is_read_when_no_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line())))
    out = io.StringIO()

    call_command("due_date", "--builtin-calendar", stdout=out)

    assert json.loads(out.getvalue())["due_at"] == "2025-06-04T09:00:00+07:00"


def test_a_file_that_is_not_there_is_named_as_the_trouble() -> None:
    with pytest.raises(CommandError, match="Không mở được tệp"):
        call_command("due_date", "/nowhere/lines.jsonl", "--builtin-calendar")


@pytest.mark.django_db
def test_without_the_option_the_edited_calendar_counts(tmp_path: Path) -> None:
    CalendarDay.objects.create(on=date(2025, 6, 3), kind="holiday", name="Nghỉ đột xuất")

    answers, _closing = run(line(), tmp_path)

    assert answers[0]["due_at"] == "2025-06-05T09:00:00+07:00"
    assert answers[0]["trace"][1]["name"] == "Nghỉ đột xuất"
