"""An administrator teaches the readers of statements how a bank or a provider writes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from payments import services
from payments.gateways import StatementUnreadable
from payments.models import Charge, StatementWord
from portal.accounts.enums import OfficerRole
from portal.core.actors import Actor
from tests.factories.payments import PayerFactory, actor_of

ADD = "admin:payments_statementword_add"
VNPAY_FILE = (
    "Số hiệu GD,Mã tham chiếu,Loại giao dịch,Số tiền,Trạng thái,Thời gian giao dịch\n"
    "14422574,H36-1,Thanh toán,135000,Hoàn thành,05/05/2025 08:35:12\n"
)


@pytest.fixture
def administrator(client: Client, db: None) -> Client:
    client.force_login(PayerFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def accountant(charge: Charge) -> Actor:
    assert charge.agency is not None
    return actor_of(PayerFactory(), (charge.agency, OfficerRole.ACCOUNTANT))


def add(administrator: Client, source: str, meaning: str, word: str) -> Any:
    return administrator.post(reverse(ADD), {"source": source, "meaning": meaning, "word": word})


def test_words_added_in_admin_are_used_by_the_next_import(administrator: Client, accountant: Actor) -> None:
    bring = {"actor": accountant, "source": "vnpay", "file_name": "v.csv", "content": VNPAY_FILE.encode()}
    with pytest.raises(StatementUnreadable) as refused:
        services.import_statement(**bring)
    assert str(refused.value.sentence).startswith("Dòng tiêu đề thiếu cột: mã giao dịch.")
    assert add(administrator, "vnpay", "number", "Số hiệu GD (VNPAY)").status_code == 302
    with pytest.raises(StatementUnreadable) as refused:
        services.import_statement(**bring)
    assert refused.value.fields["file"] == "Dòng 2: trạng thái lạ."
    assert add(administrator, "vnpay", "is_done", "HOÀN THÀNH").status_code == 302
    assert services.import_statement(**bring).lines.get().movement_id == "14422574"
    assert list(StatementWord.objects.values_list("folded", flat=True)) == ["hoan thanh", "so hieu gd"]


@pytest.mark.parametrize(
    ("source", "meaning", "word", "sentence"),
    [
        ("vnpay", "number", "số tiền", "Từ này đã có nghĩa khác: số tiền."),
        ("vnpay", "amount", "Số hiệu", "Từ này đã có nghĩa khác: mã giao dịch."),
        ("vnpay", "is_done", "Đang xử lý", "Từ này đã có nghĩa khác: trong ô: không thành công hoặc chưa xong."),
        ("vnpay", "number", "so hieu", "Từ này đã được khai với nghĩa ấy."),
        ("vnpay", "balance", "Số dư", "Sao kê của nguồn này không dùng nghĩa ấy."),
        ("national", "number", "Mã", "Sao kê của nguồn này không dùng nghĩa ấy."),
        ("bank", "text", "(...)", "Hãy ghi tên cột hoặc từ như trong tệp."),
        ("bank", "khac", "a", "khac"),
    ],
)
def test_a_word_with_two_meanings_or_none_is_refused(
    administrator: Client, source: str, meaning: str, word: str, sentence: str
) -> None:
    add(administrator, "vnpay", "number", "Số hiệu")
    response = add(administrator, source, meaning, word)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert StatementWord.objects.count() == 1


def test_one_word_may_title_a_column_and_stand_in_cells(administrator: Client) -> None:
    """Banks write "Có" over the money that came in, and beside it."""
    for meaning in ("credit", "is_in"):
        assert add(administrator, "bank", meaning, "Thu vào").status_code == 302
    word = StatementWord.objects.get(meaning="credit")
    address = reverse("admin:payments_statementword_change", args=[word.pk])
    changed = {"source": "bank", "meaning": "credit", "word": "Thu vào (VND)"}
    assert administrator.post(address, changed).status_code == 302
    word.refresh_from_db()
    assert (word.word, word.folded) == ("Thu vào (VND)", "thu vao")


def test_nobody_else_changes_what_statements_mean(client: Client, db: None) -> None:
    client.force_login(PayerFactory(is_staff=True))
    assert add(client, "vnpay", "is_done", "x").status_code == 403
    assert StatementWord.objects.count() == 0
