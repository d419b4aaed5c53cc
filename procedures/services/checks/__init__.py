"""What is checked before a revision is published. Reads only; every finding names its place, for people and for pages.

declaration        the form: keys, labels, conditions that can never hold
parts              cases, documents, steps: dead ones, pointers into other revisions
terms_and_fees     units, reviews, channels
process            the steps inside the agencies: who does them, until when, who signs
handoffs           stages at other agencies: who, how long, what they may see
results            documents of results: every place can be filled
promises           what the levels on offer promise
history            against the revision in force: days, meaning of keys
"""

from collections.abc import Iterable

from procedures.enums import ServiceLevel
from procedures.errors import Finding
from procedures.models import ProcedureRevision
from procedures.services.checks import declaration, handoffs, history, parts, process, promises, results, terms_and_fees
from procedures.services.document_conditions import need_findings
from procedures.services.offering_checks import levels_to_keep, offerings_to_keep, publication_claim_findings


def publication_findings(revision: ProcedureRevision, *, levels: Iterable[int]) -> list[Finding]:
    """Why this revision cannot be offered at these levels; [] = it can. Errors only, for published revisions too."""
    highest = max(levels, default=int(ServiceLevel.L1))
    findings = [
        *parts.foreign_pointers(revision),
        *declaration.unreadable(revision),
        *need_findings(revision),
        *promises.broken(revision, highest),
    ]
    return [finding for finding in findings if finding.is_error]


def draft_findings(draft: ProcedureRevision) -> list[Finding]:
    """Everything that speaks against publishing the draft as it stands, errors first; [] = nothing.

    `effective_from` is the day it is to come in force; None = today.
    """
    # Not only those in force today: an offering that starts next month must not find a revision it cannot use.
    offerings = offerings_to_keep(draft.procedure)
    levels = levels_to_keep(offerings)
    highest = max(levels, default=int(ServiceLevel.L1))
    findings = [
        *publication_findings(draft, levels=levels),
        *publication_claim_findings(draft, offerings),
        *declaration.findings(draft),
        *parts.findings(draft, highest),
        *terms_and_fees.findings(draft, highest),
        *process.findings(draft, offerings),
        *handoffs.findings(draft),
        *results.findings(draft),
        *promises.doubts(draft, highest),
        *history.findings(draft),
    ]
    return sorted(dict.fromkeys(findings), key=lambda finding: not finding.is_error)
