"""A procedure with steps of its own, and how the rows of a dossier are told."""

from decimal import Decimal
from typing import Any

from dossiers.models import Dossier
from portal.accounts.enums import OfficerRole
from procedures.enums import Channel, DocumentKind, StepOutcome, StepPlace
from procedures.models import InternalStep, ServiceOffering
from tests.factories.dossiers import Cast
from tests.factories.procedures import (
    FORM,
    ChannelTermFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    RequiredDocumentFactory,
    ServiceOfferingFactory,
    in_force,
)

_O = StepOutcome


def make_stepped_offering(
    cast: Cast,
    *,
    first_term: Decimal = Decimal(1),
    first: dict[str, Any] | None = None,
    total: dict[str, Any] | None = None,
) -> ServiceOffering:
    """Desk, "tham_dinh" in the division P1, "kiem_tra", "ky", desk; three working days in all, or `total`."""
    procedure = ProcedureFactory.create()
    revision = ProcedureRevisionFactory.create(procedure=procedure, form_definition=FORM)
    for channel in Channel:
        ChannelTermFactory.create(revision=revision, channel=channel, **(total or {"term_value": 3}))
    RequiredDocumentFactory.create(revision=revision, name="Giấy tờ tùy thân", kind=DocumentKind.UPLOAD, order=1)
    desk = {"place": StepPlace.RECEIVING, "role": OfficerRole.DESK_OFFICER, "outcomes": [_O.FORWARD]}
    work = {"division_code": "P1", "division_name": "Phòng Hộ tịch", "outcomes": [_O.PROPOSE_GRANT, _O.PROPOSE_DENY]}
    work |= {"term_value": first_term, "term_unit": "working_day", **(first or {})}
    check = {"outcomes": [_O.FORWARD, _O.RETURN_FOR_REWORK]}
    sign = {"role": OfficerRole.SIGNER, "outcomes": [_O.SIGN, _O.RETURN_FOR_REWORK]}
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("nhan", "Nhận hồ sơ", desk),
        ("tham_dinh", "Thẩm định", work),
        ("kiem_tra", "Kiểm tra lại", check),
        ("ky", "Ký", sign),
        ("tra", "Trả", desk),
    ]
    for order, (key, title, fields) in enumerate(steps, start=1):
        InternalStep.objects.create(revision=revision, key=key, title=title, order=order, **fields)
    in_force(revision)
    return ServiceOfferingFactory.create(
        procedure=procedure,
        agency=cast.resolving,
        receiving_agency=None if cast.receiving == cast.resolving else cast.receiving,
        level=4,
    )


def rows(dossier: Dossier) -> list[tuple[str, str, str]]:
    """(step, officer or "", outcome or "") of everybody who had it, in order."""
    found = dossier.holdings.select_related("officer").order_by("id")
    return [(one.step_key, one.officer.full_name if one.officer else "", one.outcome) for one in found]
