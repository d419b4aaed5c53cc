"""Reads what mail servers send back when a mail did not arrive: delivery status notifications (RFC 3464).

A leaf: bytes in, facts out. Only the status code and the Message-ID of our mail are taken; texts and addresses stay out.
"""

import logging
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

logger = logging.getLogger(__name__)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,190}>")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
MOST_BYTES = 2_000_000
"""A report carries at most the mail it is about; ours are small."""


@dataclass(frozen=True, slots=True)
class BounceReport:
    """The mail under `message_id` was not delivered, for good; `status` is RFC 3463's code ("5.0.0" where none was told)."""

    message_id: str
    status: str


def read_report(raw: bytes) -> BounceReport | None:
    """None for what reports no final failure of one mail: replies, delays, confirmations, spam, what cannot be read.

    Anybody can write to that mailbox, and the parser raises whatever a malformed header brings it to: that is one message
    lost, and must not keep the others from being read.
    """
    if len(raw) > MOST_BYTES:
        return None
    try:
        return _read(raw)
    except Exception as error:  # noqa: BLE001 - see above
        logger.warning("a message among the bounces cannot be read: %s", type(error).__name__)
        return None


def _read(raw: bytes) -> BounceReport | None:
    message = message_from_bytes(raw, policy=policy.default)
    if not isinstance(message, EmailMessage) or message.get_content_type() != "multipart/report":
        return None
    parts = [part for part in message.walk() if part is not message]
    status = _final_failure(parts)
    message_id = _original_id(parts)
    return BounceReport(message_id, status) if status and message_id else None


def _final_failure(parts: list[EmailMessage]) -> str:
    """The status of the first recipient that failed; "" when none did."""
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
                found = _STATUS.search(str(block.get("Status", "")))
                return found[1] if found else "5.0.0"
    return ""


def _original_id(parts: list[EmailMessage]) -> str:
    """Message-ID of the mail that the report returns, whole or its headers alone."""
    for part in parts:
        kind = part.get_content_type()
        text = ""
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                text = str(inner[0].get("Message-ID", ""))
        elif kind == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            headers = message_from_bytes(payload if isinstance(payload, bytes) else b"", policy=policy.default)
            text = str(headers.get("Message-ID", ""))
        if found := _MESSAGE_ID.search(text):
            return found[0]
    return ""
