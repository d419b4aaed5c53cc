"""`manage.py make_demo_certificates`: certificates to try signing with; safe to run again."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts.selectors import agencies_in_force
from portal.core.actors import SYSTEM
from portal.documents import services
from portal.documents.errors import SigningNotConfigured


class Command(BaseCommand):
    help = "Makes a demonstration authority and a signing certificate for each agency. Never in service. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rsa", action="store_true", help="RSA-2048 instead of ECDSA P-256")

    def handle(self, *args: Any, **options: Any) -> None:
        # Anyone with this machine's files could sign for an agency.
        if not (settings.IS_DEMO or settings.DEBUG or "pytest" in sys.modules):
            raise CommandError("make_demo_certificates only runs where PORTAL_IS_DEMO or DEBUG is set.")
        agency_ids = list(agencies_in_force().values_list("pk", flat=True))
        try:
            made = services.make_demo_certificates(
                actor=SYSTEM, agency_ids=agency_ids, key_kind="rsa" if options["rsa"] else "ec"
            )
        except SigningNotConfigured:
            raise CommandError("Set SIGNING_KEYS_DIR and SIGNATURE_TRUST_DIR to folders of the demo's own.") from None
        self.stdout.write(f"{made} demonstration certificates made, {len(agency_ids) - made} kept")
