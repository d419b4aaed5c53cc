"""Which form is in use on which day, and what each says: the rule of DOMAIN 4.1 as a table."""

from datetime import date, datetime

import pytest

from dossiers import services
from dossiers.enums import SlipKind
from dossiers.errors import SlipFormUnknown
from dossiers.models import IssuedSlip, JournalEntry
from dossiers.services.slip_forms.head import place_of
from dossiers.services.slip_forms.registry import FORMS, form_on
from portal.accounts.models import Agency, Delegation
from portal.core import clock
from portal.core.clock import VIETNAM
from tests.factories.accounts import AgencyFactory
from tests.factories.dossiers import (
    Cast,
    ask_for,
    make_filed,
    make_processing,
    make_received,
    make_supplement_requested,
)
from tests.factories.slips import words_of

pytestmark = pytest.mark.reads_papers

LAST_OLD, FIRST_NEW = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (SlipKind.RECEIPT, "01", "01"),
        (SlipKind.SUPPLEMENT_REQUEST, "02", "02"),
        (SlipKind.INTAKE_REFUSAL, "03", "03"),
        (SlipKind.APOLOGY, "04", "04"),
        (SlipKind.CONTROL_SHEET, "05", "06"),
        (SlipKind.REGISTER, "06", "07"),
    ],
)
def test_a_form_has_its_number_from_the_day_its_circular_takes_effect(kind: SlipKind, old: str, new: str) -> None:
    assert form_on(kind, LAST_OLD).name == f"Mẫu số {old}, TT 01/2018/TT-VPCP"
    assert form_on(kind, FIRST_NEW).name == f"Mẫu số {new}, TT 03/2025/TT-VPCP"
    assert form_on(kind, date(2031, 1, 1)).name == f"Mẫu số {new}, TT 03/2025/TT-VPCP"


def test_the_stop_notice_exists_since_the_circular_of_2025() -> None:
    assert form_on(SlipKind.STOP_NOTICE, FIRST_NEW).name == "Mẫu số 05, TT 03/2025/TT-VPCP"
    with pytest.raises(SlipFormUnknown):
        form_on(SlipKind.STOP_NOTICE, LAST_OLD)


def test_a_day_before_all_circulars_has_no_form() -> None:
    for kind in SlipKind:
        with pytest.raises(SlipFormUnknown):
            form_on(kind, date(2018, 11, 22))


def test_the_apology_is_called_as_its_circular_calls_it() -> None:
    assert form_on(SlipKind.APOLOGY, LAST_OLD).title == "Phiếu xin lỗi và hẹn lại ngày trả kết quả"
    assert form_on(SlipKind.APOLOGY, FIRST_NEW).title == "Văn bản xin lỗi và đề nghị gia hạn thời gian trả kết quả"


def test_no_two_versions_of_a_form_begin_on_the_same_day() -> None:
    begins = [(form.kind, form.valid_from) for form in FORMS]
    assert len(set(begins)) == len(begins) == 14


def _agency(name: str, parent: Agency | None = None) -> Agency:
    return AgencyFactory.build(name=name, parent=parent)


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (["Ủy ban nhân dân tỉnh Lâm Đồng"], "Lâm Đồng"),
        (["Ủy ban nhân dân tỉnh Lâm Đồng", "Sở Tư pháp"], "Lâm Đồng"),
        (["Ủy ban nhân dân tỉnh Lâm Đồng", "Ủy ban nhân dân phường Xuân Hương - Đà Lạt"], "Xuân Hương - Đà Lạt"),
        (["Ủy ban nhân dân thành phố Đà Nẵng", "Sở Nội vụ", "Phòng Quản lý xã hội"], "Đà Nẵng"),
        (["Bộ Tư pháp", "Cục Hộ tịch"], ""),
    ],
)
def test_the_place_before_the_date_is_the_unit_the_agency_is_named_after(names: list[str], place: str) -> None:
    agency: Agency | None = None
    for name in names:
        agency = _agency(name, agency)
    assert place_of(agency) == place


