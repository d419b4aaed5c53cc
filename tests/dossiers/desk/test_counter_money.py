"""Money at the dossier's own pages asks for what the till asks: the slip of a card, and a word about another try."""

import pytest

from dossiers import services
from payments.models import Charge, PaymentAttempt
from tests.dossiers.desk.conftest import SignIn
from tests.dossiers.desk.test_actions import post, text_of
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast
from tests.factories.handoffs import make_partners, tax_plan
from tests.factories.payments import OnlineAttemptFactory

CARD = {"method": "card_at_counter", "received_amount": "135.000"}
PROVEN = {"terminal_slip_number": " 004217 ", "has_terminal_confirmed": "on"}


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("terminal_slip_number", "Hãy ghi số hóa đơn in từ máy thẻ."),
        ("has_terminal_confirmed", "Chỉ ghi nhận khi máy thẻ đã báo thành công."),
    ],
)
def test_a_card_needs_its_slip_and_the_terminals_yes(cast: Cast, as_: SignIn, missing: str, sentence: str) -> None:
    dossier = make.make_payment_requested(cast)
    charge = Charge.objects.get(subject=dossier.subject)
    shown = {name: value for name, value in PROVEN.items() if name != missing}
    answer = post(as_("giang"), dossier, "thu-tien", charge=str(charge.pk), **CARD, **shown)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    charge.refresh_from_db()
    assert (charge.state, PaymentAttempt.objects.count()) == ("owed", 0)


def test_a_card_with_both_is_taken_with_its_slip(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_payment_requested(cast)
    charge = Charge.objects.get(subject=dossier.subject)
    assert post(as_("giang"), dossier, "thu-tien", charge=str(charge.pk), **CARD, **PROVEN).status_code == 302
    attempt = charge.attempts.get()
    assert (attempt.method, attempt.terminal_slip_number) == ("card_at_counter", "004217")


def test_the_workspace_warns_of_another_try_and_wants_a_tick(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_payment_requested(cast)
    charge = Charge.objects.get(subject=dossier.subject)
    desk = as_("giang")
    money = {"charge": str(charge.pk), "method": "cash", "received_amount": "135.000"}
    assert "Hỏi trước khi thu" not in text_of(desk.get(f"/mot-cua/{dossier.code}/"))
    OnlineAttemptFactory(charge=charge)
    page = text_of(desk.get(f"/mot-cua/{dossier.code}/"))
    assert "Trực tuyến qua VNPAY: đang nộp trực tuyến, chưa rõ kết quả (từ " in page
    refused = post(desk, dossier, "thu-tien", **money)
    assert refused.status_code == 422
    assert "Hãy hỏi người nộp rồi đánh dấu nếu vẫn thu." in text_of(refused)
    assert post(desk, dossier, "thu-tien", **money, knows_of_other_tries="on").status_code == 302
    charge.refresh_from_db()
    assert charge.state == "settled"


def test_a_try_that_began_since_is_a_lost_race(cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = make.make_payment_requested(cast)
    charge = Charge.objects.get(subject=dossier.subject)
    OnlineAttemptFactory(charge=charge)
    monkeypatch.setattr("dossiers.desk_views.actions.payment_selectors.other_tries", lambda ids: {})
    answer = post(as_("giang"), dossier, "thu-tien", charge=str(charge.pk), method="cash", received_amount="135000")
    assert answer.status_code == 409
    assert "Người nộp đang có một lần nộp khác" in text_of(answer)
    charge.refresh_from_db()
    assert charge.state == "owed"


def test_another_authoritys_money_is_named_as_theirs(cast: Cast, as_: SignIn) -> None:
    partners = make_partners(cast)
    dossier = make.make_processing(cast, offering=tax_plan(cast, partners))
    services.open_planned_handoffs(dossier_id=dossier.pk)
    services.set_financial_obligation(
        actor=partners.actor("loan"),
        handoff_id=dossier.handoffs.get(sets_obligation=True).pk,
        obligations=[services.Obligation(kind="registration_duty", amount=7_500_000)],
    )
    page = text_of(as_("giang").get(f"/mot-cua/{dossier.code}/"))
    assert "Lệ phí trước bạ: 7.500.000 đ (thu hộ Thuế cơ sở 1, khoản và biên lai vào sổ của cơ quan ấy)" in page
