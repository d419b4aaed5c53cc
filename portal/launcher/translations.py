"""Compiles locale/*/LC_MESSAGES/*.po to the .mo files that Django reads; the .mo files are not committed.

Run as a file (`python portal/launcher/translations.py`) at set-up and in the image: pure Python, no gettext tools, no
settings. A catalogue whose .mo is newer is left alone.
"""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent.parent / "locale"


def compile_catalogue(source: Path) -> bool:
    """Write the .mo beside a .po; True when it was written, False when it was current."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name, abort_invalid=True)
    # A reader that comes in between must see the old file or the new one, never half of one.
    half = target.with_suffix(f".{os.getpid()}.half")
    with half.open("wb") as binary:
        write_mo(binary, catalogue)
    half.replace(target)
    return True


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Compile every catalogue that changed; returns the sources compiled."""
    return [source for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if compile_catalogue(source)]


if __name__ == "__main__":
    compile_all()
    sys.exit(0)
