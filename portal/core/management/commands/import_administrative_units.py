"""`manage.py import_administrative_units [FILE]`: provinces, districts and communes; safe to run again."""

import csv
import gzip
import io
import json
import zlib
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.core.models import AdministrativeUnit
from portal.core.unit_import import COLUMNS, UnitImportRefused, import_units

OWN_DATA = Path(__file__).resolve().parents[2] / "data" / "administrative_units.csv.gz"
_MOST_BYTES = 100_000_000
_MOST_FAULTS_SHOWN = 50


class Command(BaseCommand):
    help = (
        "Loads administrative units from a .csv or .json file (.gz too) with the columns "
        f"{', '.join(COLUMNS)}; without FILE those that come with the portal. All or nothing; safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", default=str(OWN_DATA))
        parser.add_argument("--only-when-empty", action="store_true", help="do nothing where there are units already")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if options["only_when_empty"] and AdministrativeUnit.objects.exists():
            return
        try:
            done = import_units(_records(path))
        except UnitImportRefused as refused:
            for line, sentence in refused.faults[:_MOST_FAULTS_SHOWN]:
                self.stderr.write(_("Dòng %(line)s: %(reason)s.") % {"line": line, "reason": sentence})
            raise CommandError(str(refused.sentence)) from None
        self.stdout.write(
            _("Đơn vị hành chính: thêm %(created)s, sửa %(changed)s, không đổi %(unchanged)s, nối %(links)s.")
            % {
                "created": done.created,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "links": done.links_added,
            }
        )


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """(line, record), lines counted from 1 as an editor shows them; of a JSON list the position of the object."""
    text = _text(path)
    if text.lstrip()[:1] in ("[", "{"):
        try:
            items = json.loads(text)
        except (json.JSONDecodeError, RecursionError, ValueError) as error:
            raise CommandError(_("Tệp không phải JSON đọc được.")) from error
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise CommandError(_("Tệp JSON phải là một danh sách các đối tượng."))
        yield from enumerate(items, start=1)
        return
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = set(COLUMNS[:3]) - set(reader.fieldnames or ())
    if missing:
        raise CommandError(_("Tệp CSV thiếu cột: %(names)s.") % {"names": ", ".join(sorted(missing))})
    try:
        for row in reader:
            # What stands beyond the last column, or is missing at the end of a short line.
            yield reader.line_num, {name or "?": value for name, value in row.items() if name or value}
    except csv.Error as error:
        raise CommandError(_("Dòng %(line)s: %(reason)s.") % {"line": reader.line_num, "reason": error}) from error


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("Không mở được tệp %(path)s: %(reason)s") % {"path": path, "reason": error.strerror}
        ) from error
    try:
        if raw[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as stream:
                raw = stream.read(_MOST_BYTES)
        return raw.decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CommandError(_("Tệp nén bị hỏng hoặc bị cắt ngang.")) from error
    except UnicodeDecodeError as error:
        raise CommandError(_("Tệp không phải UTF-8.")) from error
