"""What an officer can do with a dossier: one class an action, one table of all.

An action knows its words, its form, when it is offered, what the citizen will be told, and the one service it calls. Who
may do it is asked of `policies`, whether the state allows it of the state machine.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import deadlines, notices, selectors, services
from dossiers.desk_views.counter_actions import DigitisePaper, SupplementAtDesk, WithdrawAtCounter
from dossiers.desk_views.delay_actions import DELAY_ACTIONS
from dossiers.desk_views.desk_action import PLACE_OF_WORDS, DeskAction, Tells, common
from dossiers.desk_views.facts import Facts
from dossiers.desk_views.fee_actions import DecideRelief, GrantRelief, NoteQuantity
from dossiers.desk_views.process_actions import Assign, CompleteStep, ConfirmPassOn, PassOn, ReturnForRework, TakeStep
from dossiers.desk_views.return_actions import (
    HandOverResult,
    KeepSignedSlip,
    NoteDelivery,
    PostResult,
    PrepareResult,
    SendCollectionCode,
    SignDraft,
    TakeResultBack,
    unasked_fee,
)
from dossiers.desk_views.supplement_actions import (
    ApproveSupplementException,
    DeclineSupplementException,
    ProposeSupplementException,
    RequestSupplement,
)
from dossiers.enums import DossierState, ResultDelivery, Transition
from dossiers.forms import desk as forms
from dossiers.forms.counter_money import CounterPaymentForm
from dossiers.kind_parts import RATING_PLACE
from dossiers.models import Dossier
from dossiers.policies import Action
from payments import selectors as payment_selectors
from portal.core.money import format_vnd
from portal.core.templatetags.portal import instant

if TYPE_CHECKING:
    from payments.models import Charge


class Receive(DeskAction):
    key, action, transition = "tiep-nhan", Action.RECEIVE, Transition.RECEIVE
    is_main = True
    label, button = gettext_lazy("Tiếp nhận"), gettext_lazy("Tiếp nhận hồ sơ")
    done = gettext_lazy("Đã tiếp nhận. Giấy tiếp nhận và hẹn trả đã sẵn sàng.")
    form_class = forms.ReceiveForm

    def obstacle(self, facts: Facts) -> str:
        return facts.due_if_received_now[1] or facts.obstacle_to_receipt

    def tells(self, facts: Facts) -> Tells:
        due_at, _problem = facts.due_if_received_now
        return Tells(
            [
                _("Hồ sơ đã được tiếp nhận, hẹn trả kết quả %(when)s.") % {"when": instant(due_at)},
                _("Giấy tiếp nhận và hẹn trả có ở trang hồ sơ."),
            ],
            self.mail(facts, notices.RECEIVED, due_at=due_at),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.receive(**common(facts, data), note=data["note"])


class RefuseIntake(DeskAction):
    key, action, transition = "tu-choi", Action.REFUSE_INTAKE, Transition.REFUSE_INTAKE
    label, button = gettext_lazy("Từ chối tiếp nhận"), gettext_lazy("Từ chối tiếp nhận")
    done = gettext_lazy("Đã từ chối tiếp nhận.")
    form_class = forms.RefuseIntakeForm
    is_final = True

    def tells(self, facts: Facts) -> Tells:
        sentences = [
            _("Hồ sơ chưa được tiếp nhận, kèm nguyên văn lý do bạn ghi."),
            _("Công dân có thể sửa rồi nộp hồ sơ mới; hồ sơ này kết thúc."),
        ]
        if facts.owed:
            sentences.append(_("Khoản chưa nộp được hủy, công dân không phải nộp nữa."))
        return Tells(
            sentences,
            self.mail(facts, notices.INTAKE_REFUSED, note=str(PLACE_OF_WORDS)),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.refuse_intake(**common(facts, data), reason=data["reason"])


class StartProcessing(DeskAction):
    key, action, transition = "bat-dau", Action.START_PROCESSING, Transition.START_PROCESSING
    is_main = True
    label, button = gettext_lazy("Nhận xử lý"), gettext_lazy("Nhận xử lý hồ sơ này")
    done = gettext_lazy("Bạn đã nhận xử lý hồ sơ này.")

    def tells(self, facts: Facts) -> Tells:
        return Tells(
            [_("Không gửi thư. Trang hồ sơ của công dân đổi sang “Đang xử lý”, ngày hẹn trả giữ nguyên.")],
            is_told_by_mail=False,
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.start_processing(**common(facts, data))


class RequestPayment(DeskAction):
    key, action, transition = "yeu-cau-nop-phi", Action.REQUEST_PAYMENT, Transition.REQUEST_PAYMENT
    label, button = gettext_lazy("Yêu cầu nộp phí, lệ phí"), gettext_lazy("Gửi yêu cầu nộp")
    done = gettext_lazy("Đã yêu cầu nộp phí, lệ phí. Đồng hồ dừng cho đến khi nộp xong.")

    def is_open(self, facts: Facts) -> bool:
        # Without a rule for this moment there is nothing to ask for; a rule nobody reviewed is an obstacle that is shown.
        return super().is_open(facts) and bool(facts.expected_fees or facts.fee_problem)

    def obstacle(self, facts: Facts) -> str:
        return facts.fee_problem

    def tells(self, facts: Facts) -> Tells:
        total = sum(fee.amount or 0 for fee in facts.expected_fees)
        pay_by = facts.now + deadlines.PAYMENT_WITHIN
        where = (
            _("Nộp trực tuyến ở trang hồ sơ, hoặc tại bộ phận một cửa.")
            if facts.pays_online
            else _("Nộp tại bộ phận một cửa, mang theo mã hồ sơ.")
        )
        return Tells(
            [
                *(f"{fee.label}: {format_vnd(fee.amount or 0)}." for fee in facts.expected_fees),
                _("Cần nộp %(total)s trước %(when)s.") % {"total": format_vnd(total), "when": instant(pay_by)},
                where,
                _("Đồng hồ dừng cho đến khi nộp xong."),
            ],
            self.mail(
                facts,
                notices.PAYMENT_REQUESTED,
                next_date_at=pay_by,
                facts={"amount": total, "pays_online": facts.pays_online},
            ),
        )

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.request_payment(**common(facts, data))


class TakeCounterPayment(DeskAction):
    key, action = "thu-tien", Action.TAKE_COUNTER_PAYMENT
    is_main = True
    label, button = gettext_lazy("Thu tiền tại quầy"), gettext_lazy("Ghi nhận đã thu")
    done = gettext_lazy("Đã ghi nhận khoản thu.")
    form_class = CounterPaymentForm

    def is_open(self, facts: Facts) -> bool:
        return facts.dossier.is_open and bool(facts.owed)

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        return {
            "charges": [(str(charge.pk), _charge_label(charge, facts.dossier)) for charge in facts.owed],
            "other_tries": {
                str(pk): tries
                for pk, tries in payment_selectors.other_tries(charge.pk for charge in facts.owed).items()
            },
        }

    def tells(self, facts: Facts) -> Tells:
        sentences = [_("Cơ quan đã nhận tiền; biên lai có ở trang hồ sơ.")]
        if facts.dossier.prepay_by is not None and len(facts.owed) == 1:
            sentences.append(_("Hồ sơ được tiếp nhận được ngay; giờ trả lời của bộ phận một cửa tính từ lúc này."))
        if facts.dossier.state == DossierState.PAYMENT_REQUESTED and len(facts.owed) == 1:
            sentences.append(_("Hồ sơ được xử lý tiếp, đồng hồ chạy lại trong ít giây."))
        amount = facts.owed[0].amount if facts.owed else 0
        return Tells(sentences, self.mail(facts, notices.PAYMENT_SETTLED, facts={"amount": amount}))

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.take_counter_payment(
            actor=facts.actor,
            dossier_id=facts.dossier.pk,
            charge_id=data["charge"],
            method=data["method"],
            received_amount=data["received_amount"],
            terminal_slip_number=data["terminal_slip_number"],
            knows_of_other_tries=data.get("knows_of_other_tries", False),
        )


def _charge_label(charge: "Charge", dossier: Dossier) -> str:
    """Name and sum; of another authority's money, whose it is as well: the desk takes it for them."""
    label = f"{charge.description}: {format_vnd(charge.amount)}"
    if charge.agency is None or charge.agency_id == dossier.receiving_agency_id:
        return label
    return f"{label} " + _("(thu hộ %(agency)s, khoản và biên lai vào sổ của cơ quan ấy)") % {
        "agency": charge.agency.name
    }


