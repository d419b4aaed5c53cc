"""Measures the operations on the dossiers that are there, beside their yardstick, in one run with the same clients."""

import json
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from dossiers.models import Dossier
from portal.documents.models import StoredDocument
from tests.benchmarks import servers
from tests.benchmarks.generated.people import CLIENTS, PASSWORD, People
from tests.benchmarks.http_client import Browser, UnexpectedAnswer
from tests.benchmarks.load import Go, Measured, run_round
from tests.benchmarks.operations import Operation, Target, client_of, in_process, over_http, requests_of
from tests.benchmarks.tape import Tape, record

ROUNDS = 4
ROUND_SECONDS = 4.0
AIM = 0.6
"""At least this share of the yardstick's requests per second."""
MAY_GROW = 1.2
"""At most this much dearer with ten times the dossiers; a tenth is noise on a shared machine."""


def say(sentence: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {sentence}", file=sys.stderr, flush=True)


def put_out(line: Mapping[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


@dataclass
class Bench:
    """Where the portal listens, and the browsers that are signed in to it."""

    people: People
    port: int
    log: Path
    environment: dict[str, str]
    browsers: dict[str, list[Browser]]

    @classmethod
    def signed_in(cls, people: People, port: int, log: Path, environment: dict[str, str]) -> "Bench":
        """Eight browsers each for nobody, for citizens and for officers of the desk."""
        browsers = {role: [Browser(port) for _client in range(CLIENTS)] for role in ("", "citizen", "officer")}
        for role, accounts in (("citizen", people.citizens), ("officer", people.officers)):
            for browser, (_pk, email) in zip(browsers[role], accounts, strict=True):
                browser.sign_in(reverse("account_login"), email, PASSWORD)
        return cls(people, port, log, environment, browsers)

    def real_goes(self, operation: Operation, feeds: list[Iterator[Target]]) -> list[Go]:
        return [_real_go(operation, *pair) for pair in zip(self.browsers[operation.role], feeds, strict=True)]

    def close(self) -> None:
        for browsers in self.browsers.values():
            for browser in browsers:
                browser.close()


def _real_go(operation: Operation, browser: Browser, feed: Iterator[Target]) -> Go:
    talk = over_http(browser)

    def go() -> int:
        count = 0
        for request in requests_of(operation.talk_about(next(feed)), talk):
            request()
            count += 1
        return count

    return go


def _bare_go(operation: Operation, tapes: list[list[Tape]], port: int, feed: Iterator[Target]) -> Go:
    browser = Browser(port)

    def go() -> int:
        target = next(feed)
        variant = operation.variant_of(target)
        values = dict(target.given)
        for number in range(len(tapes[variant])):
            answer = browser.get(f"/tape/{operation.name}-{variant}-{number}/?{quote(json.dumps(values))}")
            if answer.status != 200:
                raise UnexpectedAnswer(f"the yardstick of {operation.name} answered {answer.status}")
            values.update(json.loads(answer.body))
        return len(tapes[variant])

    return go


def record_operation(operation: Operation) -> list[list[Tape]]:
    """Tapes by variant and request, recorded in this process on a warm second conversation."""
    feed = operation.targets(0)
    tapes: dict[int, list[Tape]] = {}
    user_id: int | None = None
    for target in islice(feed, operation.variants * 2):
        user_id = target.given.get("user")
        client = client_of(user_id)
        given = {name: value for name, value in target.given.items() if name != "variant"}
        requests = requests_of(operation.talk_about(target), in_process(client))
        tapes[operation.variant_of(target)] = record(requests, given, _fresh_texts)
    return [tapes[variant] for variant in range(operation.variants)]


def _fresh_texts() -> list[str]:
    """Unique texts of the rows made last: when a conversation filed a dossier, these are its code and its file's name."""
    dossier = Dossier.objects.order_by("-pk").first()
    document = StoredDocument.objects.order_by("-created_at").first()
    return [text for text in (dossier and dossier.code, document and document.storage_name) if text]


@contextmanager
def yardstick(bench: Bench, tapes: Mapping[str, list[list[Tape]]]) -> Iterator[int]:
    """The bare server with these tapes; yields its port."""
    path = bench.log.with_name("tapes.pickle")
    flat = {
        f"{name}-{variant}-{number}": tape
        for name, variants in tapes.items()
        for variant, requests in enumerate(variants)
        for number, tape in enumerate(requests)
    }
    path.write_bytes(pickle.dumps(flat))
    port = servers.free_port()
    environment = {**bench.environment, "BENCH_TAPES": str(path)}
    with servers.running("tests.benchmarks.bare_settings", port, bench.log, environment):
        yield port


def _figures(measured: Measured) -> dict[str, Any]:
    return {
        "requests_per_second": round(measured.requests_per_second, 1),
        "p50_ms": round(measured.percentile(0.5), 1),
        "p95_ms": round(measured.percentile(0.95), 1),
        "goes": len(measured.durations),
    }


def queries_of(tapes: list[list[Tape]]) -> int:
    """SQL statements of one go; of the variants the most."""
    return max(sum(len(tape.statements) for tape in requests) for requests in tapes)


def compare(
    bench: Bench, bare_port: int, operation: Operation, tapes: list[list[Tape]], dossiers: int
) -> dict[str, Any]:
    """Rounds of the portal and of the yardstick in turn, and what they say."""
    feeds = [operation.targets(client) for client in range(CLIENTS)]
    sides = {
        "portal": bench.real_goes(operation, feeds),
        "yardstick": [_bare_go(operation, tapes, bare_port, feed) for feed in feeds],
    }
    totals = {name: Measured() for name in sides}
    loads = []
    for goes in sides.values():
        run_round(goes, seconds=1.0, most=3)
    for _round in range(ROUNDS):
        for name, goes in sides.items():
            totals[name].add(run_round(goes, seconds=ROUND_SECONDS, most=operation.most_in_a_round))
            loads.append(os.getloadavg()[0])
    bench.close()
    real, bare = totals["portal"], totals["yardstick"]
    share = real.requests_per_second / bare.requests_per_second if bare.requests_per_second else 0.0
    return {
        "operation": operation.name,
        "what": operation.what,
        "dossiers": dossiers,
        "clients": CLIENTS,
        **_figures(real),
        "requests_per_go": len(tapes[0]),
        "queries": queries_of(tapes),
        "yardstick": _figures(bare),
        "share_of_yardstick": round(share, 3),
        "meets_aim": share >= AIM,
        "load_average": round(sum(loads) / len(loads), 1),
    }


def costs(
    bench: Bench, bare_port: int, operations: list[Operation], tapes: Mapping[str, list[list[Tape]]]
) -> dict[str, dict[str, float]]:
    """Median milliseconds of one go with a single client, of the portal and of its yardstick, by operation."""
    found = {}
    for operation in operations:
        feed = operation.targets(0)
        real = bench.real_goes(operation, [feed] * CLIENTS)[0]
        bare = _bare_go(operation, tapes[operation.name], bare_port, feed)
        sides: dict[str, tuple[Callable[[], int], Measured]] = {
            "portal": (real, Measured()),
            "yardstick": (bare, Measured()),
        }
        for most in (3, operation.sequential_goes):
            for go, measured in sides.values():
                one = run_round([go], seconds=30.0, most=most)
                if most > 3:
                    measured.add(one)
        found[operation.name] = {name: round(one.percentile(0.5), 2) for name, (_go, one) in sides.items()}
    bench.close()
    return found
