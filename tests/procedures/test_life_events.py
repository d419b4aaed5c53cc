"""Life events, popular searches and synonyms: data that administrators edit, begun by one command."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from procedures import selectors, services
from procedures.enums import SynonymKind
from procedures.models import LifeEvent, LifeEventProcedure, PopularSearch, SearchSynonym
from tests.factories.accounts import UserFactory
from tests.factories.procedures import ADMINISTRATOR, published_procedure

pytestmark = pytest.mark.django_db


def seed() -> list[str]:
    out = io.StringIO()
    call_command("seed_catalogue", stdout=out)
    return out.getvalue().splitlines()


def event_of(*names: str, **fields: object) -> LifeEvent:
    event = LifeEvent.objects.create(
        **{"slug": "sinh-con", "title_vi": "Sinh con", "title_en": "Having a child", "icon": "birth", **fields}
    )
    for order, name in enumerate(names):
        LifeEventProcedure.objects.create(life_event=event, procedure=published_procedure(name=name), order=order)
    return event


def synonym(term: str, meaning: str, kind: str = SynonymKind.SYNONYM) -> SearchSynonym:
    return services.save_synonym(actor=ADMINISTRATOR, synonym=SearchSynonym(term=term, meaning=meaning, kind=kind))


def names(text: str) -> list[str]:
    return [procedure.name for procedure in selectors.search(text).procedures]


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


def test_the_command_begins_everything_and_run_again_adds_nothing() -> None:
    published_procedure(code="1.001193", name="Đăng ký khai sinh")

    first = seed()

    assert first[1] == "Tìm được 1 thủ tục."
    assert LifeEvent.objects.count() == 14
    assert LifeEvent.objects.get(slug="sinh-con").procedures.get().code == "1.001193"
    assert SearchSynonym.objects.filter(folded_term="gplx", meaning="giấy phép lái xe").exists()
    assert seed()[0] == "Từ đồng nghĩa: thêm 0. Việc trong đời: thêm 0. Lời tìm phổ biến: thêm 0."


def test_the_command_gives_an_event_the_procedures_that_came_since_unless_a_person_edited_it() -> None:
    seed()
    edited = LifeEvent.objects.get(slug="nguoi-than-qua-doi")
    services.finish_life_event(actor=ADMINISTRATOR, event=edited, formerly=set())
    published_procedure(code="1.001193", name="Đăng ký khai sinh")
    published_procedure(code="1.000656", name="Đăng ký khai tử")

    assert "Việc trong đời: thêm 1." in seed()[0]
    assert [one.code for one in LifeEvent.objects.get(slug="sinh-con").procedures.all()] == ["1.001193"]
    assert not edited.procedures.exists()


def test_a_synonym_that_was_switched_off_stays_off() -> None:
    seed()
    SearchSynonym.objects.filter(folded_term="gplx").update(is_active=False)

    seed()

    assert list(SearchSynonym.objects.filter(folded_term="gplx").values_list("is_active", flat=True)) == [False]


@pytest.mark.parametrize("typed", ["đổi bằng lái", "doi bang lai", "Xin đổi bằng lái!"])
def test_what_people_call_it_finds_what_the_catalogue_calls_it(typed: str) -> None:
    published_procedure(name="Đổi giấy phép lái xe")
    published_procedure(name="Cấp lại giấy phép lái xe")
    synonym("bằng lái", "giấy phép lái xe")
    synonym("xin", "", SynonymKind.FILLER)

    assert names(typed)[0] == "Đổi giấy phép lái xe"


def test_a_synonym_may_mean_a_code_and_the_longest_term_wins() -> None:
    published_procedure(code="1.004222", name="Đăng ký thường trú")
    published_procedure(code="1.010038", name="Tách hộ")
    synonym("hộ khẩu", "thường trú")
    synonym("tách hộ khẩu", "1.010038")

    assert names("hộ khẩu") == ["Đăng ký thường trú"]
    assert names("tach ho khau")[0] == "Tách hộ"


def test_a_filler_with_other_accents_is_another_word() -> None:
    published_procedure(name="Quản lý chợ")
    published_procedure(name="Quản lý kho")
    synonym("cho", "", SynonymKind.FILLER)

    assert names("quản lý chợ") == ["Quản lý chợ"]
    assert set(names("quản lý cho")) == {"Quản lý chợ", "Quản lý kho"}


def test_the_page_of_an_event_lists_its_procedures_in_order_with_level_and_time(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    event_of("Đăng ký khai sinh", "Cấp thẻ bảo hiểm y tế", search="khai sinh")

    with django_assert_num_queries(7):
        body = client.get("/thu-tuc/su-kien/sinh-con/").content.decode()

    assert body.index("Đăng ký khai sinh") < body.index("Cấp thẻ bảo hiểm y tế")
    assert body.count("Toàn trình") == 2
    assert body.count("3\u00a0ngày làm\u00a0việc") == 2
    assert '<a href="/thu-tuc/?q=khai%20sinh">' in body


def test_an_event_speaks_english_on_english_pages() -> None:
    event = event_of(description_vi="Khai sinh", description_en="Birth registration")

    assert (event.title, event.description) == ("Sinh con", "Khai sinh")
    with translation.override("en"):
        assert (event.title, event.description) == ("Having a child", "Birth registration")


@pytest.mark.parametrize("slug", ["khong-co", "an"])
def test_an_event_that_is_switched_off_or_unknown_is_not_found(client: Client, slug: str) -> None:
    event_of("Đăng ký khai sinh", slug="an", is_active=False)

    assert client.get(f"/thu-tuc/su-kien/{slug}/").status_code == 404


def test_the_home_page_shows_events_that_lead_somewhere(client: Client) -> None:
    event_of("Đăng ký khai sinh")
    event_of(slug="rong", title_vi="Việc rỗng")
    event_of("Lập công ty", slug="mo-cong-ty", title_vi="Mở công ty", kind="business")
    PopularSearch.objects.create(text="đăng ký tạm trú")

    body = client.get("/").content.decode()

    assert 'href="/thu-tuc/su-kien/sinh-con/"' in body
    assert 'href="/thu-tuc/su-kien/mo-cong-ty/"' in body
    assert "Việc rỗng" not in body
    assert ">đăng ký tạm trú</a>" in body


def test_an_event_edited_in_admin_is_on_the_home_page_and_a_facet_at_once(
    editor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    procedure = published_procedure(name="Đăng ký khai sinh")
    assert "Sinh con" not in editor.get("/").content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        response = editor.post(
            "/quan-tri/procedures/lifeevent/add/",
            {
                "kind": "person",
                "title_vi": "Sinh con",
                "title_en": "Having a child",
                "description_vi": "Khai sinh",
                "description_en": "Birth",
                "icon": "birth",
                "order": "10",
                "is_active": "on",
                "slug": "sinh-con",
                "search": "",
                "entries-TOTAL_FORMS": "1",
                "entries-INITIAL_FORMS": "0",
                "entries-0-procedure": str(procedure.pk),
                "entries-0-order": "1",
            },
        )

    assert response.status_code == 302
    assert LifeEvent.objects.get().is_curated
    assert "Sinh con" in editor.get("/").content.decode()
    assert selectors.search(chosen=selectors.Chosen.of({"su-kien": ["sinh-con"]})).total == 1

    with django_capture_on_commit_callbacks(execute=True):
        editor.post(f"/quan-tri/procedures/lifeevent/{LifeEvent.objects.get().pk}/delete/", {"post": "yes"})

    assert "/thu-tuc/su-kien/sinh-con/" not in editor.get("/").content.decode()
    assert selectors.search(chosen=selectors.Chosen.of({"su-kien": ["sinh-con"]})).total == 0


def test_a_synonym_edited_in_admin_is_understood_by_the_next_search(editor: Client) -> None:
    published_procedure(name="Cấp phiếu lý lịch tư pháp")
    assert names("lltp") == []

    address, form = "/quan-tri/procedures/searchsynonym/add/", {"term": " LLTP ", "kind": "abbreviation"}
    form |= {"meaning": "lý lịch tư pháp", "is_active": "on"}
    assert editor.post(address, form).status_code == 302

    assert names("lltp") == ["Cấp phiếu lý lịch tư pháp"]
    assert "Cặp từ này đã có." in editor.post(address, form).content.decode()
    assert "Hãy gõ ít nhất một chữ cái" in editor.post(address, form | {"term": "?!"}).content.decode()
    assert "chỉ lời thừa mới để trống" in editor.post(address, form | {"meaning": ""}).content.decode()
    assert SearchSynonym.objects.count() == 1


def test_a_popular_search_edited_in_admin_is_offered_at_once(
    editor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    editor.get("/")
    with django_capture_on_commit_callbacks(execute=True):
        editor.post("/quan-tri/procedures/popularsearch/add/", {"text": "sổ đỏ", "order": "1", "is_active": "on"})

    assert ">sổ đỏ</a>" in editor.get("/").content.decode()
