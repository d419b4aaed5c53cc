"""What a card of a procedure says, worked out from rows that are already fetched. No queries, no rules of law."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.enums import TermUnit
from portal.core.money import NO_BREAK_SPACE, format_vnd
from procedures.enums import Channel, ServiceLevel, ServiceScope
from procedures.form_definitions import DefinitionError, describe_condition, parse, parse_condition
from procedures.models import (
    ChannelTerm,
    FeeRule,
    Procedure,
    ProcedureCase,
    ProcedureRevision,
    RequiredDocument,
    ServiceOffering,
)
from procedures.policies import scope_of
from procedures.selectors import Offered, best_offering
from procedures.tariffs import Tariff, TariffFault, calculate, price_lines

_LONGEST_AGENCY = 80


@dataclass(frozen=True, slots=True)
class Line:
    """One value with what it holds for (a case, a kind of fee), "" for everything."""

    text: str
    note: str = ""


@dataclass(slots=True)
class ChannelSummary:
    """A row of the table "how long, how much": the channels that share the same terms and fees."""

    labels: list[str]
    terms: list[Line]
    fees: list[Line]


@dataclass(frozen=True, slots=True)
class LevelSummary:
    """A level in both vocabularies."""

    level: int
    scope: str
    scope_label: str

    @classmethod
    def of(cls, level: int, scope: str = "") -> "LevelSummary":
        """`scope`: what an offering claims; without one, how the vocabularies correspond in general."""
        claimed = ServiceScope(scope) if scope else scope_of(level)
        return cls(int(level), claimed.value, str(claimed.label))


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result."""

    procedure: Procedure
    level: LevelSummary
    term: str
    fee: str
    agency: str


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """Required documents of one case; `case` is None for those asked for always."""

    case: ProcedureCase | None
    documents: Sequence[RequiredDocument]


def term_text(term: ChannelTerm) -> str:
    """`3 ngày làm việc`; "" when it is not known. It may break between `ngày` and `làm việc` only."""
    if term.term_value is None:
        return ""
    number = f"{term.term_value.normalize():f}" if isinstance(term.term_value, Decimal) else f"{term.term_value:g}"
    if get_language() != "en":
        number = number.replace(".", ",")
    unit = str(TermUnit(term.term_unit).label) if term.term_unit else _("(chưa rõ đơn vị)")
    first, _blank, rest = unit.partition(" ")
    return f"{number}{NO_BREAK_SPACE}{first} {rest.replace(' ', NO_BREAK_SPACE)}".rstrip(" ")


def fee_text(rule: FeeRule, channel: str = "") -> str:
    """`7.000 đ`, `2.000 đ/trang`, "Không thu" for zero, the text as read when there is no number, and a plain "not known".

    What is paid by the channel today; without one by the rule's own, and where it has none before what only one channel
    is let off.
    """
    channel = channel or rule.channel
    if rule.amount is None:
        return rule.fee_text or _("Chưa có thông tin")
    tariff = _tariff(rule)
    if tariff is None:
        return format_vnd(rule.amount)
    if tariff.unit:
        return price_lines(tariff, channel=channel, on=clock.today())[0] if _highest_price(tariff) else _("Không thu")
    amount = calculate(tariff, channel=channel, on=clock.today()).amount
    return format_vnd(amount) if amount else _("Không thu")


def _highest_price(tariff: Tariff) -> int:
    return max([tariff.amount, *(step.unit_amount for step in tariff.steps), tariff.minimum_amount or 0])


def _tariff(rule: FeeRule) -> Tariff | None:
    try:
        return rule.tariff
    except TariffFault:
        return None


def _fee_line(rule: FeeRule, channel: str, case_name: str) -> Line:
    """The price with what belongs to it: steps, bounds, the reduction of today."""
    tariff = _tariff(rule)
    more = price_lines(tariff, channel=channel, on=clock.today())[1:] if tariff is not None else []
    return Line(fee_text(rule, channel), ", ".join(filter(None, (rule.label, case_name, "; ".join(more)))))


def channel_summaries(revision: ProcedureRevision, closed: Container[str] = ()) -> list[ChannelSummary]:
    """Channels that have a term, online, desk, post; alike ones share a row. `closed` ones are left out: nobody takes them.

    Needs terms, fee_rules, cases prefetched.
    """
    case_names = {case.pk: case.name for case in revision.cases.all()}
    terms, rules = list(revision.terms.all()), list(revision.fee_rules.all())
    rows: list[ChannelSummary] = []
    for channel in Channel:
        if channel in closed:
            continue
        own_terms = _distinct(
            Line(term_text(term) or _("Chưa có thông tin"), case_names.get(term.case_id or 0, ""))
            for term in terms
            if term.channel == channel
        )
        own_fees = _distinct(
            _fee_line(rule, channel.value, case_names.get(rule.case_id or 0, ""))
            for rule in rules
            if rule.channel in ("", channel)
        ) or [Line(_("Không thu"))]
        alike = next((row for row in rows if (row.terms, row.fees) == (own_terms, own_fees)), None)
        if alike is not None:
            alike.labels.append(str(channel.label))
        elif own_terms:
            rows.append(ChannelSummary([str(channel.label)], own_terms, own_fees))
    return rows


