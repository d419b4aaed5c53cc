"""Columns of an exported worklist: one name each, and what a dossier shows in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier
from portal.core import clock


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in characters; `is_personal` columns tell of a citizen and are left out unless they are ticked."""

    key: str
    label: str | Promise
    width: int
    value: Callable[[Dossier], Any]
    is_personal: bool = False


def _wall(moment: datetime | None) -> datetime | None:
    """A spreadsheet knows no time zone: it gets what a clock in Vietnam shows."""
    return clock.local(moment).replace(tzinfo=None, microsecond=0) if moment else None


COLUMNS = (
    Column("ma", _("Mã hồ sơ"), 28, lambda dossier: dossier.code),
    Column("thu-tuc", _("Thủ tục"), 50, lambda dossier: dossier.revision.procedure.name),
    Column("ma-thu-tuc", _("Mã thủ tục"), 12, lambda dossier: dossier.revision.procedure.code),
    Column("linh-vuc", _("Lĩnh vực"), 24, lambda dossier: dossier.revision.procedure.policy_area.name),
    Column("nguoi-nop", _("Người nộp"), 28, lambda dossier: dossier.applicant_name, is_personal=True),
    Column("to-chuc", _("Nộp thay mặt tổ chức"), 28, lambda dossier: dossier.organisation_name, is_personal=True),
    Column("ma-so-thue", _("Mã số thuế"), 16, lambda dossier: dossier.organisation_tax_code, is_personal=True),
    Column("dien-thoai", _("Điện thoại"), 14, lambda dossier: dossier.applicant_phone, is_personal=True),
    Column("dia-chi", _("Địa chỉ"), 40, lambda dossier: dossier.applicant_address, is_personal=True),
    Column("cach-nop", _("Cách nộp"), 14, lambda dossier: str(dossier.get_channel_display())),
    Column("nop-luc", _("Nộp lúc"), 18, lambda dossier: _wall(dossier.submitted_at)),
    Column("nhan-luc", _("Tiếp nhận lúc"), 18, lambda dossier: _wall(dossier.received_at)),
    Column("hen-tra", _("Hẹn trả"), 18, lambda dossier: _wall(dossier.due_at)),
    Column("han", _("Hạn việc tiếp theo"), 18, lambda dossier: _wall(dossier.next_date_at)),
    Column("trang-thai", _("Trạng thái"), 22, lambda dossier: str(dossier.get_state_display())),
    Column("nguoi-giu", _("Đang giữ"), 26, lambda dossier: dossier.assignee.full_name if dossier.assignee else ""),
    Column("co-quan", _("Cơ quan đang giữ"), 36, lambda dossier: dossier.responsible_agency.name),
)
COLUMN_OF = {column.key: column for column in COLUMNS}
USUAL = tuple(column.key for column in COLUMNS if not column.is_personal)


def columns_of(keys: list[str]) -> list[Column]:
    """The columns of these names in the order of all; an unknown name is passed over."""
    return [column for column in COLUMNS if column.key in keys]
