"""`manage.py import_procedures FILE`: load the national catalogue (.jsonl, .jsonl.gz); safe to interrupt and repeat."""

import csv
import gzip
import json
import sys
import time
import zlib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.core.actors import SYSTEM
from procedures.enums import ReviewCode
from procedures.services.national_import import ImportOutcome, import_batch
from procedures.services.national_records import MalformedRecordError, NationalRecord, read_record

_BATCH = 100
_LONGEST_LINE = 8 * 1024 * 1024
_REPORT_COLUMNS = ("line", "code", "flag", "place", "detail", "name")


class Progress:
    """A bar on a terminal, a line now and then elsewhere; on stderr, so that stdout holds the result alone."""

    def __init__(self, stream: Any, total_bytes: int) -> None:
        self.stream, self.total = stream, max(total_bytes, 1)
        self.is_terminal = bool(getattr(stream, "isatty", lambda: False)())
        self._last = time.monotonic()

    def show(self, done_bytes: int, lines: int, *, at_end: bool = False) -> None:
        now = time.monotonic()
        if not at_end and now - self._last < (0.1 if self.is_terminal else 5):
            return
        self._last = now
        share = 1.0 if at_end else min(done_bytes / self.total, 1.0)
        if self.is_terminal:
            bar = "#" * round(share * 30)
            self.stream.write(f"\r[{bar:<30}] {share:4.0%} {lines}" + ("\n" if at_end else ""))
        else:
            self.stream.write(
                _("Đã đọc %(lines)s dòng (%(share)s).") % {"lines": lines, "share": f"{share:.0%}"} + "\n"
            )
        self.stream.flush()


