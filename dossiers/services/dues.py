"""What a dossier costs, read once: its rules, what was counted, claimed and charged, and the quote that follows."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from dossiers.enums import ClaimState
from dossiers.errors import FeeNotCounted, ReliefUndecided
from dossiers.models import Dossier, ReliefClaim
from dossiers.services import declaration
from payments import selectors as payment_selectors
from payments.enums import CollectionPoint
from portal.core.errors import MisconfiguredData, PortalError
from procedures import selectors as procedure_selectors
from procedures.enums import QuantitySource
from procedures.errors import FeeNotConfigured
from procedures.selectors import Lack, Quote, QuotedFee
from procedures.services import forms

if TYPE_CHECKING:
    from payments.models import Charge
    from procedures.models import FeeRule, ReliefCategory


class Dues:
    """The fees of one dossier at one moment. Nothing is read twice: make a new one after something was written."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier

    @cached_property
    def rules(self) -> "list[FeeRule]":
        dossier = self.dossier
        return procedure_selectors.fee_rules_of(dossier.revision, dossier.channel, dossier.case)

    @cached_property
    def charges(self) -> "list[Charge]":
        """All charges, oldest first; those other agencies set as well."""
        return list(payment_selectors.charges_for(self.dossier.subject))

    @cached_property
    def counted(self) -> dict[int, int]:
        """Numbers officers counted, by rule."""
        if not any(rule.unit for rule in self.rules):
            return {}
        return dict(self.dossier.fee_quantities.values_list("fee_rule_id", "quantity"))

    @cached_property
    def claims(self) -> list[ReliefClaim]:
        """Every claim, the first one first; [] where the rules let nobody off anything."""
        if not any(rule.reliefs for rule in self.rules):
            return []
        return list(self.dossier.relief_claims.select_related("proof", "decided_by"))

    @property
    def claim(self) -> ReliefClaim | None:
        """The one that waits or was accepted; None when there is none, it was refused, or no rule grants it anything.

        (The last: the rules changed under a draft. Nothing hangs on such a claim, so nothing waits for it.)
        """
        return next(
            (one for one in self.claims if one.state != ClaimState.REFUSED and self._is_granted_something(one)), None
        )

    def _is_granted_something(self, claim: ReliefClaim) -> bool:
        rows = (row for rule in self.rules if rule.is_reviewed for row in rule.reliefs)
        return any(isinstance(row, dict) and row.get("category") == claim.category_key for row in rows)

    @cached_property
    def _names(self) -> dict[str, str]:
        return procedure_selectors.relief_names() if any(rule.reliefs for rule in self.rules) else {}

    @cached_property
    def reliefs_to_claim(self) -> "list[ReliefCategory]":
        """Categories that would make this dossier cheaper; [] = nothing to claim."""
        return procedure_selectors.reliefs_on_offer([rule for rule in self.rules if rule.is_reviewed])

    @cached_property
    def quote(self) -> Quote:
        """What it costs with what is declared, counted and granted so far.

        By the prices of the day of filing, for a draft of today: what a citizen was told when filing is what is charged.
        """
        claim = self.claim
        return self.quote_with(claim.category_key if claim is not None and claim.state == ClaimState.ACCEPTED else "")

    def quote_with(self, relief: str) -> Quote:
        """As `quote`, were this category granted."""
        dossier = self.dossier
        return procedure_selectors.quote_for(
            dossier.revision,
            dossier.channel,
            dossier.case,
            on=declaration.as_of(dossier),
            answers=self._answers,
            counted=self.counted,
            relief=relief,
            rules=self.rules,
            names=self._names,
        )

    @cached_property
    def _answers(self) -> dict[str, object]:
        """As filing would fix them: without what is asked no more, and without what does not fit yet."""
        if not self.dossier.is_draft:
            return self.dossier.answers
        if not any(rule.quantity_key for rule in self.rules):
            return {}
        try:
            definition = declaration.definition_of(self.dossier)
        except MisconfiguredData:
            return {}
        answers = declaration.current_answers(self.dossier, definition)
        return forms.clean(definition, answers, ignore_unknown=True).answers

    def to_charge(self, collection: CollectionPoint | None = None, *, leaves_open: bool = False) -> list[QuotedFee]:
        """Fees that are not charged yet and would be now: all of them, or those of one moment; none of 0 đ.

        Raises FeeNotConfigured for a rule nobody reviewed, FeeNotCounted, ReliefUndecided: we refuse to guess an amount.
        With `leaves_open` such fees are left out instead, to be charged when the amount is known.
        """
        charged = {charge.rule.get("fee_rule_id") for charge in self.charges}
        quote = self.quote if collection is None else self.quote.at(collection.value)
        fees = [fee for fee in quote.fees if fee.rule.pk not in charged]
        claim = self.claim if any(fee.rule.reliefs for fee in fees) else None
        undecided = claim.category_key if claim is not None and claim.is_undecided else ""
        held = {fee.rule.pk for fee in fees if fee.amount and fee.rule.tariff.relief_of(undecided) is not None}
        if leaves_open:
            return [fee for fee in fees if fee.amount and fee.rule.pk not in held]
        if any(fee.lack in (Lack.COUNT, Lack.ANSWER) for fee in fees):
            raise FeeNotCounted
        if any(fee.amount is None for fee in fees):
            raise FeeNotConfigured
        if held:
            raise ReliefUndecided
        return [fee for fee in fees if fee.amount]

    @property
    def to_count(self) -> list[QuotedFee]:
        """Fees by unit whose number comes from an officer: by the rule, or because the declaration does not tell it."""
        return [
            fee
            for fee in self.quote.fees
            if fee.rule.unit
            and (
                fee.rule.quantity_source == QuantitySource.OFFICER
                or fee.lack is Lack.ANSWER
                or fee.rule.pk in self.counted
            )
        ]

    @property
    def to_count_at_counter(self) -> list[QuotedFee]:
        """Those an officer counts by the rule: what the declaration does not tell yet, it may still tell."""
        return [fee for fee in self.to_count if fee.rule.quantity_source == QuantitySource.OFFICER]

    @property
    def owed(self) -> int:
        """Whole đồng asked for and not paid, whoever set them."""
        return sum(charge.amount for charge in self.charges if charge.is_owed)

    @property
    def owed_before_receipt(self) -> int:
        """Whole đồng."""
        return sum(
            charge.amount
            for charge in self.charges
            if charge.is_owed and charge.collection == CollectionPoint.BEFORE_RECEIPT
        )


