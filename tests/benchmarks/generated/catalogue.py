"""Procedures that take dossiers online, built by the services, and many more that only fill the search."""

import os
from dataclasses import dataclass
from random import Random

from django.core.management import call_command
from django.db import connection

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.enums import TermUnit
from portal.core.text import slug
from procedures import services
from procedures.enums import Channel, DocumentKind, RevisionState, ServiceScope, Subject
from procedures.models import (
    ChannelTerm,
    FeeRule,
    LegalBasis,
    PolicyArea,
    Procedure,
    ProcedureRevision,
    ProcessingStep,
    RequiredDocument,
    ResultKind,
    ServiceOffering,
)
from tests.benchmarks.generated.people import People
from tests.benchmarks.generated.words import ACTS, AREAS, OBJECTS

ONLINE = 20
FILLERS = 2_000
DOCUMENTS = 3
TERM_DAYS = (3, 5, 10, 15)
FORM = {
    "sections": [
        {
            "key": "nguoi_nop",
            "label": "Thông tin tờ khai",
            "fields": [
                {"key": "ho_ten", "kind": "text", "label": "Họ và tên", "required": True},
                {"key": "ngay_sinh", "kind": "date", "label": "Ngày sinh", "required": True},
                {"key": "dien_thoai", "kind": "phone", "label": "Điện thoại", "required": True},
                {"key": "thu_dien_tu", "kind": "email", "label": "Thư điện tử"},
                {"key": "noi_sinh", "kind": "text", "label": "Nơi sinh", "required": True},
                {
                    "key": "muc_dich",
                    "kind": "choice",
                    "label": "Mục đích",
                    "required": True,
                    "params": {
                        "options": [
                            {"value": "moi", "label": "Cấp lần đầu"},
                            {"value": "lai", "label": "Cấp lại"},
                            {"value": "doi", "label": "Thay đổi nội dung"},
                        ]
                    },
                },
                {"key": "so_ban", "kind": "integer", "label": "Số bản cần cấp", "required": True},
                {"key": "da_co", "kind": "yes_no", "label": "Đã từng được cấp", "required": True},
                {"key": "nam_cap", "kind": "year", "label": "Năm cấp gần nhất"},
                {"key": "ly_do", "kind": "long_text", "label": "Lý do đề nghị", "required": True},
            ],
        }
    ]
}
TYPED = {
    "ho_ten": "Nguyễn Thị An",
    "ngay_sinh": "12/09/1996",
    "dien_thoai": "0983512604",
    "thu_dien_tu": "an@bench.example",
    "noi_sinh": "Xã Hiệp Thạnh, tỉnh Lâm Đồng",
    "muc_dich": "lai",
    "so_ban": "2",
    "da_co": "yes",
    "nam_cap": "2019",
    "ly_do": "Bản cũ đã rách, cần bản mới để bổ sung hồ sơ xin việc tại cơ quan.",
}
"""What a person types into the form's ten fields, as a browser posts it."""


@dataclass
class OnlineProcedure:
    """A procedure in force that takes dossiers online, with what a dossier of it needs."""

    procedure: Procedure
    revision: ProcedureRevision
    term_days: int
    documents: list[RequiredDocument]
    offerings: dict[int, ServiceOffering]


def make_catalogue(people: People, seed: int, *, online: int = ONLINE, fillers: int = FILLERS) -> list[OnlineProcedure]:
    """PROCEDURES_FILE names a national catalogue to load instead of the made-up fillers."""
    rng = Random(f"catalogue:{seed}")
    areas = PolicyArea.objects.bulk_create(PolicyArea(name=name, slug=slug(name)) for name in AREAS)
    found = [_online_procedure(number, areas, people) for number in range(online)]
    path = os.environ.get("PROCEDURES_FILE", "")
    if path:
        call_command("import_procedures", path)
    else:
        _fillers(fillers, areas, people.agencies, rng)
    services.rebuild_search()
    return found


