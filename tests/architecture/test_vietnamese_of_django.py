"""What Django leaves in English on Vietnamese pages is said by a small catalogue of ours."""

import re
from pathlib import Path

import django
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\}")


def entries(path: Path) -> dict[str, str]:
    """msgid -> first translation."""
    with path.open("rb") as file:
        found = read_po(file, abort_invalid=True)
    first = {}
    for message in found:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            first[key] = message.string if isinstance(message.string, str) else message.string[0]
    return first


def test_every_entry_is_a_text_of_django_and_keeps_its_placeholders() -> None:
    known: dict[str, str] = {}
    for path in Path(django.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po"):
        known |= entries(path)
    ours = entries(ROOT / "locale/vi/LC_MESSAGES/django.po")

    assert len(ours) > 40
    assert [text for text in ours if text not in known] == []
    assert [text for text, said in ours.items() if not said] == []
    assert [
        text for text, said in ours.items() if set(_PLACEHOLDER.findall(text)) != set(_PLACEHOLDER.findall(said))
    ] == []
