"""Papers enter the vault, are replaced and revoked, and are never changed otherwise."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from portal.accounts.enums import AssuranceLevel, OfficerRole
from portal.accounts.models import Agency, AgencySuccession
from portal.core import clock
from portal.core.errors import InvalidInput, NotPermitted
from portal.core.models import OutboxEvent
from portal.vault import selectors, services
from portal.vault.enums import PaperAct, PaperState, Standing
from portal.vault.errors import CodeTaken, PaperNotFound, PaperNotInForce
from portal.vault.models import IssuedPaper, PaperKind
from tests.factories.accounts import AgencyFactory, CitizenFactory, actor_for, officer_actor
from tests.factories.documents import StoredDocumentFactory
from tests.factories.vault import PaperKindFactory, make_paper
from tests.payments.test_concurrency import at_once


def _acts(paper: IssuedPaper) -> list[str]:
    return list(paper.log.order_by("id").values_list("act", flat=True))


@pytest.mark.django_db
def test_a_paper_is_registered_with_its_line_and_its_event() -> None:
    paper = make_paper()
    assert (paper.state, _acts(paper)) == (PaperState.IN_FORCE, [PaperAct.REGISTERED])
    assert OutboxEvent.objects.filter(name="vault.paper_registered", subject=f"paper:{paper.pk}").count() == 1
    assert selectors.paper_with_code(paper.printed_code.lower()) == paper


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2026, 5, 31), Standing.NOT_YET),
        (date(2026, 6, 1), Standing.VALID),
        (date(2026, 12, 31), Standing.VALID),
        (date(2027, 1, 1), Standing.EXPIRED),
    ],
)
def test_a_paper_counts_from_its_first_to_its_last_day(day: date, standing: Standing) -> None:
    assert make_paper(valid_until=date(2026, 12, 31)).standing(day) == standing


@pytest.mark.django_db
def test_a_code_is_given_once() -> None:
    first = make_paper()
    with pytest.raises(CodeTaken):
        make_paper(code=first.code)
    assert IssuedPaper.objects.count() == 1


@pytest.mark.django_db
def test_a_paper_that_replaces_another_ends_it_in_the_same_act() -> None:
    old = make_paper()
    new = make_paper(replaces_id=old.pk)
    old.refresh_from_db()
    assert (old.state, old.replaced_by, old.standing(clock.today())) == (PaperState.REPLACED, new, Standing.REPLACED)
    assert _acts(old) == [PaperAct.REGISTERED, PaperAct.REPLACED]
    with pytest.raises(PaperNotInForce):
        make_paper(replaces_id=old.pk)


@pytest.mark.django_db
def test_the_signer_revokes_with_a_reason_and_only_once() -> None:
    paper = make_paper()
    signer = officer_actor(paper.agency, OfficerRole.SIGNER)
    with pytest.raises(InvalidInput):
        services.revoke_paper(actor=signer, public_id=paper.public_id, reason="  ")
    revoked = services.revoke_paper(actor=signer, public_id=paper.public_id, reason="Cấp sai  thẩm quyền")
    assert (revoked.state, revoked.end_reason) == (PaperState.REVOKED, "Cấp sai thẩm quyền")
    with pytest.raises(PaperNotInForce):
        services.revoke_paper(actor=signer, public_id=paper.public_id, reason="Lần nữa")
    assert _acts(paper) == [PaperAct.REGISTERED, PaperAct.REVOKED]


@pytest.mark.django_db
def test_whoever_took_the_agency_over_answers_for_its_papers() -> None:
    gone = AgencyFactory(valid_to=clock.today() - timedelta(days=1))
    successor: Agency = AgencyFactory()
    AgencySuccession.objects.create(predecessor=gone, successor=successor, effective_on=clock.today())
    paper = make_paper(agency=gone)
    with pytest.raises(PaperNotFound):
        services.revoke_paper(
            actor=officer_actor(AgencyFactory(), OfficerRole.SIGNER), public_id=paper.public_id, reason="x"
        )
    with pytest.raises(NotPermitted):
        services.revoke_paper(actor=officer_actor(successor), public_id=paper.public_id, reason="x")
    services.revoke_paper(
        actor=officer_actor(successor, OfficerRole.AGENCY_HEAD), public_id=paper.public_id, reason="x"
    )
    paper.refresh_from_db()
    assert paper.state == PaperState.REVOKED


@pytest.mark.django_db
def test_nobody_revokes_their_own_paper() -> None:
    citizen = CitizenFactory()
    paper = make_paper(owner=citizen.user)
    with pytest.raises(NotPermitted):
        services.revoke_paper(
            actor=officer_actor(paper.agency, OfficerRole.SIGNER, user=citizen.user),
            public_id=paper.public_id,
            reason="x",
        )


@pytest.mark.django_db
def test_an_unknown_paper_is_not_found() -> None:
    with pytest.raises(PaperNotFound):
        services.revoke_paper(actor=officer_actor(AgencyFactory(), OfficerRole.SIGNER), public_id=uuid4(), reason="x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"title": "Khác"},
        {"holder_name": "Khác"},
        {"code": "0" * 16},
        {"facts": {"a": "b"}},
        {"valid_until": date(2030, 1, 1)},
        {"state": PaperState.REVOKED},
    ],
)
def test_the_database_refuses_to_change_what_was_issued(change: dict[str, Any]) -> None:
    paper = make_paper()
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedPaper.objects.filter(pk=paper.pk).update(**change)


@pytest.mark.django_db
def test_the_database_refuses_to_revive_and_to_delete() -> None:
    paper = make_paper()
    services.revoke_paper(actor=officer_actor(paper.agency, OfficerRole.SIGNER), public_id=paper.public_id, reason="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedPaper.objects.filter(pk=paper.pk).update(state=PaperState.IN_FORCE, ended_at=None, end_reason="")
    with pytest.raises(DatabaseError), transaction.atomic():
        IssuedPaper.objects.filter(pk=paper.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        paper.log.all().delete()


@pytest.mark.django_db
def test_a_number_finds_its_papers_only_when_it_was_verified() -> None:
    citizen = CitizenFactory(personal_id_number="068196004312", assurance_level=AssuranceLevel.SELF_DECLARED)
    paper, _other = make_paper(id_number="068196004312"), make_paper(id_number="068196004399")
    actor = actor_for(citizen.user)
    assert list(selectors.papers_of(actor)) == []
    citizen.assurance_level = max(AssuranceLevel.values)
    citizen.save()
    assert list(selectors.papers_of(actor)) == [paper]


@pytest.mark.django_db
def test_a_paper_that_has_an_owner_is_not_found_by_its_number() -> None:
    owner = CitizenFactory(personal_id_number="", assurance_level=AssuranceLevel.SELF_DECLARED)
    other = CitizenFactory(personal_id_number="068196004312", assurance_level=max(AssuranceLevel.values))
    paper = make_paper(owner=owner.user, id_number="068196004312")
    assert list(selectors.papers_of(actor_for(owner.user))) == [paper]
    assert list(selectors.papers_of(actor_for(other.user))) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_replacements_at_once_one_is_refused() -> None:
    old = make_paper()
    documents = [StoredDocumentFactory(purpose="issued_paper").pk for _one in range(2)]
    agency = old.agency

    def replace(document_id: Any) -> Callable[[], Any]:
        return lambda: make_paper(replaces_id=old.pk, document_id=document_id, agency=agency)

    outcomes = at_once(*(replace(one) for one in documents))
    refused = [one for one in outcomes if isinstance(one, PaperNotInForce)]
    assert (len(refused), IssuedPaper.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_the_kind_says_which_facts_are_public() -> None:
    kind = PaperKindFactory(public_keys=["loai", "khong_co", "hang"])
    facts = {"hang": "B", "so_dinh_danh": "068196004312", "loai": "Cấp mới"}
    assert services.label_facts(kind, facts, {"loai": "Loại", "hang": "Hạng"}) == [
        ("loai", "Loại", True),
        ("hang", "Hạng", True),
        ("so_dinh_danh", "so_dinh_danh", False),
    ]
    assert [one.is_public for one in services.label_facts(None, facts, {})] == [False] * 3


@pytest.mark.django_db
def test_labels_stay_with_their_facts_when_a_paper_is_replaced() -> None:
    kind = PaperKindFactory(public_keys=["b", "a"])
    facts = {"a": "Một", "b": "Hai", "rieng": "Ba"}
    labels = services.label_facts(
        kind, facts, {"a": "Nhãn a", "b": "Nhãn b", "rieng": "Nhãn riêng"}, also_public=["a", "b"]
    )
    old = make_paper(contents=services.Contents("Giấy phép", kind_id=kind.pk, facts=facts, labels=labels))
    assert old.public_facts == [["Nhãn a", "Một"], ["Nhãn b", "Hai"]]
    kind.public_keys = ["rieng"]
    kind.save()
    new = services.replace_paper(
        actor=officer_actor(old.agency, OfficerRole.SIGNER),
        public_id=old.public_id,
        reason="Ghi sai",
        code=services.draw_code(),
        document_id=StoredDocumentFactory(purpose="issued_paper", content=b"%PDF-1.7 sua lai").pk,
        correction=services.Correction(
            "Giấy phép", "", services.Validity(date(2026, 6, 1), date(2026, 6, 1)), {"a": "Bốn"}
        ),
    )
    assert new.public_facts == [["Nhãn a", "Bốn"], ["Nhãn b", "Hai"]]
    assert services.facts_shown(new) == [("Nhãn a", "Bốn"), ("Nhãn b", "Hai"), ("Nhãn riêng", "Ba")]


@pytest.mark.django_db
def test_a_paper_from_before_labels_were_kept_shows_its_keys() -> None:
    old = make_paper(contents=services.Contents("Giấy phép", facts={"a": "Một"}))
    assert services.facts_shown(old) == [("a", "Một")]


@pytest.mark.parametrize(
    ("begins", "months", "last"),
    [
        (date(2026, 6, 1), 12, date(2027, 5, 31)),
        (date(2026, 6, 15), 6, date(2026, 12, 14)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 6, 1), None, None),
    ],
)
def test_a_term_of_months_ends_before_the_day_of_the_same_number(
    begins: date, months: int | None, last: date | None
) -> None:
    assert services.last_day(PaperKind(months_valid=months), begins) == last


@pytest.mark.django_db
def test_a_replacement_takes_no_file_of_another_paper_and_no_day_to_come() -> None:
    old = make_paper()

    def replaced(document_id: Any, issued_on: date) -> None:
        services.replace_paper(
            actor=officer_actor(old.agency, OfficerRole.SIGNER),
            public_id=old.public_id,
            reason="Ghi sai",
            code=services.draw_code(),
            document_id=document_id,
            correction=services.Correction("Giấy", "1", services.Validity(issued_on, issued_on)),
        )

    with pytest.raises(InvalidInput) as refused:
        replaced(make_paper().document_id, date(2026, 6, 1))
    assert set(refused.value.fields) == {"upload"}
    with pytest.raises(InvalidInput) as refused:
        replaced(StoredDocumentFactory().pk, clock.today() + timedelta(days=1))
    assert set(refused.value.fields) == {"issued_on"}
    old.refresh_from_db()
    assert old.state == PaperState.IN_FORCE
