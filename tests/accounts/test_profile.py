"""The citizen's own profile: checked, kept when wrong, changed by its holder only."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from portal.accounts import services
from portal.accounts.enums import AssuranceLevel
from portal.accounts.errors import AccountMissing, IdentityIsVerified
from portal.accounts.models import Citizen
from portal.accounts.selectors import actor_for
from portal.core.actors import ANONYMOUS
from tests.factories.accounts import CitizenFactory, UserFactory

pytestmark = pytest.mark.django_db

PATH = "/tai-khoan/ho-so-cua-toi/"
GOOD: dict[str, str] = {
    "full_name": "Nguyễn Thị An",
    "personal_id_number": "068 196 004 312",
    "date_of_birth": "12/09/1996",
    "sex": "female",
    "phone": "+84 983 512 604",
    "address": "7 Phan Đình Phùng",
}
VALUES: dict[str, Any] = {
    "full_name": "Nguyễn Thị An",
    "personal_id_number": "068196004312",
    "date_of_birth": date(1996, 9, 12),
    "sex": "female",
    "phone": "0983512604",
    "address": "7 Phan Đình Phùng",
}


def test_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(PATH)["Location"] == f"/tai-khoan/dang-nhap/?next={PATH}"


def test_the_profile_is_saved_in_its_normal_form(client: Client) -> None:
    user = UserFactory(full_name="Nguyễn An")
    client.force_login(user)
    assert client.post(PATH, GOOD)["Location"] == PATH
    citizen = Citizen.objects.get(user=user)
    assert citizen.user.full_name == "Nguyễn Thị An"
    assert (citizen.personal_id_number, citizen.date_of_birth) == ("068196004312", date(1996, 9, 12))
    assert (citizen.sex, citizen.phone, citizen.address) == ("female", "0983512604", "7 Phan Đình Phùng")
    assert "Đã lưu hồ sơ của bạn." in client.get(PATH).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("full_name", "", "Nhập họ và tên."),
        ("personal_id_number", "06819600431", "Mới có 11 chữ số."),
        ("personal_id_number", "06819600431x", "Số định danh chỉ gồm chữ số."),
        ("personal_id_number", "068195004312", "Số định danh này của người sinh năm 1995"),
        ("personal_id_number", "068096004312", "không khớp với giới tính"),
        ("date_of_birth", "31/02/1996", "Ngày này không có trên lịch"),
        ("date_of_birth", "12/09/2996", "Ngày sinh không thể ở tương lai."),
        ("date_of_birth", "12/09/1896", "Năm sinh phải từ 1900 trở đi."),
        ("phone", "123", "Số điện thoại gồm 10 chữ số"),
        ("sex", "khác", "field--error"),
    ],
)
def test_a_wrong_field_is_named_nothing_typed_is_lost_and_nothing_is_saved(
    client: Client, field: str, value: str, sentence: str
) -> None:
    citizen = CitizenFactory(address="chỗ cũ")
    client.force_login(citizen.user)
    response = client.post(PATH, {**GOOD, "address": "chỗ mới & lạ", field: value})
    html = response.content.decode()
    assert response.status_code == 200
    assert sentence in html
    assert "error-summary" in html
    assert 'value="chỗ mới &amp; lạ"' in html
    if field != "sex":
        assert value == "" or f'value="{value}"' in html
    citizen.refresh_from_db()
    assert citizen.address == "chỗ cũ"


def test_everything_but_the_name_may_stay_empty(client: Client) -> None:
    citizen = CitizenFactory()
    client.force_login(citizen.user)
    assert client.post(PATH, {"full_name": "Nguyễn Thị An"}).status_code == 302
    citizen.refresh_from_db()
    assert (citizen.personal_id_number, citizen.date_of_birth, citizen.sex, citizen.phone) == ("", None, "", "")


def test_a_verified_identity_keeps_its_number_but_the_phone_may_change(client: Client) -> None:
    citizen = CitizenFactory(assurance_level=AssuranceLevel.LEVEL_2)
    client.force_login(citizen.user)
    response = client.post(PATH, {**GOOD, "personal_id_number": "068196009999"})
    assert "đã được xác thực" in response.content.decode()
    citizen.refresh_from_db()
    assert citizen.personal_id_number == "068196004312"
    assert client.post(PATH, {**GOOD, "phone": "0911 222 333"}).status_code == 302
    citizen.refresh_from_db()
    assert citizen.phone == "0911222333"


def test_the_service_names_every_verified_field_that_would_change() -> None:
    citizen = CitizenFactory(assurance_level=AssuranceLevel.LEVEL_1)
    with pytest.raises(IdentityIsVerified) as refusal:
        services.update_citizen_profile(
            actor=actor_for(citizen.user), **{**VALUES, "full_name": "Người Khác", "sex": "male"}
        )
    assert list(refusal.value.fields) == ["full_name", "sex"]
    citizen.user.refresh_from_db()
    assert citizen.user.full_name == "Nguyễn Thị An"


def test_without_an_account_there_is_no_profile_to_change() -> None:
    with pytest.raises(AccountMissing):
        services.update_citizen_profile(actor=ANONYMOUS, **VALUES)
    assert Citizen.objects.count() == 0
