"""Guides and announcements: written by editors, public from a moment, safe to show, cheap to list."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.core import clock
from portal.core.safe_markdown import render_markdown
from portal.site.models import Article, ArticleKind

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def article(number: int = 1, **fields: Any) -> Article:
    values = {
        "kind": ArticleKind.ANNOUNCEMENT,
        "slug": f"bai-{number}",
        "title": f"Bài số {number}",
        "body": "Một **chữ** đậm.",
        "public_from": clock.now() - timedelta(hours=number),
    }
    return Article.objects.create(**{**values, **fields})


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Đầu\n", "<h2>Đầu</h2>\n"),
        ("###### Sâu\n", "<h6>Sâu</h6>\n"),
        ("Một **chữ** _nghiêng_", "<p>Một <strong>chữ</strong> <em>nghiêng</em></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
        ("[bấm](javascript:alert(1))", "<p>[bấm](javascript:alert(1))</p>\n"),
        ("[bấm](data:text/html;base64,PHNjcmlwdD4=)", "<p>[bấm](data:text/html;base64,PHNjcmlwdD4=)</p>\n"),
        (
            "[trang](https://vidu.vn/?a=1&b=2)",
            '<p><a href="https://vidu.vn/?a=1&amp;b=2" rel="noopener nofollow">trang</a></p>\n',
        ),
        ("[hồ sơ](/ho-so/)", '<p><a href="/ho-so/" rel="noopener nofollow">hồ sơ</a></p>\n'),
        ("![ảnh](https://vidu.vn/a.png)", '<p>!<a href="https://vidu.vn/a.png" rel="noopener nofollow">ảnh</a></p>\n'),
    ],
)
def test_markdown_becomes_html_that_cannot_hurt(text: str, html: str) -> None:
    assert render_markdown(text) == html


def test_a_table_scrolls_by_itself() -> None:
    html = render_markdown("| a | b |\n|---|---|\n| 1 | 2 |")
    assert html.startswith('<div class="scroll-x" tabindex="0"><table>')
    assert html.count("<td>") == 2
    assert html.rstrip().endswith("</table></div>")


@pytest.mark.parametrize(
    "window",
    [
        {"public_from": None},
        {"public_from": clock.now() + timedelta(days=1)},
        {"public_from": clock.now() - timedelta(days=2), "public_until": clock.now() - timedelta(days=1)},
    ],
)
def test_what_is_not_public_is_not_there_for_visitors_and_marked_for_editors(
    client: Client, window: dict[str, Any]
) -> None:
    article(**window)

    assert client.get("/thong-bao/bai-1/").status_code == 404
    assert "Bài số 1" not in client.get("/thong-bao/").content.decode()
    assert "Bài số 1" not in client.get("/thong-bao/atom.xml").content.decode()

    client.force_login(User.objects.create_superuser("q@example.vn", "x", full_name="Quản Trị"), backend=BACKEND)
    page = client.get("/thong-bao/bai-1/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert "chưa hoặc không còn công bố" in page.content.decode()


def test_the_kind_is_part_of_the_address(client: Client) -> None:
    article(kind=ArticleKind.GUIDE)
    assert client.get("/huong-dan/bai-1/").status_code == 200
    assert client.get("/thong-bao/bai-1/").status_code == 404


def test_a_page_reads_in_english_and_falls_back_to_vietnamese(client: Client) -> None:
    article(title_en="First", body_en="In *English*.")
    article(2)
    client.cookies["ngon_ngu"] = "en"

    first, second = (client.get(f"/thong-bao/bai-{number}/").content.decode() for number in (1, 2))

    assert "<h1>First</h1>" in first
    assert "<em>English</em>" in first
    assert "<h1>Bài số 2</h1>" in second
    assert '<div class="article" lang="vi">' in second


@pytest.mark.parametrize("count", [1, 21])
def test_the_list_is_paged_by_key_at_a_fixed_price(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(1, count + 1):
        article(number)

    with django_assert_num_queries(1):
        page = client.get("/thong-bao/")

    shown = page.context["page"]
    assert [row.slug for row in shown.rows] == [f"bai-{number}" for number in range(1, min(count, 20) + 1)]
    assert bool(shown.next_cursor) is (count > 20)
    if shown.next_cursor:
        rest = client.get(f"/thong-bao/?sau={shown.next_cursor}").context["page"]
        assert [row.slug for row in rest.rows] == ["bai-21"]
        assert rest.next_cursor == ""


@pytest.mark.parametrize("cursor", ["x", "1-2-3", "99999999999999999-1", "%00", "-"])
def test_a_spoilt_cursor_starts_from_the_top(client: Client, cursor: str) -> None:
    article()
    assert [row.slug for row in client.get(f"/thong-bao/?sau={cursor}").context["page"].rows] == ["bai-1"]


def test_home_shows_three_and_the_important_one_first(client: Client) -> None:
    for number in range(1, 6):
        article(number, is_important=number == 5)

    page = client.get("/")

    assert [row.slug for row in page.context["announcements"]] == ["bai-5", "bai-1", "bai-2"]
    assert page.content.decode().count('class="notice notice--wait"') == 1


def test_the_feed_is_atom_with_full_addresses(client: Client) -> None:
    article(summary="Tóm tắt", body="x")
    answer = client.get("/thong-bao/atom.xml")
    assert answer["Content-Type"].startswith("application/atom+xml")
    text = answer.content.decode()
    assert "<title>Bài số 1</title>" in text
    assert 'href="http://testserver/thong-bao/bai-1/"' in text


def test_an_article_may_not_end_before_it_begins() -> None:
    now = clock.now()
    bad = Article(slug="a", title="A", body="x", public_from=now, public_until=now - timedelta(seconds=1))
    with pytest.raises(ValidationError) as caught:
        bad.full_clean()
    assert "Lúc kết thúc phải sau lúc công bố." in str(caught.value)


def test_an_editor_writes_and_sees_it_as_readers_will(client: Client) -> None:
    client.force_login(User.objects.create_superuser("q@example.vn", "x", full_name="Quản Trị"), backend=BACKEND)
    posted = {
        "kind": "guide", "title": "Cách chụp", "slug": "cach-chup", "summary": "", "body": "## Bước\n\n<b>không</b>",
        "order": "1", "title_en": "", "summary_en": "", "body_en": "",
        "public_from_0": "", "public_from_1": "", "public_until_0": "", "public_until_1": "",
    }  # fmt: skip
    assert client.post("/quan-tri/site/article/add/", posted).status_code == 302
    made = Article.objects.get()
    assert made.public_from is None

    page = client.get(f"/quan-tri/site/article/{made.pk}/change/").content.decode()
    assert "<h3>Bước</h3>" in page
    assert "&lt;b&gt;không&lt;/b&gt;" in page
    assert "/huong-dan/cach-chup/" in page


def test_demo_articles_load_once_and_keep_what_was_edited() -> None:
    call_command("load_demo_articles", verbosity=0)
    Article.objects.filter(slug="nghi-tet").update(title="Sửa rồi")
    call_command("load_demo_articles", verbosity=0)
    assert Article.objects.count() == 3
    assert Article.objects.get(slug="nghi-tet").title == "Sửa rồi"
    assert all(row.is_public and row.title_en and row.body_en for row in Article.objects.all())
