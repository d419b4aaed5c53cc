"""Who is stopped, or warned, before they waste an hour: the rules that hold, as soon as the answers they need are there."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from procedures.form_definitions.conditions import Condition, verdict
from procedures.form_definitions.definition import EligibilityRule, FormDefinition
from procedures.form_definitions.kinds.base import kind_of


def rules_that_hold(
    definition: FormDefinition,
    answers: Mapping[str, Any],
    *,
    unusable: Collection[str] = (),
    is_final: bool = False,
    today: date | None = None,
) -> tuple[EligibilityRule, ...]:
    """The rules that hold for these stored answers, in the order of the definition.

    While the declaration is being filled in, a rule that hangs on an open question holds not yet; `is_final` takes what
    is not answered as not answered, as the filing does. `unusable`: see `answers.clean`.
    """
    counted, undecided = counted_answers(definition, answers, unusable=unusable, today=today)
    open_fields: Collection[str] = () if is_final else undecided
    return tuple(
        rule
        for rule in definition.eligibility
        if verdict(rule.when, counted, undecided=open_fields, today=today) is True
    )


def applies(
    condition: Condition | None,
    definition: FormDefinition,
    answers: Mapping[str, Any],
    *,
    unusable: Collection[str] = (),
    is_final: bool = False,
    today: date | None = None,
) -> bool | None:
    """Does a condition kept outside of the declaration hold? None while it hangs on an open question, never when final."""
    counted, undecided = counted_answers(definition, answers, unusable=unusable, today=today)
    return verdict(condition, counted, undecided=() if is_final else undecided, today=today)


def counted_answers(
    definition: FormDefinition, answers: Mapping[str, Any], *, unusable: Collection[str], today: date | None
) -> tuple[dict[str, Any], set[str]]:
    """The answers of what is asked, and the keys of what may still be asked or answered."""
    counted: dict[str, Any] = {}
    undecided: set[str] = set()
    for spec in definition.fields():
        if not kind_of(spec).has_answer:
            continue
        is_asked = verdict(spec.visible_when, counted, undecided=undecided, today=today)
        if is_asked is False:
            continue
        if is_asked is None or answers.get(spec.key) is None or spec.key in unusable:
            undecided.add(spec.key)
        else:
            counted[spec.key] = answers[spec.key]
    return counted, undecided
