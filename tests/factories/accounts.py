"""People and agencies of the tests: An applies, Bình works at the desk, Chi is a stranger, Dung signs."""

from datetime import date
from typing import Any

import factory
from allauth.account.models import EmailAddress

from portal.accounts.enums import AgencyLevel, OfficerRole, Sex
from portal.accounts.models import Agency, Citizen, Desk, OfficerPosting, User
from portal.accounts.selectors import actor_for
from portal.core.actors import Actor

PASSWORD = "mot cau dai de nho"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """An account with a confirmed address and the password `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"nguoi{number}@example.com")
    full_name = factory.Sequence(lambda number: f"Trần Văn {'ABCDEGHIKLMN'[number % 12]}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        kwargs.setdefault("password", PASSWORD)
        return model_class.objects.create_user(*args, **kwargs)

    @factory.post_generation
    def confirmed(self: User, create: bool, extracted: bool | None, **kwargs: Any) -> None:  # type: ignore[misc]
        if create and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class CitizenFactory(factory.django.DjangoModelFactory[Citizen]):
    """An applies."""

    class Meta:
        model = Citizen

    user = factory.SubFactory(UserFactory, full_name="Nguyễn Thị An")
    personal_id_number = "068196004312"
    date_of_birth = date(1996, 9, 12)
    sex = Sex.FEMALE
    phone = "0983512604"
    address = "18/4 Hoàng Diệu, phường Xuân Hương - Đà Lạt"


class AgencyFactory(factory.django.DjangoModelFactory[Agency]):
    class Meta:
        model = Agency

    code = factory.Sequence(lambda number: f"H36.{number + 10}")
    name = factory.Sequence(lambda number: f"Ủy ban nhân dân phường {number + 1}")
    level = AgencyLevel.COMMUNE


class DeskFactory(factory.django.DjangoModelFactory[Desk]):
    class Meta:
        model = Desk

    agency = factory.SubFactory(AgencyFactory)
    name = "Bộ phận một cửa"
    address = "36 Trần Phú"


class OfficerPostingFactory(factory.django.DjangoModelFactory[OfficerPosting]):
    """Bình works at the desk."""

    class Meta:
        model = OfficerPosting

    user = factory.SubFactory(UserFactory, full_name="Trần Văn Bình")
    agency = factory.SubFactory(AgencyFactory)
    role = OfficerRole.DESK_OFFICER


def citizen_actor(**fields: Any) -> Actor:
    """An, with account and profile."""
    return actor_for(CitizenFactory(**fields).user)


def officer_actor(agency: Agency, *roles: OfficerRole, user: User | None = None) -> Actor:
    """An officer who holds the roles (desk officer when none is named) at the agency."""
    officer = user or UserFactory(full_name="Trần Văn Bình")
    for role in roles or (OfficerRole.DESK_OFFICER,):
        OfficerPostingFactory(user=officer, agency=agency, role=role)
    return actor_for(officer)
