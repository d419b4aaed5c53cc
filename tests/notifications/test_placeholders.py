"""The language of edited wordings: known variables, a little Markdown, nothing that runs."""

import pytest

from portal.notifications.placeholders import fill_html, fill_line, fill_text, problems_of

KNOWN = {"ma_ho_so", "ly_do", "lien_ket"}


@pytest.mark.parametrize(
    "text",
    ["Hồ sơ {{ma_ho_so}}", "{{ ma_ho_so }} và {{ly_do}}", "Không có biến", "**{{ma_ho_so}}**"],
)
def test_a_text_with_known_variables_has_no_problem(text: str) -> None:
    assert problems_of(text, KNOWN) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ten}} và {{ma}}", "Không có biến {{ten}}, {{ma}} ở loại thông báo này."),
        ("{khong_co}", "Có dấu ngoặc không thành biến. Biến viết là {{ten_bien}}, không có lệnh nào khác."),
        ("{{ma_ho_so}}}", "Có dấu ngoặc không thành biến. Biến viết là {{ten_bien}}, không có lệnh nào khác."),
        ("{% load x %}", "Có dấu ngoặc không thành biến. Biến viết là {{ten_bien}}, không có lệnh nào khác."),
        ("{{ma_ho_so", "Có dấu ngoặc không thành biến. Biến viết là {{ten_bien}}, không có lệnh nào khác."),
        ("{{ma_ho_so|safe}}", "Có dấu ngoặc không thành biến. Biến viết là {{ten_bien}}, không có lệnh nào khác."),
        ("{{user.password}}", "Có dấu ngoặc không thành biến. Biến viết là {{ten_bien}}, không có lệnh nào khác."),
        ("[đây](https://x.vn/{{ma_ho_so}})", "Biến phải đứng trong câu chữ, không đứng trong địa chỉ của liên kết."),
        ("[a]: {{ma_ho_so}}", "Biến phải đứng trong câu chữ, không đứng trong địa chỉ của liên kết."),
        ("\ue000ma_ho_so\ue001", "Có ký tự không dùng được."),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    assert problems_of(text, KNOWN) == [problem]


def test_values_are_filled_in_as_they_are_and_escaped_in_html() -> None:
    values = {"ma_ho_so": "H36", "ly_do": "<b>A & B</b> **đậm** {{lien_ket}}\ndòng hai", "lien_ket": ""}
    source = "**Hồ sơ** {{ma_ho_so}}: {{ly_do}}"

    assert fill_line(source, values) == "**Hồ sơ** H36: <b>A & B</b> **đậm** {{lien_ket}}\ndòng hai"
    assert fill_text(source, values) == "Hồ sơ H36: <b>A & B</b> **đậm** {{lien_ket}}\ndòng hai"
    assert fill_html(source, values) == (
        "<p><strong>Hồ sơ</strong> H36: &lt;b&gt;A &amp; B&lt;/b&gt; **đậm** {{lien_ket}}<br>dòng hai</p>\n"
    )


def test_html_and_scripts_of_an_editor_come_out_as_text() -> None:
    html = fill_html("<script>alert(1)</script> [x](javascript:alert(1)) [y](https://y.vn)", {})

    assert "<script" not in html
    assert "javascript:" not in html.replace("[x](javascript:alert(1))", "")
    assert '<a href="https://y.vn"' in html


def test_an_address_becomes_a_link() -> None:
    html = fill_html("Xem {{lien_ket}}", {"lien_ket": "https://a.vn/?x=1&y=2"}, {"lien_ket"})

    assert 'href="https://a.vn/?x=1&amp;y=2"' in html


def test_a_paragraph_with_nothing_to_tell_is_left_out() -> None:
    source = "Đã dừng.\n\nLý do: {{ly_do}}\n\nHồ sơ {{ma_ho_so}} {{ly_do}}"

    assert fill_text(source, {"ly_do": "", "ma_ho_so": "H36"}) == "Đã dừng.\n\nHồ sơ H36 "
    assert fill_text(source, {"ly_do": "Trễ", "ma_ho_so": "H36"}) == "Đã dừng.\n\nLý do: Trễ\n\nHồ sơ H36 Trễ"
