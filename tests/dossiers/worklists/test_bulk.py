"""Bulk actions: confirmed, done one by one, told one by one, once for a token, and never all-or-nothing."""

import html
import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.desk_views import bulk_actions
from dossiers.enums import BulkOutcome, DossierState, Transition
from dossiers.models import BulkRun, BulkRunItem, Dossier, JournalEntry
from dossiers.services import bulk
from portal.core import clock
from portal.core.errors import InvalidInput
from tests.dossiers.desk.conftest import SignIn, queries_but_the_sessions
from tests.dossiers.test_concurrency import at_once
from tests.dossiers.worklists.conftest import copies_of
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast

CONFIRM = "/mot-cua/danh-sach/hang-loat/"


def picks(*dossiers: Dossier) -> list[str]:
    return [f"{dossier.code}:{dossier.version}" for dossier in dossiers]


def hidden_of(page: str) -> dict[str, Any]:
    """What the confirmation's form would send."""
    form = page[page.index("bulk-confirm") :]
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")])
    found: dict[str, Any] = {"chon": []}
    for name, value in pairs:
        if name == "chon":
            found["chon"].append(html.unescape(value))
        else:
            found[name] = html.unescape(value)
    return found


def confirmed(client: Client, key: str, chosen: list[str], tail: str = "loc=tat-ca") -> dict[str, Any]:
    page = client.post(CONFIRM, {"viec": key, "chon": chosen, "tu": tail})
    assert page.status_code == 200
    return hidden_of(page.content.decode())


