"""Requests of before each item had its reason keep every word, and an unanswered one can still be answered."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dossiers import services
from dossiers.models import Dossier, SupplementItem, SupplementRequest
from portal.core import clock
from tests.factories.dossiers import make_cast, make_processing

BEFORE = ("dossiers", "0120_supplement_items")

pytestmark = pytest.mark.django_db(transaction=True)


def put_back_now() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def put_back() -> Iterator[None]:
    yield
    put_back_now()


def migrate(target: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps


def test_the_reason_of_a_request_becomes_the_reason_of_each_item(put_back: None) -> None:
    cast = make_cast()
    named, unnamed = make_processing(cast), make_processing(cast)
    slot = named.components.get(required_document__kind="upload")
    apps = migrate(BEFORE)
    old_request, old_item = (
        apps.get_model("dossiers", "SupplementRequest"),
        apps.get_model("dossiers", "SupplementItem"),
    )
    now = clock.now()
    asked = {"requested_by_id": cast.hoa.pk, "requested_at": now}
    one = old_request.objects.create(dossier_id=named.pk, reason="Ảnh mờ", **asked)
    old_item.objects.create(request=one, component_id=slot.pk, what="Giấy tờ tùy thân")
    old_request.objects.create(
        dossier_id=unnamed.pk, reason=" Xem lại tất cả ", answered_at=now, answer_note="Đã xem", **asked
    )

    put_back_now()

    assert [(item.what, item.reason) for item in SupplementItem.objects.order_by("request_id")] == [
        ("Giấy tờ tùy thân", "Ảnh mờ"),
        ("Nội dung cần bổ sung", "Xem lại tất cả"),
    ]
    waiting, answered = SupplementRequest.objects.order_by("pk")
    dossier = Dossier.objects.get(pk=named.pk)
    assert (waiting.ordinal, waiting.answers, waiting.due_before) == (1, dossier.answers, dossier.due_at)
    assert (answered.answer_note, answered.answers_before, answered.due_before) == ("Đã xem", None, None)
    # What was asked in words alone is read, and has nothing to compare.
    assert services.SupplementProgress(dossier, waiting).progress[0].state == "to_do"
