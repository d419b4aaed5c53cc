"""Clients that do the same thing again and again, and what their times say."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

# One go of one client: returns how many HTTP requests it took; raises StopIteration when it has nothing left to do.
Go = Callable[[], int]


@dataclass
class Measured:
    """Durations in seconds of each go, over one or several rounds."""

    durations: list[float] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0

    def add(self, other: "Measured") -> None:
        self.durations += other.durations
        self.requests += other.requests
        self.seconds += other.seconds

    @property
    def per_second(self) -> float:
        return len(self.durations) / self.seconds if self.seconds else 0.0

    @property
    def requests_per_second(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Nearest rank, in milliseconds."""
        if not self.durations:
            return 0.0
        ordered = sorted(self.durations)
        return ordered[ceil(share * len(ordered)) - 1] * 1000


def run_round(goes: Sequence[Go], *, seconds: float, most: int | None = None) -> Measured:
    """Every client repeats its go side by side, for so long and at most so often each; the first error ends the round."""
    results: list[Measured] = [Measured() for _go in goes]
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(goes) + 1)

    def client(go: Go, measured: Measured) -> None:
        barrier.wait()
        deadline = time.perf_counter() + seconds
        try:
            while not failures and (most is None or len(measured.durations) < most):
                begun = time.perf_counter()
                if begun >= deadline:
                    break
                measured.requests += go()
                measured.durations.append(time.perf_counter() - begun)
        except StopIteration:
            return
        except BaseException as error:  # noqa: BLE001 - told to the caller below
            failures.append(error)

    threads = [threading.Thread(target=client, args=pair, daemon=True) for pair in zip(goes, results, strict=True)]
    for thread in threads:
        thread.start()
    barrier.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    total = Measured(seconds=time.perf_counter() - begun)
    if failures:
        raise failures[0]
    for measured in results:
        total.durations += measured.durations
        total.requests += measured.requests
    return total
