"""Satisfaction: once per dossier and person, anonymous to the desk, shown in totals that give nobody away."""

import re
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import InternalError, transaction
from django.test import Client

from dossiers.enums import RatingChannel
from dossiers.errors import AlreadyRated, RatingLinkUnknown, RatingNotOpen
from dossiers.models import Dossier, Message, RatingGiven, SatisfactionRating
from dossiers.selectors.ratings import Quarter, satisfaction_of, shown_groups, shown_quarters
from dossiers.services import ratings
from dossiers.services.messages import send_to_agency
from portal.core import clock, outbox
from portal.core.errors import InvalidInput, NotPermitted
from portal.notifications.models import MailDelivery
from tests.conftest import SignIn
from tests.dossiers.test_concurrency import at_once
from tests.factories.dossiers import Cast, make_handed_over, make_offering, make_processing, make_resolved
from tests.factories.procedures import ProcedureFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]


def link_of(dossier: Dossier) -> str:
    return ratings.rating_url(dossier.pk).rpartition("/danh-gia/")[2].strip("/")


def rate(cast: Cast, dossier: Dossier, level: int = 5, who: str = "an", channel: str = RatingChannel.PAGE) -> None:
    ratings.rate(actor=cast.actor(who), dossier_id=dossier.pk, level=level, channel=channel)


def test_a_rating_names_no_dossier_no_person_and_no_day(cast: Cast) -> None:
    dossier = make_handed_over(cast)
    ratings.rate(
        actor=cast.actor("an"),
        dossier_id=dossier.pk,
        level=4,
        reasons=["time", "attitude"],
        words=" Nhanh ",
        channel=RatingChannel.PAGE,
    )
    rating = SatisfactionRating.objects.get()
    assert (rating.level, rating.reasons, rating.words, rating.channel, rating.month) == (
        4,
        ["attitude", "time"],
        "Nhanh",
        "page",
        clock.today().replace(day=1),
    )
    columns = {field.attname for field in SatisfactionRating._meta.concrete_fields}
    assert columns == {
        *("id", "receiving_agency_id", "resolving_agency_id", "procedure_id", "level", "reasons", "words", "channel"),
        "month",
    }
    assert {field.attname for field in RatingGiven._meta.concrete_fields} == {
        *("id", "dossier_id", "person_id", "opened_by_id"),
    }


def test_once_per_dossier_whatever_the_way(cast: Cast) -> None:
    dossier = make_handed_over(cast)
    ratings.rate_by_link(token=link_of(dossier), level=1)
    with pytest.raises(AlreadyRated):
        rate(cast, dossier)
    with pytest.raises(AlreadyRated):
        rate(cast, dossier, who="binh", channel=RatingChannel.DESK)
    assert SatisfactionRating.objects.count() == 1


def test_rated_after_the_hand_over_and_for_sixty_days(cast: Cast) -> None:
    with pytest.raises(RatingNotOpen):
        rate(cast, make_resolved(cast))
    dossier = make_handed_over(cast)
    assert dossier.handed_over_at is not None
    too_late = dossier.handed_over_at + timedelta(days=60, seconds=1)
    with time_machine.travel(too_late, tick=False), pytest.raises(RatingNotOpen):
        rate(cast, dossier)
    assert not RatingGiven.objects.exists()


@pytest.mark.parametrize(
    ("who", "channel"), [("hoa", "desk"), ("lan", "desk"), ("chi", "page"), ("binh", "page"), ("an", "desk")]
)
def test_nobody_else_rates(cast: Cast, who: str, channel: str) -> None:
    dossier = make_handed_over(cast)
    with pytest.raises(NotPermitted):
        rate(cast, dossier, who=who, channel=channel)


