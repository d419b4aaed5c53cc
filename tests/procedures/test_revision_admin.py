"""Administrators move revisions on and compare them in Django admin; what they typed is never lost."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.core import clock
from procedures import services
from procedures.enums import RevisionState
from procedures.models import Procedure, ProcedureRevision
from procedures.services.drafts import lock_revision
from tests.factories.accounts import UserFactory
from tests.factories.procedures import (
    ADMINISTRATOR,
    ChannelTermFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    published_procedure,
)
from tests.procedures.test_admin import posted

pytestmark = pytest.mark.django_db
REVISIONS = "/quan-tri/procedures/procedurerevision/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def superuser(name: str = "Quản Trị") -> User:
    return UserFactory.create(full_name=name, is_staff=True, is_superuser=True)


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in(superuser())


def take(client: Client, revision: ProcedureRevision, step: str, **fields: Any) -> tuple[int, str]:
    """Post one step of the workflow page; (status, the page that answered, after redirects)."""
    data = {"step": step, **{f"{step}-{name}": value for name, value in fields.items()}}
    response = client.post(f"{REVISIONS}{revision.pk}/cong-bo/", data)
    status = response.status_code
    if status == 302:
        response = client.get(response["Location"])
    return status, response.content.decode()


def state(revision: ProcedureRevision) -> str:
    revision.refresh_from_db()
    return revision.state


def draft(**fields: Any) -> ProcedureRevision:
    return ProcedureRevisionFactory.create(decision_number="12/QĐ-UBND", **fields)


def test_findings_are_listed_with_links_to_their_places(admin: Client) -> None:
    revision = ProcedureRevisionFactory.create()
    ChannelTermFactory.create(revision=revision, term_unit="", is_reviewed=False)

    page = admin.get(f"{REVISIONS}{revision.pk}/cong-bo/").content.decode()

    assert "Còn 1 chỗ phải sửa." in page
    assert f'<a href="{REVISIONS}{revision.pk}/change/#terms-0">Thời hạn theo cách nộp: Trực tuyến</a>' in page
    assert f'<a href="{REVISIONS}{revision.pk}/change/#id_decision_number">' in page


def test_from_review_to_publication_by_two_people(admin: Client) -> None:
    second = signed_in(superuser("Người Duyệt"))
    revision = draft()

    assert take(admin, revision, "submit", note="Xem giúp")[0] == 302
    assert state(revision) == RevisionState.IN_REVIEW
    status, page = take(admin, revision, "publish", decision_number="12/QĐ-UBND")
    assert (status, "Người trình duyệt không tự duyệt được." in page) == (403, True)
    status, page = take(second, revision, "publish", decision_number="13/QĐ-UBND", note="Đã xem")

    assert (status, "Đã công bố." in page) == (302, True)
    assert (state(revision), revision.decision_number) == (RevisionState.PUBLISHED, "13/QĐ-UBND")
    assert list(revision.publications.order_by("id").values_list("kind", "actor_name", "reason")) == [
        ("submitted", "Quản Trị", "Xem giúp"),
        ("published", "Người Duyệt", "Đã xem"),
    ]


def test_sending_back_needs_a_reason_and_a_blank_one_changes_nothing(admin: Client) -> None:
    revision = draft()
    take(admin, revision, "submit")

    status, _page = take(admin, revision, "send_back", reason=" ")
    assert (status, state(revision)) == (422, RevisionState.IN_REVIEW)
    take(admin, revision, "send_back", reason="Thiếu phí")
    assert state(revision) == RevisionState.DRAFT


def test_warnings_are_shown_and_published_over_with_a_tick(admin: Client) -> None:
    revision = ProcedureRevisionFactory.create()

    status, page = take(admin, revision, "publish", note="Ghi chú giữ lại")
    assert (status, state(revision)) == (422, RevisionState.DRAFT)
    assert "hãy xem các lưu ý, rồi xác nhận vẫn công bố" in page
    assert "Ghi chú giữ lại" in page
    take(admin, revision, "publish", accepts_warnings="on")
    assert state(revision) == RevisionState.PUBLISHED


def test_a_day_to_come_is_typed_as_people_write_it(admin: Client) -> None:
    revision = draft()
    day = clock.today() + timedelta(days=20)

    assert take(admin, revision, "publish", effective_from="31/02/2027")[0] == 422
    assert take(admin, revision, "publish", effective_from="01/01/2020")[0] == 422
    assert state(revision) == RevisionState.DRAFT
    _status, page = take(admin, revision, "publish", effective_from=f"{day:%d/%m/%Y}", decision_number="12/QĐ-UBND")

    assert (state(revision), revision.effective_from) == (RevisionState.SCHEDULED, day)
    assert f"Tự có hiệu lực từ 0 giờ ngày {day:%d/%m/%Y}" in page
    take(admin, revision, "withdraw", reason="Hoãn")
    assert state(revision) == RevisionState.DRAFT


def test_abolishing_takes_codes_of_what_replaces_it(admin: Client) -> None:
    new = published_procedure(code="3.000333")
    services.add_alias(actor=ADMINISTRATOR, procedure_id=new.pk, code="2.000999")
    procedure = published_procedure(code="2.000488")
    revision = procedure.current_revision
    assert revision is not None
    fields = {"decision_number": "9/QĐ", "reason": "Chuyển sang Bộ Công an"}

    status, page = take(admin, revision, "abolish", **fields, successors="9.999999")
    assert (status, "Không có thủ tục nào mang mã: 9.999999." in page) == (422, True)
    assert "Chuyển sang Bộ Công an" in page
    assert take(admin, revision, "abolish", **fields, successors="2.000999, 3.000333")[0] == 302

    assert state(revision) == RevisionState.ABOLISHED
    assert [one.successor for one in procedure.replacements.all()] == [new]


def test_a_planned_abolition_offers_only_its_cancelling(admin: Client) -> None:
    revision = published_procedure().current_revision
    assert revision is not None
    day = clock.today() + timedelta(days=20)
    take(admin, revision, "abolish", decision_number="9/QĐ", reason="x", abolished_from=f"{day:%d/%m/%Y}")

    status, _page = take(admin, revision, "abolish", decision_number="9/QĐ", reason="x")
    assert status == 409
    assert take(admin, revision, "cancel_abolition", reason="Luật lùi")[0] == 302
    revision.refresh_from_db()
    assert revision.effective_to is None


def test_a_step_that_is_no_longer_possible_is_a_409_with_the_page_as_it_is(admin: Client) -> None:
    revision = draft()
    services.publish_revision(actor=ADMINISTRATOR, revision_id=revision.pk)

    status, page = take(admin, revision, "submit")

    assert (status, "phiên bản đã chuyển sang trạng thái khác" in page) == (409, True)


def test_staff_without_rights_see_no_page() -> None:
    revision = draft()
    plain = signed_in(UserFactory.create(is_staff=True))

    for page in ("cong-bo", "so-sanh"):
        assert plain.get(f"{REVISIONS}{revision.pk}/{page}/").status_code == 403
    assert take(plain, revision, "publish")[0] == 403
    assert state(revision) == RevisionState.DRAFT


@pytest.mark.parametrize("page", ["cong-bo", "so-sanh"])
def test_a_revision_that_is_not_there_is_not_found(admin: Client, page: str) -> None:
    for key in ("0", "9" * 30):
        assert admin.get(f"{REVISIONS}{key}/{page}/").status_code == 404


def test_a_draft_is_compared_with_what_is_in_force_and_with_any_other(admin: Client) -> None:
    procedure = published_procedure()
    first = procedure.current_revision
    assert first is not None
    second = services.copy_to_draft(actor=ADMINISTRATOR, revision=first)
    second.fee_rules.update(amount=99_000)
    services.publish_revision(actor=ADMINISTRATOR, revision_id=second.pk)
    third = services.copy_to_draft(actor=ADMINISTRATOR, revision=second)

    page = admin.get(f"{REVISIONS}{third.pk}/so-sanh/").content.decode()
    assert "Từ phiên bản 2 (Đang công bố) đến phiên bản 3 (Bản nháp)" in page
    assert "Hai bản có nội dung như nhau." in page
    page = admin.get(f"{REVISIONS}{third.pk}/so-sanh/?voi={first.pk}").content.decode()
    assert "Từ phiên bản 1 (Đã thay thế) đến phiên bản 3 (Bản nháp)" in page
    assert "<del>135.000" in page
    assert f"{REVISIONS}{third.pk}/so-sanh/" in admin.get(f"{REVISIONS}{third.pk}/change/").content.decode()


def test_a_first_revision_has_nothing_to_be_compared_with(admin: Client) -> None:
    page = admin.get(f"{REVISIONS}{draft().pk}/so-sanh/").content.decode()

    assert "chưa có gì để so sánh" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_workflow_page_takes_as_many_queries_for_three_rows_as_for_one(
    admin: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    revision = draft()
    for _n in range(count):
        ChannelTermFactory.create(revision=revision, is_reviewed=False)

    with django_assert_num_queries(32):
        admin.get(f"{REVISIONS}{revision.pk}/cong-bo/")


# --- editing ----------------------------------------------------------------------------------------------------------
def test_a_draft_that_was_published_while_it_was_edited_hands_back_what_was_typed(admin: Client) -> None:
    revision = draft()
    services.publish_revision(actor=ADMINISTRATOR, revision_id=revision.pk)

    response = admin.post(
        f"{REVISIONS}{revision.pk}/change/", posted(seen_state="draft", summary="Câu tôi đã gõ rất lâu")
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "Câu tôi đã gõ rất lâu" in page
    assert "Công bố: Quản trị viên," in page
    revision.refresh_from_db()
    assert revision.summary == "Việc thử"


def test_under_review_the_page_is_read_only_and_says_why(admin: Client) -> None:
    revision = draft()
    services.submit_for_review(actor=ADMINISTRATOR, revision_id=revision.pk)

    page = admin.get(f"{REVISIONS}{revision.pk}/change/").content.decode()

    assert 'name="summary"' not in page
    assert "đang chờ duyệt nên không sửa được" in page


def test_publishing_from_the_change_page_leads_to_the_warnings(admin: Client) -> None:
    revision = ProcedureRevisionFactory.create()

    response = admin.post(
        f"{REVISIONS}{revision.pk}/change/", posted(_publish="1", decision_number="", seen_state="draft")
    )

    assert response["Location"] == f"{REVISIONS}{revision.pk}/cong-bo/"
    assert (state(revision), revision.summary) == (RevisionState.DRAFT, "Tóm tắt mới")


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_meets_a_publication_waits_and_then_loses_nothing() -> None:
    client = signed_in(superuser())
    revision = draft()
    is_locked, may_go_on = threading.Event(), threading.Event()
    answers: list[Any] = []

    def publish() -> None:
        try:
            with transaction.atomic():
                lock_revision(revision.pk)
                is_locked.set()
                may_go_on.wait(10)
                services.publish_revision(actor=ADMINISTRATOR, revision_id=revision.pk)
        finally:
            connection.close()

    def edit() -> None:
        try:
            answers.append(
                client.post(f"{REVISIONS}{revision.pk}/change/", posted(seen_state="draft", summary="Gõ muộn"))
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=publish), threading.Thread(target=edit)]
    threads[0].start()
    assert is_locked.wait(10)
    threads[1].start()
    threads[1].join(1)
    assert threads[1].is_alive(), "the edit must wait for the publication"
    may_go_on.set()
    for thread in threads:
        thread.join(20)

    assert answers[0].status_code == 409
    assert "Gõ muộn" in answers[0].content.decode()
    assert (state(revision), revision.summary) == (RevisionState.PUBLISHED, "Việc thử")


# --- codes ------------------------------------------------------------------------------------------------------------
def procedure_page(procedure: Procedure, **fields: str) -> dict[str, str]:
    data = {"name": procedure.name, "policy_area": str(procedure.policy_area_id), "kind": ""}
    for prefix in ("revisions", "aliases", "replacements"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return {**data, **fields}


def test_other_codes_are_added_on_the_page_of_the_procedure_and_searched_at_once(admin: Client) -> None:
    procedure, taken = published_procedure(code="3.000333"), ProcedureFactory.create(code="1.000001")
    address = f"/quan-tri/procedures/procedure/{procedure.pk}/change/"
    row = {"aliases-TOTAL_FORMS": "1", "aliases-0-note": "mã cũ"}

    response = admin.post(address, procedure_page(procedure, **row, **{"aliases-0-code": taken.code}))
    assert "Mã 1.000001 là mã chính của một thủ tục." in response.content.decode()
    admin.post(address, procedure_page(procedure, **row, **{"aliases-0-code": " 2.000488.000.00.00.h56 "}))

    procedure.refresh_from_db()
    assert [alias.code for alias in procedure.aliases.all()] == ["2.000488.000.00.00.H56"]
    assert procedure.search_text.endswith("| 2.000488.000.00.00.h56 ")
