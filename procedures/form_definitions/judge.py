"""Judging fields one after the other: of a declaration, and of each row of a group."""

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from procedures.form_definitions.conditions import controlling_fields, holds, is_same
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.expressions import Scope
from procedures.form_definitions.kinds.base import FieldKind, kind_of
from procedures.form_definitions.kinds.repeat import MAX_ROWS, RepeatKind
from procedures.form_definitions.showing import shown_value
from procedures.form_definitions.texts import one_line, printable, storable

REQUIRED = "required"
UNKNOWN_FIELD = "unknown_field"
# Faults of a program that sends what no page has; a person needs no more of them.
MAX_UNKNOWN = 50
# What is kept of one group when it cannot be used, in characters.
MAX_KEPT_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer. `path` is the field's key, with the position in a list answer: `giay_to[2]`, and
    the field in a row: `con[2].ho_ten`. `name` is the control on the page that shows it: `con-2-ho_ten`."""

    field: str
    path: str
    code: str
    sentence: str
    control: str = ""

    @property
    def name(self) -> str:
        return self.control or self.field


class Judge:
    """What is known so far, and the verdict on it. `answers` are right answers, `kept` what was typed and is no answer
    (yet), `undecided` the fields that are asked and have no right answer, so that conditions on them are open.

    `known` and `open_outside` are the same of what stands around a row. `partial` lets required fields stay blank.
    """

    def __init__(
        self,
        *,
        specs: Iterable[FieldSpec],
        today: date,
        partial: bool,
        ignore_unknown: bool,
        known: Mapping[str, Any] | None = None,
        open_outside: Collection[str] = (),
        faulty_outside: Collection[str] = (),
    ) -> None:
        self.specs = {spec.key: spec for spec in specs}
        self.today = today
        self.partial = partial
        self.ignore_unknown = ignore_unknown
        self.answers: dict[str, Any] = {}
        self.scope: Mapping[str, Any] = ChainMap(self.answers, dict(known)) if known else self.answers
        self.kept: dict[str, Any] = {}
        self.undecided: set[str] = set(open_outside)
        self.faulty: set[str] = set(faulty_outside)
        self.problems: list[Problem] = []

    # --- one field ----------------------------------------------------------------------------------------------------
    def is_asked(self, spec: FieldSpec) -> bool:
        return holds(spec.visible_when, self.scope, today=self.today)

    def compute(self, spec: FieldSpec) -> None:
        """Put the value of a computed field among the answers, or leave it open."""
        value = None
        if self.is_asked(spec):
            scope = Scope(self.scope, self.today, self._shown, self.faulty)
            value = kind_of(spec).compute(spec, scope)
        if value is None:
            self.answers.pop(spec.key, None)
            self.undecided.add(spec.key)
        else:
            self.answers[spec.key] = value

    def take_known(self, spec: FieldSpec, value: Any) -> None:
        """An answer judged before, of another section."""
        if spec.key in self.faulty:
            self.undecided.add(spec.key)
        elif self.is_asked(spec) and value is not None:
            self.answers[spec.key] = self._with_computed_cells(spec, value)

    def _with_computed_cells(self, spec: FieldSpec, value: Any) -> Any:
        cells = kind_of(spec).columns(spec)
        if not isinstance(value, list) or all(kind_of(cell).is_asked for cell in cells):
            return value
        rows = []
        for stored in value:
            row = self._row_judge(cells)
            for cell in cells if isinstance(stored, Mapping) else ():
                if not kind_of(cell).is_asked:
                    row.compute(cell)
                elif kind_of(cell).has_answer:
                    row.take_known(cell, stored.get(cell.key))
            rows.append(row.answers)
        return rows

    def judge(self, spec: FieldSpec, raw: Mapping[Any, Any]) -> None:
        """The answer of one field among the answers of its section or row."""
        kind = kind_of(spec)
        if not kind.is_asked:
            self.compute(spec)
            self._refuse_foreign(spec, raw.get(spec.key))
            return
        typed = typed_value(raw, spec.key, kind)
        if not self.is_asked(spec):
            # Typed beside a question that is still open: it may apply once that question is answered.
            if controlling_fields(spec.visible_when) & self.undecided:
                self.undecided.add(spec.key)
                self._keep(spec, typed)
            return
        try:
            if is_blank(typed) or (kind.columns(spec) and not filled_rows(spec, typed)):
                self._judge_blank(spec)
                return
            if isinstance(kind, RepeatKind):
                self._judge_rows(spec, kind, typed)
            else:
                self.answers[spec.key] = kind.normalise(spec, typed)
        except AnswerError as error:
            self.undecided.add(spec.key)
            self._report(spec.key, error)
            if error.code != REQUIRED:
                self._keep(spec, typed)

    def _judge_blank(self, spec: FieldSpec) -> None:
        self.undecided.add(spec.key)
        if not self.partial and self._is_required(spec):
            raise AnswerError(REQUIRED, kind_of(spec).required_sentence())

    def says_nothing(self, cells: Iterable[FieldSpec]) -> bool:
        """No cell of this row holds an answer, or anything that may become one."""
        asked = {cell.key for cell in cells if kind_of(cell).is_asked}
        return (
            not self.kept
            and not asked & self.answers.keys()
            and all(problem.code == REQUIRED for problem in self.problems)
        )

    def _is_required(self, spec: FieldSpec) -> bool:
        kind = kind_of(spec)
        if spec.required or (isinstance(kind, RepeatKind) and kind.fewest(spec)):
            return True
        return spec.required_when is not None and holds(spec.required_when, self.scope, today=self.today)

    def _refuse_foreign(self, spec: FieldSpec, sent: Any) -> None:
        """A computed value may be sent back as it was given out, never another one."""
        if self.ignore_unknown or is_blank(sent) or is_same(sent, self.answers.get(spec.key)):
            return
        self.problems.append(
            Problem(spec.key, spec.key, UNKNOWN_FIELD, _("Mục này do cổng tính, không nhận giá trị khác."))
        )

    def finish(self, raw: Mapping[Any, Any], keys: Collection[str], labels: Mapping[str, str]) -> None:
        """Checks between answers, after each is right by itself. All see the same answers, whatever the order."""
        for key in keys:
            if key not in self.answers:
                continue
            spec = self.specs[key]
            kind = kind_of(spec)
            try:
                kind.cross_check(spec, self.answers[key], self.scope, labels)
            except AnswerError as error:
                self._report(key, error)
                self._keep(spec, typed_value(raw, key, kind))

    def report_unknown(self, raw: Mapping[Any, Any], keys: Collection[str]) -> None:
        """Every key sent that no field of the page has; the first of them are enough."""
        if self.ignore_unknown:
            return
        found = 0
        for key in raw:
            if isinstance(key, str) and key in keys and kind_of(self.specs[key]).has_answer:
                continue
            shown = printable(key)
            self.problems.append(Problem(shown, shown, UNKNOWN_FIELD, _("Tờ khai không có mục này.")))
            found += 1
            if found == MAX_UNKNOWN:
                return

    def _report(self, key: str, error: AnswerError) -> None:
        path = key if error.item is None else f"{key}[{error.item}]"
        self.problems.append(Problem(key, path, error.code, error.sentence))

    def _keep(self, spec: FieldSpec, typed: object) -> None:
        kept = _kept_rows(spec, typed) if kind_of(spec).columns(spec) else kept_form(kind_of(spec).keepable(typed))
        if kept is not None:
            self.kept[spec.key] = kept
            self.faulty.add(spec.key)

    def _shown(self, key: str, value: Any) -> str:
        return shown_value(self.specs[key], value, language="vi")

    # --- rows ---------------------------------------------------------------------------------------------------------
    def _judge_rows(self, spec: FieldSpec, kind: RepeatKind, typed: Any) -> None:
        """Each row by a judge of its own. One wrong cell keeps the whole group from being an answer, since nothing may be
        counted or summed from a part of it; a cell that is only missing does not."""
        filled = filled_rows(spec, typed)
        if len(filled) > kind.most(spec):
            raise AnswerError("too_many", _("Nhiều nhất %(limit)s dòng.") % {"limit": kind.most(spec)})
        rows: list[dict[str, Any]] = []
        kept_rows: list[dict[str, Any]] = []
        positions: list[int] = []
        is_faulty = False
        for position, raw_row in filled:
            if not isinstance(raw_row, Mapping):
                is_faulty = True
                self._report(
                    spec.key, AnswerError("wrong_type", _("Mỗi dòng phải là một đối tượng JSON."), item=position)
                )
                continue
            row = self._judge_row(kind.columns(spec), raw_row)
            if row.says_nothing(kind.columns(spec)):
                # Only what is not asked was typed: a blank row.
                continue
            positions.append(position)
            self.problems += [_in_row(problem, spec.key, position) for problem in row.problems]
            is_faulty = is_faulty or bool(row.kept) or any(problem.code != REQUIRED for problem in row.problems)
            rows.append(row.answers)
            kept_rows.append(_kept_row(kind.columns(spec), row))
        is_faulty = self._report_doubles(spec, kind, rows, positions) or is_faulty
        if not rows and not is_faulty:
            self._judge_blank(spec)
            return
        if is_faulty:
            self.undecided.add(spec.key)
            self.kept[spec.key] = _in_budget(kept_rows)
            self.faulty.add(spec.key)
            return
        self.answers[spec.key] = rows
        fewest = kind.fewest(spec)
        if len(rows) < fewest and not self.partial:
            sentence = _("Cần ít nhất %(limit)s dòng, mới có %(count)s.") % {"limit": fewest, "count": len(rows)}
            self._report(spec.key, AnswerError("too_few", sentence))

    def _row_judge(self, cells: tuple[FieldSpec, ...]) -> "Judge":
        return Judge(
            specs=[*self.specs.values(), *cells],
            today=self.today,
            partial=self.partial,
            ignore_unknown=self.ignore_unknown,
            known=self.scope,
            open_outside=self.undecided,
            faulty_outside=self.faulty,
        )

    def _judge_row(self, cells: tuple[FieldSpec, ...], raw_row: Mapping[Any, Any]) -> "Judge":
        row = self._row_judge(cells)
        keys = {cell.key for cell in cells}
        row.report_unknown(raw_row, keys)
        for cell in cells:
            if kind_of(cell).has_answer:
                row.judge(cell, raw_row)
        row.finish(raw_row, [cell.key for cell in cells], {key: one.label.shown() for key, one in row.specs.items()})
        for key in row.kept:
            row.answers.pop(key, None)
        return row

    def _report_doubles(
        self, spec: FieldSpec, kind: RepeatKind, rows: list[dict[str, Any]], positions: list[int]
    ) -> bool:
        key = spec.params.get("unique_by")
        if key is None:
            return False
        first: dict[str, int] = {}
        found = False
        for row, position in zip(rows, positions, strict=True):
            if row.get(key) is None:
                continue
            known = first.setdefault(repr(row[key]), position)
            if known != position:
                found = True
                sentence = _("Trùng với “%(item)s”. Hãy xem lại.") % {"item": kind.item_name(spec, known)}
                self.problems.append(_in_row(Problem(key, key, "duplicate", sentence), spec.key, position))
        return found


def _in_row(problem: Problem, group: str, position: int) -> Problem:
    return replace(
        problem,
        field=group,
        path=f"{group}[{position}].{problem.path}",
        control=f"{group}-{position}-{problem.field}",
    )


def filled_rows(spec: FieldSpec, typed: Any) -> list[tuple[int, Any]]:
    """Rows in which something stands, with their position as sent. Raises `AnswerError` when it is no list of rows."""
    if not isinstance(typed, (list, tuple)):
        raise AnswerError("wrong_type", _("Giá trị gửi lên không đúng kiểu của mục này."))
    if len(typed) > 4 * MAX_ROWS:
        raise AnswerError("too_many", _("Nhiều nhất %(limit)s dòng.") % {"limit": spec.params.get("at_most", MAX_ROWS)})
    computed = {cell.key for cell in kind_of(spec).columns(spec) if not kind_of(cell).is_asked}
    return [(position, row) for position, row in enumerate(typed) if not _is_blank_row(row, computed)]


def _is_blank_row(row: Any, computed: Collection[str]) -> bool:
    if isinstance(row, Mapping):
        return all(is_blank(value) or (isinstance(key, str) and key in computed) for key, value in row.items())
    return row is None


# --- what was typed ---------------------------------------------------------------------------------------------------
def typed_value(raw: Mapping[Any, Any], key: str, kind: FieldKind) -> Any:
    """What stands under a key. A QueryDict gives only the last of several values unless asked for all."""
    if kind.is_multiple and hasattr(raw, "getlist"):
        return raw.getlist(key)
    return raw.get(key)


def is_blank(raw: object) -> bool:
    """Nothing was answered: missing, only white space, an empty list or a list of nothing."""
    if raw is None:
        return True
    if isinstance(raw, str):
        # A long string is not blank, and not worth reading through.
        return len(raw) < 10_000 and not one_line(raw)
    if isinstance(raw, (list, tuple)):
        return all(item is None or item == "" for item in raw)
    if isinstance(raw, Mapping):
        # The parts of one answer, all left blank.
        return bool(raw) and all(part is None or (isinstance(part, str) and is_blank(part)) for part in raw.values())
    return False


def kept_form(typed: object) -> Any:
    """What a person can have typed, in a form that can be stored; None for what only a program sends."""
    if isinstance(typed, (list, tuple)):
        return [storable(item) for item in typed[:300] if isinstance(item, str) and item] or None
    if isinstance(typed, Mapping):
        parts = {
            storable(key): storable(part) for key, part in [*typed.items()][:20] if _is_text(key) and _is_text(part)
        }
        return parts or None
    if isinstance(typed, str):
        return None if is_blank(typed) else storable(typed)
    if isinstance(typed, (int, float)) and not isinstance(typed, bool) and abs(typed) < 10**30:
        return str(typed)
    return None


def _is_text(part: object) -> bool:
    return isinstance(part, str) and part != ""


def _kept_rows(spec: FieldSpec, typed: object) -> list[dict[str, Any]] | None:
    """Rows that were not judged (there are too many of them, or the question is open)."""
    if not isinstance(typed, (list, tuple)):
        return None
    rows = []
    for row in typed[:MAX_ROWS]:
        if not isinstance(row, Mapping):
            continue
        cells = {cell.key: _kept_cell(cell, row.get(cell.key)) for cell in kind_of(spec).columns(spec)}
        rows.append({key: value for key, value in cells.items() if value is not None})
    rows = [row for row in rows if row]
    return _in_budget(rows) or None


def _kept_cell(cell: FieldSpec, typed: object) -> Any:
    kind = kind_of(cell)
    if not kind.has_answer or not kind.is_asked:
        return None
    if isinstance(typed, (bool, dict)):
        # Not typed but right in JSON: kept as the page would show it.
        try:
            return kind.typed(cell, kind.normalise(cell, typed))
        except AnswerError:
            return None
    return kept_form(kind.keepable(typed))


def _kept_row(cells: Iterable[FieldSpec], row: Judge) -> dict[str, Any]:
    """A judged row of a group that cannot be used, all of it as typed."""
    kept = {}
    for cell in cells:
        kind = kind_of(cell)
        if cell.key in row.kept:
            kept[cell.key] = row.kept[cell.key]
        elif kind.has_answer and kind.is_asked and cell.key in row.answers:
            kept[cell.key] = kind.typed(cell, row.answers[cell.key])
    return kept


def _in_budget(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many rows as fit; no person types more, a program must not fill the table."""
    kept, size = [], 0
    for row in rows:
        size += sum(len(str(value)) for value in row.values())
        if size > MAX_KEPT_ROWS:
            break
        kept.append(row)
    return kept
