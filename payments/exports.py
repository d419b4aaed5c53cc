"""Books as spreadsheets. A text stays a text: nothing a payer wrote becomes a formula in an office program."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from payments.selectors.reconciliations import ShownDifference
from portal.core import clock
from portal.core.sheets import write_sheet


def differences_sheet(differences: Sequence[ShownDifference]) -> bytes:
    """The differences of one day, with what was answered; other agencies' money without its codes."""
    heads = [
        _("Loại"),
        _("Theo sao kê (đồng)"),
        _("Theo sổ (đồng)"),
        _("Hồ sơ"),
        _("Mã giao dịch của nguồn"),
        _("Lúc"),
        _("Giải trình"),
        _("Người giải trình"),
    ]
    rows = []
    for shown in differences:
        one = shown.difference
        is_seen = not shown.is_others
        rows.append(
            [
                one.get_kind_display(),
                one.stated_amount,
                one.ledger_amount,
                shown.charge.subject_label if shown.charge else _("cơ quan khác") if shown.is_others else "",
                one.line.movement_id if one.line and is_seen else "",
                f"{clock.local(one.line.happened_at):%d/%m/%Y %H:%M}" if one.line else "",
                one.answer if is_seen else "",
                str(one.answered_by) if one.answered_by and is_seen else "",
            ]
        )
    return write_sheet(_("Chênh lệch"), heads, rows, widths=(32, 18, 18, 22, 40, 18, 50, 28))
