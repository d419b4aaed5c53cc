"""The register of an agency and a period: who is in it, in which order, as a sheet and as paper."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers import selectors, services
from dossiers.errors import RegisterTooLarge
from dossiers.models import AgencyTransfer, Dossier
from dossiers.services import registers
from portal.core import clock
from portal.core.actors import Actor
from portal.core.clock import VIETNAM
from portal.core.errors import InvalidInput, NotPermitted
from tests.dossiers.test_transfers import administrator, prepare, run_to_the_end
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory
from tests.factories.dossiers import Cast, make_filed, make_handed_over, make_received
from tests.factories.slips import words_in

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 4, 1), date(2026, 4, 30)
HEADS = [
    *("TT", "Mã hồ sơ", "Tên thủ tục hành chính", "Số lượng hồ sơ (bộ)", "Họ và tên", "Địa chỉ", "Điện thoại"),
    *("Cơ quan chủ trì giải quyết", "Nhận hồ sơ", "Hẹn trả kết quả", "Ngày có kết quả", "Ngày trả kết quả"),
    *("Phương thức nhận kết quả", "Ký nhận", "Ghi chú"),
]


def at(day: int, hour: int = 9, minute: int = 30, month: int = 4) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


def received(cast: Cast, moment: datetime, **changes: Any) -> Dossier:
    dossier = make_received(cast)
    changes.setdefault("due_at", moment + timedelta(days=5))
    Dossier.objects.filter(pk=dossier.pk).update(received_at=moment, **changes)
    return Dossier.objects.get(pk=dossier.pk)


def rows(agency_id: int, **kwargs: Any) -> list[selectors.RegisterRow]:
    return list(selectors.register_rows(agency_id, first_day=FIRST, last_day=LAST, now=at(20), **kwargs))


def codes(agency_id: int, **kwargs: Any) -> list[str]:
    return [row.code for row in rows(agency_id, **kwargs)]


def sheet_of(content: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active]  # type: ignore[union-attr]


def asked(cast: Cast) -> registers.Register:
    return services.register_for(actor=cast.actor("binh"), agency_id=cast.receiving.pk, first_day=FIRST, last_day=LAST)


def test_both_days_of_the_period_are_in_it_and_their_neighbours_are_not(cast: Cast) -> None:
    first, last = received(cast, at(1, 0, 0)), received(cast, at(30, 23, 59))
    received(cast, at(31, 23, 59, month=3))
    received(cast, at(1, 0, 0, month=5))
    make_filed(cast)
    assert codes(cast.receiving.pk) == codes(cast.resolving.pk) == [first.code, last.code]
    assert codes(cast.elsewhere.pk) == []


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 500])
def test_batches_of_any_size_give_every_dossier_once_in_the_order_of_receipt(cast: Cast, batch: int) -> None:
    same = [received(cast, at(10)) for _number in range(2)]
    early, late = received(cast, at(9)), received(cast, at(11))
    assert codes(cast.receiving.pk, batch=batch) == [early.code, *(one.code for one in same), late.code]
    assert [row.number for row in rows(cast.receiving.pk, batch=batch)] == [1, 2, 3, 4]


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_is_one_query_after_one_about_reorganisations_however_many_rows(cast: Cast, count: int) -> None:
    one = received(cast, at(10))
    for number in range(1, count):
        Dossier.objects.filter(pk=_copy(one, number)).update(received_at=at(10) + timedelta(minutes=number))
    with CaptureQueriesContext(connection) as captured:
        assert len(rows(cast.receiving.pk)) == count
    assert len(captured) == 2


def _copy(dossier: Dossier, number: int) -> int:
    copy = Dossier.objects.get(pk=dossier.pk)
    copy.pk, copy.code, copy.start_token = None, f"{dossier.code}-{number}", None  # type: ignore[assignment]
    copy.public_id = copy._meta.get_field("public_id").get_default()
    copy._state.adding = True
    copy.save()
    return copy.pk


def test_a_row_tells_what_the_form_asks(cast: Cast) -> None:
    made = make_handed_over(cast)
    Dossier.objects.filter(pk=made.pk).update(
        received_at=at(2), due_at=at(8), resolved_at=at(9), handed_over_at=at(10, 16, 5), timeliness="late"
    )
    [row] = sheet_of(services.register_xlsx(asked(cast)))[1:]
    assert row == [
        *(1, made.code, made.revision.procedure.name, 1, "Nguyễn Thị An", made.applicant_address),
        *(made.applicant_phone, "Sở Tư pháp", "02/04/2026 09:30", "08/04/2026 09:30", "09/04/2026 09:30"),
        *("10/04/2026 16:05", "Nhận tại bộ phận một cửa", None, "Quá hạn"),
    ]


@pytest.mark.parametrize(
    ("act", "note"),
    [("withdraw", "Đã rút"), ("stop", "Dừng xử lý")],
)
def test_an_ending_without_a_decision_is_noted(cast: Cast, act: str, note: str) -> None:
    dossier = received(cast, at(10))
    if act == "withdraw":
        services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
    else:
        services.stop(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason="Theo luật")
    assert [row.note for row in rows(cast.receiving.pk)] == [note]


def test_the_sheet_has_the_columns_of_the_form_and_an_empty_period_only_them(cast: Cast) -> None:
    content = services.register_xlsx(asked(cast))
    assert sheet_of(content) == [HEADS]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert (book.sheetnames, book.active.freeze_panes) == (["Sổ theo dõi hồ sơ"], "A2")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://example.com";"An")', "+1+1", "-2+3", "@SUM(A1)", "\tAn", "=1\u0007+1"]
)
def test_no_name_becomes_a_formula(cast: Cast, name: str) -> None:
    received(cast, at(10), applicant_name=name)
    book = openpyxl.load_workbook(io.BytesIO(services.register_xlsx(asked(cast))))
    cell = book.active["E2"]  # type: ignore[index]
    assert cell.data_type == "s"
    assert cell.value == name.replace("\u0007", "")


def test_the_paper_names_agency_period_form_and_dossiers(cast: Cast) -> None:
    dossier = received(cast, at(10))
    text = words_in(services.register_pdf(asked(cast)))
    for words in (
        "Mẫu số 07, TT 03/2025/TT-VPCP",
        "SỔ THEO DÕI HỒ SƠ",
        "Hồ sơ tiếp nhận từ ngày 01/04/2026 đến hết ngày 30/04/2026: 1 hồ sơ",
        "Nguyễn Thị An",
    ):
        assert words in text
    assert str(dossier.code) in text
    assert "Không có hồ sơ nào" not in text


def test_an_empty_period_says_so_on_paper(cast: Cast) -> None:
    assert "Không có hồ sơ nào được tiếp nhận trong kỳ này." in words_in(services.register_pdf(asked(cast)))


@pytest.mark.parametrize("make", [services.register_pdf, services.register_xlsx])
def test_what_does_not_fit_a_file_is_refused_and_not_cut_off(
    cast: Cast, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(2):
        received(cast, at(10))
    monkeypatch.setattr(registers, "MOST_ROWS_PDF", 1)
    monkeypatch.setattr(registers, "MOST_ROWS_XLSX", 1)
    with pytest.raises(RegisterTooLarge) as caught:
        make(asked(cast))
    assert caught.value.fields == {"last_day": "Kỳ này có hơn 1 hồ sơ, quá nhiều cho một tệp. Hãy chọn kỳ ngắn hơn."}
    monkeypatch.setattr(registers, "MOST_ROWS_PDF", 2)
    monkeypatch.setattr(registers, "MOST_ROWS_XLSX", 2)
    assert make(asked(cast))


@pytest.mark.parametrize(
    ("last_day", "is_allowed"),
    [
        (FIRST, True),
        (FIRST + timedelta(days=91), True),
        (FIRST + timedelta(days=92), False),
        (date(2026, 3, 31), False),
    ],
)
def test_a_period_is_at_most_a_quarter_and_not_backwards(cast: Cast, last_day: date, is_allowed: bool) -> None:
    def ask() -> registers.Register:
        return services.register_for(
            actor=cast.actor("binh"), agency_id=cast.receiving.pk, first_day=FIRST, last_day=last_day
        )

    if is_allowed:
        assert ask().last_day == last_day
        return
    with pytest.raises(InvalidInput) as caught:
        ask()
    assert set(caught.value.fields) == {"last_day"}


@pytest.mark.parametrize("name", ["an", "chi", "hoa", "lan"])
def test_an_agency_where_one_has_no_post_keeps_its_register(cast: Cast, name: str) -> None:
    with pytest.raises(NotPermitted):
        services.register_for(actor=cast.actor(name), agency_id=cast.receiving.pk, first_day=FIRST, last_day=LAST)


def test_an_overdue_dossier_is_late_only_from_its_hour_on(cast: Cast) -> None:
    received(cast, at(10), due_at=at(20))
    args = {"first_day": FIRST, "last_day": LAST}
    [on_time] = selectors.register_rows(cast.receiving.pk, now=at(20), **args)
    [late] = selectors.register_rows(cast.receiving.pk, now=at(20) + timedelta(seconds=1), **args)
    assert (on_time.note, late.note) == ("", "Quá hạn")
    assert clock.now() > at(20)


def taken_over(cast: Cast, **facts: Any) -> AgencyTransfer:
    """The resolving agency ends and its open dossiers and officers go to a new one, as of today."""
    transfer = prepare(cast, closes_predecessor=True, **facts)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    return transfer


def listed(actor: Actor, agency_id: int) -> list[tuple[str, str]]:
    """Code and resolving agency of each row of the sheet that this officer gets."""
    wanted = services.register_for(actor=actor, agency_id=agency_id, first_day=FIRST, last_day=LAST)
    return [(row[1], row[7]) for row in sheet_of(services.register_xlsx(wanted))[1:]]


def test_after_a_merger_both_registers_stay_as_they_were_for_the_officers_of_the_successor(cast: Cast) -> None:
    new = AgencyFactory.create(name="Sở mới")
    moved, ended = received(cast, at(10)), received(cast, at(11))
    own = received(cast, at(12), resolving_agency=new, responsible_agency=new)
    services.withdraw(actor=cast.actor("an"), dossier_id=ended.pk)
    transfer = taken_over(cast, to_agency=new)
    assert Dossier.objects.get(pk=moved.pk).resolving_agency == new

    hoa, old = cast.actor("hoa"), [(moved.code, "Sở Tư pháp"), (ended.code, "Sở Tư pháp")]
    assert not hoa.has_role(cast.resolving.pk)
    assert listed(hoa, cast.resolving.pk) == old
    assert listed(hoa, transfer.to_agency_id) == [(own.code, "Sở mới")]
    # The desk received them all, and for whom it did at that time.
    assert listed(cast.actor("binh"), cast.receiving.pk) == [*old, (own.code, "Sở mới")]


def test_a_dossier_that_went_twice_stays_in_the_first_register(cast: Cast) -> None:
    moved = received(cast, at(10))
    first = taken_over(cast)
    second = taken_over(cast, from_agency=first.to_agency, to_agency=AgencyFactory.create(name="Sở mới nữa"))
    assert Dossier.objects.get(pk=moved.pk).resolving_agency == second.to_agency
    assert codes(cast.resolving.pk) == [moved.code]
    assert codes(first.to_agency_id) == codes(second.to_agency_id) == []


def test_what_went_over_before_it_was_received_is_in_the_successors_register(cast: Cast) -> None:
    filed = make_filed(cast)
    transfer = taken_over(cast, from_agency=cast.receiving)
    services.receive(actor=cast.actor("binh"), dossier_id=filed.pk)
    Dossier.objects.filter(pk=filed.pk).update(received_at=at(10), due_at=at(15))
    assert codes(cast.receiving.pk) == []
    assert codes(transfer.to_agency_id) == [filed.code]


def test_an_agency_that_goes_on_keeps_its_register_from_those_who_took_a_part(cast: Cast) -> None:
    transfer = prepare(cast, moves_postings=False)
    services.start_transfer(actor=administrator(), transfer_id=transfer.pk)
    run_to_the_end()
    OfficerPostingFactory.create(user=cast.chi, agency=transfer.to_agency, role="signer")
    with pytest.raises(NotPermitted):
        listed(cast.actor("chi"), cast.resolving.pk)
    assert [agency.pk for agency in registers.register_agencies(cast.actor("chi"))] == [transfer.to_agency_id]


@pytest.mark.parametrize("count", [1, 3])
def test_moved_rows_cost_one_query_more_for_the_old_names(cast: Cast, count: int) -> None:
    one = received(cast, at(10))
    taken_over(cast)
    for number in range(1, count):
        copy = _copy(Dossier.objects.get(pk=one.pk), number)
        Dossier.objects.filter(pk=copy).update(received_at=at(10) + timedelta(minutes=number))
        line = one.journal.get(act="transfer")
        line.pk, line.dossier_id, line._state.adding = None, copy, True  # type: ignore[assignment]
        line.save()
    with CaptureQueriesContext(connection) as captured:
        assert {row.resolving_agency for row in rows(cast.resolving.pk)} == {"Sở Tư pháp"}
    assert len(rows(cast.resolving.pk)) == count
    assert len(captured) == 3
