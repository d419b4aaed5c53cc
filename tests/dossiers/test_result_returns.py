"""How results reach their citizens: over the desk with identity and proof, and by post, move by move."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import InternalError, transaction
from django.utils import translation
from pytest_django import Settings

from dossiers import services
from dossiers.enums import Deed, PostalState, Waiting
from dossiers.errors import (
    CollectionCodeRefused,
    DossierNotFound,
    FeeStillOwed,
    NoPostalItem,
    ReceiverMissing,
    ResultInThePost,
    TrackingNumberTaken,
    TransitionConflict,
)
from dossiers.models import CollectionCode, Dossier, JournalEntry, PostalItem, ResultHandOver
from dossiers.selectors.ownership import waiting_of
from dossiers.services import collection_codes
from portal.core import clock, outbox
from portal.core.errors import InvalidInput, NotPermitted, TooManyRequests
from portal.notifications.models import MailDelivery
from portal.notifications.selectors import messages_about, undelivered_about
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast, pdf_upload
from tests.factories.results import receipt_of_applicant

ADDRESS = "36 Trần Phú, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng"


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def handed(cast: Cast, dossier: Dossier, *, by: str = "binh", **receipt: str) -> Dossier:
    return services.hand_over_result(
        actor=cast.actor(by), dossier_id=dossier.pk, receipt=receipt_of_applicant(cast, **receipt)
    )


def posted(cast: Cast, dossier: Dossier, *, by: str = "binh", **changed: object) -> PostalItem:
    sent = {"carrier": "VNPost", "tracking_number": "ra 123 vn", "recipient_name": "Nguyễn Thị An", "address": ADDRESS}
    return services.post_result(actor=cast.actor(by), dossier_id=dossier.pk, **{**sent, **changed})  # type: ignore[arg-type]


def code_of(cast: Cast, dossier: Dossier) -> str:
    code, _kept = services.own_collection_code(actor=cast.actor("an"), dossier_id=dossier.pk)
    return code


def last_line(dossier: Dossier) -> JournalEntry:
    return JournalEntry.objects.filter(dossier=dossier).latest("sequence")


# --- over the desk ----------------------------------------------------------------------------------------------------
def test_a_hand_over_keeps_who_took_it_and_which_paper_was_seen(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    handed(cast, dossier)
    given, line = ResultHandOver.objects.get(), last_line(dossier)
    assert (given.sequence, given.receiver, given.receiver_name) == (line.sequence, "applicant", "Nguyễn Thị An")
    assert (given.identity_paper, given.identity_number, given.proof) == (
        "id_card",
        cast.an.citizen.personal_id_number,
        "signature",
    )
    assert (line.details["receiver"], line.details["proof"]) == ("applicant", "signature")
    assert line.internal_note == (
        "Nguyễn Thị An (chính người nộp) nhận, đã xem căn cước, căn cước công dân. Xác nhận: ký trên phiếu trả kết quả."
    )
    assert cast.an.citizen.personal_id_number not in line.internal_note + str(line.details)
    assert fresh(dossier).state == "result_handed_over"


def test_a_representative_takes_it_with_a_paper_of_authority(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    receipt = {"receiver": "representative", "receiver_name": " Lê  Văn Em ", "identity_number": "068 190 004 312"}
    with pytest.raises(ReceiverMissing) as refused:
        handed(cast, dossier, **receipt)
    assert list(refused.value.fields) == ["authority"]
    handed(cast, dossier, **receipt, authority="Giấy ủy quyền số 12")
    given = ResultHandOver.objects.get()
    assert (given.receiver_name, given.identity_number, given.authority) == (
        "Lê Văn Em",
        "068190004312",
        "Giấy ủy quyền số 12",
    )


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"identity_number": "068196"}, "identity_number", "Số căn cước gồm 12 chữ số."),
        ({"identity_number": "000000000001"}, "identity_number", "Số căn cước này không phải của người nộp hồ sơ."),
        ({"identity_paper": "passport", "identity_number": "C1"}, "identity_number", "Ghi số hộ chiếu."),
        ({"identity_paper": ""}, "identity_paper", "Chọn giấy tờ đã xem."),
        ({"proof": "word"}, "proof", "Chọn cách xác nhận đã nhận."),
    ],
)
def test_nothing_is_given_to_somebody_whose_identity_was_not_seen(
    cast: Cast, changed: dict[str, str], field: str, sentence: str
) -> None:
    dossier = make.make_resolved(cast, fee=None)
    with pytest.raises(ReceiverMissing) as refused:
        handed(cast, dossier, **changed)
    assert {name: str(text) for name, text in refused.value.fields.items()}[field] == sentence
    assert (fresh(dossier).state, ResultHandOver.objects.count()) == ("resolved", 0)


def test_a_code_proves_it_once(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    code = code_of(cast, dossier)
    assert code not in CollectionCode.objects.get().digest
    handed(cast, dossier, proof="code", code=f" {code[:3]} {code[3:]} ")
    assert ResultHandOver.objects.get().awaits_scan is False
    assert CollectionCode.objects.get().used_at is not None


def test_wrong_codes_stay_counted_and_the_sixth_try_is_none(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    code = code_of(cast, dossier)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CollectionCodeRefused) as refused:
            handed(cast, dossier, proof="code", code=wrong)
        assert refused.value.fields["collection_code"] == f"Mã không đúng. Còn {left} lần thử."
    with pytest.raises(CollectionCodeRefused) as refused:
        handed(cast, dossier, proof="code", code=code)
    assert refused.value.fields["collection_code"] == "Đã thử sai quá nhiều lần. Hãy gửi mã mới."
    assert fresh(dossier).state == "resolved"


def test_a_code_is_worth_nothing_after_half_an_hour(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    code = code_of(cast, dossier)
    CollectionCode.objects.update(expires_at=clock.now())
    with pytest.raises(CollectionCodeRefused) as refused:
        handed(cast, dossier, proof="code", code=code)
    assert refused.value.fields["collection_code"] == "Mã này đã hết hạn. Hãy gửi mã mới."


def test_a_new_code_takes_the_place_of_the_old_one_but_not_within_a_minute(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    code_of(cast, dossier)
    with pytest.raises(TooManyRequests):
        code_of(cast, dossier)
    CollectionCode.objects.update(made_at=clock.now() - timedelta(minutes=2), tries=5)
    code_of(cast, dossier)
    kept = CollectionCode.objects.get()
    assert (kept.ordinal, kept.tries) == (2, 0)
    CollectionCode.objects.update(made_at=clock.now() - timedelta(minutes=2), ordinal=collection_codes.MOST_CODES)
    with pytest.raises(TooManyRequests):
        code_of(cast, dossier)


def test_the_desk_mails_a_code_whose_text_is_wiped_once_sent(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    services.send_collection_code(actor=cast.actor("binh"), dossier_id=dossier.pk)
    mail = MailDelivery.objects.get(kind="dossier/collection_code")
    assert (mail.is_confidential, mail.recipient_email) == (True, dossier.applicant_email)
    code = next(word.strip(".") for word in mail.text_body.split() if word.strip(".").isdecimal())
    assert (len(code), last_line(dossier).act) == (6, Deed.SEND_COLLECTION_CODE)
    assert code not in str(last_line(dossier).details)
    handed(cast, dossier, proof="code", code=code)
    assert fresh(dossier).state == "result_handed_over"


def test_no_code_is_mailed_for_a_result_that_cannot_be_given_out(cast: Cast) -> None:
    """The page offers no button then; a request can be made all the same."""
    in_the_post, owing = make.make_resolved(cast, fee=None), make.make_resolved(cast, collection="at_return")
    posted(cast, in_the_post)
    with pytest.raises(ResultInThePost):
        services.send_collection_code(actor=cast.actor("binh"), dossier_id=in_the_post.pk)
    with pytest.raises(FeeStillOwed):
        services.send_collection_code(actor=cast.actor("binh"), dossier_id=owing.pk)
    assert not CollectionCode.objects.exists()
    assert not MailDelivery.objects.filter(kind="dossier/collection_code").exists()


def test_a_mailed_code_that_did_not_arrive_is_seen_under_the_dossier(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    services.send_collection_code(actor=cast.actor("binh"), dossier_id=dossier.pk)
    MailDelivery.objects.filter(kind="dossier/collection_code").update(
        state="failed", refused_at=clock.now(), last_error="smtp_550"
    )
    newest = messages_about(dossier.subject)[0]
    assert (newest.label, newest.has_failed) == ("Mã nhận kết quả tại quầy", True)
    assert dossier.pk in undelivered_about("dossier", clock.now() - timedelta(hours=1))


def test_a_code_is_nobody_elses_to_ask_for(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    with pytest.raises(DossierNotFound):
        services.own_collection_code(actor=cast.actor("chi"), dossier_id=dossier.pk)
    with pytest.raises(NotPermitted):
        services.send_collection_code(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    with pytest.raises(NotPermitted):
        handed(cast, dossier, by="hoa", proof="code", code="000000")
    assert not CollectionCode.objects.exists()


def test_the_slip_names_receiver_and_paper_and_the_signed_one_comes_back(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    handed(cast, dossier)
    line = last_line(dossier)
    slip = services.slip_of_line(dossier_id=dossier.pk, kind="hand_over", sequence=line.sequence)  # type: ignore[arg-type]
    assert slip.number == f"{dossier.code}/TKQ"
    given = services.keep_signed_slip(actor=cast.actor("mai"), dossier_id=dossier.pk, upload=pdf_upload("phieu.pdf"))
    assert (given.awaits_scan, given.signed_slip is not None) == (False, True)
    assert last_line(dossier).act == Deed.SCAN_SIGNED_SLIP
    with pytest.raises(DossierNotFound):
        services.keep_signed_slip(actor=cast.actor("mai"), dossier_id=dossier.pk, upload=pdf_upload("phieu.pdf"))


def test_what_was_handed_over_is_not_rewritten(cast: Cast) -> None:
    handed(cast, make.make_resolved(cast, fee=None))
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        ResultHandOver.objects.update(receiver_name="Người khác")
    assert ResultHandOver.objects.get().receiver_name == "Nguyễn Thị An"


# --- by post ----------------------------------------------------------------------------------------------------------
def test_a_result_in_the_post_is_open_until_it_was_delivered(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None, delivery="post")
    item = posted(cast, dossier, on=clock.today())
    sent = fresh(dossier)
    assert (item.tracking_number, item.ordinal, item.state) == ("RA123VN", 1, PostalState.SENT)
    assert (sent.state, waiting_of(sent), sent.delivery_address) == ("resolved", Waiting.IN_THE_POST, ADDRESS)
    assert sent.next_date_at is not None
    assert sent.posted_at is not None
    assert sent.next_date_at - sent.posted_at == timedelta(days=7)
    assert last_line(dossier).public_note == "VNPost, số vận đơn RA123VN."
    services.note_delivery(actor=cast.actor("mai"), dossier_id=dossier.pk, note="Tra cứu vận đơn")
    assert fresh(dossier).state == "result_handed_over"
    moves = PostalItem.objects.get().moves.values_list("state", "on", "noted_by_name")
    assert list(moves) == [
        ("sent", clock.today(), "Trần Văn Bình"),
        ("delivered", clock.today(), "Bùi Thị Mai"),
    ]


def test_what_the_desk_hears_of_later_counts_from_its_own_day(cast: Cast) -> None:
    with time_machine.travel(clock.midnight(date(2026, 6, 1)) + timedelta(hours=9)):
        dossier = make.make_resolved(cast, fee=None, delivery="post")
    with time_machine.travel(clock.midnight(date(2026, 6, 9)) + timedelta(hours=9)):
        posted(cast, dossier, on=date(2026, 6, 2))
        due = fresh(dossier).next_date_at
        assert due is not None
        assert clock.local(due).date() == date(2026, 6, 9)
        services.note_delivery(actor=cast.actor("binh"), dossier_id=dossier.pk, on=date(2026, 6, 5))
        given = fresh(dossier).handed_over_at
        assert given is not None
        assert clock.local(given).date() == date(2026, 6, 5)


def test_what_the_post_did_is_told_in_the_citizens_language(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None, delivery="post")
    with translation.override("en"):
        posted(cast, dossier)
        assert last_line(dossier).public_note == "VNPost, số vận đơn RA123VN."
        services.note_delivery(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert last_line(dossier).public_note == f"Bưu điện đã phát ngày {clock.today():%d/%m/%Y}."


def test_every_move_of_the_post_is_mailed(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None, delivery="post")
    outbox.relay_due()
    MailDelivery.objects.all().delete()
    posted(cast, dossier)
    outbox.relay_due()
    services.take_result_back(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Không có người nhận")
    outbox.relay_due()
    kinds = list(MailDelivery.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["dossier/result_posted", "dossier/result_came_back"]
    assert "Không có người nhận" in MailDelivery.objects.latest("pk").text_body


def test_what_came_back_waits_at_the_desk_and_can_be_sent_again(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None, delivery="post")
    posted(cast, dossier)
    services.take_result_back(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Sai địa chỉ")
    back = fresh(dossier)
    assert (back.state, back.posted_at, back.result_delivery) == ("resolved", None, "desk")
    assert waiting_of(back) == Waiting.COLLECTION
    assert last_line(dossier).public_note == "Sai địa chỉ"
    again = posted(cast, dossier, tracking_number="RA124VN")
    assert (again.ordinal, fresh(dossier).result_delivery) == (2, "post")


def test_a_result_in_the_post_is_not_given_out_at_the_desk(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    posted(cast, dossier)
    with pytest.raises(ResultInThePost):
        handed(cast, dossier)
    with pytest.raises(ResultInThePost):
        posted(cast, dossier, tracking_number="RA125VN")
    assert (PostalItem.objects.count(), ResultHandOver.objects.count()) == (1, 0)


def test_nothing_is_posted_while_a_fee_is_owed(cast: Cast) -> None:
    dossier = make.make_resolved(cast, collection="at_return")
    with pytest.raises(FeeStillOwed):
        posted(cast, dossier)
    assert not PostalItem.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"carrier": " "}, "carrier"),
        ({"tracking_number": ""}, "tracking_number"),
        ({"recipient_name": ""}, "recipient_name"),
        ({"address": "Đà Lạt"}, "address"),
        ({"on": clock.today() + timedelta(days=1)}, "on"),
        ({"on": clock.today() - timedelta(days=1)}, "on"),
    ],
)
def test_what_is_missing_for_the_post_is_named_by_field(cast: Cast, changed: dict[str, object], field: str) -> None:
    dossier = make.make_resolved(cast, fee=None)
    with pytest.raises(InvalidInput) as refused:
        posted(cast, dossier, **changed)
    assert list(refused.value.fields) == [field]
    assert (PostalItem.objects.count(), fresh(dossier).version) == (0, dossier.version)


def test_a_tracking_number_belongs_to_one_item(cast: Cast) -> None:
    posted(cast, make.make_resolved(cast, fee=None))
    with pytest.raises(TrackingNumberTaken):
        posted(cast, make.make_resolved(cast, fee=None))


def test_what_was_never_posted_is_neither_delivered_nor_back(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    with pytest.raises(NoPostalItem):
        services.note_delivery(actor=cast.actor("binh"), dossier_id=dossier.pk)
    with pytest.raises(NoPostalItem):
        services.take_result_back(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Không có người nhận")
    assert fresh(dossier).version == dossier.version


def test_a_delivery_noted_by_mistake_is_under_way_again(cast: Cast, settings: Settings) -> None:
    settings.UNDO_WINDOW_SECONDS = 120
    dossier = make.make_resolved(cast, fee=None)
    posted(cast, dossier)
    services.note_delivery(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)
    item = PostalItem.objects.get()
    assert (fresh(dossier).state, item.state, item.moves.count()) == ("resolved", PostalState.SENT, 3)


def test_the_right_day_can_be_noted_after_a_wrong_one_was_undone(cast: Cast, settings: Settings) -> None:
    settings.UNDO_WINDOW_SECONDS = 120
    with time_machine.travel(clock.midnight(date(2026, 6, 1)) + timedelta(hours=9)):
        dossier = make.make_resolved(cast, fee=None, delivery="post")
        posted(cast, dossier)
    with time_machine.travel(clock.midnight(date(2026, 6, 3)) + timedelta(hours=9)):
        services.note_delivery(actor=cast.actor("binh"), dossier_id=dossier.pk)
        services.undo(actor=cast.actor("binh"), dossier_id=dossier.pk)
        services.note_delivery(actor=cast.actor("binh"), dossier_id=dossier.pk, on=date(2026, 6, 2))
    days = [day.day for day in PostalItem.objects.get().moves.order_by("pk").values_list("on", flat=True)]
    assert days == [1, 3, 1, 2]


def test_whoever_comes_second_is_told_who_was_faster(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    handed(cast, dossier)
    with pytest.raises(TransitionConflict) as refused:
        posted(cast, dossier)
    assert str(refused.value.sentence).startswith("Trần Văn Bình đã làm trước: trả kết quả, lúc ")
