"""Answers as people read them, and the schema that partners get."""

from procedures.form_definitions import display_rows, json_schema
from tests.procedures.forms.declaration import PERSON, RENTED, STAY, declaration
from tests.procedures.forms.samples import one_field


def test_answers_are_listed_by_section_with_what_is_asked_only() -> None:
    assert display_rows(declaration(), {**PERSON, **STAY, "guardian": "stale"}, "vi") == [
        ("Người khai", [("Họ và tên", "Nguyễn Thị An"), ("Ngày sinh", "05/05/1984"), ("Giới tính", "Nữ"),
                        ("Số định danh", "068184002713")]),
        ("Nơi ở", [("Chỗ ở này là của ai?", "Tôi thuê"), ("Chủ nhà", "Trần Văn Dũng"), ("Có hợp đồng?", "Không"),
                   ("Từ ngày", "10/05/2026"), ("Đến ngày", "Không khai")]),
    ]  # fmt: skip


def test_labels_follow_the_language_asked_for() -> None:
    rows = display_rows(declaration(), PERSON, "en")
    assert rows[0][0] == "Person"
    assert rows[0][1][0] == ("Full name", "Nguyễn Thị An")


def test_a_stored_value_of_another_time_stays_readable() -> None:
    assert display_rows(one_field("date"), {"answer": "last May"}, "vi") == [("Phần một", [("Câu hỏi", "last May")])]
    assert display_rows(one_field("choice"), {"answer": "gone"}, "vi") == [("Phần một", [("Câu hỏi", "gone")])]


def test_the_schema_tells_what_is_always_required_and_what_depends() -> None:
    schema = json_schema(declaration())
    assert schema["required"] == ["full_name", "born_on", "id_number", "home", "from_on"]
    assert schema["additionalProperties"] is False
    assert "intro" not in schema["properties"]
    assert schema["properties"]["home"] == {
        "title": "Chỗ ở này là của ai?",
        "type": "string",
        "enum": ["own", "rent"],
    }
    assert schema["properties"]["landlord"]["x-visible-when"] == RENTED
    assert schema["properties"]["landlord"]["x-required-when-visible"] is True
