"""Search documents follow what they are made of, and are never missing while they are made anew."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from portal.core.actors import SYSTEM
from procedures import selectors, services
from procedures.models import PolicyArea, Procedure, ProcedureSearchDocument, SearchWord
from procedures.services import search_documents
from procedures.services.national_import import import_batch
from procedures.services.national_records import read_record
from procedures.services.search_documents import agency_names
from tests.factories.procedures import ADMINISTRATOR, AgencyFactory, PolicyAreaFactory, published_procedure
from tests.procedures.national import record

pytestmark = pytest.mark.django_db


def documents() -> list[dict[str, object]]:
    return list(ProcedureSearchDocument.objects.order_by("pk").values())


def supersede() -> None:
    revision = Procedure.objects.get().current_revision
    assert revision is not None
    services.supersede_revision(actor=ADMINISTRATOR, revision_id=revision.pk)


def publish_anew() -> None:
    in_force = Procedure.objects.get().current_revision
    assert in_force is not None
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=in_force)
    draft.summary = "Cho người mới đến"
    draft.save()
    services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)


def rename() -> None:
    procedure = Procedure.objects.get()
    procedure.name = "Tên mới"
    services.save_procedure(actor=ADMINISTRATOR, procedure=procedure)


def rename_area() -> None:
    area = PolicyArea.objects.get()
    area.name, area.slug = "Lĩnh vực mới", "linh-vuc-moi"
    services.save_policy_area(actor=ADMINISTRATOR, area=area)


def offer() -> None:
    services.set_offering(
        actor=ADMINISTRATOR, procedure_id=Procedure.objects.get().pk, agency_id=AgencyFactory.create().pk, level=3
    )


def bring_in() -> None:
    import_batch(actor=SYSTEM, records=[read_record(record("1.000002", name="Nhập từ quốc gia"))])


@pytest.mark.parametrize("change", [supersede, publish_anew, rename, rename_area, offer, bring_in])
def test_every_use_case_leaves_search_as_made_anew(change: Callable[[], None]) -> None:
    published_procedure(code="1.000001", name="Đăng ký tạm trú")
    before = documents()

    change()

    after = documents()
    assert after != before
    services.rebuild_search()
    assert documents() == after


def test_what_is_no_longer_published_is_no_longer_found() -> None:
    published_procedure(name="Đăng ký tạm trú")

    supersede()

    assert selectors.search("tạm trú").procedures == []
    assert documents() == []


def test_making_anew_drops_what_is_stale_and_counts_the_words() -> None:
    for name in ("Đăng ký tạm trú", "Gia hạn tạm trú"):
        published_procedure(name=name)
    ProcedureSearchDocument.objects.update(title=" khac ", words=["khac"])
    SearchWord.objects.create(word="khac", shown="khác", document_count=9)

    assert services.rebuild_search() == 2

    assert set(ProcedureSearchDocument.objects.values_list("title", flat=True)) == {
        " dang ki tam tru ",
        " gia han tam tru ",
    }
    assert SearchWord.objects.get(word="tam tru").document_count == 2
    assert SearchWord.objects.get(word="tru").shown == "trú"
    assert not SearchWord.objects.filter(word="khac").exists()


@pytest.mark.django_db(transaction=True)
def test_search_answers_while_everything_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    published_procedure(name="Đăng ký tạm trú")
    is_half_way, may_go_on = threading.Event(), threading.Event()
    words = search_documents._Words.rows

    def wait(self: object) -> list[SearchWord]:
        is_half_way.set()
        assert may_go_on.wait(10)
        return words(self)  # type: ignore[arg-type]

    monkeypatch.setattr(search_documents._Words, "rows", wait)

    def rebuild() -> None:
        services.rebuild_search()
        connection.close()

    thread = threading.Thread(target=rebuild)
    thread.start()
    assert is_half_way.wait(10)
    # Documents are written and words deleted by then, in a transaction that nobody else sees.
    found = [procedure.name for procedure in selectors.search("dang ky tam truu").procedures]
    may_go_on.set()
    thread.join(10)

    assert found == ["Đăng ký tạm trú"]
    assert SearchWord.objects.filter(word="tam tru").exists()


@pytest.mark.django_db(transaction=True)
def test_a_publication_waits_for_the_making_anew_and_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    published_procedure(name="Đăng ký tạm trú")
    has_read, may_go_on = threading.Event(), threading.Event()
    build = search_documents._document

    def read_early(*given: object) -> object:
        built = build(*given)  # type: ignore[arg-type]
        if threading.current_thread() is rebuilding:
            has_read.set()
            may_go_on.wait(1)
        return built

    monkeypatch.setattr(search_documents, "_document", read_early)

    def run(action: Callable[[], object]) -> None:
        action()
        connection.close()

    rebuilding = threading.Thread(target=run, args=(services.rebuild_search,))
    rebuilding.start()
    assert has_read.wait(10)
    renaming = threading.Thread(target=run, args=(rename,))
    renaming.start()
    renaming.join(0.3)
    assert renaming.is_alive()
    may_go_on.set()
    rebuilding.join(10)
    renaming.join(10)

    assert ProcedureSearchDocument.objects.get().title == " ten moi "


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sở Xây dựng, Ủy ban nhân dân xã, phường, thị trấn.", ["Sở Xây dựng", "Ủy ban nhân dân xã, phường, thị trấn"]),
        ("Công an\u00a0tỉnh;Công an xã\nBộ Công an", ["Công an tỉnh", "Công an xã", "Bộ Công an"]),
        (" , ;", []),
    ],
)
def test_agencies_of_an_imported_text(text: str, names: list[str]) -> None:
    assert agency_names(text) == names


def test_names_are_looked_up_without_brackets_full_stops_and_their_first_word() -> None:
    area = PolicyAreaFactory.create(name="Đất đai", slug="dat-dai")
    published_procedure(name="Thủ tục tách thửa đất. (cấp tỉnh, cấp xã)", policy_area=area)

    document = ProcedureSearchDocument.objects.get()

    assert (document.title, document.title_length) == (" tach thua dat cap tinh cap xa ", 5)
    assert [procedure.name for procedure in selectors.search("tách thửa đất").procedures] != []
