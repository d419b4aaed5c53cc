"""Results under races, with real threads and row locks: numbers without gaps, one hand-over, one item of the post."""

import pytest

from dossiers import services
from dossiers.errors import CollectionCodeRefused, TransitionConflict
from dossiers.models import CollectionCode, DocumentRegister, Dossier, PostalItem, ResultHandOver
from tests.dossiers.test_concurrency import at_once
from tests.factories.dossiers import make_cast, make_resolved
from tests.factories.results import make_drafted, receipt_of_applicant

pytestmark = pytest.mark.django_db(transaction=True)


def test_documents_signed_at_the_same_instant_get_numbers_without_gaps() -> None:
    cast = make_cast()
    drafts = [make_drafted(cast) for _number in range(4)]
    dung = cast.actor("dung")
    found = at_once(
        *(
            lambda draft=draft: services.sign_draft(actor=dung, dossier_id=draft.dossier_id, draft_id=draft.pk)
            for draft in drafts
        )
    )
    assert [type(one).__name__ for one in found if not isinstance(one, Dossier)] == []
    papers = [one.results.select_related("paper").get().paper.number for one in found]
    assert sorted(papers) == ["01/GXN-STP", "02/GXN-STP", "03/GXN-STP", "04/GXN-STP"]
    assert DocumentRegister.objects.get().last_number == 4


def test_a_draft_signed_twice_at_once_takes_one_number() -> None:
    cast = make_cast()
    draft = make_drafted(cast)
    found = at_once(
        *(
            lambda who=who: services.sign_draft(actor=cast.actor(who), dossier_id=draft.dossier_id, draft_id=draft.pk)
            for who in ("dung", "khanh")
        )
    )
    assert sorted(type(one).__name__ for one in found) == ["Dossier", "TransitionConflict"]
    assert DocumentRegister.objects.get().last_number == 1


def test_a_result_is_handed_over_once() -> None:
    cast = make_cast()
    dossier = make_resolved(cast, fee=None)
    found = at_once(
        *(
            lambda who=who: services.hand_over_result(
                actor=cast.actor(who), dossier_id=dossier.pk, receipt=receipt_of_applicant(cast)
            )
            for who in ("binh", "mai")
        )
    )
    assert sorted(type(one).__name__ for one in found) == ["Dossier", "TransitionConflict"]
    assert ResultHandOver.objects.count() == 1


def test_one_code_hands_over_once() -> None:
    cast = make_cast()
    dossier = make_resolved(cast, fee=None)
    code, _kept = services.own_collection_code(actor=cast.actor("an"), dossier_id=dossier.pk)
    found = at_once(
        *(
            lambda who=who: services.hand_over_result(
                actor=cast.actor(who),
                dossier_id=dossier.pk,
                receipt=receipt_of_applicant(cast, proof="code", code=code),
            )
            for who in ("binh", "mai")
        )
    )
    done = [one for one in found if isinstance(one, Dossier)]
    lost = [one for one in found if isinstance(one, (TransitionConflict, CollectionCodeRefused))]
    assert (len(done), len(lost), ResultHandOver.objects.count()) == (1, 1, 1)
    assert CollectionCode.objects.get().used_at is not None


def test_a_result_is_handed_over_or_posted_never_both() -> None:
    cast = make_cast()
    dossier = make_resolved(cast, fee=None)
    found = at_once(
        lambda: services.hand_over_result(
            actor=cast.actor("binh"), dossier_id=dossier.pk, receipt=receipt_of_applicant(cast)
        ),
        lambda: services.post_result(
            actor=cast.actor("mai"),
            dossier_id=dossier.pk,
            carrier="VNPost",
            tracking_number="RA1",
            recipient_name="Nguyễn Thị An",
            address="36 Trần Phú, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
        ),
    )
    assert sum(isinstance(one, Exception) for one in found) == 1
    assert PostalItem.objects.count() + ResultHandOver.objects.count() == 1