@pytest.mark.parametrize("facts", [{"level": 6}, {"reasons": ["bribe"]}, {"words": "x" * 1001}])
def test_what_makes_no_sense_is_refused(cast: Cast, facts: dict[str, object]) -> None:
    dossier = make_handed_over(cast)
    with pytest.raises(InvalidInput):
        ratings.rate_by_link(**{"token": link_of(dossier), "level": 3, **facts})  # type: ignore[arg-type]


def test_a_rating_is_kept_as_it_was_given(cast: Cast) -> None:
    rate(cast, make_handed_over(cast))
    for rows in (SatisfactionRating.objects.all(), RatingGiven.objects.all()):
        with pytest.raises(InternalError), transaction.atomic():
            rows._raw_delete("default")


def test_the_mail_about_the_result_brings_the_link_and_the_link_tells_nothing(cast: Cast) -> None:
    dossier = make_handed_over(cast)
    outbox.relay_due(1000)
    mail = MailDelivery.objects.get(kind="dossier/resolved")
    address = next(line for line in mail.text_body.splitlines() if "/danh-gia/" in line)
    assert dossier.code is not None
    assert dossier.code not in address
    path = "/danh-gia/" + address.rpartition("/danh-gia/")[2]
    page = Client().get(path)
    assert page.status_code == 200
    assert dossier.applicant_name not in page.text
    assert dossier.code not in page.text
    assert Client().post(path, {"level": "2", "reasons": ["time"], "words": "Chậm"}).status_code == 200
    assert SatisfactionRating.objects.get().channel == RatingChannel.MAIL
    assert "Hồ sơ này đã được đánh giá." in Client().get(path).text


@pytest.mark.parametrize("token", ["spoilt", "a:b:c", "%00", "IjEi:1abc:xyz"])
def test_a_forged_link_is_unknown(token: str) -> None:
    with pytest.raises(RatingLinkUnknown):
        ratings.dossier_of_link(token)
    assert Client().get(f"/danh-gia/{token}/").status_code == 404


def test_at_the_desk_the_page_has_no_way_back_to_what_was_chosen(cast: Cast, as_: SignIn) -> None:
    dossier = make_handed_over(cast)
    binh, address = as_("binh"), f"/mot-cua/hai-long/{dossier.code}/"
    page = binh.get(address)
    assert page.status_code == 200
    assert "/mot-cua/" not in page.text.replace(address, "")
    assert binh.post(address, {}).status_code == 422
    answer = binh.post(address, {"level": "5"})
    assert answer["Location"] == "/mot-cua/hai-long/cam-on/"
    assert "Hồ sơ này đã được đánh giá." in binh.get(address).text
    given = RatingGiven.objects.get()
    assert (given.person, given.opened_by) == (cast.an, cast.binh)
    assert as_("hoa").get(address).status_code == 403


def test_the_dossiers_page_offers_it_once(cast: Cast, as_: SignIn) -> None:
    dossier = make_handed_over(cast)
    an, address = as_("an"), f"/ho-so/{dossier.code}/danh-gia/"
    assert address in an.get(f"/ho-so/{dossier.code}/").text
    assert an.post(address, {"level": "3"}).status_code == 302
    assert address not in an.get(f"/ho-so/{dossier.code}/").text
    assert as_("chi").get(address).status_code == 404


def tally(**levels: int) -> Counter[int]:
    return Counter({int(name[1:]): count for name, count in levels.items()})


@pytest.mark.parametrize(
    ("counts", "shown", "rest"),
    [
        ({"a": tally(l5=5)}, ["a"], 0),
        ({"a": tally(l5=4)}, [], 4),
        # The few are hidden, and so many beside them that the rest tells nobody's.
        ({"a": tally(l5=9), "b": tally(l1=1)}, [], 10),
        ({"a": tally(l5=9), "b": tally(l4=5), "c": tally(l1=1)}, ["a"], 6),
        ({"a": tally(l5=9), "b": tally(l1=3), "c": tally(l2=2)}, ["a"], 5),
    ],
)
def test_groups_too_small_to_show_are_hidden_from_differences_too(
    counts: dict[str, Counter[int]], shown: list[str], rest: int
) -> None:
    found, others = shown_groups(counts, least=5)
    assert (sorted(found), others.total()) == (shown, rest)
    assert sum(one.total() for one in found.values()) + others.total() == sum(one.total() for one in counts.values())


