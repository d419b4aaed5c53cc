"""Fees on the screen of a draft at the counter: counted, claimed, reckoned anew, and settled by the filing."""

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dossiers import services
from dossiers.enums import ClaimState, DossierState
from dossiers.errors import DossierNotFound
from dossiers.models import CounterIntake, Dossier, FeeQuantity, ReliefClaim
from payments import selectors as payment_selectors
from portal.core.actors import Actor
from procedures.models import FeeRule
from tests.conftest import SignIn
from tests.dossiers.citizen.conftest import finish
from tests.factories.counter import make_counter_draft
from tests.factories.dossiers import Cast, make_draft, make_offering, pdf_upload
from tests.factories.procedures import ReliefCategoryFactory

pytestmark = pytest.mark.django_db

RULE = {
    "label": "Phí sao chụp",
    "amount": 2_000,
    "unit": "trang",
    "quantity_source": "officer",
    "collection": "before_receipt",
    "reliefs": [{"category": "tre-em", "percent": 50}],
}


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    ReliefCategoryFactory.create(key="tre-em", name="Trẻ em", proof="Giấy khai sinh.")
    return make_counter_draft(cast, offering=make_offering(cast, rules=[RULE]))


@pytest.fixture
def bench(as_: SignIn) -> Client:
    return as_("binh")


def text(response: Any) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(words).replace("\u00a0", " ").split())


def page_of(draft: Dossier) -> str:
    return f"/mot-cua/tiep-nhan/{draft.public_id}/"


def box(draft: Dossier) -> str:
    return f"so-luong-{FeeRule.objects.get(revision=draft.revision).pk}"


def claim(category: str = "tre-em", seen: str = "") -> dict[str, Any]:
    return {"mien-giam-category": category, "mien-giam-seen_paper": seen}


def amounts(dossier: Dossier) -> list[tuple[int, str]]:
    return [(one.amount, one.state) for one in payment_selectors.charges_for(dossier.subject)]


def test_counted_and_claimed_the_quote_comes_back_without_javascript(draft: Dossier, bench: Client) -> None:
    assert "Cán bộ đếm số lượng (trang) rồi mới tính." in text(bench.get(page_of(draft)))
    answer = bench.post(page_of(draft), {box(draft): "1.000", **claim(), "act": "tinh-phi"})
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(draft) + "#phi")
    page = bench.get(page_of(draft))
    assert "1.000 trang × 2.000 đ = 2.000.000 đ" in text(page)
    assert "Trẻ em: chấp nhận thì còn phải nộp 1.000.000 đ." in text(page)
    assert f'name="{box(draft)}" value="1000"' in page.content.decode()
    assert (FeeQuantity.objects.get().noted_by.full_name, ReliefClaim.objects.get().proof) == ("Trần Văn Bình", None)


def test_the_quote_alone_is_answered_to_htmx_and_kept(draft: Dossier, bench: Client) -> None:
    answer = bench.post(page_of(draft) + "phi/", {box(draft): "7", **claim()})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "7 trang × 2.000 đ = 14.000 đ" in text(answer)
    assert "còn phải nộp 7.000 đ" in text(answer)
    assert FeeQuantity.objects.get().quantity == 7
    # A blank box takes the count back, another choice the claim.
    bench.post(page_of(draft) + "phi/", {box(draft): " ", **claim("")})
    assert not FeeQuantity.objects.exists()
    assert not ReliefClaim.objects.exists()


@pytest.mark.parametrize("typed", ["bảy", "-1", "1000001", "9" * 30, "1,5", "1.5", "\x00"])
def test_a_number_that_is_none_is_refused_beside_its_box_and_stays_typed(
    draft: Dossier, bench: Client, typed: str
) -> None:
    answer = bench.post(page_of(draft), {box(draft): typed, "act": "luu"})
    assert answer.status_code == 422
    assert "Số lượng phải từ 0 đến 1000000." in text(answer)
    assert f'href="#{box(draft)}"' in answer.content.decode()
    assert "Số lượng phải từ 0 đến" in text(bench.post(page_of(draft) + "phi/", {box(draft): typed}))
    assert not FeeQuantity.objects.exists()


