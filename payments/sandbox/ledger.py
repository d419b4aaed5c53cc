"""The sandbox's own book of transactions: in memory, and in a file when one is named."""

import json
import secrets
import threading
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

VIETNAM = timezone(timedelta(hours=7))
STAMP = "%Y%m%d%H%M%S"
# What the buttons of the pay page mean: vnp_ResponseCode and vnp_TransactionStatus.
RESULTS = {
    "pay": ("00", "00"),
    "cancel": ("24", "02"),
    "fail": ("51", "02"),
    "suspect": ("07", "07"),
    "expire": ("11", "02"),
}


def now_stamp() -> str:
    return datetime.now(VIETNAM).strftime(STAMP)


@dataclass
class Transaction:
    """One order as the portal sent it, and what became of it. `amount` is đồng × 100, as on the wire."""

    reference: str
    amount: int
    order_info: str
    return_url: str
    created: str
    expires: str
    locale: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    response_code: str = ""
    status: str = "01"
    transaction_no: str = ""
    pay_date: str = ""

    @property
    def is_final(self) -> bool:
        return self.response_code != ""

    @property
    def is_expired(self) -> bool:
        return now_stamp() > self.expires


class Ledger:
    """All transactions by reference. Every method may be called from any thread."""

    def __init__(self, state_file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._file = state_file
        self._by_reference: dict[str, Transaction] = {}
        self._request_ids: set[str] = set()
        if state_file is not None and state_file.exists():
            self._by_reference = _read(state_file)

    def open(self, candidate: Transaction) -> Transaction:
        """The transaction of that reference: the one known, or the candidate now written down."""
        with self._lock:
            known = self._by_reference.setdefault(candidate.reference, candidate)
            self._save()
            return known

    def by_token(self, token: str) -> Transaction | None:
        with self._lock:
            return next((one for one in self._by_reference.values() if one.token == token), None)

    def find(self, reference: str) -> Transaction | None:
        with self._lock:
            return self._by_reference.get(reference)

    def finish(self, transaction: Transaction, action: str) -> bool:
        """Give the transaction its result; False when it has one already (a double click)."""
        with self._lock:
            if transaction.is_final:
                return False
            transaction.pay_date = now_stamp()
            # Unpaid tries have the number 0, as at the real provider.
            transaction.transaction_no = str(secrets.randbelow(90_000_000) + 10_000_000) if action == "pay" else "0"
            transaction.status = RESULTS[action][1]
            transaction.response_code = RESULTS[action][0]
            self._save()
            return True

    def is_new_request(self, request_id: str) -> bool:
        """Has this question not been asked before? Remembers it."""
        with self._lock:
            is_new = request_id not in self._request_ids
            self._request_ids.add(request_id)
            return is_new

    def latest(self, limit: int = 20) -> list[Transaction]:
        with self._lock:
            return list(self._by_reference.values())[::-1][:limit]

    def _save(self) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps([asdict(one) for one in self._by_reference.values()]), encoding="utf-8")
        draft.replace(self._file)


def _read(state_file: Path) -> dict[str, Transaction]:
    """What the file holds; nothing when it is broken or of an older form, because play money is not worth a failed
    start."""
    try:
        rows = json.loads(state_file.read_text(encoding="utf-8"))
        return {row["reference"]: Transaction(**row) for row in rows}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
