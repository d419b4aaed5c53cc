"""What officers are told by mail about money. No name, no account: those stay behind the sign-in."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payments.models import Refund
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.notifications import services as notification_services
from portal.notifications.enums import MessageGroup
from portal.notifications.services import Matter, MessageKind, Recipient, fact, sum_of

REFUND_REFUSED = "officer/refund_refused"
_LANGUAGE = "vi"
notification_services.register_kinds(
    MessageKind(
        key=REFUND_REFUSED,
        label=_("Hoàn tiền không thành công"),
        group=MessageGroup.DUTY,
        variables=(
            fact("khoan_thu", "subject_label", _("Khoản thu của"), is_required=True),
            sum_of("so_tien", "amount", _("Số tiền"), is_required=True),
            fact("cach_hoan", "route", _("Hoàn theo cách nào")),
            fact("ma_loi", "failure_code", _("Mã lỗi của cổng thanh toán")),
            fact("lien_ket", "refund_url", _("Địa chỉ lần hoàn tiền (phải đăng nhập)"), is_address=True),
        ),
        sample=lambda: {
            "subject_label": "H36.14-260504-0012",
            "amount": 235_000,
            "route": "Qua cổng thanh toán",
            "failure_code": "94",
            "refund_url": f"{settings.PUBLIC_URL}/mot-cua/hoan-tien/mau/",
        },
        address_key="refund_url",
        button_label=_("Mở lần hoàn tiền"),
        languages=(_LANGUAGE,),
        reason=_("Bạn nhận thư này vì đang được phân công ở cơ quan thu khoản này. Thư gửi tự động, xin đừng trả lời."),
    )
)


def tell_of_refused_refund(refund_id: UUID | str) -> None:
    """One mail to each accountant of the agency, or to its heads where it has none; once a refund."""
    refund = Refund.objects.select_related("attempt__charge").get(pk=refund_id)
    charge = refund.attempt.charge
    if charge.agency_id is None:
        return
    for role in (OfficerRole.ACCOUNTANT, OfficerRole.AGENCY_HEAD):
        officers = [one for one in account_selectors.officers_of([charge.agency_id], role) if one.email]
        for officer in officers:
            notification_services.notify(
                kind=REFUND_REFUSED,
                cause=f"refund:{refund.pk}:refused",
                recipient=Recipient(officer.full_name, officer.email, officer.pk, _LANGUAGE),
                context={
                    "subject_label": charge.subject_label,
                    "amount": refund.amount,
                    "route": refund.get_route_display(),
                    "failure_code": refund.failure_code,
                    "refund_url": f"{settings.PUBLIC_URL}/mot-cua/hoan-tien/{refund.pk}/",
                },
                matter=Matter(agency_id=charge.agency_id),
            )
        if officers:
            return
