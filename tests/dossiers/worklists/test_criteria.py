"""Criteria: read, written, combined; and what each condition lets through."""

from datetime import date
from typing import Any

import pytest
import time_machine

from dossiers import selectors
from dossiers.models import Dossier
from dossiers.selectors import Criteria
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast

ALL = {
    "loc": "tat-ca",
    "thu-tuc": "1.001193",
    "linh-vuc": "ho-tich",
    "co-quan": "12",
    "trang-thai": "received",
    "cach-nop": "online",
    "nguoi-giu": "toi",
    "nhan-tu": "01/05/2026",
    "nhan-den": "31/05/2026",
    "han-tu": "02/05/2026",
    "han-den": "03/06/2026",
    "qua-han": "1",
    "cho-ai": "thu-ly",
    "xep": "ma",
}


def test_what_is_written_is_read_again() -> None:
    criteria = Criteria.read(ALL)
    assert criteria.written() == ALL
    assert criteria.received_from == date(2026, 5, 1)
    assert len(criteria.narrowing) == 12


@pytest.mark.parametrize(
    "given",
    [
        {"co-quan": "x"},
        {"co-quan": "9" * 12},
        {"trang-thai": "draft"},
        {"trang-thai": "result_handed_over"},
        {"cach-nop": "pigeon"},
        {"nguoi-giu": "nguyen van a"},
        {"nguoi-giu": "0"},
        {"nhan-tu": "31/02/2026"},
        {"nhan-tu": "01/01/9999"},
        {"qua-han": "yes"},
        {"cho-ai": "ai"},
        {"xep": "ngau-nhien"},
        {"thu-tuc": "1.00\x00"},
        {"linh-vuc": "a" * 300},
        {"la-gi": "1"},
    ],
)
def test_what_makes_no_sense_narrows_nothing(given: dict[str, str]) -> None:
    assert Criteria.read(given) == Criteria()


def test_a_condition_can_be_taken_off() -> None:
    assert "thu-tuc" not in Criteria.read(ALL).without("procedure").written()


def _found(cast: Cast, name: str = "khanh", **words: str) -> list[str | None]:
    given: dict[str, Any] = {"loc": "tat-ca", **{key.replace("_", "-"): value for key, value in words.items()}}
    return [row.code for row in selectors.worklist_page(cast.actor(name), criteria=Criteria.read(given)).rows]


def test_each_condition_lets_through_what_it_says(cast: Cast) -> None:
    with time_machine.travel("2026-05-04T09:00:00+07:00", tick=False) as traveller:
        waiting = make.make_supplement_requested(cast)
        held = make.make_processing(cast)
        traveller.shift(86_400)
        free = make.make_received(cast, fee=None)
        Dossier.objects.filter(pk=free.pk).update(channel="in_person")
        traveller.shift(4 * 86_400)  # 09/05: held was due on 07/05, free on 08/05
        everything = [held.code, free.code, waiting.code]
        assert _found(cast) == everything
        assert _found(cast, qua_han="1") == [held.code, free.code]
        assert _found(cast, thu_tuc=free.revision.procedure.code) == [free.code]
        area = free.revision.procedure.policy_area.slug
        same_area = Dossier.objects.filter(revision__procedure__policy_area__slug=area).values_list("code", flat=True)
        assert set(_found(cast, linh_vuc=area)) == set(same_area)
        assert _found(cast, linh_vuc="khong-co") == []
        assert _found(cast, trang_thai="supplement_requested") == [waiting.code]
        assert _found(cast, cach_nop="in_person") == [free.code]
        assert _found(cast, nguoi_giu="khong-ai") == [free.code]
        assert _found(cast, nguoi_giu=str(cast.hoa.pk)) == [held.code, waiting.code]
        assert _found(cast, "hoa", nguoi_giu="toi") == [held.code, waiting.code]
        assert _found(cast, nhan_tu="05/05/2026") == [free.code]
        assert _found(cast, nhan_den="04/05/2026") == [held.code, waiting.code]
        assert _found(cast, nhan_tu="05/05/2026", nhan_den="05/05/2026") == [free.code]
        assert _found(cast, han_tu="08/05/2026", han_den="08/05/2026") == [free.code]
        assert _found(cast, cho_ai="cong-dan") == [waiting.code]
        assert _found(cast, cho_ai="thu-ly") == [held.code, free.code]
        assert _found(cast, cho_ai="mot-cua") == []
        assert _found(cast, co_quan=str(cast.resolving.pk)) == everything
        assert _found(cast, co_quan=str(cast.elsewhere.pk)) == []
        assert _found(cast, qua_han="1", nguoi_giu="khong-ai", cach_nop="in_person") == [free.code]
        assert _found(cast, qua_han="1", cho_ai="cong-dan") == []
