"""Write docs/state-graph.md from the state machine."""

from typing import Any

from django.core.management.base import BaseCommand

from dossiers import state_graph


class Command(BaseCommand):
    help = "Writes docs/state-graph.md from the code of the state machine."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        state_graph.PATH.write_text(state_graph.rendered(), encoding="utf-8")
        self.stdout.write(f"{state_graph.PATH.name}: {len(state_graph.edges())} arrows")
