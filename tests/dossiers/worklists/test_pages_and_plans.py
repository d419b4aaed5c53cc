"""Pages in both directions that stay put while others work, and queries that use their indexes."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection

from dossiers import selectors
from dossiers.models import Dossier
from dossiers.selectors import Criteria, worklists
from tests.dossiers.worklists.conftest import copies_of
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast

SORTS = ("gap", "nhan-truoc", "nhan-sau", "ma")


def _pages(cast: Cast, sort: str) -> list[list[int]]:
    """Every page from the first to the last, and then back again: they must be the same."""
    criteria, actor = Criteria(queue="tat-ca", sort=sort), cast.actor("binh")
    there, cursor = [], ""
    while True:
        page = selectors.worklist_page(actor, criteria=criteria, after=cursor)
        there.append(page)
        cursor = page.next_cursor
        if not cursor:
            break
    back = [there[-1]]
    while back[-1].previous_cursor:
        back.append(selectors.worklist_page(actor, criteria=criteria, before=back[-1].previous_cursor))
    forth = [[row.pk for row in page.rows] for page in there]
    assert [[row.pk for row in page.rows] for page in reversed(back)] == forth
    return forth


@pytest.mark.parametrize("sort", SORTS)
def test_pages_go_forth_and_back_over_the_same_rows(cast: Cast, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    monkeypatch.setattr(worklists, "PAGE_SIZE", 3)
    first = make.make_filed(cast, has_file=True)
    # All at one instant of receipt, and three at one next date: the key decides among equals.
    keys = [first.pk, *copies_of(first, 8)]
    Dossier.objects.filter(pk__in=keys[2:5]).update(next_date_at=first.next_date_at + timedelta(minutes=3))
    pages = _pages(cast, sort)
    assert [len(page) for page in pages] == [3, 3, 3]
    order = {"gap": ("next_date_at", "id"), "nhan-truoc": ("id",), "nhan-sau": ("-id",), "ma": ("code",)}[sort]
    assert [pk for page in pages for pk in page] == list(Dossier.objects.order_by(*order).values_list("pk", flat=True))


def test_a_row_that_goes_and_one_that_comes_neither_hide_nor_repeat_another(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklists, "PAGE_SIZE", 3)
    first = make.make_filed(cast)
    keys = copies_of(first, 8)
    Dossier.objects.filter(pk=first.pk).update(responsible_agency=cast.elsewhere)
    actor, criteria = cast.actor("binh"), Criteria(queue="tat-ca")
    page = selectors.worklist_page(actor, criteria=criteria)
    assert [row.pk for row in page.rows] == keys[:3]
    # The last row of the page is taken away, and another comes in before all.
    Dossier.objects.filter(pk=keys[2]).update(responsible_agency=cast.elsewhere)
    Dossier.objects.filter(pk=keys[7]).update(next_date_at=first.next_date_at)
    second = selectors.worklist_page(actor, criteria=criteria, after=page.next_cursor)
    assert [row.pk for row in second.rows] == keys[3:6]
    back = selectors.worklist_page(actor, criteria=criteria, before=second.previous_cursor)
    # Going back ends at the first page, which is full and shows what came in.
    assert [row.pk for row in back.rows] == [keys[7], keys[0], keys[1]]
    assert back.previous_cursor == ""


@pytest.mark.parametrize("cursor", ["abc", "1-" + "9" * 17, "99999999999999999-1", "\x00", "x" * 5000])
@pytest.mark.parametrize("sort", SORTS)
def test_a_spoilt_cursor_is_no_error(cast: Cast, cursor: str, sort: str) -> None:
    criteria = Criteria(queue="tat-ca", sort=sort)
    assert selectors.worklist_page(cast.actor("binh"), criteria=criteria, after=cursor, before=cursor).rows == []


@pytest.fixture
def many(cast: Cast) -> Cast:
    """12,000 dossiers elsewhere and 400 here, in the states of life; statistics as a live database has them."""
    filed = make.make_filed(cast)
    copies_of(filed, 12_000, agency_id=cast.elsewhere.pk)
    copies_of(filed, 200)
    copies_of(make.make_resolved(cast), 100)
    to_pay = make.make_payment_requested(cast)
    copies_of(to_pay, 30)
    copies_of(make.make_received(cast), 60)
    copies_of(make.make_processing(cast), 60)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier")
    return cast


def _plan(sql: str, parameters: tuple[object, ...]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        found = cursor.fetchone()[0]
    return json.dumps(found if not isinstance(found, str) else json.loads(found))


def _reads_the_whole_table(plan: str) -> bool:
    return re.search(r'"Node Type": "Seq Scan"[^}]*"Relation Name": "dossiers_dossier"', plan) is not None


def test_no_list_and_no_count_reads_the_whole_table(many: Cast) -> None:
    narrowed = [
        {},
        {"qua-han": "1"},
        {"nguoi-giu": "toi"},
        {"nguoi-giu": "khong-ai"},
        {"nhan-tu": "01/05/2026"},
        {"han-den": "01/05/2026"},
        {"cho-ai": "cong-dan"},
        {"trang-thai": "processing"},
        {"thu-tuc": "1.001193"},
        {"cach-nop": "online"},
    ]
    # What the test would see if an index were missing.
    blind = Dossier.objects.filter(delivery_address="Không có").values_list("pk")
    assert _reads_the_whole_table(_plan(*blind.query.sql_with_params()))
    wrong, seen = [], 0
    for name in ("binh", "hoa", "dung", "giang", "khanh"):
        actor = many.actor(name)
        for queue in selectors.queues_for(actor):
            for given in narrowed:
                rows = selectors.rows_of(actor, Criteria.read({"loc": queue.key, **given}))
                count = rows.order_by().values_list("pk")[:1000]
                first = selectors.in_order(rows, "gap")[:51]
                for query in (count, first):
                    seen += 1
                    if _reads_the_whole_table(_plan(*query.query.sql_with_params())):
                        wrong.append((name, queue.key, given))
    assert seen > 600
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "queue", "sort", "index"),
    [
        ("binh", "tat-ca", "gap", "dossier_worklist_urgency"),
        ("binh", "tat-ca", "nhan-truoc", "dossier_worklist_received"),
        ("binh", "tat-ca", "nhan-sau", "dossier_worklist_received"),
        ("binh", "tat-ca", "ma", "dossier_worklist_code"),
        ("giang", "cho-nop-phi", "gap", "dossier_worklist_to_pay"),
    ],
)
def test_each_order_has_its_index(many: Cast, name: str, queue: str, sort: str, index: str) -> None:
    rows = selectors.in_order(selectors.rows_of(many.actor(name), Criteria(queue=queue)), sort)[:11]
    plan = _plan(*rows.query.sql_with_params())
    assert f'"Index Name": "{index}"' in plan
    assert '"Node Type": "Sort"' not in plan


def test_a_count_stops_at_its_cap(many: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklists, "COUNT_CAP", 50)
    assert selectors.queue_counts(many.actor("binh")) | {"hom-nay": 0, "qua-han": 0} == {
        "can-lam": 50,
        "cho-tiep-nhan": 50,
        "qua-han": 0,
        "hom-nay": 0,
        "cho-nop-phi": 31,
        "cho-cong-dan": 0,
        "cho-tra": 50,
        "chua-nhan": 50,
        "o-buu-dien": 0,
        "tat-ca": 50,
    }
