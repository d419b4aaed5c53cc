"""What a revision makes one pay: the same quote for a page to read, a draft to check and a charge to write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from procedures.enums import Channel, FeeCollection, QuantitySource
from procedures.models import FeeRule, ProcedureCase, ProcedureRevision, ReliefCategory
from procedures.selectors.revisions import of_case
from procedures.tariffs import MOST_UNITS, TariffFault, WorkingLine, calculate, working_text


class Lack(StrEnum):
    """Why a fee has no amount yet."""

    REVIEW = "review"
    ANSWER = "answer"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class QuotedFee:
    """One rule that applies. `amount`: whole đồng, None while something lacks; 0: nothing is to be paid.

    `quantity`: None for a fixed fee and while it is not known. `relief` is the category by which less is paid, "" if none.
    """

    rule: FeeRule
    amount: int | None
    lines: tuple[WorkingLine, ...] = ()
    lack: Lack | None = None
    quantity: int | None = None
    relief: str = ""
    names: Mapping[str, str] | None = None

    @property
    def label(self) -> str:
        return self.rule.name

    @property
    def working(self) -> str:
        """Line by line, in the language of the reader."""
        return working_text(self.lines, self.names or {})

    def _working_in(self, language: str) -> str:
        with translation.override(language):
            return self.working

    @property
    def lack_sentence(self) -> str:
        """Why the amount is not known, for whoever reads the quote; "" when it is."""
        if self.lack is None:
            return ""
        sentences = {
            Lack.REVIEW: _("Mức thu chưa được rà soát, chưa thu."),
            Lack.ANSWER: _("Tính được khi bạn khai xong số lượng trong tờ khai."),
            Lack.COUNT: _("Cán bộ đếm số lượng (%(unit)s) rồi mới tính.") % {"unit": self.rule.unit},
        }
        return sentences[self.lack]

    def as_rule_copy(self) -> dict[str, Any]:
        """What a charge keeps: the whole rule as it is now, what it was applied to, and the working."""
        rule = self.rule
        names = (
            *("label", "kind", "channel", "amount", "unit", "quantity_source", "quantity_key", "steps"),
            *("minimum_amount", "maximum_amount", "reductions", "reliefs", "legal_basis", "fee_text", "collection"),
        )
        return {
            "fee_rule_id": rule.pk,
            "case": rule.case.key if rule.case is not None else "",
            **{name: getattr(rule, name) for name in names},
            "quantity": self.quantity,
            "relief": self.relief,
            "working": self.working,
            # Whoever reads the charge later may read the other language; the words of today are kept in both.
            "working_in": {code: self._working_in(code) for code, _name in settings.LANGUAGES},
            "working_lines": [line.as_json() for line in self.lines],
        }


@dataclass(frozen=True, slots=True)
class Quote:
    """All fees that apply, in the order of their rules."""

    fees: tuple[QuotedFee, ...]

    @property
    def total(self) -> int | None:
        """Whole đồng, None while one of them is not known."""
        if any(fee.amount is None for fee in self.fees):
            return None
        return sum(fee.amount or 0 for fee in self.fees)

    @property
    def known_total(self) -> int:
        return sum(fee.amount or 0 for fee in self.fees)

    @property
    def is_free(self) -> bool:
        return self.total == 0

    def at(self, collection: FeeCollection | str) -> "Quote":
        """Those that are collected at one moment."""
        return Quote(tuple(fee for fee in self.fees if fee.rule.collection == collection))


def fee_rules_of(
    revision: ProcedureRevision, channel: Channel | str, case: ProcedureCase | None = None
) -> list[FeeRule]:
    """Every rule that applies to the channel and case, in order, reviewed or not; [] = nothing to pay."""
    rules = FeeRule.objects.filter(of_case(case), Q(channel="") | Q(channel=channel), revision=revision)
    return list(rules.select_related("case").order_by("order", "id"))


def quote_for(
    revision: ProcedureRevision,
    channel: Channel | str,
    case: ProcedureCase | None = None,
    *,
    on: date,
    answers: Mapping[str, Any] | None = None,
    counted: Mapping[int, int] | None = None,
    relief: str = "",
    rules: Sequence[FeeRule] | None = None,
    names: Mapping[str, str] | None = None,
) -> Quote:
    """What is to be paid for a dossier handed in by `channel` on that day.

    `answers`: of the declaration, cleaned. `counted`: numbers an officer counted, by the key of the rule. `relief`: the
    key of the category that was granted, "" if none. An unreviewed rule and a rule that cannot be read have no amount:
    they never charge. `rules`: those of `fee_rules_of`, `names`: those of `relief_names`, where they were read already.
    """
    if rules is None:
        rules = fee_rules_of(revision, channel, case)
    if names is None:
        names = relief_names() if any(rule.reliefs for rule in rules) else {}
    return Quote(
        tuple(
            _quoted(rule, str(channel), on, quantity_of(rule, answers or {}, counted or {}), relief, names)
            for rule in rules
        )
    )


def quantity_of(rule: FeeRule, answers: Mapping[str, Any], counted: Mapping[int, int]) -> int | None:
    """How many units: the number that was declared, the rows of a table, or what an officer counted; None = not known.

    Where the declaration does not tell what it should, an officer may.
    """
    if not rule.unit:
        return 1
    value = answers.get(rule.quantity_key) if rule.quantity_source == QuantitySource.ANSWER else None
    if isinstance(value, list):
        return len(value)
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_UNITS
    return value if is_number else counted.get(rule.pk)


def _quoted(
    rule: FeeRule, channel: str, on: date, quantity: int | None, relief: str, names: Mapping[str, str]
) -> QuotedFee:
    try:
        tariff = rule.tariff
        if not rule.is_reviewed:
            return QuotedFee(rule, None, lack=Lack.REVIEW)
        if quantity is None:
            lack = Lack.COUNT if rule.quantity_source == QuantitySource.OFFICER else Lack.ANSWER
            return QuotedFee(rule, None, lack=lack)
        working = calculate(tariff, channel=channel, on=on, quantity=quantity, category=relief)
    except TariffFault:
        return QuotedFee(rule, None, lack=Lack.REVIEW)
    has_relief = any(line.category for line in working.lines)
    return QuotedFee(
        rule,
        working.amount,
        working.lines,
        quantity=quantity if rule.unit else None,
        relief=relief if has_relief else "",
        names=names,
    )


def relief_names() -> dict[str, str]:
    """Names of all categories by key, those switched off too: charges of old speak of them."""
    return dict(ReliefCategory.objects.values_list("key", "name"))


def reliefs_on_offer(rules: Sequence[FeeRule]) -> list[ReliefCategory]:
    """Categories a person can claim because one of these rules grants them something."""
    keys = {row.get("category") for rule in rules for row in rule.reliefs if isinstance(row, dict)}
    return list(ReliefCategory.objects.filter(key__in=keys, is_active=True)) if keys else []
