"""Where a page is empty from edge to edge: what it draws is followed operator by operator, and only heights are kept.

Careful rather than clever: a text counts for the whole width of the page, and a page on which anything is not understood
(an inline picture, a shading, slanted text, too much of it) has no free place at all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError

from portal.documents.signing.content_streams import NotUnderstood, operators

Matrix = tuple[float, float, float, float, float, float]
Band = tuple[float, float]

_UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# A letter has some hundred; a map has a million, and is full anyhow.
_MOST_OPERATORS = 40_000
_DEEPEST = 6
_MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Box:
    """In points from the lower left corner, as PDF counts."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


def page_box(page: Any) -> Box | None:
    """What is shown of the page; None for a page that is turned or measured in other units."""
    if inherited(page, "/Rotate", 0) % 360 != 0 or value(page, "/UserUnit", 1) != 1:
        return None
    numbers = inherited(page, "/CropBox", None) or inherited(page, "/MediaBox", None)
    if numbers is None or len(numbers) != 4:
        return None
    one, two, three, four = (float(number) for number in numbers)
    return Box(min(one, three), min(two, four), max(one, three), max(two, four))


def value(node: Any, name: str, default: Any = None) -> Any:
    """The value itself: pyHanko's `get` would give a reference to it."""
    return node[name] if name in node else default  # noqa: SIM401


def inherited(page: Any, name: str, default: Any) -> Any:
    """A value of the page or of the nodes above it."""
    node, seen = page, 0
    while node is not None and seen < 50:
        if name in node:
            return node[name]
        node, seen = value(node, "/Parent"), seen + 1
    return default


def largest_free_band(page: Any, *, margin: float) -> Band | None:
    """The highest strip of the page, from bottom to top, on which nothing is drawn; None where nothing can be said."""
    box = page_box(page)
    if box is None:
        return None
    try:
        taken = [*_bands_of_content(page, box), *_bands_of_annotations(page)]
    except (NotUnderstood, ValueError, TypeError, KeyError, IndexError, AttributeError, PdfReadError):
        return None
    low, high = box.bottom + margin, box.top - margin
    best: Band | None = None
    edge = low
    for bottom, top in [*sorted(taken), (high, high)]:
        if bottom - edge > (best[1] - best[0] if best else 0):
            best = (edge, min(bottom, high))
        edge = max(edge, top)
    return best


def _bands_of_annotations(page: Any) -> Iterator[Band]:
    for annotation in value(page, "/Annots", ()):
        rectangle = value(annotation.get_object(), "/Rect")
        if rectangle is not None:
            low, high = sorted((float(rectangle[1]), float(rectangle[3])))
            if high > low:
                yield low, high


def _bands_of_content(page: Any, box: Box) -> list[Band]:
    contents = value(page, "/Contents")
    if contents is None:
        return []
    parts = [one.get_object() for one in contents] if isinstance(contents, generic.ArrayObject) else [contents]
    reading = _Reading(box)
    reading.follow(parts, inherited(page, "/Resources", generic.DictionaryObject()), _UNMOVED, depth=0)
    return reading.bands


@dataclass(frozen=True, slots=True)
class _Pen:
    """The graphics state as far as heights hang on it."""

    place: Matrix
    size: float = 0.0
    leading: float = 0.0
    rise: float = 0.0
    line_width: float = 1.0
    paints_white: bool = False


