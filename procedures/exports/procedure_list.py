"""The list of procedures as a spreadsheet."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.core.sheets import write_sheet
from procedures.enums import Channel, ServiceLevel
from procedures.models import Procedure
from procedures.selectors import Offered
from procedures.selectors.offerings import offered
from procedures.summaries import fee_text, term_text

_BATCH = 500
_WIDTHS = (12, 60, 28, 24, 10, 16, 14, 14, 40, 30, 30, 12)


def procedure_list(procedures: QuerySet[Procedure]) -> bytes:
    """One row a procedure. The first four columns are what `services.list_import` reads back; the rest tells."""
    heads = (
        *(_("Mã thủ tục"), _("Tên thủ tục"), _("Lĩnh vực"), _("Loại thủ tục")),
        *(_("Phiên bản"), _("Số quyết định"), _("Hiệu lực từ"), _("Mức độ"), _("Cơ quan")),
        *(_("Thời hạn"), _("Phí, lệ phí"), _("Cần rà soát")),
    )
    return write_sheet(_("Thủ tục"), heads, _rows(procedures), widths=_WIDTHS)


def _rows(procedures: QuerySet[Procedure]) -> Iterator[Sequence[Any]]:
    found = (
        procedures.select_related("policy_area", "current_revision")
        .defer("search_text", "current_revision__form_definition", "current_revision__requirements")
        .order_by("code")
    )
    last = ""
    while batch := list(
        found.filter(code__gt=last).prefetch_related("current_revision__terms", "current_revision__fee_rules")[:_BATCH]
    ):
        offers = offered(batch)
        for procedure in batch:
            yield _row(procedure, offers.get(procedure.pk))
        last = batch[-1].code


def _row(procedure: Procedure, offer: Offered | None) -> Sequence[Any]:
    revision = procedure.current_revision
    offer = offer or Offered()
    head = (procedure.code, procedure.name, procedure.policy_area.name, procedure.kind)
    if revision is None:
        return (*head, None, "", None, None, "", "", "", "")
    terms = [(term.channel, term_text(term)) for term in revision.terms.all()]
    fees = [(rule.channel, fee_text(rule)) for rule in revision.fee_rules.all()]
    return (
        *head,
        revision.number,
        revision.decision_number,
        revision.effective_from,
        offer.level if offer.agency_count else int(ServiceLevel.L1),
        offer.agency_name or revision.resolving_agency_name,
        _by_channel(terms),
        _by_channel(fees),
        _("Có") if revision.needs_review else "",
    )


def _by_channel(values: list[tuple[str, str]]) -> str:
    labels = dict(Channel.choices)
    lines = dict.fromkeys(f"{labels[channel]}: {text}" if channel else text for channel, text in values if text)
    return "\n".join(lines)