def test_with_the_paper_seen_filing_accepts_the_claim_and_asks_for_the_rest(
    draft: Dossier, bench: Client, cast: Cast
) -> None:
    filled = {box(draft): "10", **claim(seen="Giấy khai sinh 12/2020"), "ky-attestation": "on"}
    assert bench.post(page_of(draft), {**filled, "act": "nhan"}).headers["Location"] == page_of(draft) + "xong/"
    draft.refresh_from_db()
    found = ReliefClaim.objects.get()
    assert (found.state, found.decided_by, found.reason) == (ClaimState.ACCEPTED, cast.binh, "Giấy khai sinh 12/2020")
    assert amounts(draft) == [(10_000, "owed")]
    assert [line.act for line in draft.journal.order_by("sequence")] == ["submit", "accept_relief"]
    assert list(draft.journal.get(act="submit").details["counted"].values()) == [10]
    # Taking the fee receives it, as for any that comes before receipt.
    assert "10.000 đ" in text(bench.get(page_of(draft) + "xong/"))
    bench.post(page_of(draft) + "xong/", {"method": "cash", "received_amount": "10.000"})
    draft.refresh_from_db()
    assert (draft.state, amounts(draft)) == (DossierState.RECEIVED, [(10_000, "settled")])


def test_without_a_paper_seen_the_claim_waits_and_nothing_is_asked_for(draft: Dossier, bench: Client) -> None:
    filled = {box(draft): "10", **claim(), "mien-giam-upload": pdf_upload("gks.pdf"), "ky-attestation": "on"}
    bench.post(page_of(draft), {**filled, "act": "nhan"})
    draft.refresh_from_db()
    found = ReliefClaim.objects.get()
    assert (draft.state, found.state, amounts(draft)) == (DossierState.SUBMITTED, ClaimState.CLAIMED, [])
    assert found.proof is not None
    assert found.proof.original_name == "gks.pdf"


def test_a_scan_that_is_refused_is_said_beside_its_box(draft: Dossier, bench: Client) -> None:
    empty = SimpleUploadedFile("gks.pdf", b"")
    answer = bench.post(page_of(draft), {**claim(), "mien-giam-upload": empty, "act": "luu"})
    assert (answer.status_code, "Tệp này rỗng (0 byte)" in text(answer)) == (422, True)
    assert not ReliefClaim.objects.exists()


def test_a_scan_is_opened_on_the_desk_and_kept_by_the_next_save(draft: Dossier, bench: Client) -> None:
    bench.post(page_of(draft), {**claim(), "mien-giam-upload": pdf_upload("gks.pdf"), "act": "luu"})
    bench.post(page_of(draft), {**claim(seen="GKS"), "act": "luu"})
    assert ReliefClaim.objects.get().proof is not None
    assert CounterIntake.objects.get(dossier=draft).relief_paper == "GKS"
    assert finish(bench.get(page_of(draft) + "mien-giam/")).startswith(b"%PDF")


@pytest.mark.parametrize(("who", "status"), [("an", 403), ("chi", 403), ("hoa", 404), ("giang", 404), ("lan", 404)])
def test_only_the_desk_counts_and_claims_there(draft: Dossier, as_: SignIn, who: str, status: int) -> None:
    client = as_(who)
    assert client.post(page_of(draft) + "phi/", {box(draft): "5", **claim()}).status_code == status
    assert client.get(page_of(draft) + "mien-giam/").status_code == status
    assert not FeeQuantity.objects.exists()
    assert not ReliefClaim.objects.exists()


def test_a_citizen_neither_counts_nor_claims_as_the_desk_does_in_a_draft_of_their_own(cast: Cast) -> None:
    ReliefCategoryFactory.create(key="tre-em", name="Trẻ em")
    own = make_draft(cast, offering=make_offering(cast, rules=[RULE]))
    an: Actor = cast.actor("an")
    rule = FeeRule.objects.get(revision=own.revision)
    with pytest.raises(DossierNotFound):
        services.count_in_draft(actor=an, dossier_id=own.pk, counts={rule.pk: 1})
    with pytest.raises(DossierNotFound):
        services.claim_at_counter(actor=an, dossier_id=own.pk, category_key="tre-em", seen_paper="x")


def test_a_filed_dossier_is_not_counted_here_any_more(draft: Dossier, bench: Client) -> None:
    bench.post(page_of(draft), {"ky-attestation": "on", "act": "nop"})
    assert bench.post(page_of(draft) + "phi/", {box(draft): "5"}).status_code == 409
    assert not FeeQuantity.objects.exists()


def test_more_categories_cost_no_more_queries(
    cast: Cast, draft: Dossier, bench: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reliefs = [{"category": f"k{number}", "percent": 50} for number in range(30)]
    for number in range(30):
        ReliefCategoryFactory.create(key=f"k{number}", name=f"Đối tượng {number}")
    many = make_counter_draft(cast, offering=make_offering(cast, rules=[{**RULE, "reliefs": reliefs}]))
    for one in (draft, many):
        bench.post(page_of(one) + "phi/", claim("tre-em" if one == draft else "k3"))
        dues = services.Dues(Dossier.objects.select_related("revision", "case").get(pk=one.pk))
        with django_assert_num_queries(5):
            assert [dues.quote_with(found.key).total for found in dues.reliefs_to_claim]
            assert dues.claim is not None
