"""Pages of one PDF behind those of another, as pictures of themselves: no form, no script, no signature goes along."""

from io import BytesIO
from typing import IO, Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import get_and_apply
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter, copy_into_new_writer

from portal.documents.errors import DocumentBroken, DocumentTooLarge
from portal.documents.signing.free_places import value

# Pure Python: about 10 ms a page.
MOST_PAGES = 200
# What stands on the page for the eye: the visible mark of a signature is one of them.
_DRAWN = {pdf_name("/Widget"), pdf_name("/Stamp"), pdf_name("/FreeText")}
_HIDDEN = 0b10 | 0b100000


def pages_behind(cover: bytes, original: IO[bytes], *, alternate_text: str) -> bytes:
    """The cover, a tagged PDF of our own, followed by every page of the original.

    Each page becomes one figure whose alternate text is `alternate_text` with `%(page)d`: what tags the original has do not
    survive. The visible marks of annotations are drawn, their actions and values stay behind. Raises DocumentBroken for an
    original that cannot be read, DocumentTooLarge for more than 200 pages.
    """
    writer = copy_into_new_writer(PdfFileReader(BytesIO(cover)))
    try:
        reader = PdfFileReader(original, strict=False)
        count = int(reader.root["/Pages"]["/Count"])
        if count > MOST_PAGES:
            raise DocumentTooLarge
        for number in range(count):
            _append(writer, reader, number, alternate_text % {"page": number + 1})
        out = BytesIO()
        writer.write(out)
    except DocumentTooLarge:
        raise
    except Exception:  # noqa: BLE001 - a hostile file may break the reader in any way; all of them mean "does not open"
        raise DocumentBroken from None
    return out.getvalue()


def _append(writer: PdfFileWriter, reader: PdfFileReader, number: int, words: str) -> None:
    page = reader.find_page_for_modification(number)[0].get_object()
    box = _shown_box(page)
    drawn = generic.DictionaryObject()
    commands = ["/Figure <</MCID 0>> BDC"]
    if "/Contents" in page:
        drawn[pdf_name("/P")] = writer.import_page_as_xobject(reader, number)
        commands.append("q /P Do Q")
    for position, annotation in enumerate(value(page, "/Annots", ())):
        picture = _picture_of(annotation.get_object())
        if picture is not None:
            appearance, matrix = picture
            name = f"/A{position}"
            drawn[pdf_name(name)] = writer.import_object(appearance)
            commands.append(f"q {matrix} cm {name} Do Q")
    commands.append("EMC")
    contents = writer.add_object(generic.StreamObject(stream_data="\n".join(commands).encode("ascii")))
    new = PageObject(contents, box, generic.DictionaryObject({pdf_name("/XObject"): drawn}))
    turned = _inherited(page, "/Rotate")
    if turned:
        new[pdf_name("/Rotate")] = generic.NumberObject(int(turned))
    _tag(writer, new, writer.insert_page(new), words, box)


def _shown_box(page: Any) -> list[float]:
    """What is seen of the page: what lies outside of its crop box was left out on purpose."""
    whole = _rectangle(_inherited(page, "/MediaBox"))
    crop = _inherited(page, "/CropBox")
    if crop is None:
        return whole
    left, bottom, right, top = _rectangle(crop)
    shown = [max(whole[0], left), max(whole[1], bottom), min(whole[2], right), min(whole[3], top)]
    return shown if shown[0] < shown[2] and shown[1] < shown[3] else whole


def _rectangle(numbers: Any) -> list[float]:
    """Left, bottom, right, top, whichever two corners were given."""
    one, two, three, four = (float(numbers[position]) for position in range(4))
    return [min(one, three), min(two, four), max(one, three), max(two, four)]


def _inherited(page: Any, name: str) -> Any:
    while page is not None:
        if name in page:
            return page[name]
        page = get_and_apply(page, "/Parent", lambda parent: parent.get_object())
    return None


def _picture_of(annotation: Any) -> tuple[Any, str] | None:
    """What the annotation draws, by reference, and the matrix that puts it into its rectangle; None for nothing."""
    if value(annotation, "/Subtype") not in _DRAWN or int(value(annotation, "/F", 0)) & _HIDDEN:
        return None
    looks = value(annotation, "/AP")
    if looks is None or "/N" not in looks or not isinstance(looks["/N"], generic.StreamObject):
        return None
    left, bottom, right, top = _rectangle(annotation["/Rect"])
    x0, y0, x1, y1 = _turned(_rectangle(looks["/N"]["/BBox"]), value(looks["/N"], "/Matrix"))
    if x1 == x0 or y1 == y0 or right == left or top == bottom:
        return None
    across, up = (right - left) / (x1 - x0), (top - bottom) / (y1 - y0)
    matrix = (across, 0, 0, up, left - x0 * across, bottom - y0 * up)
    return looks.raw_get("/N"), " ".join(f"{one:.5f}" for one in matrix)


def _turned(box: list[float], matrix: Any) -> list[float]:
    """The upright rectangle around the box once the appearance's own matrix was applied (ISO 32000-1, 12.5.5)."""
    if matrix is None:
        return box
    a, b, c, d, e, f = (float(matrix[position]) for position in range(6))
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    across, up = zip(*corners, strict=True)
    return [min(across), min(up), max(across), max(up)]


def _tag(writer: PdfFileWriter, page: Any, page_ref: Any, words: str, box: list[float]) -> None:
    """Make the page a figure of the document's tree, so that a screen reader says what it is."""
    tree = writer.root["/StructTreeRoot"]
    top_ref = tree.raw_get("/K")
    if isinstance(top_ref.get_object(), generic.ArrayObject):
        top_ref = top_ref.get_object().raw_get(0)
    top, numbers = top_ref.get_object(), tree["/ParentTree"]["/Nums"]
    key = max((int(numbers[index]) for index in range(0, len(numbers), 2)), default=-1) + 1
    figure = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Figure"),
                pdf_name("/P"): top_ref,
                pdf_name("/Pg"): page_ref,
                pdf_name("/K"): generic.NumberObject(0),
                pdf_name("/Alt"): generic.TextStringObject(words),
                pdf_name("/A"): generic.DictionaryObject(
                    {
                        pdf_name("/O"): pdf_name("/Layout"),
                        pdf_name("/BBox"): generic.ArrayObject(generic.FloatObject(side) for side in box),
                    }
                ),
            }
        )
    )
    page[pdf_name("/StructParents")] = generic.NumberObject(key)
    kids = top["/K"]
    if not isinstance(kids, generic.ArrayObject):
        kids = generic.ArrayObject([top.raw_get("/K")])
        top[pdf_name("/K")] = kids
    kids.append(figure)
    numbers.append(generic.NumberObject(key))
    numbers.append(generic.ArrayObject([figure]))
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