class Resolve(DeskAction):
    key, action, transition = "ky-ket-qua", Action.RESOLVE, Transition.RESOLVE
    is_main = True
    label, button = gettext_lazy("Ký kết quả"), gettext_lazy("Ký và phát hành kết quả")
    done = gettext_lazy("Đã ký kết quả.")
    form_class = forms.ResolveForm

    def heading(self, facts: Facts) -> str:
        if facts.result_templates and facts.result_draft is not None:
            return _("Ký văn bản khác, không dùng dự thảo")
        return super().heading(facts)

    def obstacle(self, facts: Facts) -> str:
        return facts.awaited

    def form_arguments(self, facts: Facts) -> dict[str, Any]:
        return {
            "title": next(iter(facts.result_titles.values()), ""),
            "results": list(facts.result_titles.items()),
            "signing": services.signing_outlook(facts.dossier),
        }

    def tells(self, facts: Facts) -> Tells:
        return self._told(facts, _("Hồ sơ đã xử lý xong, kèm nguyên văn nội dung bạn ghi."), str(PLACE_OF_WORDS))

    def tells_of_draft(self, facts: Facts, note: str) -> Tells:
        """Of a result drawn up already: the words are known."""
        what = _("Hồ sơ đã xử lý xong, kèm nguyên văn nội dung dưới đây.") if note else _("Hồ sơ đã xử lý xong.")
        return self._told(facts, what, note)

    def _told(self, facts: Facts, what: str, note: str) -> Tells:
        ways = {
            ResultDelivery.ONLINE: _("Kết quả điện tử mở ngay ở trang hồ sơ, khi không còn khoản nào phải nộp."),
            ResultDelivery.POST: _("Kết quả được gửi qua bưu điện đến địa chỉ đã ghi."),
            ResultDelivery.DESK: _("Mời đến nhận kết quả tại bộ phận một cửa."),
        }
        delivery = facts.dossier.result_delivery
        return Tells(
            [
                what,
                *([ways[ResultDelivery(delivery)]] if delivery else []),
            ],
            self.mail(facts, notices.RESOLVED, note=note, facts={"rating_url": RATING_PLACE}),
            warns=[sentence for sentence in (unasked_fee(facts),) if sentence],
        )

    def done_words(self, facts: Facts) -> str:
        """By what the journal says and not by the outlook: the certificate may have gone out of use on the way."""
        if selectors.issued_unsigned([facts.dossier.pk]):
            return _("Đã phát hành kết quả, không có chữ ký số của cơ quan.")
        return super().done_words(facts)

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        drafts_letter = data["source"] == forms.ResultSource.LETTER
        services.resolve(
            **common(facts, data),
            outcome=data["outcome"],
            title=data["title"],
            note=data["note"],
            result_id=data.get("result"),
            upload=None if drafts_letter else data["upload"],
            drafts_letter=drafts_letter,
        )