def _distinct(lines: Iterable[Line]) -> list[Line]:
    return list(dict.fromkeys(lines))


def notes_on_terms_and_fees(revision: ProcedureRevision) -> list[str]:
    """The longer words about terms and fees, each once."""
    texts = [term.term_text for term in revision.terms.all()]
    texts += [rule.fee_text for rule in revision.fee_rules.all() if rule.is_reviewed]
    return [text for text in dict.fromkeys(texts) if text]


def has_unreviewed_values(revision: ProcedureRevision) -> bool:
    """Is a term or fee on the page that nobody has checked?"""
    terms, rules = revision.terms.all(), revision.fee_rules.all()
    return any(not term.is_reviewed for term in terms) or any(not rule.is_reviewed for rule in rules)


def reliefs_of(revision: ProcedureRevision, names: Mapping[str, str]) -> list[str]:
    """Who pays less, and by what: `Trẻ em: giảm 50% (Luật …)`, each once. `names`: of the categories, by key.

    Of reviewed rules: nobody can claim what nobody has checked.
    """
    lines = []
    for rule in revision.fee_rules.all():
        tariff = _tariff(rule) if rule.is_reviewed else None
        for one in tariff.reliefs if tariff is not None else ():
            share = _("miễn") if one.percent == 100 else _("giảm %(percent)d%%") % {"percent": one.percent}
            what = f"{rule.label}: " if rule.label and revision.fee_rules.all()[1:] else ""
            basis = f" ({one.legal_basis})" if one.legal_basis else ""
            lines.append(f"{names.get(one.category, one.category)}: {what}{share}{basis}")
    return list(dict.fromkeys(lines))


def document_groups(revision: ProcedureRevision) -> list[DocumentGroup]:
    """Documents asked for always first, then case by case; a case without documents of its own is left out."""
    documents = list(revision.required_documents.all())
    _tell_needs(revision, [document for document in documents if document.needed_when])
    groups = [DocumentGroup(None, [item for item in documents if item.case_id is None])]
    groups += [
        DocumentGroup(case, [item for item in documents if item.case_id == case.pk]) for case in revision.cases.all()
    ]
    return [group for group in groups if group.documents]


def _tell_needs(revision: ProcedureRevision, documents: Sequence[RequiredDocument]) -> None:
    """Say in words for which answers a document is needed, as `document.needed_phrase`."""
    if not documents:
        return
    try:
        definition = parse(revision.form_definition)
        for document in documents:
            condition = parse_condition(definition, document.needed_when)
            if condition is not None:
                document.needed_phrase = describe_condition(condition, definition)  # type: ignore[attr-defined]
    except DefinitionError:
        # Publication checks this; a page to read must not fail on a revision from elsewhere.
        return


def level_of(offerings: Iterable[ServiceOffering]) -> LevelSummary:
    """The most that is on offer; information alone where nobody offers anything."""
    best = best_offering(offerings)
    return LevelSummary.of(best.level, best.scope) if best is not None else LevelSummary.of(ServiceLevel.L1)


def hit(procedure: Procedure, offered: Offered | None) -> Hit:
    """A card of the list; the term and fee of the first channel, online before desk before post."""
    revision = procedure.current_revision
    assert revision is not None  # search finds published procedures only
    offered = offered or Offered()
    terms = sorted(revision.terms.all(), key=lambda term: list(Channel).index(Channel(term.channel)))
    term = terms[0] if terms else None
    rules = [rule for rule in revision.fee_rules.all() if term is None or rule.channel in ("", term.channel)]
    return Hit(
        procedure,
        LevelSummary.of(offered.level, offered.scope),
        term_text(term) if term else "",
        _fee_in_short(rules, term.channel if term is not None else ""),
        _agency_in_short(revision, offered),
    )


def _fee_in_short(rules: list[FeeRule], channel: str) -> str:
    if not rules:
        return _("Không thu")
    if any(rule.amount is None for rule in rules):
        return ""
    by_unit = [rule for rule in rules if rule.unit]
    if by_unit:
        text = fee_text(by_unit[0], channel)
        if len(rules) > 1 and text == _("Không thu"):
            # The others say how much.
            return _fee_in_short([rule for rule in rules if rule != by_unit[0]], channel)
        return text if len(rules) == 1 else _("từ %(amount)s") % {"amount": text}
    known = sorted({_amount_today(rule, channel) for rule in rules})
    if len(known) > 1:
        return _("từ %(amount)s") % {"amount": format_vnd(known[0] or known[1])}
    return format_vnd(known[0]) if known[0] else _("Không thu")


def _amount_today(rule: FeeRule, channel: str) -> int:
    tariff = _tariff(rule)
    return rule.amount or 0 if tariff is None else calculate(tariff, channel=channel, on=clock.today()).amount


def _agency_in_short(revision: ProcedureRevision, offered: Offered) -> str:
    if offered.agency_count == 1:
        return offered.agency_name
    if offered.agency_count:
        return _("%(count)s cơ quan") % {"count": offered.agency_count}
    name = revision.resolving_agency_name or revision.competent_authority
    return name if len(name) <= _LONGEST_AGENCY else name[: _LONGEST_AGENCY - 1].rsplit(" ", 1)[0] + "…"
