"""Two workers, two officers: one slip, one number."""

import pytest

from dossiers import services
from dossiers.enums import SlipKind
from dossiers.models import IssuedSlip
from portal.documents.models import StoredDocument
from tests.dossiers.test_concurrency import at_once
from tests.factories.dossiers import make_cast, make_filed, make_processing

pytestmark = pytest.mark.django_db(transaction=True)


def test_workers_issuing_the_same_slip_at_once_issue_one() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Sai thẩm quyền")
    before = StoredDocument.objects.count()
    found = at_once(
        *[lambda: services.slip_of_line(dossier_id=dossier.pk, kind=SlipKind.INTAKE_REFUSAL, sequence=2).pk] * 3
    )
    assert found == [IssuedSlip.objects.get().pk] * 3
    assert StoredDocument.objects.count() == before + 1


def test_officers_asking_for_the_control_sheet_at_once_get_one() -> None:
    cast = make_cast()
    dossier = make_processing(cast)
    actors = [cast.actor("hoa"), cast.actor("binh")]
    found = at_once(*[lambda one=one: services.control_sheet(actor=one, dossier_id=dossier.pk).pk for one in actors])  # type: ignore[misc]
    assert found == [IssuedSlip.objects.get().pk] * 2


def test_two_apologies_at_once_get_a_number_each() -> None:
    cast = make_cast()
    dossier, khanh = make_processing(cast), cast.actor("khanh")
    assert dossier.due_at is not None

    def sorry(cause: str) -> str:
        assert dossier.due_at is not None
        return services.apology_slip(
            actor=khanh,
            dossier_id=dossier.pk,
            cause=cause,
            old_due_at=dossier.due_at,
            new_due_at=dossier.due_at,
            reason="Chậm",
            signer_name="Ngô Quốc Khánh",
        ).number

    found = at_once(lambda: sorry("reschedule:1"), lambda: sorry("reschedule:2"))
    assert sorted(found) == [f"{dossier.code}/04", f"{dossier.code}/04.2"]
