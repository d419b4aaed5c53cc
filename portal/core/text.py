"""Vietnamese text: normal form, accent-free folding for search, the sort key of a name, ASCII slugs (DOMAIN 10)."""

import re
import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_ORDER = {letter: index for index, letter in enumerate(_LETTERS, start=1)}
_TONE_ORDER = {"\u0309": 2, "\u0300": 1, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPE_MARKS = {"\u0306", "\u0302", "\u031b"}
# D with stroke has no decomposition; the Icelandic eth is what some keyboards send for it.
_D_STROKES = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "Ð": "d"})
_BLANKS = re.compile(r"\s+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def normalise(value: str) -> str:
    """NFC with runs of white space folded to one blank: the form in which one-line texts are stored and compared."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", value)).strip()


def fold(value: str) -> str:
    """Lower case without tones, shape marks and đ: "Đăng ký" and "dang ky" both give "dang ky"."""
    decomposed = unicodedata.normalize("NFD", value.lower().translate(_D_STROKES))
    stripped = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _BLANKS.sub(" ", stripped).strip()


def slug(value: str) -> str:
    """ASCII words joined by hyphens, for file names and addresses."""
    return _NOT_SLUG.sub("-", fold(value)).strip("-")


def _word_key(word: str) -> str:
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", word.lower()).replace("ð", "đ"):
        decomposed = unicodedata.normalize("NFD", char)
        tone = next((_TONE_ORDER[mark] for mark in decomposed[1:] if mark in _TONE_ORDER), 0)
        base = unicodedata.normalize("NFC", decomposed[0] + "".join(m for m in decomposed[1:] if m in _SHAPE_MARKS))
        letters.append(_LETTER_ORDER.get(base, 40 + ord(base[0]) % 40))
        tones.append(tone)
    return "".join(chr(48 + index) for index in letters) + "!" + "".join(str(tone) for tone in tones)


def name_sort_key(full_name: str) -> str:
    """Key by which people are listed: given name (last word), then middle words, then family name.

    Letters come before tones within a word (ngang, huyền, hỏi, ngã, sắc, nặng), as in a Vietnamese dictionary. ASCII, so
    that any collation of the database sorts it alike.
    """
    words = normalise(full_name).split(" ")
    ordered = [words[-1], *words[1:-1], *words[:1]] if len(words) > 1 else words
    return " ".join(_word_key(word) for word in ordered)
