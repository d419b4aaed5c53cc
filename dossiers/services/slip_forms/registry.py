"""Which form a kind of slip has on a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dossiers.enums import SlipKind
from dossiers.errors import SlipFormUnknown
from dossiers.models import Dossier
from dossiers.services.slip_forms.apology import apology_facts
from dossiers.services.slip_forms.control_sheet import control_sheet_facts
from dossiers.services.slip_forms.hand_over import hand_over_facts
from dossiers.services.slip_forms.intake_refusal import intake_refusal_facts
from dossiers.services.slip_forms.register import register_facts
from dossiers.services.slip_forms.stop_notice import stop_notice_facts
from dossiers.services.slip_forms.supplement_request import supplement_request_facts
from dossiers.services.slips import slip_facts

CIRCULAR_2018 = "TT 01/2018/TT-VPCP"
CIRCULAR_2025 = "TT 03/2025/TT-VPCP"
OWN_FORM = "mẫu của cổng"
FROM_2018 = date(2018, 11, 23)
FROM_2025 = date(2025, 7, 1)

FactsBuilder = Callable[..., dict[str, object]]


@dataclass(frozen=True, slots=True)
class SlipForm:
    """One version of one form: in use from `valid_from` until the next entry of its kind.

    `facts(dossier, **arguments)` gives the template its context (for the register: `facts(**arguments)`). A numbered form
    gets a number of its own beside the dossier's code.
    """

    kind: SlipKind
    code: str
    version: str
    valid_from: date
    template: str
    title: str
    file_name: str
    facts: FactsBuilder
    is_numbered: bool = False

    @property
    def name(self) -> str:
        """As printed in the corner."""
        return f"Mẫu số {self.code}, {self.version}"

    def number_for(self, dossier: Dossier, earlier: int) -> str:
        """The dossier's code and the form's number, counted from the second slip of the kind on: <code>/02, <code>/02.2.

        Needs no counter of its own: the same slip has the same number however often it is tried.
        """
        if not self.is_numbered:
            return ""
        return f"{dossier.code}/{self.code}" + (f".{earlier + 1}" if earlier else "")


def _versions(
    kind: SlipKind,
    template: str,
    file_name: str,
    facts: FactsBuilder,
    *,
    code_2018: str,
    code_2025: str,
    title_2018: str,
    title_2025: str = "",
    is_numbered: bool = False,
) -> list[SlipForm]:
    """Both circulars ask for the same facts; "" as `code_2018` means that the older one has no such form."""
    found = []
    for code, version, valid_from, title in (
        (code_2018, CIRCULAR_2018, FROM_2018, title_2018),
        (code_2025, CIRCULAR_2025, FROM_2025, title_2025 or title_2018),
    ):
        if code:
            found.append(
                SlipForm(kind, code, version, valid_from, template, title, file_name, facts, is_numbered=is_numbered)
            )
    return found


FORMS: tuple[SlipForm, ...] = (
    *_versions(
        SlipKind.RECEIPT,
        "pdf/receipt_slip_01.html",
        "giay-tiep-nhan",
        slip_facts,
        code_2018="01",
        code_2025="01",
        title_2018="Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    ),
    *_versions(
        SlipKind.SUPPLEMENT_REQUEST,
        "pdf/slips/supplement_request.html",
        "phieu-yeu-cau-bo-sung",
        supplement_request_facts,
        code_2018="02",
        code_2025="02",
        title_2018="Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
        is_numbered=True,
    ),
    *_versions(
        SlipKind.INTAKE_REFUSAL,
        "pdf/slips/intake_refusal.html",
        "phieu-tu-choi-tiep-nhan",
        intake_refusal_facts,
        code_2018="03",
        code_2025="03",
        title_2018="Phiếu từ chối tiếp nhận giải quyết hồ sơ",
        is_numbered=True,
    ),
    *_versions(
        SlipKind.APOLOGY,
        "pdf/slips/apology.html",
        "xin-loi-va-hen-lai",
        apology_facts,
        code_2018="04",
        code_2025="04",
        title_2018="Phiếu xin lỗi và hẹn lại ngày trả kết quả",
        title_2025="Văn bản xin lỗi và đề nghị gia hạn thời gian trả kết quả",
        is_numbered=True,
    ),
    *_versions(
        SlipKind.STOP_NOTICE,
        "pdf/slips/stop_notice.html",
        "thong-bao-dung-giai-quyet",
        stop_notice_facts,
        code_2018="",
        code_2025="05",
        title_2018="Thông báo dừng giải quyết hồ sơ",
        is_numbered=True,
    ),
    *_versions(
        SlipKind.CONTROL_SHEET,
        "pdf/slips/control_sheet.html",
        "phieu-kiem-soat-qua-trinh",
        control_sheet_facts,
        code_2018="05",
        code_2025="06",
        title_2018="Phiếu kiểm soát quá trình giải quyết hồ sơ",
    ),
    *_versions(
        SlipKind.REGISTER,
        "pdf/slips/register.html",
        "so-theo-doi-ho-so",
        register_facts,
        code_2018="06",
        code_2025="07",
        title_2018="Sổ theo dõi hồ sơ",
    ),
    # No circular has a form for it.
    SlipForm(
        SlipKind.HAND_OVER,
        "TKQ",
        OWN_FORM,
        FROM_2018,
        "pdf/slips/hand_over.html",
        "Phiếu trả kết quả",
        "phieu-tra-ket-qua",
        hand_over_facts,
        is_numbered=True,
    ),
)


def form_on(kind: SlipKind, day: date) -> SlipForm:
    """The form of that kind in use on that day. Raises SlipFormUnknown for a day before its first version."""
    usable = [form for form in FORMS if form.kind == kind and form.valid_from <= day]
    if not usable:
        raise SlipFormUnknown
    return max(usable, key=lambda form: form.valid_from)
