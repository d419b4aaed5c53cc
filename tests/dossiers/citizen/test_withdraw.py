"""Withdrawing: asked once more, possible until the decision, never over somebody's head."""

from collections.abc import Callable

import pytest
from django.test import Client

from dossiers import services
from dossiers.models import Dossier
from tests.dossiers.citizen.conftest import source, summary, title, words
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast


def path_of(dossier: Dossier) -> str:
    return f"/ho-so/{dossier.code}/rut/"


@pytest.mark.parametrize(
    "made",
    [
        make.make_filed,
        make.make_received,
        make.make_processing,
        make.make_supplement_requested,
        make.make_payment_requested,
    ],
)
def test_a_dossier_is_withdrawn_until_it_is_decided(cast: Cast, an: Client, made: Callable[[Cast], Dossier]) -> None:
    dossier = made(cast)
    assert path_of(dossier) in source(an.get(f"/ho-so/{dossier.code}/"))
    page = an.get(path_of(dossier))
    assert f'name="seen_version" value="{dossier.version}"' in source(page)
    answer = an.post(path_of(dossier), {"reason": "Nộp nhầm", "seen_version": dossier.version}, follow=True)
    assert "Đã rút hồ sơ." in words(answer)
    dossier.refresh_from_db()
    assert dossier.state == "withdrawn"
    last = dossier.journal.last()
    assert last is not None
    assert last.public_note == "Nộp nhầm"


@pytest.mark.parametrize("made", [make.make_resolved, make.make_handed_over])
def test_a_decided_dossier_is_not(cast: Cast, an: Client, made: Callable[[Cast], Dossier]) -> None:
    dossier = made(cast)
    assert path_of(dossier) not in source(an.get(f"/ho-so/{dossier.code}/"))
    page = an.get(path_of(dossier))
    assert page.status_code == 200
    assert "nên không rút được nữa" in words(page)
    assert '<button class="btn btn--danger"' not in source(page)
    answer = an.post(path_of(dossier), {"seen_version": dossier.version})
    assert answer.status_code == 409
    assert Dossier.objects.get(pk=dossier.pk).state == dossier.state


def test_pressing_twice_withdraws_once(cast: Cast, an: Client) -> None:
    dossier = make.make_filed(cast)
    for _time in range(2):
        answer = an.post(path_of(dossier), {"seen_version": dossier.version})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/ho-so/{dossier.code}/")
    assert dossier.journal.count() == 2


def test_an_officer_who_was_faster_is_named_and_the_reason_kept(cast: Cast, an: Client) -> None:
    dossier = make.make_filed(cast)
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    page = an.post(path_of(dossier), {"reason": "Tôi đổi ý", "seen_version": dossier.version})
    assert page.status_code == 409
    assert title(page).startswith("Lỗi: ")
    assert "Trần Văn Bình đã làm trước: tiếp nhận hồ sơ, lúc " in summary(page)
    assert "Tôi đổi ý" in words(page)
    assert f'<a class="btn" href="/ho-so/{dossier.code}/">Về trang hồ sơ</a>' in source(page)
    assert Dossier.objects.get(pk=dossier.pk).state == "received"


def test_a_reason_that_is_too_long_is_kept_and_named(cast: Cast, an: Client) -> None:
    dossier = make.make_filed(cast)
    page = an.post(path_of(dossier), {"reason": "dài " * 400, "seen_version": dossier.version})
    assert page.status_code == 422
    assert title(page).startswith("Lỗi: Rút hồ sơ")
    assert summary(page).startswith("Còn 1 chỗ cần sửa Vì sao bạn rút hồ sơ?: ")
    assert "dài dài dài" in source(page)
    assert Dossier.objects.get(pk=dossier.pk).state == "submitted"


def proposed_meanwhile(cast: Cast) -> tuple[Dossier, int]:
    """Answered once, and Hòa proposes to ask once more while the page of this version is open."""
    dossier = make.make_supplement_requested(cast)
    services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Không có bản khác")
    dossier = Dossier.objects.get(pk=dossier.pk)
    slot = dossier.components.get(required_document__kind="upload")
    services.propose_supplement_exception(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        why="Vẫn mờ",
        items=[services.SupplementItemAsked(reason="Vẫn mờ", component_id=slot.pk)],
    )
    return dossier, dossier.version


def test_an_act_inside_the_agency_keeps_nobody_from_withdrawing(cast: Cast, an: Client) -> None:
    dossier, seen = proposed_meanwhile(cast)
    answer = an.post(path_of(dossier), {"reason": "Tôi đổi ý", "seen_version": seen})
    assert answer.status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state == "withdrawn"


@pytest.mark.parametrize(
    ("is_stopped", "said"),
    [
        (True, "Phạm Thị Dung đã làm trước: dừng xử lý, lúc "),
        # The page of before the answer: what came last of all is the agency's business.
        (False, "Nguyễn Thị An đã làm trước: bổ sung hồ sơ, lúc "),
    ],
)
def test_an_act_inside_the_agency_is_not_named_to_the_citizen(
    cast: Cast, an: Client, is_stopped: bool, said: str
) -> None:
    dossier, seen = proposed_meanwhile(cast)
    if is_stopped:
        services.stop(actor=cast.actor("dung"), dossier_id=dossier.pk, reason="Không đủ căn cứ")
    page = an.post(path_of(dossier), {"reason": "Tôi đổi ý", "seen_version": seen if is_stopped else seen - 1})
    assert page.status_code == 409
    assert said in summary(page)
    assert "ề nghị yêu cầu bổ sung thêm" not in words(page)
