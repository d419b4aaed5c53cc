"""What would run by itself when a file is opened: looked for in PDF and office files, bounded in time and memory."""

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

# Only the first so many objects that can hold an action are looked at: more pages than any letter has.
_MAX_OBJECTS = 5_000
_HARMFUL_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/Rendition"}
_MACRO_CONTENT_TYPE = b"macroEnabled"
_REMOTE_TEMPLATE = re.compile(rb"<Relationship\b[^>]*attachedTemplate[^>]*>", re.IGNORECASE)
_REMOTE = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_MACRO_FOLDERS = ("basic/", "scripts/", "xl/macrosheets/")
_MAX_PART_BYTES = 2_000_000


def pdf_runs_something(reader: PdfFileReader) -> bool:
    """Does the PDF hold JavaScript, start a program or send its form by itself? May raise what a broken file raises."""
    root = reader.root
    names = _dictionary(root.get("/Names"))
    if names is not None and "/JavaScript" in names:
        return True
    for count, holder in enumerate(_holders(root)):
        if count >= _MAX_OBJECTS:
            break
        if any(_is_harmful(action, depth=0) for action in _actions(holder)):
            return True
    return False


def _holders(root: Any) -> Iterator[Any]:
    """The catalogue, the form's fields, the pages and what lies on them."""
    yield root
    form = _dictionary(root.get("/AcroForm"))
    if form is not None:
        yield from _tree(form.get("/Fields"), "/Kids")
    for page in _tree([root.get("/Pages")], "/Kids"):
        yield page
        for annotation in _array(page.get("/Annots")):
            found = _dictionary(annotation)
            if found is not None:
                yield found


def _tree(nodes: Any, children: str) -> Iterator[Any]:
    """All dictionaries of a tree, each once however it loops."""
    waiting: list[Any] = [*_array(nodes)]
    seen: set[Any] = set()
    while waiting and len(seen) <= _MAX_OBJECTS:
        raw = waiting.pop(0)
        key = getattr(raw, "reference", None) or id(raw)
        node = _dictionary(raw)
        if node is None or key in seen:
            continue
        seen.add(key)
        yield node
        waiting += _raw_items(node, children)


def _raw_items(node: Any, key: str) -> list[Any]:
    try:
        return list(_array(node.raw_get(key)))
    except KeyError:
        return []


def _actions(holder: Any) -> Iterator[Any]:
    for key in ("/OpenAction", "/A"):
        if key in holder:
            yield holder[key]
    additional = _dictionary(holder.get("/AA"))
    if additional is not None:
        yield from (additional[key] for key in additional)


def _is_harmful(raw: Any, *, depth: int) -> bool:
    action = _dictionary(raw)
    if action is None or depth > 20:
        return depth > 20
    if str(action.get("/S", "")) in _HARMFUL_ACTIONS or "/JS" in action:
        return True
    following = action.get("/Next")
    return any(_is_harmful(one, depth=depth + 1) for one in (_array(following) if following is not None else ()))


def _dictionary(raw: Any) -> Any:
    found = raw.get_object() if raw is not None and hasattr(raw, "get_object") else raw
    return found if isinstance(found, generic.DictionaryObject) else None


def _array(raw: Any) -> Any:
    found = raw.get_object() if hasattr(raw, "get_object") else raw
    if found is None:
        return ()
    return [*list.__iter__(found)] if isinstance(found, list) else [raw]


def office_runs_something(archive: zipfile.ZipFile) -> bool:
    """Macros under any name, or a template fetched from elsewhere when the document is opened."""
    for entry in archive.infolist():
        name = entry.filename.lower()
        if name.startswith(_MACRO_FOLDERS) and not name.endswith("/"):
            return True
        is_types, is_links = name == "[content_types].xml", name.endswith(".rels")
        if not (is_types or is_links) or entry.file_size > _MAX_PART_BYTES:
            continue
        content = archive.read(entry)
        if is_types and _MACRO_CONTENT_TYPE in content:
            return True
        if is_links and any(_REMOTE.search(link[0]) for link in _REMOTE_TEMPLATE.finditer(content)):
            return True
    return False
