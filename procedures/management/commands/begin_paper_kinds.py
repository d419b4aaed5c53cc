"""`manage.py begin_paper_kinds`: a kind of paper for every result of the catalogue. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from portal.core.actors import SYSTEM
from procedures import services


class Command(BaseCommand):
    help = (
        "Lập loại giấy tờ cho mỗi mã kết quả của danh mục chưa có loại. Loại mới chưa dùng lại được: quản trị viên xem, "
        "ghi thời hạn và thông tin công khai rồi cho phép ở trang quản trị. Chạy lại bao nhiêu lần cũng được."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        begun = services.begin_paper_kinds(actor=SYSTEM)
        self.stdout.write(_("Loại giấy tờ: thêm %(count)s.") % {"count": len(begun)})
