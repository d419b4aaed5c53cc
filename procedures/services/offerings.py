"""Which agency offers a procedure at which level, from which day. A level is a promise: checked against the revision in
force, written as a new dated period, never over an old one (docs/decisions/0016).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import IntegerField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from procedures.enums import Channel, LevelAction, ResultWay, ServiceLevel
from procedures.errors import Finding, OfferingPeriodConflict, PublicationRefused, UnknownOffering
from procedures.models import OfferingEntry, Procedure, ProviderSystem, ServiceOffering
from procedures.policies import delivery_ways as delivery_ways_of
from procedures.policies import offered_actions
from procedures.services.drafts import lock_procedure, require_catalogue_editor
from procedures.services.journals import signed
from procedures.services.offering_checks import claim_findings, computed_scope, levels_to_keep
from procedures.services.publication import publication_findings
from procedures.services.search_documents import refresh_search_documents

# What a period says; two periods that agree in all of it are the same promise.
TERMS = (
    "level",
    "scope",
    "receiving_agency_id",
    "receivers_below_id",
    "other_receivers",
    "has_online_reception",
    "channels",
    "delivery_ways",
    "has_online_payment",
    "electronic_only_from",
    "provider_system_id",
    "provider_address",
)


@transaction.atomic
def set_offering(
    *,
    actor: Actor,
    procedure_id: int,
    agency_id: int,
    level: int,
    scope: str = "",
    receiving_agency_id: int | None = None,
    receivers_below_id: int | None = None,
    other_receiver_ids: Sequence[int] = (),
    has_online_reception: bool = False,
    channels: Sequence[str] = (),
    delivery_ways: Sequence[str] = (),
    has_online_payment: bool = True,
    electronic_only_from: date | None = None,
    provider_system_id: int | None = None,
    provider_address: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    note: str = "",
) -> ServiceOffering:
    """What an agency offers from a day (today unless said), as a new period; what it offered until then ends the day before.

    Idempotent: the same promise over the same days changes nothing. `scope`: "" = as the facts give it; more than the
    facts give is refused, less is stored as claimed. Locks the procedure. Raises `PublicationRefused` when the revision
    in force cannot keep what is promised, `OfferingPeriodConflict` when a period that has run, or one planned for later,
    has those days, `InvalidInput` for a closed agency or contradicting terms.
    """
    require_catalogue_editor(actor)
    procedure = lock_procedure(procedure_id)
    day = valid_from or clock.today()
    wanted = ServiceOffering(
        procedure=procedure,
        agency=_open_agency(agency_id, day),
        level=level,
        scope=scope,
        receiving_agency_id=receiving_agency_id,
        receivers_below_id=receivers_below_id,
        other_receivers=sorted(set(other_receiver_ids)),
        has_online_reception=has_online_reception,
        channels=_in_order(channels, Channel.values),
        delivery_ways=_in_order(delivery_ways, ResultWay.values),
        has_online_payment=has_online_payment,
        electronic_only_from=electronic_only_from,
        provider_system_id=provider_system_id,
        provider_address=provider_address,
        checked_revision=procedure.current_revision,
        valid_from=day,
        valid_to=valid_to,
    )
    _require_sense(wanted)
    if not scope:
        wanted.scope = computed_scope(wanted, procedure.current_revision)
    # A period that is over is history being written down: the revision of today says nothing about it.
    is_history = valid_to is not None and valid_to < clock.today()
    findings = [] if is_history else promise_findings(wanted)
    if findings:
        raise PublicationRefused(findings)
    periods = list(
        ServiceOffering.objects.select_for_update().filter(procedure=procedure, agency_id=agency_id, is_active=True)
    )
    running = next((period for period in periods if period.covers(day)), None)
    if running is not None and _same_promise(running, wanted):
        return end_offering(actor=actor, offering_id=running.pk, last_day=valid_to, note=note)
    if running is not None:
        _make_way(running, wanted, actor=actor, note=note)
    _require_free(wanted, periods, besides=running)
    wanted.save()
    _journal(wanted, OfferingEntry.Kind.OPENED, actor=actor, note=note)
    refresh_listing_rank(procedure)
    return wanted


@transaction.atomic
def end_offering(*, actor: Actor, offering_id: int, last_day: date | None, note: str = "") -> ServiceOffering:
    """The period counts up to and including `last_day` (None: until further notice). Days that have passed stay as they
    were: raises `InvalidInput` for a last day before yesterday, `OfferingPeriodConflict` when the period is over or the
    next one has begun by then.
    """
    require_catalogue_editor(actor)
    offering, procedure = _lock(offering_id)
    today = clock.today()
    if last_day == offering.valid_to:
        return offering
    if not offering.is_active or (offering.valid_to is not None and offering.valid_to < today - timedelta(days=1)):
        raise OfferingPeriodConflict(_("Kỳ này đã kết thúc, không sửa được nữa. Hãy mở một kỳ mới."))
    if last_day is not None and last_day < today - timedelta(days=1):
        raise InvalidInput(fields={"valid_to": _("Những ngày đã qua không sửa lại được; sớm nhất là ngày hôm qua.")})
    if last_day is not None and offering.valid_from is not None and last_day < offering.valid_from:
        raise InvalidInput(fields={"valid_to": _("Ngày kết thúc phải sau ngày bắt đầu.")})
    siblings = ServiceOffering.objects.filter(
        procedure=procedure, agency_id=offering.agency_id, is_active=True
    ).exclude(pk=offering.pk)
    wanted = ServiceOffering(valid_from=offering.valid_from, valid_to=last_day)
    _require_free(wanted, list(siblings), besides=None)
    _end(offering, last_day, actor=actor, note=note)
    refresh_listing_rank(procedure)
    return offering


@transaction.atomic
def strike_out_offering(*, actor: Actor, offering_id: int, note: str) -> ServiceOffering:
    """The whole period was a mistake: it no longer counts on any day, but stays in sight with the reason.

    Raises `InvalidInput` without a reason. Calling it again changes nothing.
    """
    require_catalogue_editor(actor)
    if not note.strip():
        raise InvalidInput(fields={"note": _("Hãy ghi vì sao kỳ này là nhập nhầm.")})
    offering, procedure = _lock(offering_id)
    if offering.is_active:
        _strike_out(offering, actor=actor, note=note)
        refresh_listing_rank(procedure)
    return offering


def offering_findings(procedure: Procedure, level: int) -> list[Finding]:
    """Why the revision in force cannot keep what the level promises; [] = it can, or nothing is in force yet."""
    in_force = procedure.current_revision
    return publication_findings(in_force, levels=[level]) if in_force is not None else []


def promise_findings(offering: ServiceOffering) -> list[Finding]:
    """Why the revision in force cannot keep what this offering promises; [] = it can, or nothing is in force yet."""
    in_force = offering.procedure.current_revision
    if in_force is None:
        return []
    return [
        *publication_findings(in_force, levels=levels_to_keep([offering])),
        *claim_findings(offering, in_force),
    ]


@transaction.atomic
def save_provider_system(*, actor: Actor, system: ProviderSystem) -> ProviderSystem:
    """Store a system that runs services, new or changed; where it leads changes for every service it runs."""
    require_catalogue_editor(actor)
    system.save()
    return system


def refresh_listing_rank(procedure: Procedure) -> None:
    """Procedures that go further online are listed first, and found by level and agency."""
    _refresh_ranks(Q(pk=procedure.pk))
    refresh_search_documents([procedure.pk])


def refresh_listing_ranks(*, actor: Actor) -> int:
    """Once a day: periods that began or ended overnight move their procedures in the list; how many moved."""
    require_catalogue_editor(actor)
    return _refresh_ranks(Q())


def _refresh_ranks(which: Q) -> int:
    highest = (
        ServiceOffering.objects.in_force()
        .filter(procedure=OuterRef("pk"))
        .order_by()
        .values("procedure")
        .annotate(highest=Max("level"))
        .values("highest")
    )
    rank = int(ServiceLevel.L4) - Coalesce(Subquery(highest), int(ServiceLevel.L1), output_field=IntegerField())
    return Procedure.objects.filter(which).exclude(listing_rank=rank).update(listing_rank=rank)


def _open_agency(agency_id: int, day: date) -> Agency:
    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is None:
        raise UnknownOffering
    if agency.valid_to is not None and agency.valid_to < day:
        raise InvalidInput(
            fields={
                "agency": _("Cơ quan này đã ngừng hoạt động từ sau ngày %(day)s.")
                % {"day": f"{agency.valid_to:%d/%m/%Y}"}
            }
        )
    if agency.valid_from is not None and agency.valid_from > day:
        raise InvalidInput(
            fields={"agency": _("Cơ quan này hoạt động từ ngày %(day)s.") % {"day": f"{agency.valid_from:%d/%m/%Y}"}}
        )
    return agency


def _in_order(values: Sequence[str], known: Sequence[str]) -> list[str]:
    """Each once, in the order of the vocabulary, so that equal promises look equal; unknown ones stay for the refusal."""
    return [value for value in known if value in values] + [value for value in values if value not in known]


def _require_sense(wanted: ServiceOffering) -> None:
    """Terms that contradict each other, each beside its field."""
    fields: dict[str, Any] = {}
    if wanted.valid_to is not None and wanted.valid_from is not None and wanted.valid_to < wanted.valid_from:
        fields["valid_to"] = _("Ngày kết thúc phải sau ngày bắt đầu.")
    if set(wanted.channels) - set(Channel.values):
        fields["channels"] = _("Có cách nộp không có trong danh mục.")
    if set(wanted.delivery_ways) - set(ResultWay.values):
        fields["delivery_ways"] = _("Có cách trả kết quả không có trong danh mục.")
    if Agency.objects.filter(pk__in=wanted.other_receivers).count() != len(wanted.other_receivers):
        fields["other_receivers"] = _("Có cơ quan không có trong danh mục.")
    if wanted.provider_address and wanted.provider_system_id is None:
        fields["provider_address"] = _("Địa chỉ riêng chỉ có nghĩa khi chọn hệ thống cung cấp.")
    if fields:
        raise InvalidInput(fields=fields)
    if wanted.delivery_ways and LevelAction.FILE_ONLINE in offered_actions(wanted) and not delivery_ways_of(wanted):
        fields["delivery_ways"] = _("Ở mức độ này không có cách trả kết quả nào còn lại; hãy chọn cách khác.")
    if wanted.electronic_only_from is not None and not _receives_online(wanted):
        fields["electronic_only_from"] = _("Dịch vụ chỉ nhận trực tuyến thì phải nhận được hồ sơ trực tuyến.")
    if fields:
        raise InvalidInput(fields=fields)


def _receives_online(wanted: ServiceOffering) -> bool:
    """On this portal or on the provider's."""
    takes = wanted.level >= ServiceLevel.L3 or wanted.has_online_reception
    return takes and (not wanted.channels or Channel.ONLINE in wanted.channels)


