"""The inbox of a signed-in person: what they were told, how much of it is new, and nobody else's."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.notifications import selectors, services
from portal.notifications.models import InboxNotice, MailDelivery
from portal.notifications.services import Recipient
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
INBOX = "/tai-khoan/thong-bao/"


@pytest.fixture
def an() -> User:
    return UserFactory.create(full_name="Nguyễn Thị An")


@pytest.fixture
def as_an(client: Client, an: User) -> Client:
    client.force_login(an, backend="django.contrib.auth.backends.ModelBackend")
    return client


def tell(user: User, number: int = 1, *, email: str = "an@example.vn") -> None:
    kind = selectors.kind_of("dossier/received")
    assert kind is not None
    services.notify(
        kind=kind.key,
        cause=f"dossier:{number}:1",
        recipient=Recipient(user.full_name, email, user.pk, "vi"),
        context=kind.sample(),
    )


def fill(user: User, count: int) -> None:
    InboxNotice.objects.bulk_create(
        InboxNotice(
            user=user, kind="dossier/received", cause=f"c{number}", language="vi", title=f"Số {number}.", path="/x/"
        )
        for number in range(count)
    )


def shown(client: Client, address: str = INBOX) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def badge(page: str) -> str:
    found = re.search(r'<b class="unread">(\S+?)<span', page)
    return found[1] if found else ""


def test_one_cause_is_one_mail_and_one_notice_with_a_link_to_the_dossier(an: User) -> None:
    tell(an)
    tell(an)

    notice = InboxNotice.objects.get()
    assert notice.title == MailDelivery.objects.get().subject
    assert notice.path == "/ho-so/H36.14-260504-0012/"
    assert "Kính gửi" not in notice.body
    assert "http" not in notice.body
    assert notice.body.startswith("Trung tâm Phục vụ hành chính công tỉnh đã tiếp nhận hồ sơ")


def test_who_has_no_address_still_reads_it_on_the_portal(an: User) -> None:
    tell(an, email="")

    assert not MailDelivery.objects.exists()
    assert InboxNotice.objects.count() == 1


def test_the_page_shows_what_is_new_and_the_head_counts_it(as_an: Client, an: User) -> None:
    assert "Chưa có thông báo nào." in shown(as_an)
    assert badge(shown(as_an, "/")) == ""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.db.transaction.on_commit", lambda call, **_more: call())
        tell(an)
        page = shown(as_an)
        assert badge(page) == "1"
        assert "Hồ sơ H36.14-260504-0012 đã được tiếp nhận" in page
        notice = InboxNotice.objects.get()
        answer = as_an.post(reverse("notifications:open", args=[notice.pk]), {"open": "1"})
        assert (answer.status_code, answer["Location"]) == (302, "/ho-so/H36.14-260504-0012/")
        assert badge(shown(as_an, "/")) == ""
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_the_first_paragraph_is_open_the_rest_folded_and_own_addresses_are_links_with_words(
    as_an: Client, an: User
) -> None:
    rate = f"{settings.PUBLIC_URL}/danh-gia/k4-token/"
    body = f"Đã xong <b>.\n\nMời đánh giá:\n{rate}\n\nXem {settings.PUBLIC_URL}/thu-tuc/, https://la.example/x."
    InboxNotice.objects.create(user=an, kind="dossier/resolved", cause="c", language="vi", title="Xong.", body=body)
    page = shown(as_an)
    item = page[page.index('class="inbox__item ') : page.index("<form", page.index('class="inbox__item '))]
    first, rest = item.split("<details>")
    assert "<p>Đã xong &lt;b&gt;.</p>" in first
    assert 'Mời đánh giá:<br><a href="/danh-gia/k4-token/">Mở trang trên cổng</a>' in rest
    assert '<p>Xem <a href="/thu-tuc/">Mở trang trên cổng</a>, https://la.example/x.</p>' in rest


def test_all_are_marked_at_once_and_only_ones_own(as_an: Client, an: User) -> None:
    chi = UserFactory.create()
    fill(an, 3)
    fill(chi, 2)

    answer = as_an.post(reverse("notifications:read_all"), follow=True)

    assert "Đã đánh dấu 3 thông báo là đã đọc." in answer.content.decode()
    assert InboxNotice.objects.filter(read_at__isnull=True).count() == 2


def test_somebody_elses_notice_is_not_there(as_an: Client) -> None:
    fill(UserFactory.create(), 1)
    notice = InboxNotice.objects.get()

    assert as_an.post(reverse("notifications:open", args=[notice.pk])).status_code == 404
    assert as_an.get(reverse("notifications:open", args=[notice.pk])).status_code == 405
    assert "Số 0." not in shown(as_an)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_the_page_is_for_the_signed_in(client: Client) -> None:
    for name in ("inbox", "choices"):
        assert client.get(reverse(f"notifications:{name}")).status_code == 302


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_however_long(as_an: Client, an: User, count: int) -> None:
    fill(an, count)
    with CaptureQueriesContext(connection) as captured:
        page = shown(as_an)
    assert page.count('class="inbox__item ') == min(count, 20)
    queries = [query["sql"] for query in captured.captured_queries if "django_session" not in query["sql"]]
    # The account, its postings for the navigation, the page; the number in the head was counted at sign-in.
    assert len(queries) == 3


def test_the_list_is_paged_by_key(as_an: Client, an: User) -> None:
    fill(an, 30)
    first = shown(as_an)
    following = re.search(r'href="([^"]*\?sau=[^"]*)"', first)
    assert following is not None
    second = shown(as_an, following[1])
    titles = re.findall(r"Số \d+\.(?=</h2>)", first) + re.findall(r"Số \d+\.(?=</h2>)", second)
    assert titles == [f"Số {number}." for number in reversed(range(30))]
    assert 'rel="next"' in first
    assert 'rel="next"' not in second
    assert shown(as_an, f"{INBOX}?sau=spoilt%00").count('class="inbox__item ') == 20


def test_the_count_is_one_query_when_the_cache_forgot_and_survives_a_dead_cache(
    an: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    fill(an, 120)
    with django_assert_num_queries(1):
        assert selectors.unread_count(an.pk) == 100
    with django_assert_num_queries(0):
        assert selectors.unread_count(an.pk) == 100

    def dead(*_args: object, **_more: object) -> None:
        raise ConnectionError

    for name in ("get", "set", "delete"):
        monkeypatch.setattr(cache, name, dead)
    assert selectors.unread_count(an.pk) == 100
