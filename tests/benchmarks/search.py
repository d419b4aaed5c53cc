"""`python -m tests.benchmarks.search`, started by `make bench-search`: JSON lines. See docs/benchmarks.md.

CATALOGUE=path names a national catalogue (.jsonl, .jsonl.gz); without it 2,000 made-up procedures are searched, which tells
the speed and nothing about relevance. ROUNDS (20) says how often each query is measured. Works in a database of its own,
which is dropped; KEEP=1 keeps it.
"""

import json
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.run import portal_of_its_own

AIM_MS = 15.0
AIM_HITS = 0.9


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not os.environ.get("DATABASE_URL"):
        print("DATABASE_URL is not set; `make bench-search` brings a database of its own.", file=sys.stderr)
        return 2
    catalogue = os.environ.get("CATALOGUE", "")
    if catalogue and not Path(catalogue).is_file():
        print(f"CATALOGUE={catalogue}: there is no such file.", file=sys.stderr)
        return 2
    with portal_of_its_own("motcua-bench-search-"):
        _measure(catalogue, max(int(os.environ.get("ROUNDS") or 20), 1))
    return 0


def _measure(catalogue: str, rounds: int) -> None:
    # Django reads its settings at import, and those stand in the environment only now.
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    from procedures import selectors
    from tests.procedures.relevance.measuring import EVERYDAY_QUERIES, FIRST

    found = _catalogue(catalogue)
    source = Path(catalogue).name if catalogue else "generated: made-up procedures, no relevance"
    _line({"setting": "search", "catalogue": source, "procedures": found, "rounds": rounds, "load": os.getloadavg()})
    visitor = Client(headers={"host": "127.0.0.1"})
    in_database: list[float] = []
    as_page: list[float] = []
    hits = 0
    for query in EVERYDAY_QUERIES:
        page = selectors.search(query.text)
        shown = page.procedures or page.suggestions
        codes = [procedure.code for procedure in shown[:FIRST]]
        hits += bool(query.codes & {*codes})
        database = [_database_ms(connection, lambda: selectors.search(query.text)) for _round in range(rounds)]  # noqa: B023
        pages = [_page_ms(visitor, query.text) for _round in range(rounds)]
        in_database += database
        as_page += pages
        _line(
            {
                "query": query.text,
                "total": page.total,
                "first": codes,
                "hit": bool(query.codes & {*codes}) if catalogue else None,
                "database_ms": _spread(database),
                "page_ms": _spread(pages),
            }
        )
    share = round(hits / len(EVERYDAY_QUERIES), 3)
    median = statistics.median(in_database)
    _line(
        {
            "overall": "search",
            "queries": len(EVERYDAY_QUERIES),
            "database_ms": _spread(in_database),
            "page_ms": _spread(as_page),
            "hit_rate_of_first_three": share if catalogue else None,
            "meets_aims": {
                f"median_under_{AIM_MS:g}_ms_in_the_database": median < AIM_MS,
                f"hit_rate_at_least_{AIM_HITS}": share >= AIM_HITS if catalogue else None,
            },
            "load": os.getloadavg(),
        }
    )


def _catalogue(path: str) -> int:
    from django.core.management import call_command

    from procedures import selectors, services

    if path:
        call_command("import_procedures", path, stdout=sys.stderr)
    else:
        from tests.benchmarks.generated import make_catalogue, make_people

        make_catalogue(make_people(1), 1)
    call_command("seed_catalogue", stdout=sys.stderr)
    services.rebuild_search()
    return selectors.search().total


def _database_ms(connection: Any, action: Callable[[], object]) -> float:
    """What the statements took, from sending them to having their first rows."""
    spent = 0.0

    def clocked(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal spent
        begun = time.perf_counter()
        try:
            return execute(*given)
        finally:
            spent += time.perf_counter() - begun

    with connection.execute_wrapper(clocked):
        action()
    return spent * 1_000


def _page_ms(visitor: Any, text: str) -> float:
    """The whole page through middleware, view and templates, without a network."""
    begun = time.perf_counter()
    response = visitor.get("/thu-tuc/", {"q": text})
    spent = time.perf_counter() - begun
    assert response.status_code == 200, (text, response.status_code)
    return spent * 1_000


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)], 2),
    }


def _line(values: dict[str, Any]) -> None:
    print(json.dumps(values, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
