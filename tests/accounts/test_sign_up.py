"""Signing up: an account and a citizen's profile together, a code by mail, nothing told about other accounts."""

import pytest
from django.test import Client

from portal.accounts.models import Citizen, User
from portal.notifications.models import MailDelivery
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

GOOD = {"full_name": "  Vũ   Đức Anh ", "email": "Anh@Example.com", "password1": "mot cau dai de nho"}


def test_signing_up_makes_account_and_profile_and_asks_for_the_code(client: Client) -> None:
    response = client.post("/tai-khoan/tao-tai-khoan/", GOOD)
    assert (response.status_code, response["Location"]) == (302, "/tai-khoan/xac-nhan-thu/")
    user = User.objects.get()
    assert (user.email, user.full_name) == ("anh@example.com", "Vũ Đức Anh")
    assert Citizen.objects.get().user == user
    assert [mail.recipient_email for mail in MailDelivery.objects.all()] == ["anh@example.com"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("full_name", "", "Nhập họ và tên."),
        ("full_name", "123", "Họ và tên phải có chữ cái."),
        ("email", "khong-phai", "Địa chỉ này thiếu phần tên hoặc phần sau @"),
        ("password1", "ngan", "Mật khẩu cần ít nhất 10 ký tự."),
        ("password1", "12345678901234", "Mật khẩu không được chỉ toàn chữ số."),
        ("password1", "password123", "Mật khẩu này quá dễ đoán."),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    client: Client, field: str, value: str, sentence: str
) -> None:
    response = client.post("/tai-khoan/tao-tai-khoan/", {**GOOD, field: value})
    html = response.content.decode()
    assert response.status_code == 200
    assert sentence in html
    assert "error-summary" in html
    assert "<title>Lỗi: " in html
    kept = {**GOOD, field: value}
    assert f'value="{kept["email"]}"' in html
    assert User.objects.count() == Citizen.objects.count() == 0


def test_a_taken_address_answers_like_a_free_one(client: Client) -> None:
    UserFactory(email="anh@example.com")
    response = client.post("/tai-khoan/tao-tai-khoan/", GOOD)
    assert (response.status_code, response["Location"]) == (302, "/tai-khoan/xac-nhan-thu/")
    assert User.objects.count() == 1
