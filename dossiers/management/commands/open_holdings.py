"""`manage.py open_holdings`: once after the upgrade that began to keep who has a dossier in hand. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from dossiers.services.work import open_missing_holdings


class Command(BaseCommand):
    help = "Opens the row of who has it for every open dossier that has none."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Holdings: {open_missing_holdings()} opened.")