class Stop(DeskAction):
    key, action, transition = "dung", Action.STOP, Transition.STOP
    label, button = gettext_lazy("Dừng xử lý"), gettext_lazy("Dừng xử lý hồ sơ")
    done = gettext_lazy("Đã dừng xử lý hồ sơ.")
    form_class = forms.StopForm
    is_final = True

    def tells(self, facts: Facts) -> Tells:
        sentences = [_("Cơ quan đã dừng xử lý, kèm nguyên văn lý do bạn ghi và quyền khiếu nại.")]
        if facts.owed:
            sentences.append(_("Khoản chưa nộp được hủy, công dân không phải nộp nữa."))
        return Tells(sentences, self.mail(facts, notices.STOPPED, note=str(PLACE_OF_WORDS)))

    def perform(self, facts: Facts, data: Mapping[str, Any]) -> None:
        services.stop(**common(facts, data), reason=data["reason"])


ACTIONS: tuple[DeskAction, ...] = (
    DecideRelief(),
    Receive(),
    StartProcessing(),
    ConfirmPassOn(),
    TakeStep(),
    CompleteStep(),
    SupplementAtDesk(),
    TakeCounterPayment(),
    SignDraft(),
    PrepareResult(),
    Resolve(),
    HandOverResult(),
    SendCollectionCode(),
    NoteDelivery(),
    TakeResultBack(),
    PostResult(),
    KeepSignedSlip(),
    NoteQuantity(),
    RequestPayment(),
    GrantRelief(),
    ApproveSupplementException(),
    DeclineSupplementException(),
    RequestSupplement(),
    ProposeSupplementException(),
    *DELAY_ACTIONS,
    ReturnForRework(),
    PassOn(),
    Assign(),
    DigitisePaper(),
    RefuseIntake(),
    WithdrawAtCounter(),
    Stop(),
)
"""In the order in which they are offered: what moves the dossier on comes first, what ends it last."""
ACTION_OF: dict[str, DeskAction] = {action.key: action for action in ACTIONS}
