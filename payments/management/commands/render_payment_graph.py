"""Write docs/payment-states.md from the tables of the lifecycles."""

from typing import Any

from django.core.management.base import BaseCommand

from payments import state_graph


class Command(BaseCommand):
    help = "Writes docs/payment-states.md from the tables by which charges, attempts and refunds move."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        state_graph.PATH.write_text(state_graph.rendered(), encoding="utf-8")
        self.stdout.write(state_graph.PATH.name)