def _same_promise(one: ServiceOffering, other: ServiceOffering) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in TERMS)


def _make_way(running: ServiceOffering, wanted: ServiceOffering, *, actor: Actor, note: str) -> None:
    """End the running period the day before; one that begins the same day and has not run yet is struck out."""
    assert wanted.valid_from is not None
    if wanted.valid_from < clock.today():
        raise OfferingPeriodConflict(_taken(running))
    if running.valid_from == wanted.valid_from:
        _strike_out(running, actor=actor, note=note or _("Thay bằng kỳ khác bắt đầu cùng ngày."))
    else:
        _end(running, wanted.valid_from - timedelta(days=1), actor=actor, note=note)


def _require_free(
    wanted: ServiceOffering, periods: Sequence[ServiceOffering], *, besides: ServiceOffering | None
) -> None:
    for period in periods:
        if period is besides:
            continue
        begins_after = (
            wanted.valid_to is not None and period.valid_from is not None and period.valid_from > wanted.valid_to
        )
        ends_before = (
            period.valid_to is not None and wanted.valid_from is not None and period.valid_to < wanted.valid_from
        )
        if not (begins_after or ends_before):
            raise OfferingPeriodConflict(_taken(period))


def _taken(period: ServiceOffering) -> str:
    begin = f"{period.valid_from:%d/%m/%Y}" if period.valid_from else _("từ trước")
    end = f"{period.valid_to:%d/%m/%Y}" if period.valid_to else _("chưa định")
    return _(
        "Đã có kỳ %(level)s, từ %(begin)s đến %(end)s. Hãy chọn ngày khác, hoặc kết thúc hay gạch bỏ kỳ đó trước."
    ) % {
        "level": str(period.get_level_display()).lower(),
        "begin": begin,
        "end": end,
    }


