"""`manage.py load_demo_catalogue`: agencies and procedures of the demonstration. Safe to run again."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from portal.core.actors import SYSTEM
from procedures.services.demo_catalogue import (
    DemoOutcome,
    demo_files,
    ensure_demo_agencies,
    ensure_demo_paper_kinds,
    load_demo_procedure,
)
from procedures.services.demo_offerings import load_demo_roadmap


class Command(BaseCommand):
    help = "Nạp danh mục thủ tục minh họa và các cơ quan của danh mục; chạy lại bao nhiêu lần cũng được."

    def handle(self, *args: Any, **options: Any) -> None:
        agency_ids = ensure_demo_agencies(actor=SYSTEM)
        ensure_demo_paper_kinds()
        outcomes = Counter(load_demo_procedure(actor=SYSTEM, path=path, agency_ids=agency_ids) for path in demo_files())
        load_demo_roadmap(actor=SYSTEM, agency_ids=agency_ids)
        self.stdout.write(
            _("Danh mục minh họa: nạp %(loaded)s, không đổi %(unchanged)s, giữ bản của cơ quan %(kept)s.")
            % {
                "loaded": outcomes[DemoOutcome.LOADED],
                "unchanged": outcomes[DemoOutcome.UNCHANGED],
                "kept": outcomes[DemoOutcome.KEPT],
            }
        )
