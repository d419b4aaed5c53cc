"""What stands between a service and level 4, read from the revision in force and from what the agency offers (S4).

Nobody writes these down: they go away when the catalogue changes, and only then.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Exists, OuterRef, Prefetch, Q, When

from procedures.enums import Channel, Obstacle, ResultWay, ReviewCode
from procedures.models import Procedure, ProcedureRevision, ProcessingStep, ReviewFlag, ServiceOffering

# What no work of the agency can remove: the law wants the person there, or the service is another system's.
LASTING = frozenset({Obstacle.PRESENCE, Obstacle.EXTERNAL_PROVIDER})


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing in the way of level 4; `detail` says where or why, "" when the obstacle says it all."""

    obstacle: Obstacle
    detail: str = ""

    @property
    def is_lasting(self) -> bool:
        return self.obstacle in LASTING

    def __str__(self) -> str:
        return f"{self.obstacle.label}: {self.detail}" if self.detail else str(self.obstacle.label)


def hindrances_of(offerings: Iterable[ServiceOffering]) -> dict[int, list[Hindrance]]:
    """By offering key: what stands between it and level 4 under the revision in force, the lasting things first."""
    offerings = list(offerings)
    in_force = Procedure.objects.filter(pk__in={one.procedure_id for one in offerings}).values("current_revision")
    revisions = {
        revision.procedure_id: revision
        for revision in ProcedureRevision.objects.filter(pk__in=in_force)
        .annotate(
            has_form=Case(When(form_definition={}, then=False), default=True, output_field=BooleanField()),
            is_fee_missing=Exists(
                ReviewFlag.objects.filter(revision=OuterRef("pk"), code=ReviewCode.FEE_MISSING, is_resolved=False)
            ),
        )
        .only("pk", "procedure_id")
        .prefetch_related(
            "cases", "terms", "fee_rules", Prefetch("steps", ProcessingStep.objects.filter(requires_presence=True))
        )
    }
    return {one.pk: _hindrances(one, revisions.get(one.procedure_id)) for one in offerings}


def is_blocked() -> Case:
    """Does the law, or another system, keep an offering below level 4? An expression over offerings, for counting."""
    presence = ProcessingStep.objects.filter(revision=OuterRef("procedure__current_revision"), requires_presence=True)
    return Case(
        When(Q(provider_system__is_external=True) | Q(Exists(presence)), then=True),
        default=False,
        output_field=BooleanField(),
    )


def _hindrances(offering: ServiceOffering, revision: ProcedureRevision | None) -> list[Hindrance]:
    found = []
    if offering.is_external:
        # Its form, its fees and its results are over there.
        return [Hindrance(Obstacle.EXTERNAL_PROVIDER, str(offering.provider_system))]
    if revision is None:
        return [Hindrance(Obstacle.NOT_PUBLISHED)]
    found += [Hindrance(Obstacle.PRESENCE, f"{step.title} ({step.presence_text})") for step in revision.steps.all()]
    if not revision.has_form:  # type: ignore[attr-defined]
        found.append(Hindrance(Obstacle.NO_FORM))
    found += _missing_terms(revision)
    found += _missing_fees(offering, revision)
    if offering.channels and Channel.ONLINE not in offering.channels:
        found.append(Hindrance(Obstacle.NO_ONLINE_CHANNEL))
    if offering.delivery_ways and not {ResultWay.ONLINE, ResultWay.POST} & set(offering.delivery_ways):
        found.append(Hindrance(Obstacle.PAPER_ONLY_RESULT))
    return found


def _missing_terms(revision: ProcedureRevision) -> Iterable[Hindrance]:
    terms = list(revision.terms.all())
    if any(not term.is_reviewed for term in terms):
        yield Hindrance(Obstacle.TERM_UNREVIEWED)
    online = {term.case_id for term in terms if term.channel == Channel.ONLINE and term.is_reviewed}
    if None in online:
        return
    cases = list(revision.cases.all())
    missing = [case.name for case in cases if case.pk not in online]
    if missing or not cases:
        yield Hindrance(Obstacle.NO_ONLINE_TERM, "; ".join(missing))


def _missing_fees(offering: ServiceOffering, revision: ProcedureRevision) -> Iterable[Hindrance]:
    """No rule means nothing to pay, unless an import said that it found none and nobody has looked at it."""
    rules = list(revision.fee_rules.all())
    if not rules and revision.is_fee_missing:  # type: ignore[attr-defined]
        yield Hindrance(Obstacle.FEE_MISSING)
    if any(not rule.is_reviewed for rule in rules):
        yield Hindrance(Obstacle.FEE_UNREVIEWED)
    owes = any(rule.amount != 0 and rule.channel in ("", Channel.ONLINE) for rule in rules)
    if owes and not offering.has_online_payment:
        yield Hindrance(Obstacle.NO_ONLINE_PAYMENT)
