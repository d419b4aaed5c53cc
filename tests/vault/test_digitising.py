"""An old paper enters the vault once, by an officer of its agency, as what it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unittest import mock

import pytest
from pytest_django import Settings

from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.models import OutboxEvent
from portal.core.outbox import relay_due
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument, VirusScan
from portal.documents.storage import document_storage
from portal.notifications.models import MailDelivery
from portal.vault import selectors, services
from portal.vault.enums import PaperAct, PaperSource, PaperState, Standing
from portal.vault.errors import PaperDigitisedAlready
from portal.vault.models import Digitisation, DigitisationDuty, IssuedPaper
from portal.vault.services import digitisation_entries, digitising
from portal.vault.services.digitising import require_new
from tests.documents.clamd_server import FakeClamd, fake_clamd
from tests.factories.accounts import AgencyFactory, CitizenFactory, UserFactory, actor_for, officer_actor
from tests.factories.digitisation import ENTRY, digitiser, make_run, row, scan, work_through
from tests.factories.documents import StoredDocumentFactory
from tests.factories.dossiers import pdf_bytes
from tests.factories.vault import PaperKindFactory, make_paper
from tests.payments.test_concurrency import at_once


def _digitise(actor: Any, agency: Any, *, text: str = "125", replaces: bool = False, **changed: str) -> IssuedPaper:
    return services.digitise(
        actor=actor, agency_id=agency.pk, raw={**ENTRY, **changed}, upload=scan(text), replaces=replaces
    )


@pytest.fixture
def agency(db: None) -> Any:
    PaperKindFactory(code="KQ.G00.000001", name="Giấy xác nhận")
    return AgencyFactory(name="Ủy ban nhân dân phường 1")


def test_an_old_paper_is_registered_with_its_file_and_who_did_it(agency: Any) -> None:
    actor = digitiser(agency)
    paper = _digitise(actor, agency, signer_name="Lê Thị Dung", agency_name="Ủy ban nhân dân xã cũ")
    assert (paper.source, paper.number, paper.title) == (PaperSource.DIGITISED, "125/XN-UBND", "Giấy xác nhận")
    assert (paper.issued_on, paper.valid_from, paper.valid_until) == (date(2020, 9, 1), date(2020, 9, 1), None)
    assert (paper.agency, paper.agency_name) == (agency, "Ủy ban nhân dân xã cũ")
    assert (paper.standing(clock.today()), paper.digitisation.digitised_by_id) == (Standing.VALID, actor.user_id)
    assert paper.document.original_name == "125.pdf"


def test_whoever_has_the_verified_number_finds_the_paper(agency: Any) -> None:
    paper = _digitise(digitiser(agency), agency)
    citizen = CitizenFactory(personal_id_number="068196004312", assurance_level=1)
    assert list(selectors.papers_of(actor_for(citizen.user))) == [paper]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("kind", "KQ.X", "Kho không có loại giấy tờ này. Hãy dùng mã trong bảng “Loại giấy tờ” của bảng mẫu."),
        ("kind", "", "Hãy chọn loại giấy tờ."),
        ("number", " ", "Hãy ghi số, ký hiệu của giấy tờ."),
        ("holder_name", "", "Hãy ghi tên người hoặc tổ chức được cấp."),
        ("holder_id_number", "12", "Ghi số định danh 12 chữ số, số chứng minh nhân dân 9 chữ số, "
         "hoặc mã số thuế 10 hay 13 chữ số."),
        ("holder_id_number", "003196004312", "Ba chữ số đầu là mã nơi đăng ký khai sinh, không thể là 003."),
        ("issued_on", "31/02/2020", "Ngày này không có trên lịch, hoặc chưa đúng dạng ngày/tháng/năm, ví dụ 01/09/2026."),
        ("issued_on", "01/09/2120", "Ngày cấp không thể sau hôm nay."),
        ("issued_on", "01/09/1920", "Năm phải từ 1945 đến 2200."),
        ("valid_until", "01/08/2020", "Ngày hết hiệu lực không thể trước ngày có hiệu lực."),
        ("valid_until", "01/09/2021", "Giấy tờ đã hết hạn ngày này. Hãy xem lại ngày, hoặc ghi “Hết hiệu lực”."),
        ("standing", "tạm", "Ghi một trong ba: Còn hiệu lực, Hết hiệu lực, Đã bị thu hồi."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_its_field_and_nothing_is_stored(
    agency: Any, field: str, value: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _digitise(digitiser(agency), agency, **{field: value})
    assert str(refused.value.fields[field]) == sentence
    assert (IssuedPaper.objects.count(), StoredDocument.objects.count()) == (0, 0)


@pytest.mark.parametrize("typed", ["KQ.G00.000002a", "kq.g00.000002A"])
def test_a_kind_whose_code_has_small_letters_is_found_by_it(agency: Any, typed: str) -> None:
    kind = PaperKindFactory(code="KQ.G00.000002a", name="Giấy phép")
    assert _digitise(digitiser(agency), agency, kind=typed).kind == kind


def test_of_two_codes_that_differ_in_case_the_exact_one_counts(agency: Any) -> None:
    small, large = (PaperKindFactory(code=code) for code in ("KQ.G00.a", "KQ.G00.A"))
    kinds = digitisation_entries.Kinds()
    assert [kinds.named(code) for code in ("KQ.G00.a", "KQ.G00.A", "kq.g00.a")] == [small, large, None]


def test_the_term_of_the_kind_counts_where_no_last_day_is_given(agency: Any) -> None:
    PaperKindFactory(code="KQ.G00.000002", name="Giấy phép", months_valid=600)
    assert _digitise(digitiser(agency), agency, kind="giay phep").valid_until == date(2070, 8, 31)


@pytest.mark.parametrize("role", [OfficerRole.SIGNER, OfficerRole.CASHIER, OfficerRole.AGENCY_HEAD])
def test_other_roles_digitise_nothing(agency: Any, role: OfficerRole) -> None:
    with pytest.raises(NotPermitted):
        _digitise(officer_actor(agency, role), agency)


def test_nobody_digitises_for_another_agency(agency: Any) -> None:
    with pytest.raises(NotPermitted):
        _digitise(digitiser(AgencyFactory()), agency)


def test_the_same_number_of_the_same_kind_is_refused_with_who_and_when(agency: Any) -> None:
    actor = officer_actor(agency, OfficerRole.DESK_OFFICER, user=UserFactory(full_name="Trần Văn Bình"))
    first = _digitise(actor, agency)
    with pytest.raises(PaperDigitisedAlready) as refused:
        _digitise(actor, agency, text="126", number="125 / xn-ubnd")
    known = refused.value
    assert str(known.sentence).startswith("Giấy tờ cùng loại, cùng số của cơ quan đã được Trần Văn Bình số hóa ngày ")
    assert (known.paper_id, known.is_same, known.may_be_replaced) == (first.pk, False, True)
    assert (IssuedPaper.objects.count(), StoredDocument.objects.count()) == (1, 1)


def test_the_same_file_under_another_number_is_refused(agency: Any) -> None:
    actor = digitiser(agency)
    _digitise(actor, agency)
    with pytest.raises(PaperDigitisedAlready) as refused:
        _digitise(actor, agency, number="126/XN-UBND")
    assert str(refused.value.sentence) == (
        "Chính tệp này đã có trong kho, là giấy tờ số 125/XN-UBND. Hãy xem lại có chọn nhầm tệp không."
    )


def test_what_another_agency_has_is_not_told(agency: Any) -> None:
    _digitise(digitiser(agency), agency)
    other = AgencyFactory()
    with pytest.raises(PaperDigitisedAlready) as refused:
        _digitise(digitiser(other), other)
    assert "125/XN-UBND" not in str(refused.value.sentence)


def test_what_the_portal_issued_is_not_digitised(agency: Any) -> None:
    kind = selectors.kind_with_code("KQ.G00.000001")
    assert kind is not None
    make_paper(agency=agency, kind_id=kind.pk)
    with pytest.raises(PaperDigitisedAlready) as refused:
        _digitise(digitiser(agency), agency, number="12/xn")
    assert str(refused.value.sentence) == (
        "Giấy tờ cùng loại, cùng số đã được cơ quan cấp qua cổng ngày 01/06/2026, không phải số hóa."
    )


def test_a_wrong_scan_is_replaced_and_the_number_is_free_for_it_alone(agency: Any) -> None:
    actor = digitiser(agency)
    wrong = _digitise(actor, agency)
    right = _digitise(actor, agency, text="126", replaces=True)
    wrong.refresh_from_db()
    assert (wrong.state, wrong.replaced_by) == (PaperState.REPLACED, right)
    assert list(Digitisation.objects.order_by("id").values_list("is_current", flat=True)) == [False, True]
    with pytest.raises(PaperDigitisedAlready):
        _digitise(actor, agency, text="127")


def test_an_expired_paper_enters_as_expired(agency: Any) -> None:
    paper = _digitise(digitiser(agency), agency, standing="Hết hiệu lực", valid_until="31/08/2021")
    assert (paper.standing(clock.today()), paper.state) == (Standing.EXPIRED, PaperState.IN_FORCE)


def test_a_revoked_paper_enters_as_revoked_on_its_day(agency: Any) -> None:
    paper = _digitise(
        digitiser(agency), agency, standing="thu hồi", ended_on="05/03/2022", end_reason="Cấp sai thẩm quyền"
    )
    assert (paper.standing(clock.today()), clock.local(paper.ended_at).date()) == (Standing.REVOKED, date(2022, 3, 5))  # type: ignore[arg-type]
    acts = list(paper.log.order_by("id").values_list("act", flat=True))
    assert acts == [PaperAct.REGISTERED, PaperAct.REVOKED]


def test_a_revoked_paper_needs_day_and_reason(agency: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        _digitise(digitiser(agency), agency, standing="Đã bị thu hồi")
    assert set(refused.value.fields) == {"ended_on", "end_reason"}


def test_the_report_counts_by_agency_and_month_what_is_in_force_today(agency: Any) -> None:
    actor, today = digitiser(agency), clock.today()
    _digitise(actor, agency)
    _digitise(actor, agency, text="2", number="2", standing="Hết hiệu lực", valid_until="31/08/2021")
    last_month = _digitise(actor, agency, text="3", number="3")
    Digitisation.objects.filter(paper=last_month).update(digitised_at=clock.now().replace(day=1) - timedelta(days=3))
    months = selectors.digitised_by_month([agency.pk], date(2020, 1, 1), today)
    assert [(one.agency, one.total, one.in_force) for one in months] == [(agency, 2, 1), (agency, 1, 1)]
    assert months[0].month == today.replace(day=1)


@pytest.mark.django_db
def test_the_days_of_the_duty_are_there_to_begin_with() -> None:
    days = {duty.level: (duty.begins_on, duty.is_reviewed) for duty in DigitisationDuty.objects.all()}
    assert days["province"] == (date(2022, 6, 1), True)
    assert days["district"] == (date(2022, 12, 1), True)
    assert days["commune"][1] is False


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_with_the_same_paper_at_once_one_is_told() -> None:
    PaperKindFactory(code="KQ.G00.000001", name="Giấy xác nhận")
    agency = AgencyFactory()
    actors = [digitiser(agency), digitiser(agency)]
    outcomes = at_once(lambda: _digitise(actors[0], agency, text="1"), lambda: _digitise(actors[1], agency, text="2"))
    assert sum(isinstance(one, PaperDigitisedAlready) for one in outcomes) == 1
    assert (IssuedPaper.objects.count(), Digitisation.objects.count()) == (1, 1)


def test_nobody_digitises_a_paper_of_their_own(agency: Any) -> None:
    binh = CitizenFactory(personal_id_number="068196004312").user
    actor = officer_actor(agency, OfficerRole.CASE_OFFICER, user=binh)
    with pytest.raises(InvalidInput) as refused:
        _digitise(actor, agency)
    assert set(refused.value.fields) == {"holder_id_number"}
    run = make_run(actor, agency, row("1", "1.pdf"), files={"1.pdf": pdf_bytes("1")})
    services.start_run(actor=actor, run_id=run.pk)
    work_through(run)
    assert [one[0] for one in run.rows.get().errors] == ["holder_id_number"]
    assert IssuedPaper.objects.count() == 0


def test_nobody_ends_a_digitised_paper_with_their_own_number(agency: Any) -> None:
    paper = _digitise(digitiser(agency), agency)
    dung = CitizenFactory(personal_id_number="068196004312", assurance_level=1).user
    with pytest.raises(NotPermitted):
        services.revoke_paper(
            actor=officer_actor(agency, OfficerRole.SIGNER, user=dung), public_id=paper.public_id, reason="Sai"
        )
    paper.refresh_from_db()
    assert paper.state == PaperState.IN_FORCE


def test_a_colleague_or_another_day_or_holder_does_not_replace_a_digitised_paper(agency: Any) -> None:
    actor = digitiser(agency)
    first = _digitise(actor, agency)
    with pytest.raises(PaperDigitisedAlready) as refused:
        _digitise(digitiser(agency), agency, text="2", replaces=True)
    assert refused.value.may_be_replaced is False
    with pytest.raises(PaperDigitisedAlready):
        _digitise(actor, agency, text="2", replaces=True, holder_id_number="")
    Digitisation.objects.update(digitised_at=clock.now() - timedelta(days=2))
    with pytest.raises(PaperDigitisedAlready):
        _digitise(actor, agency, text="2", replaces=True)
    both = officer_actor(agency, OfficerRole.SIGNER, user=UserFactory())
    both = replace(both, duties=both.duties | actor.duties)
    assert _digitise(both, agency, text="2", replaces=True) != first


def test_the_file_of_a_paper_that_was_revoked_does_not_come_back(agency: Any) -> None:
    actor = digitiser(agency)
    paper = _digitise(actor, agency)
    services.revoke_paper(actor=officer_actor(agency, OfficerRole.SIGNER), public_id=paper.public_id, reason="Sai")
    Digitisation.objects.update(is_current=False)
    with pytest.raises(PaperDigitisedAlready):
        _digitise(actor, agency, number="9")
    assert IssuedPaper.objects.count() == 1


def test_tones_and_blanks_do_not_make_another_number_of_what_the_portal_issued(agency: Any) -> None:
    kind = selectors.kind_with_code("KQ.G00.000001")
    assert kind is not None
    make_paper(agency=agency, contents=services.Contents("Giấy", "45 /QĐ-UBND", kind_id=kind.pk))
    with pytest.raises(PaperDigitisedAlready):
        _digitise(digitiser(agency), agency, number="45/qd - ubnd")


def test_of_what_the_portal_issued_only_numbers_with_the_same_figures_are_compared(agency: Any) -> None:
    kind = selectors.kind_with_code("KQ.G00.000001")
    assert kind is not None
    for number in (*(f"{figure}/XN-2021" for figure in range(10, 20)), "2/XN-1", "XN 1 - 2 021"):
        make_paper(agency=agency, contents=services.Contents("Giấy", number, kind_id=kind.pk))
    for number, compared in (("1/XN-2021", 1), ("1/XN", 0), ("XN", 0)):
        entry = services.read_entry({**ENTRY, "number": number})
        with mock.patch.object(digitising, "number_key", wraps=digitising.number_key) as asked:
            require_new(agency, entry, "0" * 64)
        assert asked.call_count == compared
    with pytest.raises(PaperDigitisedAlready):
        _digitise(digitiser(agency), agency, number="xn1-2021")


def test_a_correction_takes_the_place_of_the_digitised_paper_in_the_check_for_doubles(agency: Any) -> None:
    actor = digitiser(agency)
    old = _digitise(actor, agency)
    digitised_at = clock.now() - timedelta(days=40)
    Digitisation.objects.update(digitised_at=digitised_at)
    new = services.replace_paper(
        actor=officer_actor(agency, OfficerRole.SIGNER),
        public_id=old.public_id,
        reason="Ghi sai số",
        code=services.draw_code(),
        document_id=StoredDocumentFactory(purpose="paper_replacement").pk,
        correction=services.Correction(
            "Giấy xác nhận", "126/XN-UBND", services.Validity(date(2020, 9, 1), date(2020, 9, 1))
        ),
    )
    rows = Digitisation.objects.order_by("id").values_list("paper_id", "number_key", "sha256", "is_current")
    before, after = rows
    assert before[3] is False
    assert after == (new.pk, "126/XN-UBND", new.document.sha256, True)
    # In the report it stays in the month in which it was digitised.
    assert (new.digitisation.digitised_by_id, new.digitisation.digitised_at) == (actor.user_id, digitised_at)
    Digitisation.objects.update(digitised_at=clock.now())
    with pytest.raises(PaperDigitisedAlready) as refused:
        _digitise(actor, agency, text="x", number="126/XN-UBND")
    assert (refused.value.paper_id, refused.value.may_be_replaced) == (new.pk, False)
    assert _digitise(actor, agency, text="y").number == "125/XN-UBND"


def test_a_correction_that_says_it_was_revoked_is_told_as_that(agency: Any) -> None:
    CitizenFactory(user__email="an@example.com", personal_id_number="068196004312", assurance_level=1)
    actor = digitiser(agency)
    _digitise(actor, agency)
    _digitise(
        actor,
        agency,
        text="x",
        replaces=True,
        standing="thu hồi",
        ended_on="05/03/2022",
        end_reason="Cấp sai thẩm quyền",
    )
    while relay_due():
        pass
    [mail] = MailDelivery.objects.all()
    assert (mail.kind, "Cấp sai thẩm quyền" in mail.text_body) == ("paper/revoked", True)


def test_a_paper_that_enters_as_revoked_is_news_to_nobody(agency: Any) -> None:
    CitizenFactory(user__email="an@example.com", personal_id_number="068196004312", assurance_level=1)
    _digitise(digitiser(agency), agency, standing="thu hồi", ended_on="05/03/2022", end_reason="Cấp sai")
    assert OutboxEvent.objects.filter(name="vault.paper_ended").count() == 0


def test_whoever_relied_on_a_paper_that_is_digitised_anew_as_revoked_is_told_so(agency: Any) -> None:
    CitizenFactory(user__email="an@example.com", personal_id_number="068196004312", assurance_level=1)
    actor = digitiser(agency)
    _digitise(actor, agency)
    revoked = {"standing": "thu hồi", "ended_on": "05/03/2022", "end_reason": "Cấp sai thẩm quyền"}
    _digitise(actor, agency, text="126", replaces=True, **revoked)
    relay_due()
    mail = MailDelivery.objects.get()
    assert (mail.kind, mail.recipient_email) == ("paper/revoked", "an@example.com")
    assert ("Cấp sai thẩm quyền" in mail.text_body, "05/03/2022" in mail.text_body) == (True, True)


@pytest.fixture
def clamd(settings: Settings) -> Iterator[FakeClamd]:
    with fake_clamd() as server:
        settings.CLAMD_HOST, settings.CLAMD_PORT, settings.CLAMD_TIMEOUT_SECONDS = "127.0.0.1", server.port, 5
        yield server


def test_a_clean_scan_is_looked_through_and_becomes_a_paper_at_once(agency: Any, clamd: FakeClamd) -> None:
    assert _digitise(digitiser(agency), agency).document.scan_state == ScanState.CLEAN


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"stream: MotCua.Thu FOUND\0", "Tệp này có mã độc. Hãy quét lại giấy tờ."),
        (b"", "Tệp này đang chờ quét mã độc. Hãy thử lại sau ít phút."),
    ],
    ids=["infected", "scanner away"],
)
def test_what_is_not_known_to_be_clean_becomes_no_paper(
    agency: Any, clamd: FakeClamd, answer: bytes, sentence: str
) -> None:
    clamd.answer = lambda content: answer
    with pytest.raises(InvalidInput) as refused:
        _digitise(digitiser(agency), agency)
    assert refused.value.fields == {"file": sentence}
    assert IssuedPaper.objects.count() == 0
    assert not document_storage().exists(StoredDocument.objects.get().storage_name)
    assert VirusScan.objects.filter(finished_at__isnull=True).count() == 0