@pytest.mark.django_db
class TestWords:
    """What each paper says, read out of the PDF."""

    def test_a_supplement_request_names_items_reason_date_and_whom_to_ask(self, cast: Cast) -> None:
        dossier = make_supplement_requested(cast, reason="Ảnh mờ, chụp lại\ncho rõ")
        text = words_of(_slip(dossier.pk, SlipKind.SUPPLEMENT_REQUEST, dossier.version))
        assert dossier.next_date_at is not None
        for words in (
            "Mẫu số 02, TT 03/2025/TT-VPCP",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "SỞ TƯ PHÁP",
            f"Số: {dossier.code}/02",
            "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
            "Hồ sơ của: Nguyễn Thị An",
            "1 Giấy tờ tùy thân",
            "Ảnh mờ, chụp lại cho rõ",
            f"ngày {dossier.next_date_at.astimezone(VIETNAM):%d/%m/%Y}",
            "Lê Thị Hòa, Sở Tư pháp",
            "NGƯỜI HƯỚNG DẪN",
        ):
            assert words in text

    def test_each_item_has_its_reason_beside_it_and_the_note_stands_below(self, cast: Cast) -> None:
        dossier = make_processing(cast)
        ask_for(cast, dossier, "full_name", reason="Thiếu dấu", note="Gửi một lần")
        dossier.refresh_from_db()
        text = words_of(_slip(dossier.pk, SlipKind.SUPPLEMENT_REQUEST, dossier.version))
        assert "Lý do và cách hoàn thiện" in text
        assert "Thiếu dấu" in text
        assert "Ghi chú chung Gửi một lần" in text

    def test_the_desk_that_asks_signs_as_the_desk(self, cast: Cast) -> None:
        dossier = make_received(cast)
        services.request_supplement(
            actor=cast.actor("binh"),
            dossier_id=dossier.pk,
            items=[services.SupplementItemAsked(reason="Thiếu chữ ký", field_key="reason")],
        )
        text = words_of(_slip(dossier.pk, SlipKind.SUPPLEMENT_REQUEST, dossier.version + 1))
        assert "TRUNG TÂM PHỤC VỤ HÀNH" in text
        assert "Trần Văn Bình, Trung tâm Phục vụ hành chính công" in text

    def test_a_refusal_gives_the_reason_as_it_was_written(self, cast: Cast) -> None:
        dossier = make_filed(cast)
        services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Sai thẩm quyền <b>& hết</b>")
        text = words_of(_slip(dossier.pk, SlipKind.INTAKE_REFUSAL, dossier.version + 1))
        for words in (
            "Mẫu số 03, TT 03/2025/TT-VPCP",
            "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
            f"Số: {dossier.code}/03",
            "Sai thẩm quyền <b>& hết</b>",
            "NGƯỜI TIẾP NHẬN HỒ SƠ",
            "Trần Văn Bình",
        ):
            assert words in text
        assert "Thời gian tiếp nhận" not in text

    def test_a_stop_notice_says_when_and_why_and_who_signs(self, cast: Cast) -> None:
        dossier = make_processing(cast)
        cast.dung.postings.update(title="Phó Giám đốc")
        services.stop(actor=cast.actor("dung"), dossier_id=dossier.pk, reason="Đã giải quyết ở hồ sơ khác")
        text = words_of(_slip(dossier.pk, SlipKind.STOP_NOTICE, dossier.version + 1))
        for words in (
            "Mẫu số 05, TT 03/2025/TT-VPCP",
            "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
            "Kính gửi: Nguyễn Thị An",
            "Đã giải quyết ở hồ sơ khác",
            "PHÓ GIÁM ĐỐC",
            "Phạm Thị Dung",
        ):
            assert words in text

    def test_a_stop_by_a_stand_in_is_signed_on_the_authority_of_who_is_away(self, cast: Cast) -> None:
        dossier = make_processing(cast)
        cast.dung.postings.update(title="Phó Giám đốc")
        cast.lan.postings.update(agency=cast.resolving, role="cashier", title="Thủ quỹ")
        today = clock.today()
        Delegation.objects.create(
            absent=cast.dung,
            delegate=cast.lan,
            agency=cast.resolving,
            starts_on=today,
            ends_on=today,
            reason="Công tác",
            made_by=cast.dung,
        )
        services.stop(actor=cast.actor("lan"), dossier_id=dossier.pk, reason="Theo luật")
        text = words_of(_slip(dossier.pk, SlipKind.STOP_NOTICE, dossier.version + 1))
        assert "TUQ. PHÓ GIÁM ĐỐC" in text
        assert text.index("Thủ quỹ") < text.index("Đỗ Thị Lan")
        assert "THỦ TRƯỞNG" not in text

    def test_who_has_no_title_left_is_made_no_head(self, cast: Cast) -> None:
        dossier = make_processing(cast)
        services.stop(actor=cast.actor("dung"), dossier_id=dossier.pk, reason="Theo luật")
        cast.dung.postings.all().delete()
        text = words_of(_slip(dossier.pk, SlipKind.STOP_NOTICE, dossier.version + 1))
        assert "THỦ TRƯỞNG" not in text
        assert "(Ký, ghi rõ họ tên)" in text
        assert "Phạm Thị Dung" in text

    @pytest.mark.parametrize(
        ("day", "form", "title"),
        [
            (LAST_OLD, "Mẫu số 04, TT 01/2018/TT-VPCP", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"),
            (FIRST_NEW, "Mẫu số 04, TT 03/2025/TT-VPCP", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN TRẢ KẾT QUẢ"),
        ],
    )
    def test_an_apology_names_both_dates_reason_and_signer(self, cast: Cast, day: date, form: str, title: str) -> None:
        dossier = make_processing(cast)
        slip = services.apology_slip(
            actor=cast.actor("khanh"),
            dossier_id=dossier.pk,
            cause="reschedule:1",
            day=day,
            old_due_at=datetime(2026, 5, 8, 9, 30, tzinfo=VIETNAM),
            new_due_at=datetime(2026, 5, 13, 17, 0, tzinfo=VIETNAM),
            reason="Công an tỉnh trả lời chậm",
            signer_name="Ngô Quốc Khánh",
            signer_title="Giám đốc",
        )
        assert (slip.form_name, slip.issued_by) == (form, cast.khanh)
        text = words_of(slip)
        for words in (
            title,
            f"Ngày {day:%d} tháng {day:%m} năm {day:%Y}",
            "Thời gian đã hẹn: 9 giờ 30, ngày 08/05/2026",
            "Thời gian hẹn lại: 17 giờ 00, ngày 13/05/2026",
            "Công an tỉnh trả lời chậm",
            "GIÁM ĐỐC",
            "Ngô Quốc Khánh",
        ):
            assert words in text

    def test_a_paper_bears_the_day_and_the_form_of_its_cause_not_of_the_worker(self, cast: Cast) -> None:
        dossier = make_filed(cast)
        services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Sai thẩm quyền")
        line = dossier.journal.get(act="refuse_intake")
        later = JournalEntry.objects.create(
            **{
                name: getattr(line, name)
                for name in ("dossier", "act", "from_state", "to_state", "actor_kind", "actor", "actor_name")
            },
            sequence=line.sequence + 1,
            at=datetime(2025, 6, 30, 23, 59, tzinfo=VIETNAM),
            public_note="Cũ",
        )
        slip = _slip(dossier.pk, SlipKind.INTAKE_REFUSAL, later.sequence)
        assert slip.form_version == "TT 01/2018/TT-VPCP"
        assert "Ngày 30 tháng 06 năm 2025" in words_of(slip)


def _slip(dossier_id: int, kind: SlipKind, sequence: int) -> IssuedSlip:
    return services.slip_of_line(dossier_id=dossier_id, kind=kind, sequence=sequence)
