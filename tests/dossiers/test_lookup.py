"""Status without an account: code and pass-code, throttled, nothing personal."""

import pytest
from django.test import Client

from dossiers import services
from dossiers.services import lookup
from dossiers.services.lookup import LookupRefused
from portal.core import throttle
from portal.core.errors import TemporarilyUnavailable, TooManyRequests
from tests.factories.dossiers import make_cast, make_draft, make_received, make_supplement_requested

pytestmark = pytest.mark.django_db
PERSONAL = ("Nguyễn Thị An", "068196004312", "0983512604", "18/4 Hoàng Diệu", "Bổ sung hồ sơ xin việc", "giay-to.pdf")


def ask(code: str | None, pass_code: str, address: str = "192.0.2.1") -> services.PublicStatus:
    return services.look_up_status(code=code or "", pass_code=pass_code, client_address=address)


def test_code_and_pass_code_tell_where_the_dossier_is() -> None:
    dossier = make_received(make_cast())
    found = ask(f" {str(dossier.code).lower()} ", dossier.pass_code.lower())
    assert (found.code, found.state, found.due_at) == (dossier.code, dossier.state, dossier.due_at)
    assert [step.label for step in found.steps] == ["Tiếp nhận hồ sơ", "Nộp hồ sơ"]


def test_an_unknown_code_and_a_wrong_pass_code_look_the_same() -> None:
    dossier = make_received(make_cast())
    with pytest.raises(LookupRefused) as wrong:
        ask(dossier.code, "AAAAAA")
    with pytest.raises(LookupRefused) as unknown:
        ask("H99-260101-0001", "AAAAAA")
    assert str(wrong.value.sentence) == str(unknown.value.sentence)


def test_a_draft_and_an_empty_pass_code_are_never_found() -> None:
    draft = make_draft(make_cast())
    with pytest.raises(LookupRefused):
        ask(str(draft.public_id), "")
    with pytest.raises(LookupRefused):
        ask("", "")


def test_wrong_tries_close_the_dossier_for_everybody_and_the_right_code_too() -> None:
    dossier = make_received(make_cast())
    for number in range(lookup.WRONG_TRIES_PER_CODE):
        with pytest.raises(LookupRefused):
            ask(dossier.code, "AAAAAA", address=f"192.0.2.{number}")
    with pytest.raises(TooManyRequests):
        ask(dossier.code, dossier.pass_code, address="192.0.2.200")


def test_one_address_gets_only_so_many_tries() -> None:
    dossier = make_received(make_cast())
    for _number in range(lookup.TRIES_PER_ADDRESS):
        ask(dossier.code, dossier.pass_code)
    with pytest.raises(TooManyRequests):
        ask(dossier.code, dossier.pass_code)
    assert ask(dossier.code, dossier.pass_code, address="192.0.2.9").code == dossier.code


def test_without_the_counter_nobody_gets_a_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise ConnectionError

    dossier = make_received(make_cast())
    monkeypatch.setattr(throttle.cache, "add", broken)
    with pytest.raises(TemporarilyUnavailable):
        ask(dossier.code, dossier.pass_code)


def test_the_page_tells_nothing_personal(client: Client) -> None:
    dossier = make_supplement_requested(make_cast(), reason="Chị An gửi lại giấy 068196004312")
    answer = client.post("/tra-cuu/", {"code": dossier.code, "pass_code": dossier.pass_code})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Chờ bổ sung" in page
    assert [word for word in PERSONAL if word in page] == []


@pytest.mark.parametrize(
    ("code", "pass_code", "status"), [("", "", 422), ("H99-260101-0001", "AAAAAA", 404), ("x" * 70, "A", 422)]
)
def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(
    client: Client, code: str, pass_code: str, status: int
) -> None:
    answer = client.post("/tra-cuu/", {"code": code, "pass_code": pass_code})
    assert answer.status_code == status
    page = answer.content.decode()
    assert "error-summary" in page
    if code:
        assert f'value="{code}"' in page


def test_the_qr_code_brings_the_code_and_never_the_pass_code(client: Client) -> None:
    page = client.get("/tra-cuu/?ma=H36.14-260422-0318").content.decode()
    assert 'value="H36.14-260422-0318"' in page
