"""English is complete: every text a person can meet has a translation, with the same placeholders."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def english() -> Catalog:
    with (ROOT / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file)


def texts(value: object) -> list[str]:
    return list(value) if isinstance(value, (tuple, list)) else [str(value)]


def test_no_message_is_left_untranslated_or_fuzzy() -> None:
    left = [message.id for message in english() if message.id and (message.fuzzy or not all(texts(message.string)))]
    assert left == []


def test_translations_keep_every_placeholder() -> None:
    wrong = []
    for message in english():
        if not message.id:
            continue
        wanted = set(_PLACEHOLDER.findall(texts(message.id)[-1]))
        for text in texts(message.string):
            # A singular may say "one" where the plural counts.
            if not set(_PLACEHOLDER.findall(text)) <= wanted or (
                isinstance(message.id, str) and set(_PLACEHOLDER.findall(text)) != wanted
            ):
                wrong.append(message.id)
    assert wrong == []


def test_texts_are_marked_by_names_that_the_gathering_knows() -> None:
    """`gettext as _now` marks nothing: the text would never get into the catalogue, and nothing would say so."""
    renamed = [
        f"{path.relative_to(ROOT)}: {name.asname}"
        for path in (
            file
            for package in ("portal", "procedures", "payments", "dossiers")
            for file in (ROOT / package).rglob("*.py")
        )
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname not in (None, "_", name.name)
    ]
    assert renamed == []


def test_the_catalogue_knows_every_marked_text(tmp_path: Path) -> None:
    """makemessages on a copy finds nothing that the committed catalogue does not have."""
    if shutil.which("xgettext") is None:
        pytest.fail("xgettext is missing: install the package gettext")
    copy = tmp_path / "house"
    copy.mkdir()
    for name in ("portal", "procedures", "payments", "dossiers", "templates", "locale", "manage.py"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    (copy / "static").mkdir()
    known = {str(message.id) for message in english() if message.id}
    subprocess.run(
        [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "-l",
            "en",
            "--no-location",
            "--settings",
            "portal.settings.test",
            "-v",
            "0",
        ],
        cwd=copy,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(copy)},
    )
    with (copy / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        found = {str(message.id) for message in read_po(file) if message.id}
    assert found - known == set()