def _lock(offering_id: int) -> tuple[ServiceOffering, Procedure]:
    found = ServiceOffering.objects.filter(pk=offering_id).values_list("procedure_id", flat=True).first()
    if found is None:
        raise UnknownOffering
    procedure = lock_procedure(found)
    offering = ServiceOffering.objects.select_for_update(of=("self",)).select_related("agency").get(pk=offering_id)
    return offering, procedure


def _end(offering: ServiceOffering, last_day: date | None, *, actor: Actor, note: str) -> None:
    before = offering.valid_to
    offering.valid_to = last_day
    offering.save(update_fields=["valid_to"])
    _journal(offering, OfferingEntry.Kind.ENDED, actor=actor, note=note, valid_to=last_day, valid_to_before=before)


def _strike_out(offering: ServiceOffering, *, actor: Actor, note: str) -> None:
    offering.is_active = False
    offering.save(update_fields=["is_active"])
    _journal(offering, OfferingEntry.Kind.STRUCK_OUT, actor=actor, note=note)


def _journal(
    offering: ServiceOffering, kind: OfferingEntry.Kind, *, actor: Actor, note: str, **dates: date | None
) -> None:
    OfferingEntry.objects.create(offering=offering, kind=kind, note=note.strip()[:300], **signed(actor), **dates)
