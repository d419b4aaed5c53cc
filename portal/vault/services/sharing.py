"""The owner shares a paper, and somebody opens it.

Locks: the paper, then the sharing, always in that order, so that nothing is opened once a revocation is committed.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import InvalidInput
from portal.core.templatetags.portal import instant
from portal.core.text import normalise
from portal.core.throttle import give_back, spend
from portal.vault import selectors
from portal.vault.enums import PaperAct, PaperState, ShareEnd, ShareState
from portal.vault.errors import PaperNotFound, PaperNotInForce, ShareNotFound, ShareOver, TooManyShares, WrongPassPhrase
from portal.vault.models import IssuedPaper, PaperShare
from portal.vault.services.ending import refuse_ended
from portal.vault.services.log import write_lines, write_log

LONGEST_HOURS = 24 * 30
MOST_OPENINGS = 100
MOST_LIVE_SHARES = 20
SHORTEST_PASS_PHRASE, LONGEST_PASS_PHRASE = 6, 64
_LONGEST_LABEL = 80
WRONG_TRIES, WINDOW_SECONDS = 10, 900

Places = Callable[[Actor], list[tuple[str, str]]]
_places: list[Places] = []


def register_handling_places(places: Places) -> None:
    """Apps above say which matters of a person are being worked on: [(subject, label)]; a paper can be shared with those
    who work on one of them."""
    if places not in _places:
        _places.append(places)


def handling_places(actor: Actor) -> list[tuple[str, str]]:
    """The matters of the actor that a paper can be shared for."""
    return [found for places in _places for found in places(actor)]


def share_paper(
    *,
    actor: Actor,
    public_id: UUID,
    hours: int,
    openings: int | None = None,
    pass_phrase: str = "",
    label: str = "",
    subject: str = "",
) -> tuple[PaperShare, str]:
    """Share an own paper for so many hours; the row, and the token of its link ("" when shared for a matter).

    The token is told here and never again. Raises InvalidInput by field, PaperNotFound, PaperNotInForce, TooManyShares.
    """
    label = normalise(label.replace("\x00", ""))
    _require_sound(actor, hours, openings, pass_phrase, label, subject)
    token = "" if subject else secrets.token_urlsafe(32)
    # Slow on purpose, so before the lock.
    hashed = make_password(pass_phrase) if pass_phrase and token else ""
    with transaction.atomic():
        if actor.user_id is None or not selectors.papers_of(actor).filter(public_id=public_id).exists():
            raise PaperNotFound
        paper = IssuedPaper.objects.select_for_update(of=("self",)).get(public_id=public_id)
        if paper.state != PaperState.IN_FORCE:
            raise PaperNotInForce
        now = clock.now()
        if selectors.live_shares(paper, now).count() >= MOST_LIVE_SHARES:
            raise TooManyShares
        share = PaperShare.objects.create(
            paper=paper,
            made_by_id=actor.user_id,
            made_at=now,
            label=label,
            token_hash=_hash(token) if token else None,
            subject=subject,
            pass_phrase=hashed,
            expires_at=now + timedelta(hours=hours),
            openings_allowed=openings if token else None,
        )
        write_log(actor=actor, paper=paper, act=PaperAct.SHARED, details={"share": share.pk})
    return share, token


def _require_sound(actor: Actor, hours: int, openings: int | None, pass_phrase: str, label: str, subject: str) -> None:
    wrong: dict[str, str] = {}
    if not 1 <= hours <= LONGEST_HOURS:
        wrong["hours"] = _("Chọn thời gian chia sẻ, nhiều nhất 30 ngày.")
    if openings is not None and not 1 <= openings <= MOST_OPENINGS:
        wrong["openings"] = _("Số lượt mở từ 1 đến 100.")
    if pass_phrase and not SHORTEST_PASS_PHRASE <= len(pass_phrase) <= LONGEST_PASS_PHRASE:
        wrong["pass_phrase"] = _("Mật khẩu chia sẻ dài từ 6 đến 64 ký tự.")
    if len(label) > _LONGEST_LABEL:
        wrong["label"] = _("Ghi nhiều nhất 80 ký tự.")
    if subject and subject not in {place for place, _label in handling_places(actor)}:
        wrong["subject"] = _("Hồ sơ này không còn được xử lý. Hãy chọn lại.")
    if wrong:
        raise InvalidInput(fields=wrong)


def share_with_token(token: str) -> PaperShare:
    """The sharing behind a link, over or not, with its paper. Raises ShareNotFound."""
    found = PaperShare.objects.select_related("paper__kind", "paper__document", "paper__agency").filter(
        token_hash=_hash(token)
    )
    share = found.first() if 20 <= len(token) <= 100 else None
    if share is None:
        raise ShareNotFound
    return share


def open_share(*, actor: Actor, token: str, pass_phrase: str = "") -> PaperShare:
    """Somebody with the link opens the paper: one opening fewer, one line in its log.

    Raises ShareNotFound, WrongPassPhrase, TooManyRequests after too many wrong ones, ShareOver, PaperNotInForce.
    """
    share = share_with_token(token)
    if share.pass_phrase:
        # Counted before it is looked at: tries at the same instant are tries too.
        spend(f"vault:share:{share.pk}", limit=WRONG_TRIES, window_seconds=WINDOW_SECONDS)
        if not check_password(pass_phrase[:LONGEST_PASS_PHRASE], share.pass_phrase):
            raise WrongPassPhrase(fields={"pass_phrase": WrongPassPhrase.default_sentence})
        give_back(f"vault:share:{share.pk}")
    return use_share(actor=actor, share_id=share.pk, act=PaperAct.OPENED, counts=True)


@transaction.atomic
def use_share(*, actor: Actor, share_id: int, act: PaperAct, counts: bool = False) -> PaperShare:
    """Somebody who was let in looks at the paper, or takes its file: a line in its log. `counts`: one opening fewer.

    Without `counts` used up openings do not matter: they let this person in. Raises ShareNotFound, ShareOver,
    PaperNotInForce.
    """
    paper_id = PaperShare.objects.filter(pk=share_id).values_list("paper_id", flat=True).first()
    if paper_id is None:
        raise ShareNotFound
    paper = IssuedPaper.objects.select_for_update(of=("self",)).select_related("document").get(pk=paper_id)
    share = PaperShare.objects.select_for_update(of=("self",)).get(pk=share_id)
    share.paper = paper
    _require_open(share, clock.now(), counts=counts)
    if counts:
        share.openings += 1
        share.save(update_fields=["openings"])
    write_log(actor=actor, paper=paper, act=act, details={"share": share.pk})
    return share


def _require_open(share: PaperShare, now: datetime, *, counts: bool) -> None:
    if share.paper.state != PaperState.IN_FORCE:
        refuse_ended(share.paper)
    state = share.state(now)
    if state == ShareState.LIVE or (state == ShareState.USED_UP and not counts):
        return
    raise ShareOver(words_of_the_end(share, state))


def words_of_the_end(share: PaperShare, state: ShareState) -> str:
    """Why it cannot be opened any more."""
    if state == ShareState.EXPIRED:
        return _("Đường dẫn này hết hạn lúc %(when)s.") % {"when": instant(share.expires_at)}
    if state == ShareState.USED_UP:
        return _("Đường dẫn này đã dùng hết số lượt mở.")
    return _("Lần chia sẻ này đã kết thúc lúc %(when)s.") % {"when": instant(share.ended_at)}


@transaction.atomic
def end_share(*, actor: Actor, share_id: UUID) -> PaperShare:
    """The owner ends a sharing at once; a second time does nothing. Raises ShareNotFound. Locks: the paper, the sharing."""
    mine = PaperShare.objects.filter(public_id=share_id, paper__in=selectors.papers_of(actor).values("pk"))
    paper_id = mine.values_list("paper_id", flat=True).first()
    if paper_id is None:
        raise ShareNotFound
    paper = IssuedPaper.objects.select_for_update(of=("self",)).get(pk=paper_id)
    share = PaperShare.objects.select_for_update(of=("self",)).get(public_id=share_id)
    share.paper = paper
    if share.ended_at is None:
        _end(share, ShareEnd.BY_OWNER, actor)
    return share


@transaction.atomic
def end_shares_of(*, paper_id: int) -> int:
    """End what is still shared of a paper that was revoked or replaced; how many. Safe to run twice.

    What expired stays expired.
    """
    paper = IssuedPaper.objects.select_for_update(of=("self",)).filter(pk=paper_id).first()
    if paper is None or paper.state == PaperState.IN_FORCE:
        return 0
    lasting = PaperShare.objects.filter(paper=paper, ended_at__isnull=True, expires_at__gt=clock.now())
    shares = list(lasting.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    PaperShare.objects.filter(pk__in=shares).update(ended_at=clock.now(), end_cause=ShareEnd.PAPER_ENDED)
    write_lines(
        actor=SYSTEM, paper=paper, act=PaperAct.SHARING_ENDED, details=[{"share": share_id} for share_id in shares]
    )
    return len(shares)


def _end(share: PaperShare, cause: ShareEnd, actor: Actor) -> None:
    share.ended_at, share.end_cause = clock.now(), cause
    share.save(update_fields=["ended_at", "end_cause"])
    write_log(actor=actor, paper=share.paper, act=PaperAct.SHARING_ENDED, details={"share": share.pk})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
