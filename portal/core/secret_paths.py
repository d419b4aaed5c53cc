"""Addresses that open something by themselves stay out of the log: whoever reads it must not be able to follow them."""

import logging
import re

_SECRET = re.compile(r"(/(?:giay-to-chia-se|danh-gia)/)[^/\s]+")


def blot(text: str) -> str:
    """Without what stands behind the address of a shared paper or of a rating that was mailed."""
    return _SECRET.sub(r"\1…", text)


class SecretPaths(logging.Formatter):
    """Blots the whole line, its traceback included, whichever logger wrote it.

    A line whose arguments do not fit it is said to be lost: logging itself would print the arguments as they are.
    """

    def format(self, record: logging.LogRecord) -> str:
        try:
            return blot(super().format(record))
        except Exception as error:  # noqa: BLE001 - a log line must not break whoever writes it
            return f"{record.levelname} {record.name} line {record.lineno} not written: {type(error).__name__}"
