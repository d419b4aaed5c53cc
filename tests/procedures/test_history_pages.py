"""What people read of a procedure's life: its history, what is to come, what was abolished."""

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.core import clock
from procedures import services
from procedures.models import Procedure, ProcedureRevision
from tests.factories.procedures import ADMINISTRATOR, ProcedureRevisionFactory, published_procedure
from tests.procedures.test_pages import text_of

pytestmark = pytest.mark.django_db


def publish_change(procedure: Procedure, *, day: date | None = None, fee: int = 99_000) -> ProcedureRevision:
    procedure.refresh_from_db()
    assert procedure.current_revision is not None
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)
    draft.fee_rules.update(amount=fee)
    return services.publish_revision(
        actor=ADMINISTRATOR, revision_id=draft.pk, effective_from=day, decision_number="12/QĐ-UBND"
    )


def test_the_history_names_every_revision_with_days_and_decision(client: Client) -> None:
    procedure = published_procedure(code="1.004194", revision_fields={"effective_from": date(2026, 1, 1)})
    publish_change(procedure)

    page = text_of(client, "/thu-tuc/1.004194/lich-su/")

    yesterday = clock.today() - timedelta(days=1)
    assert f"Bản 1 Đã thay thế Có hiệu lực từ 01/01/2026 đến hết {yesterday:%d/%m/%Y} ." in page
    assert f"Bản 2 Đang công bố Có hiệu lực từ {clock.today():%d/%m/%Y} . Quyết định số 12/QĐ-UBND." in page
    assert "Bản 2 khác bản 1 ở đâu" in page


def test_the_page_of_a_procedure_leads_to_its_history(client: Client) -> None:
    published_procedure(code="1.004194")

    assert 'href="/thu-tuc/1.004194/lich-su/"' in client.get("/thu-tuc/1.004194/").content.decode()


def test_two_published_revisions_are_compared(client: Client) -> None:
    procedure = published_procedure(code="1.004194")
    publish_change(procedure)

    page = text_of(client, "/thu-tuc/1.004194/lich-su/?truoc=1&sau=2")

    assert "Có 1 chỗ khác nhau. Phí, lệ phí Thay đổi Lệ phí thử Số tiền (đồng) Trước 135.000 đ Sau 99.000 đ" in page


@pytest.mark.parametrize("query", ["truoc=1&sau=1", "truoc=1&sau=9", "truoc=x&sau=%00", "truoc=1&sau=99999999999"])
def test_an_impossible_comparison_is_no_error(client: Client, query: str) -> None:
    procedure = published_procedure(code="1.004194")
    publish_change(procedure)

    assert "chỗ khác nhau" not in text_of(client, f"/thu-tuc/1.004194/lich-su/?{query}")


def test_a_draft_is_in_nobodys_history(client: Client) -> None:
    procedure = published_procedure(code="1.004194")
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)  # type: ignore[arg-type]
    services.submit_for_review(actor=ADMINISTRATOR, revision_id=draft.pk)

    page = text_of(client, "/thu-tuc/1.004194/lich-su/?truoc=1&sau=2")

    assert "Bản 2" not in page
    assert "chưa có thay đổi nào" in page
    assert client.get(f"/thu-tuc/{ProcedureRevisionFactory.create().procedure.code}/lich-su/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_takes_one_query_for_its_list(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    procedure = published_procedure(code="1.004194")
    for number in range(count - 1):
        publish_change(procedure, fee=number + 1)
    client.get("/thu-tuc/1.004194/lich-su/")

    with django_assert_num_queries(1):
        client.get("/thu-tuc/1.004194/lich-su/")


def test_what_is_to_come_is_announced_and_can_be_read(client: Client) -> None:
    procedure = published_procedure(code="1.004194")
    day = clock.today() + timedelta(days=30)
    publish_change(procedure, day=day)

    assert f"Quy định mới áp dụng từ ngày {day:%d/%m/%Y}" in text_of(client, "/thu-tuc/1.004194/")
    assert "135.000 đ" in text_of(client, "/thu-tuc/1.004194/")
    assert "Hẹn ngày có hiệu lực" in text_of(client, "/thu-tuc/1.004194/lich-su/?truoc=1&sau=2")


def abolish(procedure: Procedure, *successors: Procedure, day: date | None = None) -> None:
    services.abolish_procedure(
        actor=ADMINISTRATOR,
        revision_id=procedure.current_revision_id or 0,
        decision_number="99/QĐ-BTP",
        reason="Luật mới không quy định thủ tục này",
        abolished_from=day,
        successor_ids=[one.pk for one in successors],
    )


def test_an_abolished_procedure_says_since_when_why_and_what_replaces_it(client: Client) -> None:
    procedure = published_procedure(code="1.004194", name="Đăng ký tạm trú")
    abolish(procedure, published_procedure(code="1.004195", name="Đăng ký cư trú"))

    page = text_of(client, "/thu-tuc/1.004194/")

    assert (
        f"Thủ tục này đã bãi bỏ từ ngày {clock.today():%d/%m/%Y} , theo Quyết định số 99/QĐ-BTP. "
        "Lý do: Luật mới không quy định thủ tục này Thay bằng: Đăng ký cư trú 1.004195" in page
    )
    assert "3 ngày làm việc" in page
    assert "Nộp hồ sơ trực tuyến" not in page
    assert "hãy nộp tại cơ quan giải quyết" not in page
    assert "Bãi bỏ theo Quyết định số 99/QĐ-BTP" in text_of(client, "/thu-tuc/1.004194/lich-su/")


def test_a_planned_abolition_is_announced_while_filing_goes_on(client: Client) -> None:
    procedure = published_procedure(code="1.004194")
    day = clock.today() + timedelta(days=30)
    abolish(procedure, day=day)

    page = text_of(client, "/thu-tuc/1.004194/")

    assert f"Thủ tục này sẽ bãi bỏ từ ngày {day:%d/%m/%Y}" in page
    assert "Nộp hồ sơ trực tuyến" in page
