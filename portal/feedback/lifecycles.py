"""The one table of what moves feedback from where to where. Pure."""

from portal.feedback.enums import FeedbackAct, FeedbackState, Publication

S, P, A = FeedbackState, Publication, FeedbackAct

MOVES: dict[FeedbackAct, tuple[frozenset[FeedbackState], FeedbackState | None]] = {
    A.ACCEPT: (frozenset({S.SUBMITTED}), S.ACCEPTED),
    A.PASS_ON: (frozenset({S.SUBMITTED}), S.SUBMITTED),
    A.REFUSE: (frozenset({S.SUBMITTED, S.ACCEPTED, S.MORE_ASKED}), S.REFUSED),
    A.ASK_MORE: (frozenset({S.SUBMITTED, S.ACCEPTED}), S.MORE_ASKED),
    A.SUPPLY_MORE: (frozenset({S.MORE_ASKED}), S.ACCEPTED),
    A.ANSWER: (frozenset({S.ACCEPTED, S.MORE_ASKED}), S.ANSWERED),
    A.RATE_ANSWER: (frozenset({S.ANSWERED}), None),
    A.DRAFT_PUBLICATION: (frozenset({S.ANSWERED}), None),
    A.PUBLISH: (frozenset({S.ANSWERED}), None),
    A.DECLINE_PUBLICATION: (frozenset({S.ANSWERED}), None),
    A.TAKE_DOWN: (frozenset({S.ANSWERED}), None),
}
"""Act: (states it is done in, state after it; None: the state stays)."""

PUBLICATION_MOVES: dict[FeedbackAct, tuple[frozenset[Publication], Publication]] = {
    A.DRAFT_PUBLICATION: (frozenset({P.WANTED, P.DRAFTED}), P.DRAFTED),
    A.PUBLISH: (frozenset({P.DRAFTED}), P.PUBLISHED),
    A.DECLINE_PUBLICATION: (frozenset({P.WANTED, P.DRAFTED}), P.DECLINED),
    A.TAKE_DOWN: (frozenset({P.PUBLISHED}), P.TAKEN_DOWN),
}


def is_possible(act: FeedbackAct, state: str, publication: str) -> bool:
    """Do state and publication allow the act?"""
    if state not in MOVES[act][0]:
        return False
    return act not in PUBLICATION_MOVES or publication in PUBLICATION_MOVES[act][0]
