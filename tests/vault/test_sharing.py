"""A paper is shared, opened, and closed again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from portal.accounts.enums import OfficerRole
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import ANONYMOUS, Actor
from portal.core.errors import InvalidInput, TooManyRequests
from portal.core.outbox import relay_due
from portal.vault import services
from portal.vault.enums import PaperAct, ShareEnd
from portal.vault.errors import (
    PaperNotFound,
    PaperNotInForce,
    ShareNotFound,
    ShareOver,
    TooManyShares,
    WrongPassPhrase,
)
from portal.vault.models import IssuedPaper, PaperShare
from portal.vault.services import sharing
from tests.factories.accounts import CitizenFactory, actor_for, officer_actor
from tests.factories.vault import make_paper
from tests.payments.test_concurrency import at_once


def owned() -> tuple[IssuedPaper, Actor]:
    an: User = CitizenFactory().user
    return make_paper(owner=an), actor_for(an)


def share(paper: IssuedPaper, actor: Actor, **terms: Any) -> tuple[PaperShare, str]:
    return services.share_paper(actor=actor, public_id=paper.public_id, **{"hours": 24, **terms})


def acts(paper: IssuedPaper) -> list[str]:
    return list(paper.log.order_by("id").values_list("act", flat=True))[1:]


@pytest.mark.django_db
def test_the_table_holds_neither_token_nor_pass_phrase() -> None:
    paper, an = owned()
    row, token = share(paper, an, pass_phrase="hoa sen")
    assert len(token) == 43
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM vault_papershare s")
        stored = cursor.fetchone()[0]
    assert token not in stored
    assert "hoa sen" not in stored
    assert services.share_with_token(token).pk == row.pk


@pytest.mark.django_db
def test_each_opening_counts_and_is_logged_and_the_last_one_closes() -> None:
    paper, an = owned()
    _row, token = share(paper, an, openings=2)
    chi = actor_for(CitizenFactory(user__full_name="Lê Chi", personal_id_number="").user)
    services.open_share(actor=ANONYMOUS, token=token)
    services.open_share(actor=chi, token=token)
    with pytest.raises(ShareOver):
        services.open_share(actor=chi, token=token)
    assert acts(paper) == [PaperAct.SHARED, PaperAct.OPENED, PaperAct.OPENED]
    lines = paper.log.filter(act=PaperAct.OPENED).order_by("id")
    assert [(one.actor_id, one.actor_name) for one in lines] == [(None, ""), (chi.user_id, "Lê Chi")]


@pytest.mark.django_db
def test_who_was_let_in_still_takes_the_file_when_the_openings_are_used_up() -> None:
    paper, an = owned()
    row, token = share(paper, an, openings=1)
    services.open_share(actor=ANONYMOUS, token=token)
    services.use_share(actor=ANONYMOUS, share_id=row.pk, act=PaperAct.DOWNLOADED)
    assert acts(paper)[-1] == PaperAct.DOWNLOADED


@pytest.mark.django_db
def test_a_sharing_ends_at_its_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    paper, an = owned()
    row, token = share(paper, an, hours=1)
    monkeypatch.setattr(clock, "now", lambda: row.expires_at - timedelta(seconds=1))
    services.open_share(actor=ANONYMOUS, token=token)
    monkeypatch.setattr(clock, "now", lambda: row.expires_at)
    with pytest.raises(ShareOver):
        services.open_share(actor=ANONYMOUS, token=token)


@pytest.mark.django_db
def test_a_wrong_pass_phrase_opens_nothing_and_many_close_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "WRONG_TRIES", 2)
    paper, an = owned()
    row, token = share(paper, an, pass_phrase="hoa sen")
    for wrong in ("", "hoa  sen"):
        with pytest.raises(WrongPassPhrase):
            services.open_share(actor=ANONYMOUS, token=token, pass_phrase=wrong)
    with pytest.raises(TooManyRequests):
        services.open_share(actor=ANONYMOUS, token=token, pass_phrase="hoa sen")
    row.refresh_from_db()
    assert (row.openings, acts(paper)) == (0, [PaperAct.SHARED])


@pytest.mark.django_db
def test_the_right_pass_phrase_opens() -> None:
    paper, an = owned()
    _row, token = share(paper, an, pass_phrase="hoa sen")
    assert services.open_share(actor=ANONYMOUS, token=token, pass_phrase="hoa sen").openings == 1


@pytest.mark.django_db
def test_the_owner_ends_it_at_once_and_only_the_owner() -> None:
    paper, an = owned()
    row, token = share(paper, an)
    stranger = actor_for(CitizenFactory(personal_id_number="").user)
    with pytest.raises(ShareNotFound):
        services.end_share(actor=stranger, share_id=row.public_id)
    for _twice in range(2):
        services.end_share(actor=an, share_id=row.public_id)
    with pytest.raises(ShareOver):
        services.open_share(actor=ANONYMOUS, token=token)
    row.refresh_from_db()
    assert (row.end_cause, acts(paper)) == (ShareEnd.BY_OWNER, [PaperAct.SHARED, PaperAct.SHARING_ENDED])


@pytest.mark.django_db
def test_nobody_shares_what_is_not_theirs_or_not_in_force_or_not_handed_over() -> None:
    paper, an = owned()
    with pytest.raises(PaperNotFound):
        share(paper, actor_for(CitizenFactory(personal_id_number="").user))
    with pytest.raises(PaperNotFound):
        share(make_paper(owner=User.objects.get(pk=an.user_id), is_released=False), an)
    signer = officer_actor(paper.agency, OfficerRole.SIGNER)
    services.revoke_paper(actor=signer, public_id=paper.public_id, reason="x")
    with pytest.raises(PaperNotInForce):
        share(paper, an)
    assert PaperShare.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"hours": 0}, "hours"),
        ({"hours": 721}, "hours"),
        ({"openings": 0}, "openings"),
        ({"openings": 101}, "openings"),
        ({"pass_phrase": "ngan"}, "pass_phrase"),
        ({"label": "x" * 81}, "label"),
        ({"subject": "dossier:1"}, "subject"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(terms: dict[str, Any], field: str) -> None:
    paper, an = owned()
    with pytest.raises(InvalidInput) as refusal:
        share(paper, an, **terms)
    assert list(refusal.value.fields) == [field]


@pytest.mark.django_db
def test_a_paper_is_not_shared_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MOST_LIVE_SHARES", 1)
    paper, an = owned()
    share(paper, an)
    with pytest.raises(TooManyShares):
        share(paper, an)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 200])
def test_a_made_up_link_is_not_found(token: str) -> None:
    with pytest.raises(ShareNotFound):
        services.share_with_token(token)


@pytest.mark.django_db
def test_sharings_end_with_the_paper_and_ending_twice_changes_nothing() -> None:
    paper, an = owned()
    row, _token = share(paper, an)
    assert services.end_shares_of(paper_id=paper.pk) == 0
    signer = officer_actor(paper.agency, OfficerRole.SIGNER)
    services.revoke_paper(actor=signer, public_id=paper.public_id, reason="x")
    relay_due()
    row.refresh_from_db()
    assert row.end_cause == ShareEnd.PAPER_ENDED
    assert services.end_shares_of(paper_id=paper.pk) == 0
    assert acts(paper) == [PaperAct.SHARED, PaperAct.REVOKED, PaperAct.SHARING_ENDED]


@pytest.mark.django_db(transaction=True)
def test_of_two_openings_at_once_the_last_one_left_goes_to_one() -> None:
    paper, an = owned()
    row, token = share(paper, an, openings=1)

    def look() -> PaperShare:
        return services.open_share(actor=ANONYMOUS, token=token)

    outcomes = at_once(look, look, look)
    assert sum(isinstance(one, ShareOver) for one in outcomes) == 2
    row.refresh_from_db()
    assert (row.openings, acts(paper).count(PaperAct.OPENED)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_opened_after_a_revocation_at_the_same_instant() -> None:
    paper, an = owned()
    _row, token = share(paper, an)
    signer = officer_actor(paper.agency, OfficerRole.SIGNER)

    def look() -> Any:
        return services.open_share(actor=ANONYMOUS, token=token)

    def revoke() -> Any:
        return services.revoke_paper(actor=signer, public_id=paper.public_id, reason="x")

    outcomes = at_once(look, revoke, look, look)
    done = acts(paper)
    opened = sum(isinstance(one, PaperShare) for one in outcomes)
    # Each opening stands before the revocation in the log, and whoever came after it was refused.
    assert done[1:] == [PaperAct.OPENED] * opened + [PaperAct.REVOKED]
    assert sum(isinstance(one, PaperNotInForce) for one in outcomes) == 3 - opened


@pytest.mark.django_db
def test_what_expired_before_is_not_ended_by_a_revocation(django_assert_num_queries: Any) -> None:
    paper, an = owned()
    old, _token = share(paper, an)
    for _more in range(3):
        share(paper, an)
    PaperShare.objects.filter(pk=old.pk).update(
        made_at=clock.now() - timedelta(days=2), expires_at=clock.now() - timedelta(days=1)
    )
    services.revoke_paper(
        actor=officer_actor(paper.agency, OfficerRole.SIGNER), public_id=paper.public_id, reason="Cấp sai"
    )
    # The paper and its shares are locked, the shares changed, the lines of the log written; all in a savepoint.
    with django_assert_num_queries(6):
        assert services.end_shares_of(paper_id=paper.pk) == 3
    old.refresh_from_db()
    assert old.ended_at is None


@pytest.mark.django_db(transaction=True)
def test_opening_and_ending_at_once_never_wait_for_each_other_in_a_ring() -> None:
    paper, an = owned()
    for _round in range(5):
        row, token = share(paper, an)
        calls = [lambda token=token: services.open_share(actor=ANONYMOUS, token=token)] * 4
        ends = [lambda row=row: services.end_share(actor=an, share_id=row.public_id)] * 4
        outcomes = at_once(*calls, *ends)
        assert all(isinstance(one, PaperShare | ShareOver) for one in outcomes)
        row.refresh_from_db()
        assert row.end_cause == ShareEnd.BY_OWNER


@pytest.mark.django_db
def test_right_pass_phrases_are_none_of_the_tries_that_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "WRONG_TRIES", 2)
    paper, an = owned()
    _row, token = share(paper, an, pass_phrase="hoa sen")
    for _time in range(3):
        services.open_share(actor=ANONYMOUS, token=token, pass_phrase="hoa sen")
    for _time in range(2):
        with pytest.raises(WrongPassPhrase):
            services.open_share(actor=ANONYMOUS, token=token, pass_phrase="hoa mai")
    with pytest.raises(TooManyRequests):
        services.open_share(actor=ANONYMOUS, token=token, pass_phrase="hoa sen")