def make_ratings(cast: Cast, levels: list[int], month: date, words: str = "") -> None:
    procedure = make_offering(cast).procedure
    SatisfactionRating.objects.bulk_create(
        SatisfactionRating(
            receiving_agency=cast.receiving,
            resolving_agency=cast.resolving,
            procedure=procedure,
            level=level,
            words=words,
            channel=RatingChannel.PAGE,
            month=month,
        )
        for level in levels
    )


def test_totals_of_a_quarter_that_is_over(cast: Cast, as_: SignIn) -> None:
    quarter = shown_quarters()[0]
    make_ratings(cast, [5, 5, 4, 2], quarter.first_month)
    assert satisfaction_of(cast.resolving.pk, quarter, with_words=True).whole is None
    assert "Chưa đủ lượt đánh giá" in as_("binh").get("/mot-cua/hai-long/").text
    make_ratings(cast, [1], quarter.last_month, words="Chờ lâu")
    results = satisfaction_of(cast.resolving.pk, quarter, with_words=True)
    assert results.whole is not None
    assert (results.whole.by_level, str(results.whole.average), str(results.whole.satisfied_share)) == (
        [1, 1, 0, 1, 2],
        "3.40",
        "60.0",
    )
    assert results.words == ["Chờ lâu"]
    # Officers see totals; words are for the head of the agency.
    assert "Chờ lâu" not in as_("hoa").get("/mot-cua/hai-long/").text
    assert "Chờ lâu" in as_("khanh").get("/mot-cua/hai-long/").text
    assert "Chưa đủ lượt đánh giá" in as_("lan").get("/mot-cua/hai-long/").text


def test_a_quarter_that_runs_is_not_shown() -> None:
    with time_machine.travel("2026-05-20T10:00+07:00", tick=False):
        assert shown_quarters()[:3] == [Quarter(2026, 1), Quarter(2025, 4), Quarter(2025, 3)]
        assert (shown_quarters()[0].first_month, shown_quarters()[0].last_month) == (date(2026, 1, 1), date(2026, 3, 1))


def test_another_agencys_results_are_not_to_be_had_by_asking(cast: Cast, as_: SignIn) -> None:
    make_ratings(cast, [5] * 5, shown_quarters()[0].first_month)
    ProcedureFactory.create()
    page = as_("lan").get("/mot-cua/hai-long/", {"co-quan": str(cast.resolving.pk), "ky": "spoilt"})
    assert page.status_code == 200
    assert "Sở Tư pháp" not in page.text


@pytest.mark.django_db(transaction=True)
def test_two_ratings_and_a_form_sent_twice_at_once_count_once(cast: Cast) -> None:
    dossier, token = make_handed_over(cast), uuid4()
    link = link_of(dossier)
    results = at_once(*[lambda level=level: ratings.rate_by_link(token=link, level=level) for level in (1, 5)])
    assert sorted(type(one).__name__ for one in results) == ["AlreadyRated", "NoneType"]
    assert SatisfactionRating.objects.count() == 1
    actor = cast.actor("an")
    sent = at_once(
        *[lambda: send_to_agency(actor=actor, dossier_id=dossier.pk, text="Chào", token=token) for _time in range(2)]
    )
    assert sent[0] == sent[1] == Message.objects.get()


def test_what_the_signer_previews_has_no_link_that_rates(cast: Cast, as_: SignIn) -> None:
    dossier = make_processing(cast)
    page = as_("dung").get(f"/mot-cua/{dossier.code}/").text
    assert re.findall(r"/danh-gia/[^\s<]*", page) == ["/danh-gia/…/"]
