"""The messages about money: what is to be paid, what was paid, what goes back. Registered by `message_kinds`."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.kind_parts import (
    CODE,
    HOTLINE,
    NOTE,
    PROCEDURE,
    REASON,
    RECEIVING,
    RESPONSIBLE,
    UNTIL,
    about_dossier,
    dossier_sample,
)
from payments.enums import RefundRoute
from portal.core.money import format_vnd
from portal.core.templatetags.portal import instant
from portal.notifications.enums import MessageGroup
from portal.notifications.services import MessageKind, Variable, fact, moment, sentence, sum_of


def _how_to_pay(facts: Mapping[str, Any]) -> str:
    if not facts.get("amount"):
        return ""
    if facts.get("pays_online"):
        return _("Bạn nộp trực tuyến từ trang hồ sơ, hoặc nộp tại bộ phận một cửa.")
    return _("Bạn nộp tại bộ phận một cửa, mang theo mã hồ sơ.")


def _what_is_left_to_pay(facts: Mapping[str, Any]) -> str:
    """After a claim to pay less was decided; nothing where nothing is owed now."""
    if not facts.get("amount"):
        return ""
    names = {"sum": format_vnd(facts["amount"]), "when": instant(facts.get("next_date_at"))}
    if facts.get("is_before_receipt"):
        return _("Bạn cần nộp %(sum)s trước %(when)s. Nộp xong, hồ sơ mới được tiếp nhận.") % names
    return _("Bạn cần nộp %(sum)s trước %(when)s.") % names


def _what_came(facts: Mapping[str, Any]) -> str:
    """Money nobody owed: how much, and why it was too much."""
    names = {"sum": format_vnd(facts.get("amount") or 0), "procedure_name": facts.get("procedure_name", "")}
    if facts.get("is_double"):
        return (
            _(
                "Chúng tôi nhận thêm %(sum)s cho một khoản của hồ sơ “%(procedure_name)s” đã được nộp trước đó:"
                " khoản này được nộp hai lần."
            )
            % names
        )
    return (
        _(
            "Chúng tôi nhận %(sum)s cho một khoản của hồ sơ “%(procedure_name)s” đã được hủy:"
            " bạn không phải nộp khoản này nữa."
        )
        % names
    )


def _how_it_will_come_back(facts: Mapping[str, Any]) -> str:
    if facts.get("route") == RefundRoute.CASH:
        return _("Duyệt xong, mời bạn đến bộ phận một cửa nhận lại tiền, mang theo giấy tờ tùy thân.")
    if facts.get("route") == RefundRoute.BANK_TRANSFER:
        return _("Tiền được chuyển khoản: bạn sẽ được hỏi tài khoản nhận tiền, và trả lời ở trang khoản thu.")
    return _("Tiền được trả về thẻ hoặc tài khoản bạn đã dùng, có thể mất vài ngày làm việc.")


def _how_it_came_back(facts: Mapping[str, Any]) -> str:
    if facts.get("route") == RefundRoute.CASH:
        return _("Tiền mặt đã được trả tại quầy. Nếu bạn chưa nhận, hãy gọi ngay cho cơ quan.")
    if facts.get("route") == RefundRoute.BANK_TRANSFER:
        return _("Tiền được chuyển vào tài khoản bạn đã cho biết, có thể mất một hai ngày làm việc, tùy ngân hàng.")
    return _("Tiền về thẻ hoặc tài khoản bạn đã dùng có thể mất vài ngày làm việc, tùy ngân hàng.")


def _wait_or_pay_again(facts: Mapping[str, Any]) -> str:
    if facts.get("is_enough"):
        return _("Cán bộ đang xem để tính cho khoản này và hoàn phần thừa. Bạn đừng nộp lại lúc này.")
    return _("Khoản này vì vậy chưa được nộp. Số tiền đã nhận sẽ được hoàn lại; bạn hãy nộp lại đúng số.")


_SUM = sum_of("so_tien", "amount", gettext_lazy("Số tiền"), is_required=True)
_HOW_TO_PAY = sentence("cach_nop", gettext_lazy("Câu nói nộp bằng cách nào"), _how_to_pay)
_LEFT_TO_PAY = sentence(
    "viec_nop", gettext_lazy("Câu nói còn phải nộp bao nhiêu, đến bao giờ"), _what_is_left_to_pay, is_required=True
)
_UNTIL_IF_ANY = moment("han_cua_ban", "next_date_at", gettext_lazy("Hạn người nộp phải làm xong"))
_CHARGE_LINK = fact("lien_ket", "charge_url", gettext_lazy("Địa chỉ trang khoản thu (phải đăng nhập)"), is_address=True)
_CHARGE = (CODE, PROCEDURE, RECEIVING, RESPONSIBLE, _CHARGE_LINK, HOTLINE)
_PAY = gettext_lazy("Nộp phí, lệ phí")
_SEE_CHARGE = gettext_lazy("Xem khoản thu")
_AMOUNT = 235_000


def _about_charge(
    name: str,
    label: str | Promise,
    *variables: Variable,
    group: MessageGroup = MessageGroup.LEGAL,
    button: str | Promise = _SEE_CHARGE,
    **facts: Any,
) -> MessageKind:
    """A kind whose button leads to the page of the charge."""
    return MessageKind(
        key=f"dossier/{name}",
        label=label,
        group=group,
        variables=(*_CHARGE, *variables),
        sample=lambda: dossier_sample(amount=_AMOUNT, **facts),
        address_key="charge_url",
        button_label=button,
    )


BEFORE_RECEIPT = (
    about_dossier(
        "prepayment_requested",
        gettext_lazy("Nộp phí để được tiếp nhận"),
        UNTIL,
        _SUM,
        _HOW_TO_PAY,
        button=_PAY,
        amount=_AMOUNT,
        pays_online=True,
    ),
    about_dossier(
        "relief_accepted",
        gettext_lazy("Chấp nhận miễn, giảm phí"),
        NOTE,
        _UNTIL_IF_ANY,
        sum_of("so_tien", "amount", gettext_lazy("Số tiền còn phải nộp")),
        _LEFT_TO_PAY,
        note="Hộ nghèo theo giấy chứng nhận năm 2026.",
        amount=_AMOUNT,
        pays_online=False,
    ),
    about_dossier(
        "relief_refused",
        gettext_lazy("Không chấp nhận miễn, giảm phí"),
        REASON,
        _UNTIL_IF_ANY,
        sum_of("so_tien", "amount", gettext_lazy("Số tiền phải nộp")),
        _LEFT_TO_PAY,
        _HOW_TO_PAY,
        note="Giấy chứng nhận đã hết hạn.",
        amount=_AMOUNT,
        pays_online=False,
    ),
)
AFTER_RECEIPT = (
    about_dossier(
        "payment_requested",
        gettext_lazy("Yêu cầu nộp phí"),
        UNTIL,
        _SUM,
        _HOW_TO_PAY,
        button=_PAY,
        amount=_AMOUNT,
        pays_online=True,
    ),
    about_dossier(
        "payment_settled", gettext_lazy("Đã nhận phí"), _SUM, group=MessageGroup.CONFIRMATION, amount=_AMOUNT
    ),
    _about_charge(
        "payment_wrong_amount",
        gettext_lazy("Số tiền chuyển không khớp"),
        _SUM,
        sum_of("so_phai_nop", "expected_amount", gettext_lazy("Số tiền phải nộp"), is_required=True),
        sentence(
            "viec_tiep_theo",
            gettext_lazy("Câu nói chờ hay nộp lại"),
            _wait_or_pay_again,
            is_required=True,
        ),
        button=gettext_lazy("Xem khoản phải nộp"),
        expected_amount=185_000,
        is_enough=True,
    ),
    _about_charge(
        "payment_surplus",
        gettext_lazy("Có khoản nộp thừa"),
        sum_of("so_tien", "amount", gettext_lazy("Số tiền")),
        sentence("viec_nop_thua", gettext_lazy("Câu nói nhận thừa bao nhiêu, vì sao"), _what_came, is_required=True),
        sentence("cach_hoan", gettext_lazy("Câu nói tiền sẽ về bằng cách nào"), _how_it_will_come_back),
        is_double=True,
        route=RefundRoute.PROVIDER.value,
    ),
    _about_charge(
        "payment_taken_back", gettext_lazy("Khoản nộp bị ngân hàng đảo"), _SUM, button=gettext_lazy("Nộp lại")
    ),
    _about_charge(
        "refund_account",
        gettext_lazy("Hỏi tài khoản nhận tiền hoàn"),
        _SUM,
        button=gettext_lazy("Cho biết tài khoản"),
    ),
    _about_charge(
        "refund_done",
        gettext_lazy("Đã hoàn phí"),
        _SUM,
        sentence("cach_nhan_tien", gettext_lazy("Câu nói tiền đã về bằng cách nào"), _how_it_came_back),
        group=MessageGroup.CONFIRMATION,
        route=RefundRoute.PROVIDER.value,
    ),
)
