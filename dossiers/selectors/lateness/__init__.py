"""What is late, and who is told: one module and one class a cause, one registry of all.

A new cause is one new module with a class derived from `Cause` under `@register`, imported here.
"""

from dossiers.selectors.lateness import (
    apology_awaiting,
    due_soon,
    handoff_late,
    not_taken_on,
    overdue,
    silent_citizen,
    step_late,
    unanswered,
    uncollected,
)
from dossiers.selectors.lateness.cause import Cause, Step, all_causes, cause_of, register, to_escalate
from dossiers.selectors.lateness.recipients import Staff

__all__ = [
    "Cause",
    "Staff",
    "Step",
    "all_causes",
    "apology_awaiting",
    "cause_of",
    "due_soon",
    "handoff_late",
    "not_taken_on",
    "overdue",
    "register",
    "silent_citizen",
    "step_late",
    "to_escalate",
    "unanswered",
    "uncollected",
]
