"""Who takes over from an agency, with which officers, and until when."""

from datetime import date

import pytest

from portal.accounts import services
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, AgencySuccession, Division, OfficerPosting, User
from portal.core.actors import Actor, ActorKind
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory

pytestmark = pytest.mark.django_db

MERGED_ON = date(2025, 7, 1)
LAST_DAY = date(2025, 6, 30)
CASE, SIGNER = OfficerRole.CASE_OFFICER, OfficerRole.SIGNER


@pytest.fixture
def old() -> Agency:
    agency: Agency = AgencyFactory.create(name="Sở cũ")
    return agency


@pytest.fixture
def new() -> Agency:
    agency: Agency = AgencyFactory.create(name="Sở mới")
    return agency


def merge(old: Agency, new: Agency, **how: bool) -> AgencySuccession:
    user = UserFactory.create(is_staff=True)
    return services.succeed(
        actor=Actor(ActorKind.ADMINISTRATOR, user.pk, user.full_name),
        predecessor_id=old.pk,
        successor_id=new.pk,
        effective_on=MERGED_ON,
        **{"moves_postings": True, "closes_predecessor": True, **how},
    )


def posted(user: User, agency: Agency) -> list[tuple[str, str | None, date | None, date | None]]:
    rows = OfficerPosting.objects.filter(user=user, agency=agency).order_by("role", "valid_from")
    return [
        (row.role, row.division.code if row.division else None, row.valid_from, row.valid_to)
        for row in rows.select_related("division")
    ]


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "moved", "kept"),
    [
        (None, None, (MERGED_ON, None), (None, LAST_DAY)),
        # Posted for a time: the same end at the successor, an earlier one here.
        (date(2025, 1, 1), date(2025, 9, 30), (MERGED_ON, date(2025, 9, 30)), (date(2025, 1, 1), LAST_DAY)),
        # Over before the day: nothing moves, and the end that was set stays.
        (date(2025, 1, 1), date(2025, 5, 31), None, (date(2025, 1, 1), date(2025, 5, 31))),
        # Begins later: there too.
        (date(2025, 8, 1), date(2025, 12, 31), (date(2025, 8, 1), date(2025, 12, 31)), (date(2025, 8, 1), date(2025, 12, 31))),
    ],
    ids=["without an end", "with an end", "over", "to come"],
)  # fmt: skip
def test_a_posting_goes_along_for_as_long_as_it_lasts(
    old: Agency,
    new: Agency,
    valid_from: date | None,
    valid_to: date | None,
    moved: tuple[date, date | None] | None,
    kept: tuple[date | None, date | None],
) -> None:
    user = OfficerPostingFactory.create(agency=old, role=CASE, valid_from=valid_from, valid_to=valid_to).user
    for _twice in range(2):
        merge(old, new)
        assert posted(user, new) == ([] if moved is None else [(CASE, None, *moved)])
        assert posted(user, old) == [(CASE, None, *kept)]


def test_whoever_works_in_one_division_does_not_work_in_all_of_the_successor(old: Agency, new: Agency) -> None:
    known = Division.objects.create(agency=new, code="P1", name="Phòng Hộ tịch")
    both = [Division.objects.create(agency=old, code=code, name=f"Phòng {code}") for code in ("P1", "P2")]
    user = UserFactory.create()
    for division in both:
        OfficerPostingFactory.create(user=user, agency=old, role=CASE, division=division)
    merge(old, new)
    assert posted(user, new) == [(CASE, "P1", MERGED_ON, None), (CASE, "P2", MERGED_ON, None)]
    assert list(Division.objects.filter(agency=new).order_by("code").values_list("name", flat=True)) == [
        known.name,
        "Phòng P2",
    ]


def test_a_role_that_somebody_has_there_already_is_not_given_twice(old: Agency, new: Agency) -> None:
    user = UserFactory.create()
    OfficerPostingFactory.create(user=user, agency=old, role=CASE)
    # Entered twice by hand: two rows of the same person and role are no error.
    for _twice in range(2):
        OfficerPostingFactory.create(user=user, agency=new, role=CASE)
    OfficerPostingFactory.create(user=user, agency=old, role=SIGNER)
    merge(old, new, closes_predecessor=False)
    assert posted(user, new) == [(CASE, None, None, None), (CASE, None, None, None), (SIGNER, None, MERGED_ON, None)]
    assert posted(user, old) == [(CASE, None, None, None), (SIGNER, None, None, None)]


def test_a_later_end_of_the_agency_itself_becomes_the_day_before(old: Agency, new: Agency) -> None:
    old.valid_to = date(2025, 12, 31)
    old.save()
    merge(old, new)
    old.refresh_from_db()
    assert old.valid_to == LAST_DAY
