"""Standing in for an officer who is away: what the stand-in holds, from when to when, and who may arrange it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from portal.accounts.enums import OfficerRole
from portal.accounts.errors import DelegationNotFound, DelegationRefused
from portal.accounts.models import Agency, Delegation, Division, User
from portal.accounts.selectors import actor_for, officers_for_work
from portal.accounts.services import delegate_duties, end_delegation
from portal.core import clock
from portal.core.actors import Absentee, Actor, ActorKind, Duty
from portal.core.errors import NotPermitted
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory

pytestmark = pytest.mark.django_db
R = OfficerRole


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create(name="Sở Tư pháp")


def officer(agency: Agency, name: str, role: OfficerRole = R.CASE_OFFICER, **posting: Any) -> User:
    user = UserFactory.create(full_name=name)
    OfficerPostingFactory.create(user=user, agency=agency, role=role, **posting)
    return user


def away(absent: User, delegate: User, agency: Agency, *, first: int = 0, last: int = 3, **fields: Any) -> Delegation:
    today = clock.today()
    values: dict[str, Any] = {"actor": actor_for(absent), "reason": "Nghỉ phép", **fields}
    return delegate_duties(
        absent_id=absent.pk,
        delegate_id=delegate.pk,
        agency_id=agency.pk,
        starts_on=today + timedelta(days=first),
        ends_on=today + timedelta(days=last),
        **values,
    )


def test_while_it_runs_the_stand_in_holds_both_duties_and_says_whose(agency: Agency) -> None:
    hoa, quan = officer(agency, "Lê Thị Hòa", R.SIGNER), officer(agency, "Đỗ Minh Quân")
    away(hoa, quan, agency)

    actor = actor_for(quan)
    own = Duty(agency.pk, R.CASE_OFFICER)
    taken = Duty(agency.pk, R.SIGNER, on_behalf_of=Absentee(hoa.pk, "Lê Thị Hòa"))
    assert actor.duties == {own, taken}
    assert actor.absentees == [Absentee(hoa.pk, "Lê Thị Hòa")]
    assert actor.with_duties_of().duties == {own}
    assert actor.without_duties_of(hoa.pk).duties == {own}
    # The absent officer keeps what is theirs: a telephone call from holiday must not break the law.
    assert actor_for(hoa).duties == {Duty(agency.pk, R.SIGNER)}


def test_an_actor_costs_one_query(agency: Agency, django_assert_num_queries: Any) -> None:
    hoa, quan = officer(agency, "Hòa"), officer(agency, "Quân")
    away(hoa, quan, agency)
    with django_assert_num_queries(1):
        actor_for(quan)


@pytest.mark.parametrize(("first", "last", "held"), [(-2, -1, 0), (-1, 0, 1), (0, 0, 1), (0, 5, 1), (1, 5, 0)])
def test_both_days_are_included(agency: Agency, first: int, last: int, held: int) -> None:
    hoa, quan = officer(agency, "Hòa", R.SIGNER), officer(agency, "Quân")
    today = clock.today()
    Delegation.objects.create(
        absent=hoa,
        delegate=quan,
        agency=agency,
        starts_on=today + timedelta(days=first),
        ends_on=today + timedelta(days=last),
        reason="x",
    )
    assert len(actor_for(quan).absentees) == held


def test_it_holds_at_its_agency_only_and_ends_when_the_posting_does(agency: Agency) -> None:
    elsewhere = AgencyFactory.create()
    hoa, quan = officer(agency, "Hòa", R.SIGNER), officer(agency, "Quân")
    OfficerPostingFactory.create(user=hoa, agency=elsewhere, role=R.SIGNER)
    away(hoa, quan, agency)
    assert {duty.agency_id for duty in actor_for(quan).duties} == {agency.pk}
    hoa.postings.update(valid_to=date(2020, 1, 1))
    assert actor_for(quan).absentees == []


def test_no_chain_what_was_taken_over_goes_no_further(agency: Agency) -> None:
    hoa, quan, dung = (officer(agency, name) for name in ("Hòa", "Quân", "Dung"))
    hoa.postings.update(role=R.SIGNER)
    away(hoa, quan, agency)
    with pytest.raises(DelegationRefused) as refused:
        away(quan, dung, agency)
    assert set(refused.value.fields) == {"starts_on"}
    with pytest.raises(DelegationRefused) as refused:
        away(dung, hoa, agency)
    assert set(refused.value.fields) == {"delegate"}
    assert Delegation.objects.count() == 1
    # Even a row that got past the service passes on nothing but own postings.
    Delegation.objects.create(
        absent=quan, delegate=dung, agency=agency, starts_on=clock.today(), ends_on=clock.today(), reason="x"
    )
    assert actor_for(dung).absentees == [Absentee(quan.pk, "Quân")]
    assert not actor_for(dung).has_role(agency.pk, R.SIGNER)


def test_what_no_delegation_may_be_is_refused_with_its_field(agency: Agency) -> None:
    hoa, quan = officer(agency, "Hòa"), officer(agency, "Quân")
    stranger = UserFactory.create()
    refusals = [
        ((hoa, hoa), {}, "delegate"),
        ((hoa, stranger), {}, "delegate"),
        ((stranger, hoa), {"actor": actor_for(stranger)}, "absent"),
        ((hoa, quan), {"first": 3, "last": 1}, "ends_on"),
        ((hoa, quan), {"first": -3, "last": -1}, "ends_on"),
        ((hoa, quan), {"reason": "  "}, "reason"),
    ]
    for (absent, delegate), fields, name in refusals:
        with pytest.raises(DelegationRefused) as refused:
            away(absent, delegate, agency, **fields)
        assert set(refused.value.fields) == {name}
    assert Delegation.objects.count() == 0


def test_one_stand_in_a_day_also_in_the_database(agency: Agency) -> None:
    hoa, quan, dung = (officer(agency, name) for name in ("Hòa", "Quân", "Dung"))
    away(hoa, quan, agency, first=0, last=3)
    with pytest.raises(DelegationRefused):
        away(hoa, dung, agency, first=3, last=5)
    day = clock.today() + timedelta(days=3)
    with pytest.raises(IntegrityError, match="delegation_one_delegate_a_day"), transaction.atomic():
        Delegation.objects.create(absent=hoa, delegate=dung, agency=agency, starts_on=day, ends_on=day, reason="x")
    away(hoa, dung, agency, first=4, last=5)
    assert Delegation.objects.count() == 2


def test_who_may_arrange_it_and_end_it(agency: Agency) -> None:
    hoa, quan = officer(agency, "Hòa"), officer(agency, "Quân")
    head = officer(agency, "Khánh", R.AGENCY_HEAD)
    deputy = officer(agency, "Dung", R.SIGNER)
    other_head = officer(AgencyFactory.create(), "Lan", R.AGENCY_HEAD)
    away(head, deputy, agency)
    administrator = Actor(kind=ActorKind.ADMINISTRATOR, user_id=UserFactory.create().pk)
    allowed = {"self": actor_for(hoa), "head": actor_for(head), "administrator": administrator}
    # A stand-in of the head has the head's work, not the head's word over people.
    refused = {"colleague": actor_for(quan), "stand-in": actor_for(deputy), "other head": actor_for(other_head)}
    for actor in refused.values():
        with pytest.raises(NotPermitted):
            away(hoa, quan, agency, actor=actor)
    for actor in allowed.values():
        made = away(hoa, quan, agency, actor=actor)
        for name, other in refused.items():
            with pytest.raises(DelegationNotFound if name == "other head" else NotPermitted):
                end_delegation(actor=other, delegation_id=made.pk)
        assert actor_for(quan).absentees != []
        ended = end_delegation(actor=actor, delegation_id=made.pk)
        assert ended.revoked_at is not None
        assert end_delegation(actor=actor, delegation_id=made.pk).revoked_at == ended.revoked_at
        assert actor_for(quan).absentees == []


def test_a_duty_of_a_division_is_for_its_work_and_one_without_for_all(agency: Agency) -> None:
    one, two = (Division.objects.create(agency=agency, code=code, name=code) for code in ("P1", "P2"))
    inside, whole = officer(agency, "Trong", division=one), officer(agency, "Chung")
    assert [actor_for(inside).holds(agency.pk, R.CASE_OFFICER, division_id=d) for d in (one.pk, two.pk, None)] == [
        True,
        False,
        True,
    ]
    assert all(actor_for(whole).holds(agency.pk, R.CASE_OFFICER, division_id=d) for d in (one.pk, two.pk, None))
    assert set(officers_for_work(agency.pk, R.CASE_OFFICER, division_id=two.pk)) == {whole}
    stand_in = officer(agency, "Thay", R.DESK_OFFICER)
    away(whole, stand_in, agency)
    assert set(officers_for_work(agency.pk, R.CASE_OFFICER, division_id=two.pk)) == {whole, stand_in}


def test_admin_arranges_an_absence_through_the_service_and_ends_it(client: Client, agency: Agency) -> None:
    hoa, quan = officer(agency, "Hòa"), officer(agency, "Quân")
    boss = User.objects.create_superuser("boss@example.vn", "x", full_name="Quản Trị")
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    url = "/quan-tri/accounts/delegation/"
    day = clock.today().strftime("%d/%m/%Y")
    sent = {"agency": agency.pk, "starts_on": day, "ends_on": day, "reason": "Đi họp"}

    again = client.post(f"{url}add/", {**sent, "absent": hoa.pk, "delegate": hoa.pk})
    assert again.status_code == 200
    assert "Hãy chọn người khác làm thay." in again.content.decode()
    done = client.post(f"{url}add/", {**sent, "absent": hoa.pk, "delegate": quan.pk})
    assert done.status_code == 302
    made = Delegation.objects.get()
    assert (made.absent, made.delegate, made.made_by) == (hoa, quan, boss)
    client.post(url, {"action": "end", "_selected_action": [made.pk]})
    made.refresh_from_db()
    assert made.revoked_at is not None
    assert client.get(f"{url}{made.pk}/change/").status_code == 200