def _name(number: int) -> str:
    act, thing = ACTS[number % len(ACTS)], OBJECTS[(number // len(ACTS)) % len(OBJECTS)]
    turn = number // (len(ACTS) * len(OBJECTS))
    return f"{act} {thing}" + (f" (trường hợp {turn + 1})" if turn else "")


def _online_procedure(number: int, areas: list[PolicyArea], people: People) -> OnlineProcedure:
    """Level 4 at every agency; the centre's desk receives for the others in every second procedure."""
    area = areas[number % len(areas)]
    procedure = Procedure.objects.create(
        code=f"8.{number + 1:06d}", name=f"{_name(number * 7)} trực tuyến", policy_area=area
    )
    revision = services.create_draft_revision(
        actor=SYSTEM,
        procedure_id=procedure.pk,
        form_definition=FORM,
        summary="Nộp hồ sơ trên cổng, theo dõi từng bước và nhận kết quả bản điện tử hoặc bản giấy.",
        resolving_agency_name="Ủy ban nhân dân cấp xã",
        audience=[Subject.CITIZEN],
        is_illustrative=True,
    )
    term_days = TERM_DAYS[number % len(TERM_DAYS)]
    for channel in Channel:
        ChannelTerm.objects.create(
            revision=revision,
            channel=channel,
            term_value=term_days,
            term_unit=TermUnit.WORKING_DAY,
            is_reviewed=True,
        )
    FeeRule.objects.create(revision=revision, amount=15_000 * (number % 5 + 1), label="Lệ phí", is_reviewed=True)
    documents = [
        RequiredDocument.objects.create(
            revision=revision,
            key=f"giay_to_{order}",
            name="Tờ khai theo mẫu" if order == 0 else f"Bản chụp giấy tờ kèm theo số {order}",
            kind=DocumentKind.DECLARATION if order == 0 else DocumentKind.UPLOAD,
            # One file is enough to file; the last one is for those who have it.
            is_required=order < DOCUMENTS - 1,
            order=order,
        )
        for order in range(DOCUMENTS)
    ]
    ResultKind.objects.create(revision=revision, name="Giấy chứng nhận", code="KQ.B00.000001")
    LegalBasis.objects.create(revision=revision, number="01/2026/NĐ-CP", title="Nghị định minh họa")
    ProcessingStep.objects.create(revision=revision, title="Nộp hồ sơ", order=1)
    services.publish_revision(actor=SYSTEM, revision_id=revision.pk)
    procedure.refresh_from_db()
    revision.refresh_from_db()
    offerings = ServiceOffering.objects.bulk_create(
        ServiceOffering(
            procedure=procedure,
            agency=agency,
            receiving_agency=people.centre if number % 2 and agency != people.centre else None,
            level=4,
            scope=ServiceScope.FULL,
        )
        for agency in people.agencies
    )
    services.refresh_listing_rank(procedure)
    return OnlineProcedure(procedure, revision, term_days, documents, {one.agency_id: one for one in offerings})


def _fillers(count: int, areas: list[PolicyArea], agencies: list[Agency], rng: Random) -> None:
    """Published procedures with terms, fees and offerings of all levels; no dossiers."""
    now = clock.now()
    picked = [(number, rng.choice(areas)) for number in range(count)]
    procedures = [
        Procedure(
            code=f"9.{number + 1:06d}",
            name=_name(number),
            policy_area=area,
        )
        for number, area in picked
    ]
    for procedure in procedures:
        procedure.search_text = services.search_text_of(procedure)
    Procedure.objects.bulk_create(procedures)
    revisions = ProcedureRevision.objects.bulk_create(
        ProcedureRevision(
            procedure=procedure,
            number=1,
            summary=f"{procedure.name}: nộp tại bộ phận một cửa, qua bưu chính hoặc trực tuyến, theo mức độ của từng nơi.",
            resolving_agency_name="Sở quản lý chuyên ngành",
            requirements="Có đủ điều kiện theo pháp luật chuyên ngành. " * rng.randint(1, 40),
        )
        for procedure in procedures
    )
    ChannelTerm.objects.bulk_create(
        ChannelTerm(
            revision=revision, channel=channel, term_value=days, term_unit=TermUnit.WORKING_DAY, is_reviewed=True
        )
        for revision in revisions
        for days in (rng.choice(TERM_DAYS),)
        for channel in Channel
    )
    FeeRule.objects.bulk_create(
        FeeRule(revision=revision, amount=rng.choice((0, 15_000, 50_000, 135_000)), label="Phí", is_reviewed=True)
        for revision in revisions
        if rng.random() < 0.6
    )
    ServiceOffering.objects.bulk_create(
        ServiceOffering(procedure=procedure, agency=agency, level=level, scope=services.scope_of(level))
        for procedure in procedures
        for agency in rng.sample(agencies, rng.choice((0, 1, 1, 2, 3)))
        for level in (rng.choice((1, 2, 2, 3, 4)),)
    )
    # The trigger takes drafts only, so their parts are there before they are put in force.
    ProcedureRevision.objects.filter(pk__in=[one.pk for one in revisions]).update(
        state=RevisionState.PUBLISHED, published_at=now
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procedures_procedure p SET current_revision_id = r.id, listing_rank = 4 - coalesce("
            "(SELECT max(level) FROM procedures_serviceoffering o WHERE o.procedure_id = p.id), 1) "
            "FROM procedures_procedurerevision r WHERE r.procedure_id = p.id AND p.current_revision_id IS NULL"
        )
