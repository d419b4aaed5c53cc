"""What an officer must know before pressing a button: the fee a request would ask for, the results there can be."""

from dataclasses import dataclass

from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, ResultDocument
from payments import selectors as payment_selectors
from payments.enums import CollectionPoint
from procedures import selectors as procedure_selectors


@dataclass(frozen=True, slots=True)
class ExpectedFee:
    """A fee rule that would become a charge; `amount` in whole đồng."""

    label: str
    amount: int


def fees_to_request(dossier: Dossier) -> list[ExpectedFee]:
    """The fees a payment request would ask for now. Raises MisconfiguredData for a rule nobody reviewed."""
    charged = {charge.rule.get("fee_rule_id") for charge in payment_selectors.charges_for(dossier.subject)}
    rules = procedure_selectors.fee_rules_for(dossier.revision, dossier.channel, dossier.case)
    return [
        ExpectedFee(label=rule.label or str(rule.get_kind_display()), amount=rule.amount)
        for rule in rules
        if rule.amount and rule.collection == CollectionPoint.ON_REQUEST and rule.pk not in charged
    ]


def result_titles(dossier: Dossier) -> list[str]:
    """Names of the results the procedure promises, in its order; one of them usually is the title of the result."""
    return [name[:255] for name in dossier.revision.results.values_list("name", flat=True)]


def result_of(dossier: Dossier, result_id: int) -> ResultDocument:
    """One result of this dossier. Raises DossierNotFound for a result of another one."""
    found = dossier.results.select_related("document").filter(pk=result_id).first()
    if found is None:
        raise DossierNotFound
    return found
