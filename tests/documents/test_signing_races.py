"""Certificates under the hands of several people at once."""

import pytest

from portal.core.actors import Actor, ActorKind
from portal.core.errors import PortalError
from portal.documents import services
from portal.documents.errors import CertificateStateConflict
from portal.documents.models import SigningCertificate
from tests.documents import agency_keys as own
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.payments.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def actor() -> Actor:
    return Actor(kind=ActorKind.ADMINISTRATOR, user_id=UserFactory().pk, display_name="Quản trị")


def test_two_certificates_approved_at_once_leave_one_in_use() -> None:
    agency = AgencyFactory()
    proposer = UserFactory()
    made = [
        own.in_use(agency, own.agency_identity(name), state="proposed", proposed_by=proposer) for name in ("MỘT", "HAI")
    ]
    actors = [actor() for _one in made]

    found = at_once(
        *(
            lambda who=who, one=one: services.activate_certificate(actor=who, certificate_id=one.pk)
            for who, one in zip(actors, made, strict=True)
        )
    )

    assert not [one for one in found if isinstance(one, PortalError)]
    assert sorted(SigningCertificate.objects.values_list("state", flat=True)) == ["active", "retired"]


def test_one_certificate_is_approved_once() -> None:
    made = own.in_use(AgencyFactory(), own.agency_identity(), state="proposed", proposed_by=UserFactory())
    actors = [actor() for _number in range(4)]

    found = at_once(
        *(lambda who=who: services.activate_certificate(actor=who, certificate_id=made.pk) for who in actors)
    )

    assert [type(one) for one in found].count(CertificateStateConflict) == 3
    assert made.entries.filter(actor_id__isnull=False, act="activated").count() == 1
