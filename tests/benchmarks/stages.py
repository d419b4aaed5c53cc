"""A tenth of the dossiers, page costs; all of them, page costs again, then the load of eight clients."""

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from portal.core import clock
from portal.core.models import OutboxDelivery, OutboxEvent
from tests.benchmarks import servers
from tests.benchmarks.bulk import bulk_receive
from tests.benchmarks.generated import Generator, make_catalogue, make_dossiers, make_people
from tests.benchmarks.generated.copying import spread_keys
from tests.benchmarks.generated.people import CLIENTS
from tests.benchmarks.measure import (
    AIM,
    MAY_GROW,
    Bench,
    compare,
    costs,
    put_out,
    queries_of,
    record_operation,
    say,
    yardstick,
)
from tests.benchmarks.operations import operations


def run_stages(*, count: int, seed: int, log: Path) -> None:
    """Print one JSON line for the setting, one for each operation, one for each comparison of costs, one verdict."""
    begun = time.monotonic()
    say("Making agencies, people and procedures ...")
    spread_keys({OutboxEvent: 100_000_000, OutboxDelivery: 120_000_000})
    people = make_people(seed)
    procedures = make_catalogue(people, seed)
    generator = Generator(people, procedures, seed, clock.now().replace(minute=0, second=0, microsecond=0))
    few = max(count // 10, 1)
    say(f"Making {few:,} dossiers ...")
    make_dossiers(generator, 0, few)
    port = servers.free_port()
    environment = dict(os.environ)
    with servers.running("tests.benchmarks.settings", port, log, environment):
        bench = Bench.signed_in(people, port, log, environment)
        chosen = operations(people, procedures)
        tapes = {operation.name: record_operation(operation) for operation in chosen}
        say("Measuring what each costs ...")
        with yardstick(bench, tapes) as bare_port:
            costs_of_few = costs(bench, bare_port, chosen, tapes)
        say(f"Making {count - few:,} more dossiers ...")
        before = time.monotonic()
        make_dossiers(generator, few, count)
        seconds = time.monotonic() - before
        say(f"... in {seconds:.0f} seconds.")
        put_out(_setting(count, seed, seconds))
        # First: what comes after receives whatever waits, of a small province the last one.
        put_out(bulk_receive(people))
        chosen = operations(people, procedures)
        tapes = {operation.name: record_operation(operation) for operation in chosen}
        with yardstick(bench, tapes) as bare_port:
            say("Measuring what each costs ...")
            costs_of_all = costs(bench, bare_port, chosen, tapes)
            lines = []
            for operation in chosen:
                say(f"{CLIENTS} clients: {operation.name} ...")
                lines.append(compare(bench, bare_port, operation, tapes[operation.name], count))
                put_out(lines[-1])
    growth = [
        _growth(operation.name, few, count, costs_of_few, costs_of_all, queries_of(tapes[operation.name]))
        for operation in chosen
    ]
    for line in growth:
        put_out(line)
    put_out(
        {
            "verdict": "aims",
            f"share_of_yardstick_at_least_{AIM}": all(line["meets_aim"] for line in lines),
            f"cost_grows_at_most_{MAY_GROW}_times": all(line["meets_aim"] for line in growth),
            "minutes": round((time.monotonic() - begun) / 60, 1),
        }
    )


def _setting(count: int, seed: int, seconds: float) -> dict[str, Any]:
    with connection.cursor() as cursor:
        facts = {}
        for name in ("server_version", "shared_buffers", "fsync", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            facts[name] = cursor.fetchone()[0]
        cursor.execute("SELECT pg_database_size(current_database())")
        facts["database_bytes"] = cursor.fetchone()[0]
    return {
        "setting": "generated province",
        "dossiers": count,
        "seed": seed,
        "seconds_to_generate_nine_tenths": round(seconds, 1),
        "cores": os.cpu_count(),
        "workers": servers.WORKERS,
        "threads": servers.THREADS,
        "clients": CLIENTS,
        "debug": settings.DEBUG,
        "postgresql": facts,
        "load_average": [round(one, 1) for one in os.getloadavg()],
    }


def _growth(
    name: str,
    few: int,
    count: int,
    before: dict[str, dict[str, float]],
    after: dict[str, dict[str, float]],
    queries: int,
) -> dict[str, Any]:
    grew = after[name]["portal"] / before[name]["portal"] if before[name]["portal"] else 0.0
    return {
        "growth_of": name,
        "from_dossiers": few,
        "to_dossiers": count,
        "one_client_p50_ms": [before[name]["portal"], after[name]["portal"]],
        "yardstick_p50_ms": [before[name]["yardstick"], after[name]["yardstick"]],
        "queries": queries,
        "grew": round(grew, 3),
        "meets_aim": grew <= MAY_GROW,
    }
