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
class Refund:
    """Money that the merchant told us to give back; `amount` is đồng × 100. `ahead` are the statuses still to come: each
    question finds the next one."""

    request_id: str
    kind: str
    amount: int
    info: str
    created_by: str
    status: str = "00"
    ahead: list[str] = field(default_factory=list)
    number: str = field(default_factory=lambda: _number())
    created: str = field(default_factory=lambda: now_stamp())


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
    misbehaviour: str = ""
    refunds: list[Refund] = field(default_factory=list)

    @property
    def is_final(self) -> bool:
        return self.response_code != ""

    @property
    def is_expired(self) -> bool:
        return now_stamp() > self.expires

    @property
    def refundable(self) -> int:
        """What may still go back, đồng × 100: what a bank refused was not given back."""
        if self.status != "00":
            return 0
        return self.amount - sum(refund.amount for refund in self.refunds if refund.status != "09")


@dataclass(frozen=True)
class Movement:
    """A line of the daily statement; `amount` is đồng × 100."""

    number: str
    reference: str
    kind: str
    amount: int
    status: str
    moment: str
    info: str


class Ledger:
    """All transactions by reference. Every method may be called from any thread."""

    def __init__(self, state_file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._file = state_file
        self._by_reference: dict[str, Transaction] = {}
        self._request_ids: set[str] = set()
        if state_file is not None and state_file.exists():
            self._by_reference = _read(state_file)
            self._request_ids = {refund.request_id for one in self._by_reference.values() for refund in one.refunds}

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
            transaction.transaction_no = _number() if action in ("pay", "suspect") else "0"
            transaction.status = RESULTS[action][1]
            transaction.response_code = RESULTS[action][0]
            self._save()
            return True

    def behave(self, transaction: Transaction, misbehaviour: str) -> None:
        """From now on the provider misbehaves so about this transaction."""
        with self._lock:
            transaction.misbehaviour = misbehaviour
            self._save()

    def refund(self, transaction: Transaction, refund: Refund) -> bool:
        """Write the refund down; False when it is more than what is left of the payment, or all of it once a part has
        gone back."""
        with self._lock:
            is_all = refund.kind == "02"
            if refund.amount > transaction.refundable or is_all != (refund.amount == transaction.amount):
                return False
            transaction.refunds.append(refund)
            self._save()
            return True

    def next_of(self, transaction: Transaction, number: str) -> Refund | None:
        """The refund of that number (the latest one without a number), moved on by one status; None for the payment
        itself."""
        with self._lock:
            found = [one for one in transaction.refunds if number in ("", one.number)]
            if not found or number == transaction.transaction_no:
                return None
            if found[-1].ahead:
                found[-1].status = found[-1].ahead.pop(0)
                self._save()
            return found[-1]

    def of_day(self, day: str) -> list[Movement]:
        """What ended on that day (yyyymmdd), in the order of time: payments and tries of all kinds, and refunds."""
        with self._lock:
            found = []
            for one in self._by_reference.values():
                if one.is_final:
                    found.append(
                        Movement(
                            one.transaction_no,
                            one.reference,
                            "01",
                            one.amount,
                            one.status,
                            one.pay_date,
                            one.order_info,
                        )
                    )
                found += [
                    Movement(back.number, one.reference, back.kind, back.amount, back.status, back.created, back.info)
                    for back in one.refunds
                ]
        return sorted((one for one in found if one.moment.startswith(day)), key=lambda one: one.moment)

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
        return {
            row["reference"]: Transaction(**{**row, "refunds": [Refund(**refund) for refund in row.get("refunds", [])]})
            for row in rows
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _number() -> str:
    return str(secrets.randbelow(90_000_000) + 10_000_000)
