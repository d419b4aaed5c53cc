"""A result that is revoked or replaced before, or after, it reaches its citizen."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from pytest_django import Settings

from dossiers import services
from dossiers.enums import DossierState
from dossiers.errors import ResultRevoked
from dossiers.models import Dossier
from dossiers.services.slip_forms.hand_over import hand_over_facts
from portal.core import outbox
from portal.notifications.models import MailDelivery
from portal.vault import services as vault_services
from portal.vault.models import IssuedPaper
from tests.factories import dossiers as make
from tests.factories.documents import StoredDocumentFactory
from tests.factories.dossiers import Cast
from tests.factories.results import receipt_of_applicant

SignIn = Callable[[str], Client]
NEW = b"%PDF-1.7 corrected"


def paper_of(dossier: Dossier) -> IssuedPaper:
    paper = dossier.results.get().paper
    assert paper is not None
    return paper


def revoke(cast: Cast, dossier: Dossier) -> IssuedPaper:
    paper = paper_of(dossier)
    return vault_services.revoke_paper(actor=cast.actor("dung"), public_id=paper.public_id, reason="Cấp sai thẩm quyền")


def replace(cast: Cast, dossier: Dossier, content: bytes = NEW) -> IssuedPaper:
    return vault_services.replace_paper(
        actor=cast.actor("dung"),
        public_id=paper_of(dossier).public_id,
        reason="Ghi sai ngày sinh",
        code=vault_services.draw_code(),
        document_id=StoredDocumentFactory(content=content, purpose="issued_paper").pk,
        correction=vault_services.Correction(
            title="Giấy xác nhận đã sửa",
            number="13/XN",
            validity=vault_services.Validity(date(2026, 1, 5), date(2026, 1, 5)),
        ),
    )


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def run_outbox() -> None:
    while outbox.relay_due():
        pass


def give_at_the_desk(cast: Cast, dossier: Dossier) -> object:
    return services.hand_over_result(
        actor=cast.actor("binh"), dossier_id=dossier.pk, receipt=receipt_of_applicant(cast)
    )


def give_to_the_post(cast: Cast, dossier: Dossier) -> object:
    return services.post_result(
        actor=cast.actor("binh"),
        dossier_id=dossier.pk,
        carrier="VNPost",
        tracking_number="RA 1",
        recipient_name="Nguyễn Thị An",
        address="36 Trần Phú, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
    )


def test_what_was_revoked_before_the_fee_came_is_not_delivered_online(cast: Cast) -> None:
    dossier = make.make_resolved(cast, delivery="online", fee=None)
    paper = revoke(cast, dossier)
    assert services.deliver_result_online(dossier_id=dossier.pk) is None
    paper.refresh_from_db()
    assert (fresh(dossier).state, paper.released_at) == (DossierState.RESOLVED, None)


@pytest.mark.parametrize("give", [give_at_the_desk, give_to_the_post])
def test_what_was_revoked_is_given_out_neither_at_the_desk_nor_by_post(
    cast: Cast, give: Callable[[Cast, Dossier], object]
) -> None:
    dossier = make.make_resolved(cast, fee=None)
    revoke(cast, dossier)
    before = fresh(dossier)
    with pytest.raises(ResultRevoked):
        give(cast, dossier)
    after = fresh(dossier)
    assert (after.state, after.version, after.posted_at) == (DossierState.RESOLVED, before.version, None)


def test_the_desk_reads_that_it_was_revoked_before_anything_is_tried(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_resolved(cast, fee=None)
    revoke(cast, dossier)
    page = as_("binh").get(f"/mot-cua/{dossier.code}/").content.decode()
    assert "Kết quả của hồ sơ đã bị thu hồi nên không trao nữa." in page
    assert "Đã bị thu hồi" in page


def test_what_was_replaced_before_it_was_given_is_given_as_the_new_one_alone(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_resolved(cast, delivery="online", fee=None)
    old, new = paper_of(dossier), replace(cast, dossier)
    services.deliver_result_online(dossier_id=dossier.pk)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.released_at, new.released_at is not None) == (None, True)
    an = as_("an")
    served = an.get(f"/ho-so/{dossier.code}/ket-qua/{dossier.results.get().pk}/")
    assert b"".join(served.streaming_content) == NEW  # type: ignore[attr-defined]
    page = an.get(f"/ho-so/{dossier.code}/").content.decode()
    assert "Giấy xác nhận đã sửa" in page
    assert f"/kho-giay-to/{new.public_id}/" in page
    assert f"/kho-giay-to/{old.public_id}/" not in page


def test_the_slip_names_what_was_given_not_what_took_its_place_later(cast: Cast) -> None:
    dossier = make.make_resolved(cast, fee=None)
    give_at_the_desk(cast, dossier)
    replace(cast, dossier)
    sequence = dossier.journal.latest("sequence").sequence
    facts = hand_over_facts(fresh(dossier), sequence=sequence)
    assert [one["title"] for one in facts["results"]] == ["Giấy xác nhận thử"]  # type: ignore[attr-defined]
    other = make.make_resolved(cast, fee=None)
    replace(cast, other, NEW + b"%")
    give_at_the_desk(cast, other)
    facts = hand_over_facts(fresh(other), sequence=other.journal.latest("sequence").sequence)
    assert [one["number"] for one in facts["results"]] == ["13/XN"]  # type: ignore[attr-defined]


def test_whoever_got_it_reads_that_it_was_revoked_since(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_resolved(cast, delivery="online", fee=None)
    services.deliver_result_online(dossier_id=dossier.pk)
    page = f"/ho-so/{dossier.code}/"
    assert "Đã bị thu hồi" not in as_("an").get(page).content.decode()
    paper = revoke(cast, dossier)
    shown = as_("an").get(page).content.decode()
    assert "Đã bị thu hồi" in shown
    # What is to be done is no longer to fetch it.
    assert "Tải kết quả về" not in shown
    assert f'<a href="/kho-giay-to/{paper.public_id}/">Xem lý do</a>' in shown


def test_who_has_not_fetched_what_was_revoked_is_not_sent_for_it(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_resolved(cast, fee=None)
    page = f"/ho-so/{dossier.code}/"
    assert "Đến nhận kết quả" in as_("an").get(page).content.decode()
    revoke(cast, dossier)
    shown = as_("an").get(page).content.decode()
    assert "Đến nhận kết quả" not in shown
    assert "Cơ quan không trao giấy tờ này nữa." in shown


def test_what_was_revoked_between_hand_over_and_release_is_told_with_the_release(
    cast: Cast, settings: Settings
) -> None:
    settings.UNDO_WINDOW_SECONDS = 120
    dossier = make.make_resolved(cast, fee=None)
    give_at_the_desk(cast, dossier)
    revoke(cast, dossier)
    told = MailDelivery.objects.filter(kind="paper/revoked")
    run_outbox()
    assert (paper_of(dossier).released_at, told.count()) == (None, 0)
    services.release_handed_over(dossier_id=dossier.pk)
    run_outbox()
    assert [mail.recipient_email for mail in told] == [cast.an.email]
