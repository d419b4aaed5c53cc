"""Taking run-together texts of the national catalogue apart. Nothing is left out; what is not understood stays."""

import re

from portal.core.text import normalise

_LONGEST_TITLE = 300
_LONGEST_NUMBER = 80
# "Luật 54/2014/QH1354/2014/QH13Thông tư…": title and number of each text follow each other without a blank. A number
# ends an entry when the text stops there or goes on with a capital letter.
# A date is read first, so that "21/1/201508/2015/NĐ-CP" does not end in a number 1508/2015.
_NUMBER = re.compile(
    r"\d{1,2}/\d{1,2}/\d{4}|(?P<number>\d{1,4}/\d{4}/(?:QH\d{2}|UBTVQH\d{2}|[A-ZĐ]+(?:[-_][A-ZĐ]+)*(?![a-zà-ỹđ])))"
)
_ENTRY_ENDS = re.compile(r"\s*$|[A-ZĐÀ-Ỹ“\"]")
_STEP = re.compile(r"(?m)^[\s\-+*•]*(?:bước|Bước|BƯỚC)\s*(\d+)\s*[:.\-)]?[ \t]*")


def split_legal_bases(text: str) -> list[tuple[str, str]]:
    """(number, title) of each legal text, in order; number is "" where none can be told."""
    entries: list[tuple[str, str]] = []
    start = 0
    for found in _NUMBER.finditer(text):
        if found["number"] is None or not _ENTRY_ENDS.match(text, found.end()):
            continue
        number = found.group()
        title = normalise(text[start : found.start()])
        entries.append((number[:_LONGEST_NUMBER], title))
        start = found.end()
    rest = normalise(text[start:])
    if rest:
        entries.append(("", rest))
    return entries


def split_steps(text: str) -> list[tuple[str, str]]:
    """(title, description) of each step. A text without numbered steps is one step, its first line not torn off."""
    marks = list(_STEP.finditer(text))
    if len(marks) < 2:
        return [("", text)] if text else []
    steps = []
    before = text[: marks[0].start()].strip()
    if before:
        steps.append(("", before))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        body = text[mark.end() : following.start() if following else len(text)].strip()
        title, _, rest = body.partition("\n")
        if len(title) > _LONGEST_TITLE:
            title, rest = "", body
        steps.append((title.strip(), rest.strip()))
    return steps
