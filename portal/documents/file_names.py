"""File names as people give them, made safe to store, show and send."""

import mimetypes
import re
import unicodedata

from django.utils.http import content_disposition_header

from portal.core.text import normalise, slug

NAME_LENGTH = 200
_FALLBACK_NAME = "tep"
# Control characters, and the invisible ones that turn "gpj.exe" round to look like "exe.jpg".
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean_name(raw: str | None) -> str:
    """The last part of a path, NFC, single blanks, no control characters, at most 200 characters, never empty."""
    last = (raw or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = normalise(_UNSAFE.sub("", last)).strip(". ")
    if not name:
        return _FALLBACK_NAME
    if len(name) > NAME_LENGTH:
        ending = extension(name)
        name = name[: NAME_LENGTH - len(ending)].rstrip() + ending
    return name


def extension(name: str) -> str:
    """Lower-case ending with its dot, or "" where there is none: `Đơn số 12.2024` has no ending."""
    stem, dot, ending = name.rpartition(".")
    ending = ending.lower()
    if not stem or not dot or not ending.isascii() or not ending.isalnum() or len(ending) > 8:
        return ""
    is_known = mimetypes.guess_type(f"x.{ending}")[0] is not None or ending in {"heic", "heif", "jfif"}
    return f".{ending}" if is_known else ""


def with_extension(name: str, ending: str) -> str:
    """The name with the ending added, shortened so that the whole fits."""
    return name[: NAME_LENGTH - len(ending)].rstrip(". ") + ending


def content_disposition(name: str, *, as_attachment: bool) -> str:
    """RFC 6266: an ASCII `filename` that every client reads and `filename*` with the true Vietnamese name."""
    ending = extension(name)
    stem = name[: len(name) - len(ending)] if ending else name
    ascii_name = (slug(unicodedata.normalize("NFC", stem)) or _FALLBACK_NAME) + ending
    header = content_disposition_header(as_attachment, ascii_name) or ""
    exact = content_disposition_header(as_attachment, name) or ""
    _, marker, encoded = exact.partition("filename*=")
    return f"{header}; {marker}{encoded}" if marker else header
