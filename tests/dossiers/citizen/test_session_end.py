"""A session that ends in the middle: signing in again in place, and without JavaScript nothing typed is lost either."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dossiers.models import Dossier
from portal.core import clock
from tests.conftest import SignIn
from tests.dossiers.citizen.conftest import source, words
from tests.dossiers.citizen.declared import TYPED, Page, make_declared_draft, path_of
from tests.factories.accounts import PASSWORD
from tests.factories.dossiers import Cast

KEPT = "Những gì bạn gõ còn nguyên bên dưới nhưng chưa lưu."
AGAIN = "/tai-khoan/dang-nhap-lai/"


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    return make_declared_draft(cast)


def sign_in(client: Client, cast: Cast, who: str, path: str) -> None:
    answer = client.post(
        reverse("account_login"), {"login": getattr(cast, who).email, "password": PASSWORD, "next": path}
    )
    assert answer.status_code == 302, words(answer)


def test_what_was_posted_after_the_session_ended_is_there_after_the_sign_in(
    cast: Cast, as_: SignIn, draft: Dossier
) -> None:
    page = Page(as_("an"), draft)
    page.client = Client()
    answer = page.press(**{**TYPED, "phone": "12345"})
    path = path_of(draft, "to-khai/person/")
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={path}")
    assert "12345" not in answer["Location"]
    sign_in(page.client, cast, "an", path)
    again = page.client.get(path)
    assert KEPT in words(again)
    for value in ('value="Nguyễn Thị An"', 'value="12345"', '<option value="p3" selected>'):
        assert value in source(again)
    # Looking saves nothing; the button does, and then nothing is kept any more.
    draft.refresh_from_db()
    assert draft.answers == {}
    sent = Page(page.client, draft)
    assert sent.press(**TYPED).status_code == 302
    assert KEPT not in words(page.client.get(path))


def test_a_change_made_elsewhere_meanwhile_is_a_clash_not_an_overwrite(cast: Cast, as_: SignIn, draft: Dossier) -> None:
    page, elsewhere = Page(as_("an"), draft), Page(as_("an"), draft)
    page.client = Client()
    page.press(full_name="Gõ trước")
    elsewhere.press(full_name="Gõ ở máy khác")
    sign_in(page.client, cast, "an", path_of(draft, "to-khai/person/"))
    assert Page(page.client, draft).press(full_name="Gõ trước").status_code == 409
    draft.refresh_from_db()
    assert draft.answers == {"full_name": "Gõ ở máy khác"}


def test_somebody_else_who_signs_in_sees_nothing_of_it(cast: Cast, as_: SignIn, draft: Dossier) -> None:
    page = Page(as_("an"), draft)
    page.client = Client()
    page.press(full_name="Bí mật của An")
    sign_in(page.client, cast, "chi", "/ho-so/")
    answer = page.client.get(path_of(draft, "to-khai/person/"))
    assert answer.status_code == 404
    assert "Bí mật" not in source(answer)


def test_it_is_kept_for_an_hour_and_gone_at_sign_out(cast: Cast, as_: SignIn, draft: Dossier) -> None:
    path = path_of(draft, "to-khai/person/")
    page = Page(as_("an"), draft)
    page.client = Client()
    page.press(**TYPED)
    sign_in(page.client, cast, "an", path)
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        assert KEPT not in words(page.client.get(path))
    assert KEPT in words(page.client.get(path))
    page.client.post(reverse("account_logout"))
    sign_in(page.client, cast, "an", path)
    assert KEPT not in words(page.client.get(path))


def test_too_much_is_not_kept_and_no_crash(cast: Cast, draft: Dossier) -> None:
    client = Client()
    path = path_of(draft, "to-khai/person/")
    assert client.post(path, {"full_name": "a" * 300_000}).status_code == 302
    sign_in(client, cast, "an", path)
    assert KEPT not in words(client.get(path))


def test_a_form_from_before_another_sign_in_is_shown_again_with_everything_typed(
    cast: Cast, as_: SignIn, draft: Dossier
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.an, backend="django.contrib.auth.backends.ModelBackend")
    path = path_of(draft, "to-khai/person/")
    sent = {**Page(client, draft).state, **TYPED, "phone": "0905118230", "csrfmiddlewaretoken": "a" * 64}
    answer = client.post(path, sent, headers={"Origin": "http://testserver"})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert 'value="0905118230"' in source(client.get(path))
    draft.refresh_from_db()
    assert draft.answers == {}


def test_a_form_from_another_site_is_refused_as_ever(cast: Cast, draft: Dossier) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.an, backend="django.contrib.auth.backends.ModelBackend")
    path = path_of(draft, "to-khai/person/")
    for origin in ({"Origin": "https://evil.example"}, {}):
        assert (
            client.post(
                path, {**TYPED, "phone": "0905118230", "csrfmiddlewaretoken": "a" * 64}, headers=origin
            ).status_code
            == 403
        )
    assert 'value="0905118230"' not in source(client.get(path))


def test_a_page_that_saves_by_itself_is_told_that_the_session_ended(as_: SignIn, draft: Dossier) -> None:
    page = Page(as_("an"), draft)
    page.client = Client()
    answer = page.save(**TYPED)
    assert answer.status_code == 401
    assert "Phiên đăng nhập đã hết" in words(answer)


def test_signing_in_again_is_a_part_of_a_page_and_ends_with_a_signal(cast: Cast) -> None:
    client = Client()
    form = client.get(AGAIN)
    assert form.status_code == 200
    assert "<html" not in source(form)
    assert 'id="lai_password"' in source(form)
    wrong = client.post(AGAIN, {"login": cast.an.email, "password": "sai mật khẩu"})
    assert wrong.status_code == 200
    assert "Thư điện tử hoặc mật khẩu chưa đúng." in words(wrong)
    right = client.post(AGAIN, {"login": cast.an.email, "password": PASSWORD}, follow=True)
    assert right.headers["HX-Trigger"] == "signed-in-again"
    # Signed in meanwhile in another window.
    assert client.get(AGAIN, follow=True).headers["HX-Trigger"] == "signed-in-again"


def test_the_lockout_holds_here_too(cast: Cast, settings: object) -> None:
    client = Client()
    for _try in range(8):
        client.post(AGAIN, {"login": cast.an.email, "password": "sai mật khẩu"})
    locked = client.post(AGAIN, {"login": cast.an.email, "password": PASSWORD})
    assert locked.status_code == 429
    assert not re.search("signed-in-again", str(locked.headers))
