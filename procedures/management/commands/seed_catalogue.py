"""`manage.py seed_catalogue`: life events, other words for the same, popular searches; what is there stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from portal.core.actors import SYSTEM
from procedures import services


class Command(BaseCommand):
    help = (
        "Thêm việc trong đời, từ đồng nghĩa và lời tìm phổ biến ban đầu nếu chưa có, rồi lập lại dữ liệu tìm kiếm. "
        "Chạy lại bao nhiêu lần cũng được; chạy lại sau khi nạp danh mục để các việc nhận thủ tục mới."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        words = services.seed_search_words(actor=SYSTEM)
        events = services.seed_life_events(actor=SYSTEM)
        searches = services.seed_popular_searches(actor=SYSTEM)
        found = services.rebuild_search()
        self.stdout.write(
            _("Từ đồng nghĩa: thêm %(words)s. Việc trong đời: thêm %(events)s. Lời tìm phổ biến: thêm %(searches)s.")
            % {"words": words, "events": events, "searches": searches}
        )
        self.stdout.write(_("Tìm được %(count)s thủ tục.") % {"count": found})
