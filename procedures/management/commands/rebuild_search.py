"""`manage.py rebuild_search`: make everything that search reads anew; searches go on meanwhile."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from procedures.services import rebuild_search


class Command(BaseCommand):
    help = "Lập lại toàn bộ dữ liệu tìm kiếm; trong lúc chạy vẫn tìm được bằng dữ liệu cũ."

    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild_search()
        self.stdout.write(_("Tìm được %(count)s thủ tục.") % {"count": count})
