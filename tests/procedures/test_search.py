"""Search without accents, with typing mistakes, a page at a time."""

import unicodedata
from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from procedures import selectors
from procedures.enums import SearchFacet
from procedures.models import Procedure
from procedures.selectors import Chosen, full_text
from procedures.selectors.query_words import clean_query, searchable
from tests.factories.procedures import PolicyAreaFactory, published_procedure

pytestmark = pytest.mark.django_db

MakeProcedure = Callable[..., Procedure]


def chosen(**values: str | int) -> Chosen:
    """By the names of the facets: `chosen(area="ho-tich", level=4)`."""
    return Chosen({SearchFacet[name.upper()]: (str(value),) for name, value in values.items()})


def names(text: str = "", *, cursor: str = "", **values: str | int) -> list[str]:
    page = selectors.search(text, chosen=chosen(**values), cursor=cursor)
    return [procedure.name for procedure in page.procedures]


@pytest.fixture
def residence() -> None:
    area = PolicyAreaFactory.create(name="Quản lý dân cư", slug="dan-cu")
    for code, name, level in (
        ("1.004194", "Đăng ký tạm trú", 4),
        ("1.010028", "Xóa đăng ký tạm trú", None),
        ("1.003677", "Khai báo tạm vắng", 3),
        ("1.000253", "Trung tâm đăng ký tạm tính", None),
    ):
        published_procedure(code=code, name=name, level=level, policy_area=area)


@pytest.mark.parametrize(
    "typed",
    [
        "đăng ký tạm trú",
        "dang ky tam tru",
        "ĐĂNG KÝ TẠM TRÚ",
        "  Dang   ky tam  tru ",
        "đăng kí tạm trú",
        "Ðăng ký tạm trú",
        unicodedata.normalize("NFD", "đăng ký tạm trú"),
        "đăng ký, tạm trú!",
    ],
)
@pytest.mark.usefixtures("residence")
def test_however_it_is_typed_the_procedure_of_that_name_comes_first(typed: str) -> None:
    assert names(typed) == ["Đăng ký tạm trú", "Xóa đăng ký tạm trú"]


@pytest.mark.usefixtures("residence")
def test_a_code_finds_its_procedure() -> None:
    assert names("1.004194") == ["Đăng ký tạm trú"]


@pytest.mark.usefixtures("residence")
def test_a_part_of_a_code_or_word_finds_when_no_whole_word_does() -> None:
    assert names("1.0041") == ["Đăng ký tạm trú"]
    assert names("vắn") == ["Khai báo tạm vắng"]


@pytest.mark.usefixtures("residence")
def test_whole_words_go_before_parts_of_words() -> None:
    assert "Trung tâm đăng ký tạm tính" not in names("tru")


@pytest.mark.parametrize("typed", ["dang ky tam truu", "đnăg ký tạm trú", "tam tru dangky"])
@pytest.mark.usefixtures("residence")
def test_a_typing_mistake_is_mended_by_the_words_of_the_catalogue(typed: str) -> None:
    page = selectors.search(typed)

    assert [procedure.name for procedure in page.procedures] == ["Đăng ký tạm trú", "Xóa đăng ký tạm trú"]
    assert page.mended in ("đăng ký tạm trú", "tạm trú đăng ký")


@pytest.mark.parametrize("typed", ["zzzz", "!!!", "\x00\ud800", "%", "_", "'; DROP TABLE x; --", "x" * 5000])
@pytest.mark.usefixtures("residence")
def test_nonsense_is_answered_with_what_can_be_done_online(typed: str) -> None:
    page = selectors.search(typed)

    assert page.total in (0, 4)
    assert page.procedures or page.suggestions


@pytest.mark.usefixtures("residence")
def test_filters_that_leave_nothing_say_that_there_is_something_without_them() -> None:
    page = selectors.search("tam vang", chosen=chosen(level=4))

    assert (page.total, page.ignores_choice) == (0, True)
    assert [procedure.name for procedure in page.suggestions] == ["Khai báo tạm vắng"]


@pytest.mark.usefixtures("residence")
def test_what_can_be_done_online_is_listed_first() -> None:
    assert names() == [
        "Đăng ký tạm trú",
        "Khai báo tạm vắng",
        "Trung tâm đăng ký tạm tính",
        "Xóa đăng ký tạm trú",
    ]
    assert names("dân cư") == names()


@pytest.mark.usefixtures("residence")
def test_filters_by_level_and_area() -> None:
    published_procedure(name="Khai sinh", level=2)

    assert names(level=4) == ["Đăng ký tạm trú"]
    assert names(level=3) == ["Khai báo tạm vắng"]
    assert names(level=2) == ["Khai sinh"]
    assert names(level=1) == ["Trung tâm đăng ký tạm tính", "Xóa đăng ký tạm trú"]
    assert names(area="ho-tich") == ["Khai sinh"]
    assert names(area="dan-cu", level=3) == ["Khai báo tạm vắng"]
    assert [area.key for area in selectors.counted_areas()] == ["ho-tich", "dan-cu"]


def test_the_exact_accents_go_before_the_same_letters() -> None:
    for code, name in (("1.000001", "Cấp mã"), ("1.000002", "Cấp má"), ("1.000003", "Cấp mạ")):
        published_procedure(code=code, name=name)

    assert names("cấp mạ")[0] == "Cấp mạ"
    assert names("cap ma") == ["Cấp mã", "Cấp má", "Cấp mạ"]


@pytest.mark.parametrize("text", ["", "mau"])
def test_pages_follow_each_other_without_gap_or_repetition(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_text, "PAGE_SIZE", 2)
    for number in range(7):
        published_procedure(code=f"1.00000{number}", name=f"Thủ tục mẫu {number}", level=(None, 4, 3)[number % 3])
    whole = [
        *("Thủ tục mẫu 1", "Thủ tục mẫu 4", "Thủ tục mẫu 2", "Thủ tục mẫu 5"),
        *("Thủ tục mẫu 0", "Thủ tục mẫu 3", "Thủ tục mẫu 6"),
    ]

    seen, cursor = [], ""
    for _page in range(4):
        page = selectors.search(text, cursor=cursor)
        seen += [procedure.name for procedure in page.procedures]
        cursor = page.next_cursor

    assert seen == whole
    assert (page.total, cursor) == (7, "")


@pytest.mark.usefixtures("residence")
def test_a_cursor_that_was_tampered_with_starts_from_the_top() -> None:
    assert names(cursor="1-x' OR 1=1") == names()


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_eight_queries_whatever_is_on_it(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(count):
        published_procedure(name="Khai sinh")

    # Known words, synonyms, counts, keys, procedures, terms, fees, what is offered.
    with django_assert_num_queries(8):
        page = selectors.search("khai sinh")
        for procedure in page.procedures:
            assert procedure.current_revision is not None
            list(procedure.current_revision.terms.all())
            list(procedure.current_revision.fee_rules.all())
    assert page.total == count
    assert [page.offered[procedure.pk].agency_count for procedure in page.procedures] == [1] * min(count, 20)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("Đăng ký tạm trú (cấp xã)", "1.004194", "Cư trú", ""), " dang ki tam tru cap xa | 1.004194 | cu tru "),
        (("Ðổi", "", "m³/ngày"), " doi | m ngai "),
    ],
)
def test_the_searchable_form(parts: tuple[str, ...], text: str) -> None:
    assert searchable(*parts) == text


def test_a_query_is_one_short_printable_line() -> None:
    assert clean_query("  a\x00b\n\tc  " + "d" * 500) == "a b c " + "d" * 194
