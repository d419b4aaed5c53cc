"""The citizen's page says for every state who is waited for and until when."""

from collections.abc import Callable
from datetime import datetime

import pytest
import time_machine

from dossiers import services
from dossiers.enums import FILED_STATES, DossierState, Waiting
from dossiers.models import Dossier
from dossiers.views.waiting import waiting_words
from portal.core.clock import VIETNAM
from tests.conftest import SignIn
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 5, day, hour, 0, tzinfo=VIETNAM)


OVER = "Hồ sơ đã kết thúc, không còn chờ ai."
DESK = "Trung tâm Phục vụ hành chính công"
# state: (made by, sentence in time, note in time, sentence when the date has passed)
WORDS: dict[str, tuple[Callable[..., Dossier], str, str, str]] = {
    "submitted": (
        make.make_filed,
        f"Đang chờ {DESK} trả lời, muộn nhất 9 giờ 00, ngày 05/05/2026.",
        "",
        f"Đang chờ {DESK} trả lời, muộn nhất 9 giờ 00, ngày 05/05/2026.",
    ),
    "received": (
        make.make_received,
        "Đang chờ Sở Tư pháp giao cán bộ xử lý; hẹn trả kết quả 9 giờ 00, ngày 07/05/2026.",
        "",
        "Đang chờ Sở Tư pháp giao cán bộ xử lý; hẹn trả kết quả 9 giờ 00, ngày 07/05/2026.",
    ),
    "processing": (
        make.make_processing,
        "Đang chờ Lê Thị Hòa, Sở Tư pháp giải quyết, đến 9 giờ 00, ngày 07/05/2026.",
        "",
        "Đang chờ Lê Thị Hòa, Sở Tư pháp giải quyết, đến 9 giờ 00, ngày 07/05/2026.",
    ),
    "supplement_requested": (
        make.make_supplement_requested,
        "Đang chờ bạn bổ sung, đến 9 giờ 00, ngày 03/06/2026.",
        "Trong lúc chờ bạn, Sở Tư pháp giữ hồ sơ và thời hạn giải quyết dừng lại.",
        "Đang chờ bạn bổ sung. Hạn là 9 giờ 00, ngày 03/06/2026, nay đã qua; bạn vẫn gửi được.",
    ),
    "payment_requested": (
        make.make_payment_requested,
        "Đang chờ bạn nộp phí, lệ phí, đến 9 giờ 00, ngày 19/05/2026.",
        "Trong lúc chờ bạn, Sở Tư pháp giữ hồ sơ và thời hạn giải quyết dừng lại.",
        "Đang chờ bạn nộp phí, lệ phí. Hạn là 9 giờ 00, ngày 19/05/2026, nay đã qua; bạn vẫn nộp được.",
    ),
    "resolved": (
        make.make_resolved,
        f"Đang chờ bạn đến {DESK} nhận kết quả.",
        "Kết quả có ở quầy muộn nhất lúc 9 giờ 00, ngày 07/05/2026.",
        f"Đang chờ bạn đến {DESK} nhận kết quả.",
    ),
    "result_handed_over": (lambda cast: make.make_handed_over(cast, fee=None), OVER, "", OVER),
    "withdrawn": (lambda cast: _ended(cast, "withdraw"), OVER, "", OVER),
    "stopped": (lambda cast: _ended(cast, "stop"), OVER, "", OVER),
    "intake_refused": (lambda cast: _ended(cast, "refuse_intake"), OVER, "", OVER),
}


def _ended(cast: Cast, how: str) -> Dossier:
    if how == "refuse_intake":
        return services.refuse_intake(
            actor=cast.actor("binh"), dossier_id=make.make_filed(cast).pk, reason="Sai thẩm quyền"
        )
    dossier = make.make_processing(cast)
    if how == "withdraw":
        return services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
    return services.stop(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason="Theo luật")


def test_every_filed_state_has_its_words() -> None:
    assert set(WORDS) == {state.value for state in FILED_STATES}


@pytest.mark.parametrize("state", WORDS)
def test_the_words_of_a_state(cast: Cast, state: str) -> None:
    made, in_time, note, late = WORDS[state]
    with time_machine.travel(at(4), tick=False):
        dossier = Dossier.objects.get(pk=made(cast).pk)
    assert dossier.state == DossierState(state)
    words = waiting_words(dossier, now=at(4, 10), owes_fee=False)
    assert (str(words.sentence).replace("\u00a0", " "), str(words.note)) == (in_time, note) or (
        str(words.sentence).replace("\u00a0", " "),
        str(words.note).replace("\u00a0", " "),
    ) == (in_time, note)
    passed = waiting_words(dossier, now=datetime(2026, 6, 20, tzinfo=VIETNAM), owes_fee=False)
    assert str(passed.sentence).replace("\u00a0", " ") == late
    is_agencys = state in {"submitted", "received", "processing"}
    assert passed.is_late is is_agencys
    assert ("Cơ quan đã trễ hẹn." in str(passed.note)) is is_agencys


def test_the_ways_of_a_result(cast: Cast) -> None:
    with time_machine.travel(at(4), tick=False):
        post = make.make_resolved(cast, delivery="post")
        online = make.make_resolved(cast, delivery="online")
    assert str(waiting_words(post, now=at(5), owes_fee=False).sentence).startswith(
        f"Đang chờ {DESK} gửi kết quả qua bưu điện"
    )
    assert str(waiting_words(online, now=at(5), owes_fee=False).sentence).startswith(
        f"Đang chờ {DESK} trả kết quả điện tử"
    )
    owed = waiting_words(online, now=at(5), owes_fee=True)
    assert owed.is_citizens_turn
    assert str(owed.sentence).startswith("Đang chờ bạn nộp phí, lệ phí.")
    at_desk = make.make_resolved(cast, delivery="desk")
    assert str(waiting_words(at_desk, now=at(5), owes_fee=True).sentence) == (
        f"Đang chờ bạn nộp phí, lệ phí. Nộp xong, bạn nhận kết quả tại {DESK}."
    )
    assert {Waiting.POSTING, Waiting.ONLINE_DELIVERY} < set(Waiting)


def test_the_page_shows_the_sentence_and_after_an_apology_both_dates(cast: Cast, as_: SignIn) -> None:
    with time_machine.travel(at(4), tick=False):
        dossier = make.make_processing(cast)
        page = as_("an").get(f"/ho-so/{dossier.code}/").content.decode().replace("\u00a0", " ")
    assert "Đang chờ Lê Thị Hòa, Sở Tư pháp giải quyết, đến 9 giờ 00, ngày 07/05/2026." in page
    with time_machine.travel(at(6), tick=False):
        services.approve_reschedule(
            actor=cast.actor("dung"), dossier_id=dossier.pk, reason="Chờ xác minh", new_due_at=at(12)
        )
        page = as_("an").get(f"/ho-so/{dossier.code}/").content.decode().replace("\u00a0", " ")
    assert "Đang chờ Lê Thị Hòa, Sở Tư pháp giải quyết, đến 9 giờ 00, ngày 12/05/2026." in page
    assert "Đã hẹn lại lúc 9 giờ 00, ngày 12/05/2026. Hẹn cũ là 9 giờ 00, ngày 07/05/2026." in page
    assert "Cơ quan xin lỗi và hẹn lại ngày trả" in page
    assert "Chờ xác minh" in page
