"""From a code as people have it (old, local, of an online service) to the procedure it means today."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from procedures.models import Procedure, ProcedureAlias, ProcedureReplacement

# <national code>.<what an agency or a service hangs on it>: 1.001193.000.00.00.H56, 2.002621.H56, 1.001193.01.
_LONG_FORM = re.compile(r"([1-9]\.[0-9]{6})\.[0-9A-Z._-]+")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class ResolvedCode:
    """What a code means. `is_own_code` is false for an alias and for a long form.

    `successors` are the procedures in force that replace it, through however many steps, when it is not in force itself.
    """

    procedure: Procedure
    is_own_code: bool
    successors: tuple[Procedure, ...] = ()

    @property
    def is_in_force(self) -> bool:
        return self.procedure.current_revision_id is not None


def resolve_code(text: str) -> ResolvedCode | None:
    """The procedure that `text` names, or None when it is no code of any. At most four queries for one in force.

    A procedure's own code goes first, then an alias, then the national code a long form begins with. One that was never
    published, and is replaced by nothing, is not told of.
    """
    code = text.strip().upper()
    if not code or len(code) > _LONGEST or not code.isascii() or "\x00" in code:
        return None
    procedure = _procedure(code)
    is_own_code = procedure is not None
    if procedure is None:
        procedure = Procedure.objects.filter(aliases__code=code).first()
    long_form = _LONG_FORM.fullmatch(code)
    if procedure is None and long_form is not None:
        procedure = _procedure(long_form[1]) or Procedure.objects.filter(aliases__code=long_form[1]).first()
    if procedure is None:
        return None
    if procedure.current_revision_id is not None:
        return ResolvedCode(procedure, is_own_code)
    successors = successors_in_force(procedure)
    if not successors and not procedure.revisions.filter(published_at__isnull=False).exists():
        return None
    return ResolvedCode(procedure, is_own_code, successors)


def _procedure(code: str) -> Procedure | None:
    return Procedure.objects.filter(code=code).first() if len(code) <= 8 else None


def replacements_of(procedure: Procedure) -> list[ProcedureReplacement]:
    """What directly replaces the procedure, with the successors, in the order of their codes."""
    return list(
        ProcedureReplacement.objects.filter(procedure=procedure).select_related("successor").order_by("successor__code")
    )


def successors_in_force(procedure: Procedure) -> tuple[Procedure, ...]:
    """The ends of the chain of replacements that are in force; one query a step, circles are walked once."""
    found: dict[int, Procedure] = {}
    seen, ends = {procedure.pk}, [procedure.pk]
    while ends:
        rows = ProcedureReplacement.objects.filter(procedure__in=ends).select_related("successor")
        ends = []
        for successor in (row.successor for row in rows.order_by("successor__code")):
            if successor.pk in seen:
                continue
            seen.add(successor.pk)
            if successor.current_revision_id is not None:
                found[successor.pk] = successor
            else:
                ends.append(successor.pk)
    return tuple(found.values())


def alias_codes(procedures: Iterable[Procedure]) -> dict[int, list[str]]:
    """Other codes by procedure key, for the search text; unsaved procedures have none. One query."""
    ids = [procedure.pk for procedure in procedures if procedure.pk is not None]
    found: dict[int, list[str]] = {}
    for procedure_id, code in ProcedureAlias.objects.filter(procedure_id__in=ids).values_list("procedure_id", "code"):
        found.setdefault(procedure_id, []).append(code)
    return found
