"""Labels as data (Vietnamese with an optional English), and what a typed string must be before a kind reads it."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from procedures.form_definitions.errors import DefinitionError

MAX_LABEL = 300
MAX_HELP = 3_000
# What is kept aside of an unusable answer; far above any field's own limit.
MAX_KEPT = 100_000

_REFUSED_CHARACTERS = re.compile("[\x00\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
# Full-width forms that an East Asian keyboard sends for ASCII: ０１２, ＠, －.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a definition. `en` is blank when one text serves both languages."""

    vi: str = ""
    en: str = ""

    def shown(self, language: str | None = None) -> str:
        """In the language asked for, else in the language of the moment."""
        chosen = language or get_language() or "vi"
        return self.en if self.en and chosen.startswith("en") else self.vi

    def to_json(self) -> str | dict[str, str]:
        return {"vi": self.vi, "en": self.en} if self.en else self.vi

    def __bool__(self) -> bool:
        return bool(self.vi)


NO_TEXT = Text()


def is_storable(value: str) -> bool:
    """PostgreSQL takes neither NUL nor half of a surrogate pair in JSON."""
    return _REFUSED_CHARACTERS.search(value) is None


def storable(value: str) -> str:
    """The text as typed, with a replacement sign where a character cannot be stored."""
    return _REFUSED_CHARACTERS.sub("\ufffd", value[:MAX_KEPT])


def printable(value: object) -> str:
    """A key of unknown origin, safe to show in a sentence."""
    if not isinstance(value, str):
        return type(value).__name__
    return "".join(char if char.isprintable() else "\ufffd" for char in storable(value[:60]))


def one_line(value: str) -> str:
    """NFC, runs of blanks folded to one, invisible format characters (zero width, direction marks) dropped."""
    visible = "".join(char for char in value if unicodedata.category(char) != "Cf")
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", visible)).strip()


def half_width(value: str) -> str:
    """Full-width letters, digits and signs as the ASCII they stand for; other digits than ours stay what they are."""
    return value.translate(_HALF_WIDTH)


def many_lines(value: str) -> str:
    """Like `one_line` for each line; lines are kept, blank lines at both ends are not."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(one_line(line) for line in lines).strip("\n")


def has_control_characters(value: str) -> bool:
    """Characters that print nothing and come from broken copies; line ends are not among them."""
    return any(unicodedata.category(char) == "Cc" and char != "\n" for char in value)


def parse_text(raw: object, *, name: str, max_length: int = MAX_LABEL, required: bool = False) -> Text:
    """A plain string, or `{"vi": "...", "en": "..."}`; raises `DefinitionError` without a place."""
    if raw is None:
        raw = ""
    if isinstance(raw, dict):
        if not all(isinstance(key, str) and key in ("vi", "en") for key in raw):
            raise DefinitionError(_("“%(name)s” chỉ nhận hai ngôn ngữ vi và en.") % {"name": name})
        values = {key: raw[key] for key in ("vi", "en") if key in raw}
    else:
        values = {"vi": raw}
    for value in values.values():
        if not isinstance(value, str):
            raise DefinitionError(_("“%(name)s” phải là chữ.") % {"name": name})
        if not is_storable(value) or has_control_characters(many_lines(value)):
            raise DefinitionError(_("“%(name)s” có ký tự không lưu được.") % {"name": name})
        if len(value) > max_length:
            raise DefinitionError(_("“%(name)s” dài quá %(limit)s ký tự.") % {"name": name, "limit": max_length})
    text = Text(vi=many_lines(values.get("vi", "")), en=many_lines(values.get("en", "")))
    if text.en and not text.vi:
        raise DefinitionError(_("“%(name)s” thiếu tiếng Việt.") % {"name": name})
    if required and not text.vi:
        raise DefinitionError(_("Thiếu “%(name)s”.") % {"name": name})
    return text
