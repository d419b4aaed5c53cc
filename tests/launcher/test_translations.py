"""Compiled catalogues are made from the .po files at set-up, without gettext tools."""

import gettext
import os
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from portal.launcher.translations import compile_all

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Hồ sơ"
msgstr "Dossier"
"""


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    catalogue = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(PO)
    return tmp_path


def test_a_catalogue_is_compiled_to_what_gettext_reads(locale: Path) -> None:
    assert compile_all(locale) == [locale / "en" / "LC_MESSAGES" / "django.po"]
    assert gettext.translation("django", locale, ["en"]).gettext("Hồ sơ") == "Dossier"


def test_a_current_catalogue_is_left_alone_and_a_changed_one_is_not(locale: Path) -> None:
    compile_all(locale)
    assert compile_all(locale) == []
    source = locale / "en" / "LC_MESSAGES" / "django.po"
    source.write_text(PO.replace("Dossier", "File"))
    later = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (later, later))
    assert compile_all(locale) == [source]
    assert b"File" in source.with_suffix(".mo").read_bytes()


def test_a_broken_catalogue_stops_the_set_up(locale: Path) -> None:
    (locale / "en" / "LC_MESSAGES" / "django.po").write_text(PO + '\nmsgid "x\n')
    with pytest.raises(PoFileError, match="missing msgstr"):
        compile_all(locale)
