"""Fill the working calendar with the public days off that it does not have yet."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.core.calendar_seed import KNOWN_YEARS, SEEDED_YEARS
from portal.core.calendars import seed_calendar


class Command(BaseCommand):
    help = "Adds missing days off and make-up days; a row that exists, edited or not, is never touched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=int, default=SEEDED_YEARS.start, help="first year")
        parser.add_argument("--to", dest="last", type=int, default=SEEDED_YEARS.stop - 1, help="last year")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = options["first"], options["last"]
        if first > last or first not in KNOWN_YEARS or last not in KNOWN_YEARS:
            raise CommandError(
                _("Chọn năm từ %(first)d đến %(last)d, năm đầu không sau năm cuối.")
                % {"first": KNOWN_YEARS.start, "last": KNOWN_YEARS.stop - 1}
            )
        added = seed_calendar(range(first, last + 1))
        for row in added:
            mark = f" ({_('tạm tính')})" if row.is_provisional else ""
            self.stdout.write(f"+ {row.on:%d/%m/%Y} {row.get_kind_display()}: {row.name}{mark}")
        self.stdout.write(_("Đã thêm %(count)d ngày vào lịch.") % {"count": len(added)})
