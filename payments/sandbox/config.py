"""What the sandbox is told by its environment."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Config:
    """`port` 0 takes any free port. `retry_seconds` are the pauses before each new try of a notification."""

    host: str
    port: int
    terminal: str
    secret: str = field(repr=False)
    notification_url: str
    state_file: Path | None
    retry_seconds: tuple[float, ...]
    late_seconds: float


def from_environment() -> Config:
    """Read the variables, or end the process with a sentence that names the one that is wrong."""
    notification_url = os.environ.get("SANDBOX_IPN_URL", "").strip()
    if notification_url and urlsplit(notification_url).scheme not in ("http", "https"):
        sys.exit("SANDBOX_IPN_URL must be an address that starts with http or https.")
    state_file = os.environ.get("SANDBOX_STATE", "").strip()
    return Config(
        host=os.environ.get("SANDBOX_HOST", "").strip() or "127.0.0.1",
        port=int(_number("PAYMENT_SANDBOX_PORT", "8091")),
        terminal=_required("VNPAY_TMN_CODE"),
        secret=_required("VNPAY_HASH_SECRET"),
        notification_url=notification_url,
        state_file=Path(state_file) if state_file else None,
        retry_seconds=tuple(_numbers("SANDBOX_RETRY_SECONDS", "1,2,5,10,30,60")),
        late_seconds=_number("SANDBOX_LATE_SECONDS", "20"),
    )


def _required(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        sys.exit(f"{name} is not set; the payment sandbox cannot start without it.")
    return value


def _number(name: str, default: str) -> float:
    return _numbers(name, default)[0]


def _numbers(name: str, default: str) -> list[float]:
    text = os.environ.get(name, "").strip() or default
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        sys.exit(f"{name} must be a number, or numbers separated by commas.")
