"""The lease that colleagues see, and the marks of those who look: told, taken over, gone by themselves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from dossiers import services
from dossiers.errors import ClaimedByAnother
from dossiers.models import Dossier, PresenceMark, WorkClaim
from dossiers.selectors import live_claim, present_officers
from portal.core import clock
from portal.core.errors import NotPermitted
from tests.conftest import SignIn
from tests.factories.accounts import OfficerPostingFactory
from tests.factories.dossiers import Cast, make_handed_over, make_processing, make_received

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 1, 9, 0, tzinfo=clock.VIETNAM)
Wait = Callable[..., datetime]


@pytest.fixture
def dossier(cast: Cast) -> Dossier:
    return make_processing(cast)


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """`wait(minutes=3)` lets that time pass."""
    now = [START]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def pass_time(**span: float) -> datetime:
        now[0] += timedelta(**span)
        return now[0]

    return pass_time


def test_a_claim_lasts_its_minutes_and_a_sign_of_life_renews_it(cast: Cast, dossier: Dossier, wait: Wait) -> None:
    hoa = cast.actor("hoa")
    made = services.claim(actor=hoa, dossier_id=dossier.pk)
    assert (made.officer, made.claimed_at, made.expires_at) == (cast.hoa, START, START + timedelta(minutes=15))
    wait(minutes=10)
    services.keep_alive(actor=hoa, dossier=dossier)
    assert live_claim(dossier, at=wait(minutes=14, seconds=59)) is not None
    assert live_claim(dossier, at=wait(seconds=1)) is None
    # Over is over: a page that wakes up claims nothing by itself.
    services.keep_alive(actor=hoa, dossier=dossier)
    assert live_claim(dossier, at=clock.now()) is None
    again = services.claim(actor=hoa, dossier_id=dossier.pk)
    assert again.claimed_at == START + timedelta(minutes=25)


def test_a_colleague_is_told_and_takes_over_with_one_confirmation(cast: Cast, dossier: Dossier, wait: Wait) -> None:
    services.claim(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    wait(minutes=1)
    with pytest.raises(ClaimedByAnother) as told:
        services.claim(actor=cast.actor("dung"), dossier_id=dossier.pk)
    assert (
        str(told.value.sentence).replace("\xa0", " ") == "Lê Thị Hòa đang làm hồ sơ này, từ 9 giờ 00, ngày 01/06/2026."
    )
    assert WorkClaim.objects.get().officer == cast.hoa
    services.claim(actor=cast.actor("dung"), dossier_id=dossier.pk, takes_over=True)
    assert WorkClaim.objects.get().officer == cast.dung
    # The first one's page renews nothing that is not theirs, and gives nothing of it back.
    services.keep_alive(actor=cast.actor("hoa"), dossier=dossier)
    services.release(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    assert WorkClaim.objects.get().expires_at == START + timedelta(minutes=16)


def test_an_expired_claim_is_free_without_any_sweep(cast: Cast, dossier: Dossier, wait: Wait) -> None:
    services.claim(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    wait(minutes=15)
    assert services.claim(actor=cast.actor("dung"), dossier_id=dossier.pk).officer == cast.dung


def test_only_officers_of_the_dossier_claim_it_and_never_their_own_or_a_closed_one(
    cast: Cast, dossier: Dossier
) -> None:
    for name in ("an", "chi", "lan"):
        with pytest.raises(NotPermitted):
            services.claim(actor=cast.actor(name), dossier_id=dossier.pk)
    OfficerPostingFactory.create(user=cast.an, agency=cast.resolving, role="signer")
    with pytest.raises(NotPermitted):
        services.claim(actor=cast.actor("an"), dossier_id=dossier.pk)
    closed = make_handed_over(cast, fee=None)
    with pytest.raises(NotPermitted):
        services.claim(actor=cast.actor("hoa"), dossier_id=closed.pk)
    assert WorkClaim.objects.count() == 0


def test_who_looks_is_told_by_name_and_vanishes_with_the_page(cast: Cast, dossier: Dossier, wait: Wait) -> None:
    for name in ("hoa", "dung"):
        services.keep_alive(actor=cast.actor(name), dossier=dossier)
    assert present_officers(dossier, at=clock.now(), but=cast.hoa.pk) == ["Phạm Thị Dung"]
    wait(seconds=30)
    services.keep_alive(actor=cast.actor("hoa"), dossier=dossier)
    assert present_officers(dossier, at=wait(seconds=29)) == ["Phạm Thị Dung", "Lê Thị Hòa"]
    assert present_officers(dossier, at=wait(seconds=1)) == ["Lê Thị Hòa"]
    # What an officer has left is cleaned up with their next page, wherever that is.
    services.keep_alive(actor=cast.actor("dung"), dossier=make_processing(cast))
    assert not PresenceMark.objects.filter(dossier=dossier, officer=cast.dung).exists()


def test_acting_claims_for_who_keeps_the_step_and_frees_it_for_the_next(cast: Cast, as_: SignIn) -> None:
    dossier = make_received(cast)
    as_("hoa").post(f"/mot-cua/{dossier.code}/bat-dau/", {"seen_version": dossier.version})
    assert WorkClaim.objects.get().officer == cast.hoa
    as_("hoa").post(
        f"/mot-cua/{dossier.code}/xong-buoc/", {"seen_version": dossier.version + 1, "outcome": "propose_grant"}
    )
    assert WorkClaim.objects.count() == 0
    assert dossier.holdings.get(ended_at=None).step_key == "signature"


# --- the pages --------------------------------------------------------------------------------------------------------
def _poll(as_: SignIn, name: str, dossier: Dossier, **sent: Any) -> Any:
    return as_(name).post(f"/mot-cua/{dossier.code}/cung-lam/", {"seen_version": dossier.version, **sent})


def test_the_page_tells_who_looks_and_who_is_at_work(cast: Cast, dossier: Dossier, as_: SignIn) -> None:
    url = f"/mot-cua/{dossier.code}/"
    assert "đang xem hồ sơ này" not in as_("hoa").get(url).content.decode()
    as_("hoa").post(f"{url}cung-lam/nhan-viec/", {})
    page = as_("dung").get(url).content.decode()
    assert "Lê Thị Hòa đang xem hồ sơ này." in page
    assert "<strong>Lê Thị Hòa đang làm hồ sơ này</strong>" in page
    assert "Tôi biết Lê Thị Hòa đang làm hồ sơ này và tôi làm thay." in page
    own = as_("hoa").get(url).content.decode()
    assert "Bạn đang làm hồ sơ này; đồng nghiệp thấy tên bạn." in own
    assert 'name="take_over"' not in own
    row = as_("dung").get("/mot-cua/?loc=tat-ca").content.decode()
    assert "<small>Lê Thị Hòa đang làm</small>" in row


def test_another_officer_is_stopped_once_and_what_was_typed_stays(cast: Cast, dossier: Dossier, as_: SignIn) -> None:
    services.claim(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    url, sent = f"/mot-cua/{dossier.code}/dung/", {"seen_version": dossier.version, "reason": "Theo khoản 2 Điều 5"}
    warned = as_("dung").post(url, sent)
    page = warned.content.decode()
    assert warned.status_code == 409
    assert "Lê Thị Hòa đang làm hồ sơ này, từ " in page
    assert "Theo khoản 2 Điều 5</textarea>" in page
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"
    done = as_("dung").post(url, {**sent, "take_over": "1"})
    assert done.status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state == "stopped"


def test_taking_over_and_letting_go_by_button(cast: Cast, dossier: Dossier, as_: SignIn) -> None:
    url = f"/mot-cua/{dossier.code}/cung-lam/nhan-viec/"
    as_("hoa").post(url, {})
    answer = as_("dung").post(url, {}, follow=True)
    assert "Lê Thị Hòa đang làm hồ sơ này, từ " in answer.content.decode()
    assert WorkClaim.objects.get().officer == cast.hoa
    as_("dung").post(url, {"take_over": "1"})
    assert WorkClaim.objects.get().officer == cast.dung
    as_("dung").post(url, {"release": "1"})
    assert WorkClaim.objects.count() == 0


def test_a_poll_answers_only_when_there_is_news(cast: Cast, dossier: Dossier, as_: SignIn) -> None:
    first = _poll(as_, "hoa", dossier)
    assert first.status_code == 200
    known = first.content.decode().split('name="known" value="')[1].split('"')[0]
    assert _poll(as_, "hoa", dossier, known=known).status_code == 204
    _poll(as_, "dung", dossier)
    told = _poll(as_, "hoa", dossier, known=known)
    assert told.status_code == 200
    assert "Phạm Thị Dung đang xem hồ sơ này." in told.content.decode()


def test_a_stale_page_learns_what_was_done_and_where_to_look(cast: Cast, dossier: Dossier, as_: SignIn) -> None:
    services.request_supplement(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        items=[services.SupplementItemAsked(reason="Thiếu giấy khai sinh", field_key="reason")],
    )
    told = _poll(as_, "dung", dossier).content.decode()
    assert "Lê Thị Hòa đã làm: yêu cầu bổ sung, lúc " in told
    assert f'<a href="/mot-cua/{dossier.code}/" data-refresh>' in told
    # Names of colleagues and codes of dossiers, nothing of the citizen.
    assert cast.an.full_name not in told
    assert "Thiếu giấy khai sinh" not in told


def test_a_poll_is_for_the_dossier_s_officers_only(cast: Cast, dossier: Dossier, as_: SignIn) -> None:
    url = f"/mot-cua/{dossier.code}/cung-lam/"
    found = {name: as_(name).post(url, {"seen_version": "x"}).status_code for name in ("an", "chi", "lan", "hoa")}
    assert found == {"an": 403, "chi": 403, "lan": 404, "hoa": 200}
    assert as_("hoa").get(url).status_code == 405
    assert set(PresenceMark.objects.values_list("officer", flat=True)) == {cast.hoa.pk}


def test_a_poll_is_cheap(cast: Cast, dossier: Dossier, as_: SignIn, django_assert_max_num_queries: Any) -> None:
    client = as_("hoa")
    url, sent = f"/mot-cua/{dossier.code}/cung-lam/", {"seen_version": dossier.version}
    client.post(url, sent)
    # Session, account, duties, dossier, mark, stale marks, lease, claim, colleagues.
    with django_assert_max_num_queries(9):
        client.post(url, sent)


def test_a_colleague_who_lets_go_in_between_leaves_it_free(
    cast: Cast, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their claim is in the way of ours, and gone when we look whose it is."""
    create = QuerySet.bulk_create
    tries: list[int] = []

    def in_the_way_once(rows: Any, objs: Any, **options: Any) -> Any:
        tries.append(1)
        return [] if len(tries) == 1 else create(rows, objs, **options)

    monkeypatch.setattr(QuerySet, "bulk_create", in_the_way_once)
    assert services.claim(actor=cast.actor("hoa"), dossier_id=dossier.pk).officer == cast.hoa
    assert len(tries) == 2