class _Reading:
    """One page being read; `bands` is what it draws on."""

    def __init__(self, box: Box) -> None:
        self.box, self.bands, self._count = box, list[Band](), 0

    def follow(self, parts: list[Any], resources: Any, place: Matrix, *, depth: int) -> None:
        data = b"\n".join(part.data for part in parts)
        if depth > _DEEPEST or len(data) > _MOST_BYTES:
            raise NotUnderstood
        pen, saved = _Pen(place), list[_Pen]()
        path: list[tuple[float, float]] = []
        line = text = _UNMOVED
        for operator, given in operators(data):
            self._count += 1
            if self._count > _MOST_OPERATORS:
                raise NotUnderstood
            match operator:
                case "q":
                    saved.append(pen)
                case "Q":
                    pen = saved.pop()
                case "cm":
                    pen = replace(pen, place=_times(_matrix(given), pen.place))
                case "w":
                    pen = replace(pen, line_width=given[0])
                case "g" | "rg" | "sc" | "scn":
                    numbers = [part for part in given if isinstance(part, float)]
                    pen = replace(pen, paints_white=bool(numbers) and min(numbers) >= 1.0 and len(numbers) in (1, 3))
                case "k" | "cs":
                    pen = replace(pen, paints_white=False)
                case "m" | "l":
                    path.append((given[0], given[1]))
                case "c" | "v" | "y":
                    path += zip(given[::2], given[1::2], strict=True)
                case "re":
                    x, y, width, height = given
                    path += [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]
                case "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" | "S" | "s":
                    self._painted(path, pen, is_filled_only=operator in {"f", "F", "f*"})
                    path = []
                case "n":
                    path = []
                case "BT":
                    line = text = _UNMOVED
                case "Tf":
                    pen = replace(pen, size=given[1])
                case "TL":
                    pen = replace(pen, leading=given[0])
                case "Ts":
                    pen = replace(pen, rise=given[0])
                case "Td" | "TD":
                    if operator == "TD":
                        pen = replace(pen, leading=-given[1])
                    line = text = _times((1, 0, 0, 1, given[0], given[1]), line)
                case "Tm":
                    line = text = _matrix(given)
                case "T*":
                    line = text = _times((1, 0, 0, 1, 0, -pen.leading), line)
                case "Tj" | "TJ":
                    self._written(text, pen)
                case "'" | '"':
                    line = text = _times((1, 0, 0, 1, 0, -pen.leading), line)
                    self._written(text, pen)
                case "Do":
                    self._placed(resources["/XObject"][given[0]], resources, pen, depth=depth)
                case "sh":
                    raise NotUnderstood
                case _:
                    # Colours, marked content, clipping: none of them draws, and what is clipped away is kept as drawn.
                    continue

    def _painted(self, path: list[tuple[float, float]], pen: _Pen, *, is_filled_only: bool) -> None:
        if not path:
            return
        heights = [_moved(point, pen.place)[1] for point in path]
        low, high = min(heights), max(heights)
        # The paper itself, painted by some programs before anything else.
        if is_filled_only and pen.paints_white and high - low > 0.9 * self.box.height:
            return
        half = 0.0 if is_filled_only else pen.line_width * max(abs(part) for part in pen.place[:4]) / 2
        self._keep(low - half, high + half)

    def _written(self, text: Matrix, pen: _Pen) -> None:
        where = _times(text, pen.place)
        if abs(where[1]) > 1e-3 or abs(where[2]) > 1e-3:
            raise NotUnderstood
        base, unit = _moved((0, pen.rise), where)[1], pen.size * where[3]
        # Vietnamese capitals carry two marks one above the other.
        ends = (base - 0.35 * unit, base + 1.15 * unit)
        self._keep(min(ends), max(ends))

    def _placed(self, drawing: Any, resources: Any, pen: _Pen, *, depth: int) -> None:
        kind = value(drawing, "/Subtype")
        if kind == "/Image":
            corners = [_moved(corner, pen.place)[1] for corner in ((0, 0), (1, 0), (0, 1), (1, 1))]
            self._keep(min(corners), max(corners))
        elif kind == "/Form":
            place = _times(_matrix(value(drawing, "/Matrix", _UNMOVED)), pen.place)
            self.follow([drawing], value(drawing, "/Resources", resources), place, depth=depth + 1)
        else:
            raise NotUnderstood

    def _keep(self, low: float, high: float) -> None:
        if high >= self.box.bottom and low <= self.box.top:
            self.bands.append((low, high))


def _matrix(given: Iterable[Any]) -> Matrix:
    one, two, three, four, five, six = (float(part) for part in given)
    return one, two, three, four, five, six


def _times(first: Matrix, then: Matrix) -> Matrix:
    """Move by the first, then by the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _moved(point: tuple[float, float], place: Matrix) -> tuple[float, float]:
    x, y = point
    return x * place[0] + y * place[2] + place[4], x * place[1] + y * place[3] + place[5]
