"""What the facts say an offering is, for lists: the same rule as `services.offering_checks.computed_scope`, in SQL.

A test holds the two against each other.
"""

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from procedures.enums import Channel, ResultWay, ServiceLevel, ServiceScope
from procedures.models import FeeRule, ProcessingStep, ServiceOffering


def with_facts(offerings: QuerySet[ServiceOffering]) -> QuerySet[ServiceOffering]:
    """Annotated with `facts_scope`, the scope that the revision in force and the terms of the offering give."""
    is_external = Q(provider_system__is_external=True)
    receives_online = (Q(level__gte=ServiceLevel.L3) | Q(has_online_reception=True)) & _lists(
        "channels", Channel.ONLINE
    )
    pays_online = Q(level=ServiceLevel.L4, has_online_payment=True)
    comes_by_itself = Q(level=ServiceLevel.L4) & (
        _lists("delivery_ways", ResultWay.ONLINE) | _lists("delivery_ways", ResultWay.POST)
    ) | Q(delivery_ways__contains=[ResultWay.POST.value])
    revision = OuterRef("procedure__current_revision")
    presence = Q(Exists(ProcessingStep.objects.filter(revision=revision, requires_presence=True)))
    # An unknown amount is one to pay, so "not zero" has to say what NULL means.
    owed = Q(
        Exists(
            FeeRule.objects.filter(
                Q(channel="") | Q(channel=Channel.ONLINE), Q(amount__isnull=True) | Q(amount__gt=0), revision=revision
            )
        )
    )
    is_full = comes_by_itself & ~presence & (pays_online | ~owed) & Q(procedure__current_revision__isnull=False)
    return offerings.annotate(
        facts_scope=Case(
            When(is_external & Q(level=ServiceLevel.L4), then=Value(ServiceScope.FULL.value)),
            When(is_external & Q(level=ServiceLevel.L3), then=Value(ServiceScope.PARTIAL.value)),
            When(is_external | ~receives_online, then=Value(ServiceScope.INFORMATION.value)),
            When(is_full, then=Value(ServiceScope.FULL.value)),
            default=Value(ServiceScope.PARTIAL.value),
            output_field=CharField(),
        )
    )


def misclaimed(offerings: QuerySet[ServiceOffering]) -> QuerySet[ServiceOffering]:
    """Those whose published scope is not what the facts give, in whichever direction."""
    return with_facts(offerings).exclude(Q(facts_scope=F("scope")))


def _lists(column: str, value: str) -> Q:
    """The list names the value, or is empty and so leaves everything as the level has it."""
    return Q(**{column: []}) | Q(**{f"{column}__contains": [str(value)]})
