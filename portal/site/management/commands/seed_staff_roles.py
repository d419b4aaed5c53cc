"""`manage.py seed_staff_roles`: the groups that staff roles are, with the permissions of this release. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.core.actors import SYSTEM
from portal.site.staff_roles import seed_staff_roles


class Command(BaseCommand):
    help = "Writes the staff roles of admin (Django groups) with their permissions. Run after every migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        count = seed_staff_roles(actor=SYSTEM)
        self.stdout.write(f"{count} staff roles")
