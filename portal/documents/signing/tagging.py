"""Keeps a tagged PDF tagged: a signature field that can be seen belongs into the structure tree (PDF/UA-1, 7.18.4)."""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from portal.documents.signing.free_places import value


def tag_field(writer: Any, field: Any, page: Any) -> bool:
    """Put the field's annotation into the structure tree; only before the first signature. `field`, `page`: references.

    False, and nothing is changed, for a file without a tree or with one that is laid out in another way than ours.
    """
    root = value(writer.root, "/StructTreeRoot")
    if root is None:
        return False
    tree = value(root, "/ParentTree")
    if tree is None or "/Nums" not in tree:
        return False
    above = _document_element(root)
    if above is None:
        return False
    keys = [int(tree["/Nums"][place]) for place in range(0, len(tree["/Nums"]), 2)]
    number = max([int(value(root, "/ParentTreeNextKey", 0)), *(key + 1 for key in keys)])
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): above,
                pdf_name("/Pg"): page,
                pdf_name("/K"): generic.DictionaryObject(
                    {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): field, pdf_name("/Pg"): page}
                ),
            }
        )
    )
    _append_kid(writer, above.get_object(), element)
    tree["/Nums"].extend([generic.NumberObject(number), element])
    writer.update_container(tree["/Nums"])
    root["/ParentTreeNextKey"] = generic.NumberObject(number + 1)
    writer.update_container(root)
    annotation = field.get_object()
    annotation["/StructParent"] = generic.NumberObject(number)
    writer.mark_update(field)
    shown = page.get_object()
    shown["/Tabs"] = pdf_name("/S")
    writer.mark_update(page)
    return True


def _document_element(root: Any) -> Any:
    """A reference to the element under which everything else hangs; None when there is no single one."""
    kids = root.raw_get("/K") if "/K" in root else None
    if isinstance(kids, generic.IndirectObject) and isinstance(kids.get_object(), generic.ArrayObject):
        kids = kids.get_object()
    if isinstance(kids, generic.ArrayObject):
        if len(kids) != 1:
            return None
        kids = kids.raw_get(0)
    return kids if isinstance(kids, generic.IndirectObject) else None


def _append_kid(writer: Any, above: Any, element: Any) -> None:
    kids = value(above, "/K")
    if kids is None:
        above["/K"] = generic.ArrayObject([element])
    elif isinstance(kids, generic.ArrayObject):
        kids.append(element)
        writer.update_container(kids)
    else:
        above["/K"] = generic.ArrayObject([above.raw_get("/K"), element])
    writer.update_container(above)
