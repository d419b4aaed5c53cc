"""The form of a planned handoff: it is the planned one or nothing, also when it was sent meanwhile."""

import pytest

from dossiers import services
from dossiers.models import Dossier, Handoff
from tests.dossiers.handoffs.test_pages import client_of, path_of
from tests.factories.dossiers import Cast, make_processing
from tests.factories.handoffs import Partners, tax_plan, vertical_plan

pytestmark = pytest.mark.django_db


def address_of(dossier: Dossier, key: str) -> str:
    return f"/mot-cua/phoi-hop/moi/{dossier.code}/?theo={key}"


def test_the_same_page_sent_twice_asks_once_and_says_where_it_runs(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=tax_plan(cast, partners))
    client, address = client_of(cast, "hoa"), address_of(dossier, "thue")
    sent = {"seen_version": dossier.version, "question": "Tính thuế giúp", "sections": ["person"]}
    assert client.post(address, sent).status_code == 302
    made = Handoff.objects.get()
    # From a page opened anew, the version is right: what is asked of it is the plan.
    dossier.refresh_from_db()
    for version in (sent["seen_version"], dossier.version):
        again = client.post(address, {**sent, "seen_version": version})
        page = again.content.decode()
        assert again.status_code == 409
        assert "Bước liên thông này đã chuyển rồi và đang chờ trả lời." in page
        assert f'href="{path_of(made)}"' in page
        # Nothing that could be sent as a free one; what was typed can be copied.
        assert 'name="to_agency"' not in page
        assert "Tính thuế giúp" in page
    assert client.get(address).status_code == 409
    assert Handoff.objects.count() == 1


def test_an_answered_one_is_told_as_answered_and_a_recalled_one_is_offered_again(
    cast: Cast, partners: Partners
) -> None:
    dossier = make_processing(cast, offering=tax_plan(cast, partners))
    (first,) = services.open_planned_handoffs(dossier_id=dossier.pk)
    client, address = client_of(cast, "hoa"), address_of(dossier, "thue")
    services.recall_handoff(actor=cast.actor("hoa"), handoff_id=first.pk, reason="Nhầm")
    dossier.refresh_from_db()
    sent = {"seen_version": dossier.version, "question": "Thẩm định", "sections": ["person"]}
    assert client.post(address, sent).status_code == 302
    second = Handoff.objects.get(number=2)
    services.answer_handoff(actor=partners.actor("loan"), handoff_id=second.pk, outcome="agreed", answer="Đồng ý")
    page = client.get(address)
    assert page.status_code == 409
    assert "Bước liên thông này đã có trả lời." in page.content.decode()


def test_what_no_plan_names_is_no_free_handoff(cast: Cast, partners: Partners) -> None:
    dossier = make_processing(cast, offering=vertical_plan(cast, partners))
    for key in ("khong-co", "tinh", "x" * 80, "\x00"):
        assert client_of(cast, "hoa").get(address_of(dossier, key)).status_code == 404
