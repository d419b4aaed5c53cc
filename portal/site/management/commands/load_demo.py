"""`manage.py load_demo`: everything a newcomer needs to try the portal; safe to run again."""

import json
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.selectors import receiving_agency_ids
from portal.settings import environment
from portal.site.demo_cast import CAST, ensure_cast

DEFAULT_PASSWORD = "motcua-demo-2026"  # noqa: S105 - printed on purpose, for invented people only
# In this order: dossiers need accounts, accounts need agencies, due dates need the calendar.
BEFORE_ACCOUNTS = (
    ("seed_calendar",),
    # What an administrator changed in them stays.
    ("import_administrative_units", "--only-when-empty"),
    ("seed_staff_roles",),
    ("load_demo_catalogue",),
    ("seed_catalogue",),
)
AFTER_ACCOUNTS = ("load_demo_dossiers", "load_demo_articles")
# Where there are folders for them (the launcher names some): agencies sign what the demo issues.
CERTIFICATES = "make_demo_certificates"


class Command(BaseCommand):
    help = "Loads calendar, demonstration catalogue, agencies, accounts and dossiers. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--show-accounts", action="store_true", help="print the demonstration accounts as JSON and do nothing else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._require_demo()
        password = environment.text("DEMO_PASSWORD", DEFAULT_PASSWORD)
        if options["show_accounts"]:
            accounts = [{"role": member.role, "email": member.email, "password": password} for member in CAST]
            self.stdout.write(json.dumps(accounts, ensure_ascii=False))
            return
        for command in BEFORE_ACCOUNTS:
            call_command(*command, stdout=self.stdout)
        agency_ids = receiving_agency_ids()
        ensure_cast(password=password, agency_ids=agency_ids)
        self.stdout.write(f"{len(CAST)} accounts, officers posted at {len(agency_ids)} agencies")
        if settings.SIGNING_KEYS_DIR and settings.SIGNATURE_TRUST_DIR:
            call_command(CERTIFICATES, stdout=self.stdout)
        for name in AFTER_ACCOUNTS:
            if name in get_commands():
                call_command(name, stdout=self.stdout)

    def _require_demo(self) -> None:
        # Known passwords in a real portal would be an open door.
        is_test = "pytest" in sys.modules
        if not (settings.IS_DEMO or settings.DEBUG or is_test):
            raise CommandError("load_demo only runs where PORTAL_IS_DEMO or DEBUG is set: its passwords are public.")
