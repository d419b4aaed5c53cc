"""Papers asked only once: offered, taken with consent, filed by reference, told of when they end."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from dossiers import selectors, services
from dossiers.enums import ConsentAct, Deed, DossierState
from dossiers.errors import DossierIncomplete, PaperNotOffered
from dossiers.models import Dossier, DossierFile, ReuseConsent
from dossiers.services import ReuseOffer
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Organisation, Representation
from portal.core import clock
from portal.core.errors import InvalidInput
from portal.core.outbox import relay_due
from portal.notifications.models import MailDelivery
from portal.vault import services as vault_services
from portal.vault.enums import PaperAct
from portal.vault.models import IssuedPaper, PaperLogEntry
from tests.factories.accounts import officer_actor
from tests.factories.documents import StoredDocumentFactory
from tests.factories.dossiers import Cast, make_cast, make_filed, make_handed_over, pdf_upload
from tests.factories.reuse import (
    make_asking_draft,
    make_asking_offering,
    make_kind,
    paper_from_a_dossier,
    paper_of_an,
    slot_of,
)
from tests.factories.vault import make_paper
from tests.payments.test_concurrency import at_once


def offers(draft: Dossier) -> list[ReuseOffer]:
    slot = slot_of(draft)
    return services.offers_for(draft, [slot]).get(slot.pk, [])


def take(cast: Cast, draft: Dossier, key: str, *, has_consented: bool = True) -> list[DossierFile]:
    return services.use_again(
        actor=cast.actor("an"),
        dossier_id=draft.pk,
        component_id=slot_of(draft).pk,
        offer_key=key,
        has_consented=has_consented,
    )


def submit(cast: Cast, draft: Dossier) -> Dossier:
    return services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)


def revoke(paper: IssuedPaper, reason: str = "Cấp sai thẩm quyền") -> IssuedPaper:
    signer = officer_actor(paper.agency, OfficerRole.SIGNER)
    return vault_services.revoke_paper(actor=signer, public_id=paper.public_id, reason=reason)


def run_outbox() -> None:
    while relay_due():
        pass


def test_a_paper_in_force_is_offered_with_its_facts(cast: Cast) -> None:
    paper = paper_of_an(cast, valid_until=date(2099, 12, 31))
    offer = offers(make_asking_draft(cast))[0]
    assert (offer.key, offer.title, offer.number) == (f"kho-{paper.pk}", "Giấy xác nhận tình trạng hôn nhân", "12/XN")
    assert (offer.issuer, offer.on, offer.until) == ("Cơ quan khác", date(2026, 6, 1), date(2099, 12, 31))


def test_what_a_document_does_not_name_is_not_offered(cast: Cast) -> None:
    paper_of_an(cast)
    assert offers(make_asking_draft(cast, offering=make_asking_offering(cast, codes=("KQ.G00.000002",)))) == []
    assert offers(make_asking_draft(cast, offering=make_asking_offering(cast, codes=()))) == []


@pytest.mark.parametrize("standing", ["revoked", "replaced", "expired", "not_yet", "not_reusable", "of_another"])
def test_what_does_not_count_is_not_offered(cast: Cast, standing: str) -> None:
    today = clock.today()
    draft = make_asking_draft(cast)
    if standing == "expired":
        paper_of_an(cast, valid_until=today - timedelta(days=1))
    elif standing == "not_yet":
        paper_of_an(cast, valid_from=today + timedelta(days=1))
    elif standing == "of_another":
        make_paper(owner=cast.chi, kind_id=make_kind().pk)
    else:
        paper = paper_of_an(cast)
        if standing == "revoked":
            revoke(paper)
        elif standing == "replaced":
            make_paper(owner=cast.chi, replaces_id=paper.pk)
        else:
            assert paper.kind is not None
            type(paper.kind).objects.update(is_reusable=False)
    assert offers(draft) == []


def test_what_an_earlier_granted_dossier_accepted_is_offered(cast: Cast) -> None:
    make_kind()
    first = make_asking_draft(cast, has_file=True)
    submit(cast, first)
    draft = make_asking_draft(cast)
    assert offers(draft) == []
    _grant(cast, first)
    offer = offers(draft)[0]
    accepted = slot_of(first).files.get()
    assert (offer.dossier_code, offer.issuer) == (first.code, "Sở Tư pháp")
    assert [file.pk for file in offer.files] == [accepted.pk]
    [file] = take(cast, draft, offer.key)
    assert (file.document_id, file.reused_from_id, file.paper_id) == (accepted.document_id, accepted.pk, None)


def test_a_paper_that_was_revoked_is_not_offered_by_way_of_an_earlier_upload_of_it(cast: Cast) -> None:
    issued = StoredDocumentFactory(content=pdf_upload("giay.pdf", "Giay xac nhan").read(), purpose="issued_paper")
    paper = make_paper(owner=cast.chi, kind_id=make_kind().pk, document_id=issued.pk)
    first = make_asking_draft(cast)
    services.attach_file(
        actor=cast.actor("an"),
        dossier_id=first.pk,
        component_id=slot_of(first).pk,
        upload=pdf_upload("ban-sao.pdf", "Giay xac nhan"),
    )
    submit(cast, first)
    _grant(cast, first)
    taking, draft = make_asking_draft(cast), make_asking_draft(cast)
    [offer] = offers(draft)
    take(cast, taking, offer.key)
    revoke(paper)
    assert offers(draft) == []
    with pytest.raises(DossierIncomplete) as refused:
        submit(cast, taking)
    assert "là giấy tờ không còn giá trị" in str(refused.value.fields[f"component:{slot_of(taking).pk}"])


def _grant(cast: Cast, dossier: Dossier) -> None:
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    services.start_processing(actor=cast.actor("hoa"), dossier_id=dossier.pk)
    services.resolve(
        actor=cast.actor("dung"), dossier_id=dossier.pk, outcome="granted", title="Giấy", upload=pdf_upload("kq.pdf")
    )
    dossier.refresh_from_db()


def test_what_was_accepted_counts_no_longer_than_its_kind_would(cast: Cast) -> None:
    kind = make_kind()
    first = make_asking_draft(cast, has_file=True)
    submit(cast, first)
    _grant(cast, first)
    draft = make_asking_draft(cast)
    Dossier.objects.filter(pk=first.pk).update(submitted_at=clock.now() - timedelta(days=200))
    type(kind).objects.update(months_valid=12)
    assert len(offers(draft)) == 1
    type(kind).objects.update(months_valid=6)
    assert offers(draft) == []


@pytest.mark.parametrize("change", ["nothing", "expired", "not_reusable", "not_granted"])
def test_an_earlier_file_is_asked_anew_at_the_filing(cast: Cast, change: str) -> None:
    kind = make_kind()
    first = make_asking_draft(cast, has_file=True)
    submit(cast, first)
    _grant(cast, first)
    draft = make_asking_draft(cast)
    [offer] = offers(draft)
    take(cast, draft, offer.key)
    if change == "expired":
        Dossier.objects.filter(pk=first.pk).update(submitted_at=clock.now() - timedelta(days=200))
        type(kind).objects.update(months_valid=6)
    elif change == "not_reusable":
        type(kind).objects.update(is_reusable=False)
    elif change == "not_granted":
        Dossier.objects.filter(pk=first.pk).update(outcome="denied")
    if change == "nothing":
        assert submit(cast, draft).state == DossierState.SUBMITTED
        return
    with pytest.raises(DossierIncomplete) as refused:
        submit(cast, draft)
    assert "không còn được dùng thay cho “Giấy xác nhận”" in str(refused.value.fields[f"component:{slot_of(draft).pk}"])
    draft.refresh_from_db()
    assert (draft.state, slot_of(draft).files.count()) == (DossierState.DRAFT, 1)


def test_who_speaks_for_the_organisation_no_more_files_none_of_its_papers(cast: Cast) -> None:
    company = Organisation.objects.create(name="Công ty", tax_code="0312345678")
    speaks = Representation.objects.create(organisation=company, user=cast.an)
    paper = make_paper(
        kind_id=make_kind().pk, holder=vault_services.Holder("Công ty", "0312345678", organisation_id=company.pk)
    )
    draft = make_asking_draft(cast)
    take(cast, draft, f"kho-{paper.pk}")
    speaks.delete()
    with pytest.raises(DossierIncomplete) as refused:
        submit(cast, draft)
    assert "không còn được dùng thay cho" in str(refused.value.fields[f"component:{slot_of(draft).pk}"])


def test_nothing_is_taken_without_the_tick(cast: Cast) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    with pytest.raises(InvalidInput) as refused:
        take(cast, draft, f"kho-{paper.pk}", has_consented=False)
    assert str(refused.value.fields["consent"]) == "Hãy đánh dấu rằng bạn đồng ý dùng lại giấy tờ này."
    assert (DossierFile.objects.count(), ReuseConsent.objects.count()) == (0, 0)


def test_a_taken_paper_is_the_same_bytes_with_a_journaled_consent(cast: Cast) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    [file] = take(cast, draft, f"kho-{paper.pk}")
    assert (file.document_id, file.paper_id) == (paper.document_id, paper.pk)
    consent = ReuseConsent.objects.get()
    assert (consent.dossier_public_id, consent.document_key, consent.act) == (draft.public_id, "xac_nhan", "given")
    assert (consent.person, consent.recorded_by, consent.paper) == (cast.an, cast.an, paper)
    assert offers(draft) == []
    with pytest.raises(PaperNotOffered):
        take(cast, draft, f"kho-{paper.pk}")


def test_taking_it_out_again_ends_the_consent(cast: Cast) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    [file] = take(cast, draft, f"kho-{paper.pk}")
    services.remove_file(actor=cast.actor("an"), dossier_id=draft.pk, file_id=file.pk)
    assert list(ReuseConsent.objects.order_by("id").values_list("act", flat=True)) == list(ConsentAct.values)
    assert len(offers(draft)) == 1


def test_the_consent_outlives_a_draft_that_is_thrown_away(cast: Cast) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    take(cast, draft, f"kho-{paper.pk}")
    services.discard_draft(actor=cast.actor("an"), dossier_id=draft.pk)
    assert ReuseConsent.objects.get().dossier_public_id == draft.public_id


def test_the_filing_names_the_paper_in_both_journals(cast: Cast) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    take(cast, draft, f"kho-{paper.pk}")
    filed = submit(cast, draft)
    line = filed.journal.get(act="submit")
    assert line.details["reused"] == [{"document": "xac_nhan", "paper": paper.pk}]
    log = PaperLogEntry.objects.get(paper=paper, act=PaperAct.REUSED)
    assert log.details == {"dossier": filed.code, "document": "xac_nhan"}


def test_one_paper_serves_two_dossiers(cast: Cast) -> None:
    paper, offering = paper_of_an(cast), make_asking_offering(cast)
    for _round in range(2):
        draft = make_asking_draft(cast, offering=offering)
        take(cast, draft, f"kho-{paper.pk}")
        submit(cast, draft)
    assert DossierFile.objects.filter(paper=paper, document=paper.document).count() == 2


def test_a_paper_revoked_after_it_was_taken_blocks_the_filing_with_the_reason(cast: Cast) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    take(cast, draft, f"kho-{paper.pk}")
    revoke(paper)
    with pytest.raises(DossierIncomplete) as refused:
        submit(cast, draft)
    sentence = str(refused.value.fields[f"component:{slot_of(draft).pk}"])
    assert sentence.startswith("“Giấy xác nhận tình trạng hôn nhân” số 12/XN đã bị thu hồi lúc ")
    assert sentence.endswith("Hãy bỏ giấy tờ này ở “Giấy xác nhận” rồi tải lên giấy tờ khác.")
    draft.refresh_from_db()
    assert (draft.state, PaperLogEntry.objects.filter(act=PaperAct.REUSED).count()) == (DossierState.DRAFT, 0)


def test_a_paper_revoked_after_filing_flags_the_dossier_once_and_tells(cast: Cast) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    take(cast, draft, f"kho-{paper.pk}")
    filed = submit(cast, draft)
    untouched = make_filed(cast)
    revoke(paper)
    run_outbox()
    assert services.note_ended_paper(paper_id=paper.pk) == 0
    filed.refresh_from_db()
    untouched.refresh_from_db()
    assert (filed.has_ended_paper, untouched.has_ended_paper) == (True, False)
    line = filed.journal.get(act=Deed.PAPER_ENDED)
    assert line.public_note.startswith("“Giấy xác nhận tình trạng hôn nhân” số 12/XN đã bị thu hồi lúc ")
    assert line.details["paper"] == paper.pk
    assert MailDelivery.objects.filter(kind="dossier/paper_ended").count() == 1
    # It goes on: whether the paper is needed is the officer's judgement.
    assert services.receive(actor=cast.actor("binh"), dossier_id=filed.pk).state == DossierState.RECEIVED


def test_a_decided_dossier_is_left_alone_when_a_paper_ends(cast: Cast) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    take(cast, draft, f"kho-{paper.pk}")
    _grant(cast, submit(cast, draft))
    services.hand_over_result(actor=cast.actor("binh"), dossier_id=draft.pk)
    revoke(paper)
    assert services.note_ended_paper(paper_id=paper.pk) == 0


def test_what_was_filed_again_is_frozen(cast: Cast) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    [file] = take(cast, draft, f"kho-{paper.pk}")
    submit(cast, draft)
    with pytest.raises(Exception, match="a file that was handed in is kept"):
        DossierFile.objects.filter(pk=file.pk).update(paper=None, consented_at=None)


def test_the_result_of_one_procedure_is_offered_in_the_next(cast: Cast) -> None:
    paper = paper_from_a_dossier(cast)
    assert [offer.paper_id for offer in offers(make_asking_draft(cast))] == [paper.pk]


@pytest.mark.parametrize("papers", [1, 3])
def test_offers_cost_five_queries_however_many_papers(
    cast: Cast, papers: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _round in range(papers):
        paper_of_an(cast)
    draft = make_asking_draft(cast)
    components = list(selectors.components_of(draft))
    with django_assert_num_queries(5):
        found = services.offers_for(draft, components)
    assert len(found[slot_of(draft).pk]) == papers


def test_a_procedure_without_such_documents_costs_no_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    components = list(selectors.components_of(make_handed_over(cast)))
    with django_assert_num_queries(0):
        assert services.offers_for(components[0].dossier, components) == {}


@pytest.mark.django_db(transaction=True)
def test_a_revocation_during_the_filing_either_stops_it_or_flags_it() -> None:
    cast = make_cast()
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    take(cast, draft, f"kho-{paper.pk}")
    an, signer = cast.actor("an"), officer_actor(paper.agency, OfficerRole.SIGNER)

    def file() -> Any:
        return services.submit(actor=an, dossier_id=draft.pk, has_attested=True)

    def end() -> Any:
        return vault_services.revoke_paper(actor=signer, public_id=paper.public_id, reason="Cấp sai")

    calls: list[Callable[[], Any]] = [file, end]
    filed, revoked = at_once(*calls)
    assert isinstance(revoked, IssuedPaper)
    run_outbox()
    draft.refresh_from_db()
    if isinstance(filed, DossierIncomplete):
        assert (draft.state, draft.has_ended_paper) == (DossierState.DRAFT, False)
        assert not PaperLogEntry.objects.filter(act=PaperAct.REUSED).exists()
    else:
        assert (draft.state, draft.has_ended_paper) == (DossierState.SUBMITTED, True)


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_twice_at_once_takes_the_paper_once() -> None:
    cast = make_cast()
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    outcomes = at_once(*[lambda: take(cast, draft, f"kho-{paper.pk}")] * 2)
    assert sum(isinstance(one, PaperNotOffered) for one in outcomes) == 1
    assert DossierFile.objects.filter(paper=paper).count() == 1