def done(client: Client, key: str, sent: Mapping[str, Any]) -> str:
    answer = client.post(f"{CONFIRM}{key}/lam/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def states(*dossiers: Dossier) -> list[str]:
    return [Dossier.objects.values_list("state", flat=True).get(pk=dossier.pk) for dossier in dossiers]


@pytest.mark.parametrize(
    ("name", "key", "made", "state"),
    [
        ("binh", "tiep-nhan", make.make_filed, DossierState.RECEIVED),
        ("hoa", "bat-dau", make.make_received, DossierState.PROCESSING),
        ("binh", "tra-ket-qua", make.make_resolved, DossierState.RESULT_HANDED_OVER),
    ],
)
def test_chosen_dossiers_are_done_each_with_its_own_journal_line(
    cast: Cast, as_: SignIn, name: str, key: str, made: Any, state: DossierState
) -> None:
    first, second, other = (made(cast, fee=None) for _n in range(3))
    client = as_(name)
    listed = client.get("/mot-cua/?loc=tat-ca").content.decode()
    assert f'<button class="btn btn--second" name="viec" value="{key}">' in listed
    sent = confirmed(client, key, picks(first, second))
    page = client.get(done(client, key, sent)).content.decode()
    assert "Xong 2 hồ sơ." in page
    assert states(first, second, other) == [state, state, other.state]
    for dossier in (first, second):
        line = JournalEntry.objects.filter(dossier=dossier).latest("sequence")
        assert (line.to_state, line.actor_name) == (state, getattr(cast, name).full_name)
    assert list(BulkRunItem.objects.values_list("outcome", flat=True)) == [BulkOutcome.DONE] * 2


def test_the_confirmation_says_how_many_and_what_citizens_will_be_told_and_changes_nothing(
    cast: Cast, as_: SignIn
) -> None:
    first, second = make.make_filed(cast), make.make_filed(cast)
    Dossier.objects.filter(pk=second.pk).update(applicant_email="")
    already = make.make_received(cast)
    page = as_("binh").post(CONFIRM, {"viec": "tiep-nhan", "chon": picks(first, second, already)}).content.decode()
    assert "Tiếp nhận: 2 hồ sơ" in page
    assert re.search(r"Hẹn trả kết quả [^:]+: 2 hồ sơ\.", page)
    assert "<li>Thư điện tử: 1 hồ sơ.</li>" in page
    assert "<li>Chỉ trên trang hồ sơ, vì người nộp không có thư điện tử: 1 hồ sơ.</li>" in page
    left = page[page.index("Để lại, không làm") :]
    assert f"{already.code}</a> Hồ sơ đang ở trạng thái “Đã tiếp nhận”." in left
    assert BulkRun.objects.count() == 0
    assert states(first, second) == [DossierState.SUBMITTED] * 2


def test_a_row_that_changed_since_the_list_was_opened_is_left_out_with_who_and_when(cast: Cast, as_: SignIn) -> None:
    dossier, other = make.make_filed(cast), make.make_filed(cast)
    chosen = picks(dossier, other)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    colleague = OfficerPostingFactory.create(user=UserFactory.create(full_name="Vũ Minh"), agency=cast.receiving).user
    cast.lan = colleague
    page = as_("lan").post(CONFIRM, {"viec": "tiep-nhan", "chon": chosen}).content.decode()
    assert "Tiếp nhận: 1 hồ sơ" in page
    assert "Trần Văn Bình đã làm trước: tiếp nhận hồ sơ, lúc" in page


def test_one_that_cannot_be_done_does_not_keep_the_others_and_stays_selected(cast: Cast, as_: SignIn) -> None:
    paid = make.make_resolved(cast, fee=None)
    owing = make.make_resolved(cast, collection="at_return")
    client = as_("binh")
    where = done(client, "tra-ket-qua", confirmed(client, "tra-ket-qua", picks(owing, paid)))
    for _reload in range(2):
        page = client.get(where).content.decode()
        assert "<h1>Đã ghi nhận trả kết quả: 1 hồ sơ</h1>" in page
        assert "Xong 1 hồ sơ." in page
        assert "Không làm được 1 hồ sơ, lý do ở dưới." in page
        assert "Hồ sơ còn khoản chưa nộp. Hãy thu trước khi trả kết quả." in page
        assert f'name="chon" value="{owing.code}:{owing.version}" checked' in page
    assert states(paid, owing) == [DossierState.RESULT_HANDED_OVER, DossierState.RESOLVED]
    # Another try has a token of its own and the version of now.
    again = confirmed(client, "tra-ket-qua", picks(owing))
    assert again["chon"] == picks(owing)
    assert done(client, "tra-ket-qua", again) != where


def test_the_button_pressed_twice_does_it_once(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    client = as_("binh")
    sent = confirmed(client, "tiep-nhan", picks(dossier))
    first, second = done(client, "tiep-nhan", sent), done(client, "tiep-nhan", sent)
    assert first == second
    assert "Xong 1 hồ sơ." in client.get(second).content.decode()
    assert JournalEntry.objects.filter(dossier=dossier, act=Transition.RECEIVE).count() == 1
    assert BulkRun.objects.count() == 1


def test_a_note_reaches_every_dossier_and_an_interruption_is_gone_on_with(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossiers = [make.make_filed(cast) for _n in range(3)]
    client = as_("binh")
    sent = confirmed(client, "tiep-nhan", picks(*dossiers)) | {"note": "Mang bản chính khi đến."}
    calls: list[int] = []
    receive = services.receive

    def dies_at_the_second(**given: Any) -> Dossier:
        calls.append(given["dossier_id"])
        if len(calls) == 2:
            raise SystemExit
        return receive(**given)

    monkeypatch.setattr(bulk_actions.services, "receive", dies_at_the_second)
    with pytest.raises(SystemExit):
        client.post(f"{CONFIRM}tiep-nhan/lam/", sent)
    run = BulkRun.objects.get()
    where = f"{CONFIRM}{run.pk}/"
    page = client.get(where).content.decode()
    assert "Xong 1 hồ sơ." in page
    assert "Chưa làm 2 hồ sơ." in page
    assert client.post(where).status_code == 302
    assert states(*dossiers) == [DossierState.RECEIVED] * 3
    notes = JournalEntry.objects.filter(act=Transition.RECEIVE).values_list("public_note", flat=True)
    assert list(notes) == ["Mang bản chính khi đến."] * 3


def test_a_fault_of_ours_with_one_is_told_and_logged_without_what_people_typed(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = make.make_filed(cast), make.make_filed(cast)
    receive = services.receive

    def stumbles(**given: Any) -> Dossier:
        if given["dossier_id"] == bad.pk:
            raise ValueError("Nguyễn Thị An")
        return receive(**given)

    monkeypatch.setattr(bulk_actions.services, "receive", stumbles)
    client = as_("binh")
    page = client.get(done(client, "tiep-nhan", confirmed(client, "tiep-nhan", picks(bad, good)))).content.decode()
    assert "Hệ thống gặp lỗi với hồ sơ này." in page
    assert states(bad, good) == [DossierState.SUBMITTED, DossierState.RECEIVED]
    assert "ValueError at stumbles" in caplog.text
    assert "Nguyễn" not in caplog.text


def test_more_than_the_limit_is_refused_before_anything_is_done(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossiers = [make.make_filed(cast) for _n in range(3)]
    monkeypatch.setattr(services, "MOST_DOSSIERS", 2)
    page = as_("binh").post(CONFIRM, {"viec": "tiep-nhan", "chon": picks(*dossiers)}).content.decode()
    assert "Bạn đã chọn 3 hồ sơ. Mỗi lần làm nhiều nhất 2 hồ sơ: hãy chọn bớt." in page
    monkeypatch.setattr("dossiers.services.bulk.MOST_DOSSIERS", 2)
    chosen = [services.Chosen(dossier.pk, dossier.version) for dossier in dossiers]
    with pytest.raises(InvalidInput):
        services.begin_bulk_run(actor=cast.actor("binh"), token=uuid4(), action="tiep-nhan", chosen=chosen)
    assert BulkRun.objects.count() == 0


def test_nothing_chosen_says_so(cast: Cast, as_: SignIn) -> None:
    page = as_("binh").post(CONFIRM, {"viec": "tiep-nhan", "chon": ["x", ":1", "A:b", "\x00:1"]}).content.decode()
    assert "Bạn chưa chọn hồ sơ nào." in page


@pytest.mark.parametrize(
    ("name", "key", "made"),
    [
        ("hoa", "tiep-nhan", make.make_filed),
        ("lan", "tiep-nhan", make.make_filed),
        ("giang", "tiep-nhan", make.make_filed),
        ("binh", "bat-dau", make.make_received),
        ("hoa", "tra-ket-qua", make.make_resolved),
    ],
)
def test_who_may_not_do_it_to_one_may_not_do_it_to_many(
    cast: Cast, as_: SignIn, name: str, key: str, made: Any
) -> None:
    dossier = made(cast, fee=None)
    client = as_(name)
    page = client.post(CONFIRM, {"viec": key, "chon": picks(dossier)}).content.decode()
    assert "bulk-confirm" not in page
    # Sent all the same, past the page.
    answer = client.post(f"{CONFIRM}{key}/lam/", {"chon": picks(dossier), "luot": str(uuid4()), "tu": ""})
    assert answer.status_code in {302, 400}
    assert states(dossier) == [dossier.state]
    assert not BulkRunItem.objects.filter(outcome=BulkOutcome.DONE).exists()


def test_ones_own_dossier_is_left_to_another(cast: Cast, as_: SignIn) -> None:
    OfficerPostingFactory.create(user=cast.an, agency=cast.receiving)
    dossier = make.make_filed(cast)
    page = as_("an").post(CONFIRM, {"viec": "tiep-nhan", "chon": picks(dossier)}).content.decode()
    assert "Việc này với hồ sơ này không phải của vai trò bạn." in page


def test_a_run_is_its_owners_alone(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    client = as_("binh")
    sent = confirmed(client, "tiep-nhan", picks(dossier))
    where = done(client, "tiep-nhan", sent)
    assert as_("hoa").get(where).status_code == 404
    assert as_("lan").post(where).status_code == 404
    assert as_("an").get(where).status_code == 403
    assert as_("khanh").post(f"{CONFIRM}tiep-nhan/lam/", sent).status_code == 404
    assert client.get(CONFIRM)["Location"] == "/mot-cua/"
    assert client.post(CONFIRM, {"viec": "xoa", "chon": picks(dossier)}).status_code == 404
    assert client.post(f"{CONFIRM}tiep-nhan/lam/", {"chon": picks(dossier), "luot": "x"}).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_confirmation_and_result_cost_the_same_with_one_row_and_with_three(cast: Cast, as_: SignIn, count: int) -> None:
    first = make.make_filed(cast)
    keys = [first.pk, *copies_of(first, count - 1)] if count > 1 else [first.pk]
    dossiers = list(Dossier.objects.filter(pk__in=keys))
    client = as_("binh")
    client.get("/mot-cua/")
    with CaptureQueriesContext(connection) as captured:
        page = client.post(CONFIRM, {"viec": "tiep-nhan", "chon": picks(*dossiers), "tu": ""}).content.decode()
    assert f"Tiếp nhận: {count} hồ sơ" in page
    # Account, postings, agency under the portal's name, dossiers, term of their one procedure and channel.
    assert queries_but_the_sessions(captured) == 5
    run, _is_new = services.begin_bulk_run(
        actor=cast.actor("binh"),
        token=uuid4(),
        action="tiep-nhan",
        chosen=[services.Chosen(dossier.pk, dossier.version) for dossier in dossiers],
    )
    run.items.update(outcome=BulkOutcome.REFUSED, error_code="x", sentence="Không được")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{CONFIRM}{run.pk}/").status_code == 200
    # Account, postings, agency under the portal's name, run, items, their dossiers.
    assert queries_but_the_sessions(captured) == 6


def test_rows_nobody_here_can_do_anything_with_have_no_boxes(cast: Cast, as_: SignIn) -> None:
    make.make_processing(cast)
    page = as_("giang").get("/mot-cua/").content.decode()
    assert 'name="chon"' not in page
    assert 'class="bulk"' not in page


def test_without_script_a_whole_page_is_chosen_by_a_link(cast: Cast, as_: SignIn) -> None:
    for _n in range(2):
        make.make_filed(cast)
    client = as_("binh")
    page = client.get("/mot-cua/?loc=cho-tiep-nhan").content.decode()
    assert " checked" not in page
    url = re.search(r'<a href="([^"]+)" data-pick-all>', page)
    assert url is not None
    assert client.get(html.unescape(url[1])).content.decode().count(" checked>") == 2


def begun(cast: Cast, *dossiers: Dossier) -> BulkRun:
    chosen = [services.Chosen(dossier.pk, dossier.version) for dossier in dossiers]
    run, _is_new = services.begin_bulk_run(actor=cast.actor("binh"), token=uuid4(), action="tiep-nhan", chosen=chosen)
    return run


def test_who_goes_on_with_a_run_that_still_works_does_nothing(cast: Cast, as_: SignIn) -> None:
    run = begun(cast, *(make.make_filed(cast) for _n in range(3)))
    actor, client, prepared, pages = cast.actor("binh"), as_("binh"), [], []

    def perform(dossier_id: int, version: int, _made: Any) -> None:
        services.receive(actor=actor, dossier_id=dossier_id, seen_version=version)

    def prepare(dossier_id: int) -> None:
        prepared.append(dossier_id)
        pages.append(client.get(f"{CONFIRM}{run.pk}/").content.decode())
        client.post(f"{CONFIRM}{run.pk}/")
        services.go_on_with_bulk_run(actor=actor, run=run, perform=perform, prepare=prepare)

    services.go_on_with_bulk_run(actor=actor, run=run, perform=perform, prepare=prepare)

    assert [item.outcome for item in run.items.all()] == [BulkOutcome.DONE] * 3
    assert prepared == list(run.items.values_list("dossier_id", flat=True))
    assert ["Việc đang chạy" in page for page in pages] == [True] * 3
    assert ["Làm tiếp phần còn lại" in page for page in pages] == [False] * 3
    assert not BulkRun.objects.get().is_being_worked


def test_who_was_too_slow_leaves_the_rest_to_whoever_went_on(cast: Cast) -> None:
    run = begun(cast, *(make.make_filed(cast) for _n in range(2)))
    actor, slow, quick = cast.actor("binh"), [], []

    def perform(dossier_id: int, version: int, _made: Any) -> None:
        services.receive(actor=actor, dossier_id=dossier_id, seen_version=version)

    def too_slow(dossier_id: int) -> None:
        slow.append(dossier_id)
        with time_machine.travel(clock.now() + bulk.WORKED_FOR, tick=False):
            services.go_on_with_bulk_run(actor=actor, run=run, perform=perform, prepare=quick.append)

    services.go_on_with_bulk_run(actor=actor, run=run, perform=perform, prepare=too_slow)

    assert [item.outcome for item in run.items.all()] == [BulkOutcome.DONE] * 2
    assert (len(slow), len(quick)) == (1, 2)
    assert JournalEntry.objects.filter(act=Transition.RECEIVE).count() == 2


def test_old_runs_are_forgotten_and_young_ones_kept(cast: Cast) -> None:
    dossier = make.make_filed(cast)
    chosen = [services.Chosen(dossier.pk, 1)]
    old, _new = services.begin_bulk_run(actor=cast.actor("binh"), token=uuid4(), action="tiep-nhan", chosen=chosen)
    young, _new = services.begin_bulk_run(actor=cast.actor("binh"), token=uuid4(), action="tiep-nhan", chosen=chosen)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_bulkrun SET created_at = now() - interval '31 days' WHERE id = %s", [old.pk])
    assert services.forget_old_bulk_runs() == 1
    assert list(BulkRun.objects.all()) == [young]


@pytest.mark.django_db(transaction=True)
def test_two_officers_receiving_the_same_ten_at_once_receive_each_once_and_the_loser_is_told_per_row() -> None:
    cast = make.make_cast()
    offering = make.make_offering(cast)
    dossiers = [make.make_filed(cast, offering=offering) for _n in range(10)]
    second = OfficerPostingFactory.create(user=UserFactory.create(full_name="Vũ Minh"), agency=cast.receiving).user
    clients = []
    for user in (cast.binh, second):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        clients.append((client, confirmed(client, "tiep-nhan", picks(*dossiers))))
    # The second goes through them the other way round: the two meet in the middle.
    clients[1][1]["chon"].reverse()
    found = at_once(*(lambda pair=pair: done(pair[0], "tiep-nhan", pair[1]) for pair in clients))
    assert [one for one in found if isinstance(one, Exception)] == []
    assert states(*dossiers) == [DossierState.RECEIVED] * 10
    lines = JournalEntry.objects.filter(act=Transition.RECEIVE)
    assert lines.count() == 10
    outcomes = BulkRunItem.objects.values_list("outcome", flat=True)
    assert sorted(outcomes) == [BulkOutcome.DONE] * 10 + [BulkOutcome.OVERTAKEN] * 10
    for line in lines:
        mine = BulkRunItem.objects.get(dossier_id=line.dossier_id, outcome=BulkOutcome.DONE)
        lost = BulkRunItem.objects.get(dossier_id=line.dossier_id, outcome=BulkOutcome.OVERTAKEN)
        assert mine.run.owner_id == line.actor_id
        assert lost.run.owner_id != line.actor_id
        assert lost.sentence.startswith(f"{line.actor_name} đã làm trước: tiếp nhận hồ sơ, lúc ")
    for (client, _sent), where in zip(clients, found, strict=True):
        assert client.get(where).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_twice_at_once_is_one_run() -> None:
    cast = make.make_cast()
    dossiers = [make.make_filed(cast) for _n in range(3)]
    client = Client()
    client.force_login(cast.binh, backend="django.contrib.auth.backends.ModelBackend")
    sent = confirmed(client, "tiep-nhan", picks(*dossiers))
    found = at_once(*[lambda: done(client, "tiep-nhan", sent)] * 2)
    assert len(set(found)) == 1, found
    assert JournalEntry.objects.filter(act=Transition.RECEIVE).count() == 3
    assert BulkRunItem.objects.filter(outcome=BulkOutcome.DONE).count() == 3