def unasked_fees(dossiers: Sequence[Dossier]) -> dict[int, tuple[int, str]]:
    """By key of dossier what the agency had to ask for and did not: (đồng, ""), or (0, why it has no sum).

    Dossiers without such a fee cost nothing but the rules of their procedure, read once for those alike.
    """
    rules: dict[tuple[object, ...], list[FeeRule]] = {}
    suspects: list[Dues] = []
    for dossier in dossiers:
        alike = (dossier.revision_id, dossier.channel, dossier.case_id)
        dues = Dues(dossier)
        if alike in rules:
            dues.rules = rules[alike]
        rules[alike] = dues.rules
        if any(rule.collection == CollectionPoint.ON_REQUEST for rule in dues.rules):
            suspects.append(dues)
    charges = payment_selectors.charges_of_subjects([dues.dossier.subject for dues in suspects]) if suspects else {}
    found: dict[int, tuple[int, str]] = {}
    for dues in suspects:
        dues.charges = charges.get(dues.dossier.subject, [])
        try:
            total = sum(fee.amount or 0 for fee in dues.to_charge(CollectionPoint.ON_REQUEST))
        except PortalError as problem:
            found[dues.dossier.pk] = (0, str(problem.sentence))
            continue
        if total:
            found[dues.dossier.pk] = (total, "")
    return found
