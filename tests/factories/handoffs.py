"""Handoffs of the tests, made by the services.

    partners = make_partners(cast)          a department with Thu (case), Phúc (signs), Tâm (desk), the province above it
                                            with Vinh (signs), a tax office with Loan (case)
    plan(offering, partners, ...)           planned handoffs on a published revision
    make_handoff(cast, partners, dossier)   SENT by Hòa to the department

Nothing runs the outbox: planned ones open when a test calls `services.open_planned_handoffs` or relays.
"""

from dataclasses import dataclass
from typing import Any

import pgtrigger

from dossiers import services
from dossiers.models import Dossier, Handoff
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, User
from portal.accounts.selectors import actor_for
from portal.core.actors import Actor
from procedures.models import PlannedHandoff, ServiceOffering
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast, make_offering, make_processing
from tests.factories.procedures import PlannedHandoffFactory


@dataclass
class Partners:
    """Other agencies and their people."""

    province: Agency
    department: Agency
    tax: Agency
    thu: User
    phuc: User
    tam: User
    vinh: User
    loan: User

    def actor(self, name: str) -> Actor:
        return actor_for(getattr(self, name))


def make_partners(cast: Cast) -> Partners:
    province = AgencyFactory.create(name="Ủy ban nhân dân tỉnh", level="province")
    department = AgencyFactory.create(name="Sở Nội vụ", parent=province)
    tax = AgencyFactory.create(name="Thuế cơ sở 1")
    Agency.objects.filter(pk=cast.receiving.pk).update(parent=province)
    cast.receiving.refresh_from_db()

    def officer(name: str, agency: Agency, role: OfficerRole) -> User:
        user = UserFactory.create(full_name=name)
        OfficerPostingFactory.create(user=user, agency=agency, role=role)
        return user

    return Partners(
        province=province,
        department=department,
        tax=tax,
        thu=officer("Hồ Thị Thu", department, OfficerRole.CASE_OFFICER),
        phuc=officer("Lý Văn Phúc", department, OfficerRole.SIGNER),
        tam=officer("Mai Thị Tâm", department, OfficerRole.DESK_OFFICER),
        vinh=officer("Đinh Quang Vinh", province, OfficerRole.SIGNER),
        loan=officer("Vũ Thị Loan", tax, OfficerRole.CASE_OFFICER),
    )


def plan(offering: ServiceOffering, **fields: Any) -> PlannedHandoff:
    """One planned handoff on the published revision of the offering, past the guard that keeps it frozen."""
    revision = offering.procedure.current_revision
    with pgtrigger.ignore("procedures.PlannedHandoff:part_of_published_frozen"):
        return PlannedHandoffFactory.create(revision=revision, **fields)


def vertical_plan(cast: Cast, partners: Partners, **offering: Any) -> ServiceOffering:
    """The department at once in 2 days, which passes it on to the province for 1 day; both bind."""
    made = make_offering(cast, fee=None, **offering)
    plan(
        made,
        key="so",
        kind="vertical",
        agency=partners.department,
        term_value=2,
        opens="at_start",
        is_binding=True,
        question="Thẩm định hồ sơ",
        shared_sections=["person"],
    )
    plan(
        made,
        key="tinh",
        kind="vertical",
        addressee="parent",
        agency=None,
        order=1,
        opens="onward",
        anchor_key="so",
        is_binding=True,
        question="Ra quyết định",
        shared_sections=["person"],
    )
    return made


def tax_plan(cast: Cast, partners: Partners, **offering: Any) -> ServiceOffering:
    """The tax office sets the obligation at once, in 1 day; it binds nobody but must be paid."""
    made = make_offering(cast, **{"fee": None, **offering})
    plan(
        made,
        key="thue",
        kind="horizontal",
        agency=partners.tax,
        opens="at_start",
        sets_obligation=True,
        question="Xác định nghĩa vụ tài chính",
        shared_sections=["person"],
    )
    return made


def make_handoff(cast: Cast, partners: Partners, dossier: Dossier | None = None, **choices: Any) -> Handoff:
    """SENT by Hòa to the department: an opinion in one working day."""
    dossier = dossier or make_processing(cast, fee=None)
    return services.open_handoff(
        actor=cast.actor("hoa"),
        dossier_id=dossier.pk,
        **{
            "to_agency_id": partners.department.pk,
            "question": "Ông bà có thuộc diện này không?",
            "term_value": 1,
            "term_unit": "working_day",
            **choices,
        },
    )


def make_planned(dossier: Dossier) -> list[Handoff]:
    """What the plan sends by itself, as the worker would."""
    return services.open_planned_handoffs(dossier_id=dossier.pk)