class Command(BaseCommand):
    help = "Nạp danh mục thủ tục hành chính quốc gia từ tệp .jsonl hoặc .jsonl.gz; chạy lại bao nhiêu lần cũng được."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="tệp .jsonl hoặc .jsonl.gz, mỗi dòng một thủ tục")
        parser.add_argument("--report", metavar="FILE", help="ghi danh sách điểm cần rà soát ra tệp .csv hoặc .jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        self.outcomes: Counter[ImportOutcome] = Counter()
        self.flags: Counter[ReviewCode] = Counter()
        self.flagged = 0
        self.bad_lines = 0
        self.kept_codes: list[str] = []
        self.seen: dict[str, int] = {}
        with ExitStack() as stack:
            raw = self._open(path, stack)
            self.report = _Report(options["report"], stack)
            progress = Progress(sys.stderr if self.stderr._out is sys.stderr else self.stderr, path.stat().st_size)
            try:
                lines = self._import(raw, path, progress)
            except KeyboardInterrupt:
                self.stdout.write("")
                self._summary()
                self.stdout.write(_("Đã dừng giữa chừng. Những gì đã ghi vẫn còn; chạy lại lệnh để nạp tiếp."))
                sys.exit(130)
            progress.show(progress.total, lines, at_end=True)
        self._summary()
        if self.bad_lines:
            raise CommandError(
                _("Có %(count)s dòng không nạp được, xem các dòng báo ở trên.") % {"count": self.bad_lines}
            )

    def _open(self, path: Path, stack: ExitStack) -> IO[bytes]:
        try:
            return stack.enter_context(path.open("rb"))
        except OSError as error:
            raise CommandError(
                _("Không mở được tệp %(path)s: %(reason)s") % {"path": path, "reason": error.strerror}
            ) from error

    def _import(self, raw: IO[bytes], path: Path, progress: Progress) -> int:
        batch: list[tuple[int, NationalRecord]] = []
        number = 0
        for number, line in self._lines(raw, path):
            record = self._read(number, line)
            if record is not None:
                batch.append((number, record))
            if len(batch) == _BATCH:
                self._write(batch)
                batch = []
            progress.show(raw.tell(), number)
        if batch:
            self._write(batch)
        return number

    def _lines(self, raw: IO[bytes], path: Path) -> Iterator[tuple[int, bytes]]:
        """(number, line) from 1; a broken archive is named and ends the reading, what came before it stands."""
        stream: Any = gzip.GzipFile(fileobj=raw) if raw.read(2) == b"\x1f\x8b" else raw
        raw.seek(0)
        number = 0
        try:
            while line := stream.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                    while (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                        pass
                    self._bad(number, _("dòng quá dài"))
                elif line.strip():
                    yield number, line
        except (EOFError, gzip.BadGzipFile, zlib.error):
            self._bad(number + 1, _("tệp nén bị hỏng hoặc bị cắt ngang từ đây"))

    def _read(self, number: int, line: bytes) -> NationalRecord | None:
        try:
            record = read_record(json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8")))
        except UnicodeDecodeError:
            self._bad(number, _("không phải UTF-8"))
        except (json.JSONDecodeError, RecursionError):
            self._bad(number, _("không phải JSON"))
        except ValueError:  # an integer of thousands of digits
            self._bad(number, _("có số quá lớn"))
        except MalformedRecordError as error:
            self._bad(number, error.reason)
        else:
            earlier = self.seen.setdefault(record.code, number)
            if earlier == number:
                return record
            self._bad(number, _("mã %(code)s đã có ở dòng %(line)s") % {"code": record.code, "line": earlier})
        return None

    def _bad(self, number: int, reason: str) -> None:
        self.bad_lines += 1
        self.stderr.write(_("Dòng %(line)s: %(reason)s.") % {"line": number, "reason": reason})

    def _write(self, batch: list[tuple[int, NationalRecord]]) -> None:
        outcomes = import_batch(actor=SYSTEM, records=[record for _number, record in batch])
        for (number, record), outcome in zip(batch, outcomes, strict=True):
            self.outcomes[outcome] += 1
            if outcome == ImportOutcome.FAILED:
                self._bad(number, _("cơ sở dữ liệu không nhận"))
            elif outcome == ImportOutcome.KEPT:
                self.kept_codes.append(record.code)
            else:
                self.flags.update(flag.code for flag in record.flags)
                self.flagged += bool(record.flags)
                self.report.add(number, record)

    def _summary(self) -> None:
        for label, outcome in (
            (_("Thêm mới"), ImportOutcome.CREATED),
            (_("Có phiên bản mới"), ImportOutcome.REVISED),
            (_("Không đổi"), ImportOutcome.UNCHANGED),
            (_("Giữ bản của cơ quan"), ImportOutcome.KEPT),
        ):
            self.stdout.write(f"{label}: {self.outcomes[outcome]}")
        if self.kept_codes:
            self.stdout.write(_("Không ghi đè: %(codes)s") % {"codes": ", ".join(self.kept_codes)})
        self.stdout.write(_("Cần rà soát: %(count)s thủ tục") % {"count": self.flagged})
        for code, count in self.flags.most_common():
            self.stdout.write(f"  {code.value:<24} {count:>6}  {code.label}")


class _Report:
    """The list of what needs review, as CSV or JSON lines by the name of the file; without a name it swallows all."""

    def __init__(self, name: str | None, stack: ExitStack) -> None:
        self._csv: Any = None
        self._jsonl: IO[str] | None = None
        if name is None:
            return
        if not name.endswith((".csv", ".jsonl")):
            raise CommandError(_("Tên tệp báo cáo phải kết thúc bằng .csv hoặc .jsonl."))
        try:
            # The byte order mark makes spreadsheets read the accents.
            encoding = "utf-8-sig" if name.endswith(".csv") else "utf-8"
            stream = stack.enter_context(Path(name).open("w", encoding=encoding, newline=""))  # noqa: SIM115
        except OSError as error:
            raise CommandError(_("Không ghi được tệp báo cáo: %(reason)s") % {"reason": error.strerror}) from error
        if name.endswith(".csv"):
            self._csv = csv.writer(stream)
            self._csv.writerow(_REPORT_COLUMNS)
        else:
            self._jsonl = stream

    def add(self, number: int, record: NationalRecord) -> None:
        for flag in record.flags:
            row = (number, record.code, flag.code.value, flag.place, flag.detail, record.name)
            if self._csv is not None:
                # A cell that starts with one of these would run as a formula in a spreadsheet.
                self._csv.writerow([f"'{cell}" if str(cell)[:1] in "=+-@\t\r" and cell else cell for cell in row])
            elif self._jsonl is not None:
                self._jsonl.write(json.dumps(dict(zip(_REPORT_COLUMNS, row, strict=True)), ensure_ascii=False) + "\n")
