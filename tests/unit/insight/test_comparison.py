"""Fair comparison: who is ranked, who stands apart, whom to praise and whom to help, and why."""

import pytest

from localcare.insight.core.advice import whom_to_help, whom_to_praise
from localcare.insight.core.comparison import Band, Place, Standing, compare, know_peers, ranked
from localcare.insight.core.export import HEADER, table
from localcare.insight.core.ordering import Sort, Wish, in_order
from localcare.insight.core.tally import Answers, Desk, Tally, Voices, pool
from localcare.insight.core.waiting import Wait


def liked(positive: int, complaints: int, **more: int) -> Tally:
    voices = Voices(mentions=positive + complaints, positive=positive, complaints=complaints, **more)
    return Tally(voices)


def stand(*tallies: Tally) -> list[Standing]:
    """Stores A, B, C … with these tallies, among themselves."""
    places = [
        Place(number, chr(64 + number), f"/stores/{number}", str(number)) for number in range(1, len(tallies) + 1)
    ]
    return compare(places, dict(enumerate(tallies, start=1)), know_peers("Texas", tallies))


ALIKE = [liked(70, 30)] * 30


def test_a_store_is_ranked_from_five_opinions_on() -> None:
    four, five = stand(liked(4, 0), liked(5, 0), *ALIKE)[:2]
    assert (four.is_ranked, four.band) == (False, Band.UNKNOWN)
    assert five.is_ranked


def test_five_kind_voices_do_not_lead_the_ranking() -> None:
    standings = stand(liked(5, 0), liked(190, 10), *ALIKE)
    assert ranked(standings)[0].place.name == "B"
    assert standings[0].band is Band.ALIKE


def test_a_store_that_nobody_wrote_about_is_there_and_not_ranked() -> None:
    silent = stand(Tally(), *ALIKE)[0]
    assert silent.share is None
    assert silent.tally.voices.mentions == 0


def test_complaints_that_no_store_can_mend_are_not_held_against_it() -> None:
    fair, blamed = stand(liked(40, 10, network=50, billing=20), liked(40, 80), *ALIKE)[:2]
    assert fair.tally.voices.opinions.n == 50
    assert fair.tally.voices.elsewhere == 70
    assert fair.share is not None
    assert blamed.share is not None
    assert fair.share.value > blamed.share.value


def test_praise_goes_to_those_above_chance_and_to_the_thanked() -> None:
    standings = stand(liked(195, 5), liked(20, 10, shout_outs=4), liked(9, 1), *ALIKE)
    peers = know_peers("Texas", [item.tally for item in standings])
    praise = whom_to_praise(standings, peers)
    assert [one.standing.place.name for one in praise] == ["A", "B"]
    assert "200 opinions" in praise[0].reasons[0]
    assert "stores of Texas" in praise[0].reasons[0]
    assert praise[1].reasons == ("4 customers thanked somebody of the team.",)


def test_help_goes_to_the_disliked_the_late_and_the_silent_in_turns() -> None:
    late = Tally(Voices(), Answers(), Desk(open=3, late=2))
    later = Tally(Voices(), Answers(), Desk(open=1, late=1))
    all_late = Tally(Voices(), Answers(), Desk(open=4, late=4))
    silent = Tally(Voices(), Answers(answered=1, waiting=19))
    answering = Tally(Voices(positive=70, complaints=30), Answers(answered=19, waiting=1))
    standings = stand(late, liked(20, 80), later, all_late, silent, *[answering] * 30)
    peers = know_peers("Texas", [item.tally for item in standings])
    reasons = {one.standing.place.name: one.reasons[0] for one in whom_to_help(standings, peers)}
    assert list(reasons) == ["B", "D", "E", "A", "C"]
    assert reasons["A"] == "2 of 3 open cases are late."
    assert reasons["C"] == "Its only open case is late."
    assert reasons["D"] == "All 4 open cases are late."
    assert "1 of 20 customers who asked were answered" in reasons["E"]


def test_many_places_count_as_one() -> None:
    whole = pool([liked(3, 1), Tally(Voices(mentions=2, network=2), Answers((Wait(9, True),), 1, 0), Desk(2, 1))])
    assert whole.voices == Voices(mentions=6, positive=3, complaints=1, network=2)
    assert (whole.answers.first_reply.minutes, whole.answers.share.share) == (9, 1.0)
    assert whole.desk == Desk(2, 1)


@pytest.mark.parametrize(
    ("asked", "wish"),
    [
        ({}, Wish()),
        ({"days": 7}, Wish(days=7)),
        ({"days": 5}, Wish()),
        ({"sort": "reply"}, Wish(sort=Sort.REPLY, descending=False)),
        ({"sort": "late", "direction": "asc"}, Wish(sort=Sort.LATE, descending=False)),
        ({"sort": "'; drop"}, Wish()),
        ({"view": "stores", "page": -3}, Wish(view="stores")),
    ],
)
def test_an_address_asks_for_what_it_says_and_is_written_back(asked: dict[str, object], wish: Wish) -> None:
    values = {"days": 28, "sort": "", "direction": "", "view": "", "page": 1} | asked
    assert Wish.read(**values) == wish  # type: ignore[arg-type]


def test_a_header_turns_its_order_round() -> None:
    wish = Wish(sort=Sort.LATE)
    assert wish.sorted_by(Sort.LATE).address("/r") == "/r?sort=late&dir=asc"
    assert wish.sorted_by(Sort.LATE).sorted_by(Sort.LATE).address("/r") == "/r?sort=late"
    assert wish.sorted_by(Sort.NAME).address("/r") == "/r?sort=name"
    assert wish.sorted_by(Sort.POSITIVE).address("/r") == "/r"


def test_without_an_answer_a_store_comes_last_by_first_reply() -> None:
    quick = Tally(answers=Answers((Wait(3, True),), 1))
    waiting = Tally(answers=Answers((Wait(900, False),), 0, 1))
    order = in_order(stand(waiting, quick), Wish(sort=Sort.REPLY, descending=False))
    assert [item.place.name for item in order] == ["B", "A"]


def test_an_export_has_a_row_for_each_store_and_no_formula() -> None:
    place = Place(1, "=cmd()", "/stores/1", "0101")
    (standing,) = compare([place], {1: liked(30, 10)}, know_peers("Texas", []))
    header, row = table([standing])
    assert header == HEADER
    assert len(row) == len(header)
    assert row[:4] == ("0101", "'=cmd()", "40", "40")
    assert 0 < float(row[header.index("share_positive_low")]) < float(row[header.index("share_positive")]) < 1
