"""Taking run-together texts of the national catalogue apart. Nothing is left out; what is not understood stays.

And telling whether the words beside a number say more than the number.
"""

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


_AMOUNT = re.compile(r"(?<![\d.,])(\d[\d.,]{0,30})\s?(?:đồng|vnđ|vnd|đ\b|triệu)", re.IGNORECASE)
# "250.000 đồng/bản", "160.000/hộ chiếu", "(/trang)": what the price is for. Not "172/2010/TT-BTC".
_BY_UNIT = re.compile(r"(?:đồng|vnđ|vnd|đ|\(|[.,]\d{3})\s*/\s*(?:\d+\s*)?([^\W\d_]+(?: [^\W\d_]+)?)", re.IGNORECASE)
# Of these a dossier has one, so the price of one is the fee.
_ONE_A_DOSSIER = frozenset(
    (
        *("lần", "lượt", "hồ sơ", "giấy", "thẻ", "cchn", "hộ chiếu", "trường hợp", "giao dịch", "tờ khai"),
        *("chứng chỉ", "chứng nhận", "quyết định", "đơn", "sổ", "đề án", "báo cáo", "cơ sở"),
    )
)
# Another price for somebody, for some days, for some of the units; a least, a most.
_CONDITION = re.compile(r"miễn|giảm|%|tối đa|tối thiểu|từ trang|trở lên|trở xuống|một nửa|áp dụng mức", re.IGNORECASE)


def says_more_of_fee(note: str, amount: int) -> bool:
    """Do the words beside a fee of so many đồng tell more than the number: another amount, a unit, a condition?

    Told too often rather than too seldom: who reviews reads a note more, and a price by the page never becomes a whole fee.
    """
    told = [re.sub(r"[.,]", "", found[1]).lstrip("0") for found in _AMOUNT.finditer(note)]
    if any(one != str(amount) for one in told) or _CONDITION.search(note):
        return True
    units = [found[1].lower() for found in _BY_UNIT.finditer(note)]
    return any(unit not in _ONE_A_DOSSIER and unit.split()[0] not in _ONE_A_DOSSIER for unit in units)
