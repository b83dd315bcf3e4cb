"""From cases that wait and people who are there to who gets what: the words, the languages, the order of choices."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.people.core.duty import Duty, Skill
from localcare.routing.core.giving import (
    Giving,
    Lane,
    Team,
    Waiting,
    agent_of,
    choose_next,
    gift_of,
    may_keep,
    share_out,
    wait_in_words,
)
from localcare.routing.core.needs import Rules, Step

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
QUEUES = ["tier1:billing", "tier1:network", "tier2:billing", "which-store", "crisis"]


def duty(number: int, *names: str, tier: int = 1, languages: str = "en", capacity: int = 5) -> Duty:
    skills = tuple(Skill(name, is_primary=n == 0) for n, name in enumerate(names))
    return Duty(number, f"Agent {number}", frozenset({tier}), skills, frozenset(languages.split()), capacity)


def waiting(number: int, queue: str, minutes: float, *, language: str = "en", rank: int = 2) -> Waiting:
    return Waiting(number, queue, rank, language, NOW - timedelta(minutes=minutes))


def reason_of(someone: Duty, case: Waiting) -> str:
    (given,) = choose_next(someone, 0, [case], TEAM, NOW).values()
    return gift_of(given, case, someone, TEAM).reason


CASES = st.lists(
    st.builds(
        waiting,
        number=st.integers(1, 10_000),
        queue=st.sampled_from(QUEUES),
        minutes=st.floats(0, 200),
        language=st.sampled_from(["en", "es", "nl", "und"]),
        rank=st.integers(0, 3),
    ),
    unique_by=lambda each: each.case_id,
    max_size=25,
)
PEOPLE = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["billing", "network"]), unique=True, max_size=2),
        st.integers(1, 3),
        st.sampled_from(["en", "en es"]),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=6,
).map(lambda drawn: [duty(n, *s, tier=t, languages=la, capacity=c) for n, (s, t, la, c) in enumerate(drawn)])
TEAM = Team(Giving(weights={"crisis": 2}), frozenset({"en", "es"}))
SURGING = replace(TEAM, giving=replace(TEAM.giving, rules=TEAM.giving.rules.in_surge()))
TEAMS = st.sampled_from([TEAM, SURGING])


@given(CASES, PEOPLE, TEAMS)
def test_nobody_gets_more_than_there_is_room_for_and_no_case_goes_to_two(
    cases: list[Waiting], people: list[Duty], team: Team
) -> None:
    gifts = share_out(people, {0: 1}, cases, team, NOW)
    assert len({gift.case_id for gift in gifts}) == len(gifts)
    for each in people:
        load = sum(gift.weight for gift in gifts if gift.person_id == each.person_id)
        assert load + (each.person_id == 0) <= max(each.capacity, 1)


@given(CASES, PEOPLE, TEAMS)
def test_nobody_with_room_is_left_idle_beside_a_case_of_weight_one_they_may_take(
    cases: list[Waiting], people: list[Duty], team: Team
) -> None:
    team = replace(team, giving=replace(team.giving, weights={}))
    gifts = share_out(people, {}, cases, team, NOW)
    given_ids = {gift.case_id for gift in gifts}
    for each in people:
        load = sum(gift.weight for gift in gifts if gift.person_id == each.person_id)
        if load < each.capacity:
            assert not any(may_keep(each, case, team, NOW) for case in cases if case.case_id not in given_ids)


@given(CASES, PEOPLE)
def test_a_surge_takes_no_case_from_anybody_who_could_have_had_it(cases: list[Waiting], people: list[Duty]) -> None:
    for each in people:
        for case in cases:
            assert may_keep(each, case, SURGING, NOW) or not may_keep(each, case, TEAM, NOW)


@given(CASES, PEOPLE)
def test_what_is_pushed_in_a_surge_is_shared_out_by_load(cases: list[Waiting], people: list[Duty]) -> None:
    """Of two who may take the same newest case at the same step, the one with the larger share in hand did not get it."""
    team = replace(SURGING, giving=replace(SURGING.giving, weights={}))
    for case in cases:
        alike = [replace(each, capacity=10) for each in people if may_keep(each, case, team, NOW)]
        loads = {each.person_id: n for n, each in enumerate(alike)}
        for gift in share_out(alike, loads, [case], team, NOW):
            got = next(each for each in alike if each.person_id == gift.person_id)
            rivals = [each for each in alike if each.skills == got.skills and each.tiers == got.tiers]
            assert loads[gift.person_id] == min(loads[each.person_id] for each in rivals)


@given(CASES)
def test_choices_come_in_the_order_of_counted_age(cases: list[Waiting]) -> None:
    someone = duty(1, "billing", "network", tier=1, languages="en es")
    choices = list(choose_next(someone, 0, cases, TEAM, NOW))
    by_id = {case.case_id: case for case in cases}
    ages = [
        by_id[n].since.timestamp()
        - TEAM.giving.rules.head_start(("critical", "high", "normal", "low")[by_id[n].urgency_rank])
        for n in choices
    ]
    assert ages == sorted(ages)
    assert set(choices) == {case.case_id for case in cases if may_keep(someone, case, TEAM, NOW)}


def test_full_hands_have_no_choice() -> None:
    assert choose_next(duty(1, "billing", capacity=2), 2, [waiting(1, "tier1:billing", 5)], TEAM, NOW) == {}


def test_the_reason_names_language_skill_tier_and_wait() -> None:
    helper = duty(1, "network", "billing", tier=2, languages="en es")
    assert (
        reason_of(helper, waiting(1, "tier1:billing", 12, language="es"))
        == "answers in Spanish, billing is a second skill, tier 2 helps tier 1, waited 12 min"
    )


def test_what_nobody_reads_goes_to_readers_of_english_and_an_undetermined_one_says_nothing_about_it() -> None:
    someone = duty(1, "billing")
    reasons = [reason_of(someone, waiting(1, "tier1:billing", 1, language=language)) for language in ("nl", "und")]
    assert reasons == [
        "nobody answers in Dutch, billing is their own skill, waited 1 min",
        "billing is their own skill, waited 1 min",
    ]


def test_only_lanes_whose_oldest_somebody_may_take_now_are_read() -> None:
    lanes = [
        Lane("tier1:billing", 2, "en", NOW),
        Lane("tier1:billing", 2, "es", NOW),
        Lane("tier1:network", 2, "en", NOW - timedelta(minutes=59)),
        Lane("which-store", 2, "en", NOW),
    ]
    kept = TEAM.lanes_for([agent_of(duty(1, "billing"))], lanes, NOW)
    assert [(lane.queue, lane.language) for lane in kept] == [("tier1:billing", "en"), ("which-store", "en")]
    assert len(TEAM.lanes_for([agent_of(duty(1, "billing"))], lanes, NOW + timedelta(minutes=1))) == 3


def test_the_top_tier_answers_for_crises_and_a_case_of_a_store_is_nobodys_here() -> None:
    crisis = waiting(1, "crisis", 1, rank=0)
    assert may_keep(duty(1, tier=3), crisis, TEAM, NOW)
    assert may_keep(duty(1, "crisis", tier=1), crisis, TEAM, NOW)
    assert not may_keep(duty(1, "billing", tier=2), crisis, TEAM, NOW)
    assert not may_keep(duty(1, "billing", tier=3), waiting(2, "store:4001", 500), TEAM, NOW)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "under a minute"), (360, "6 min"), (7_500, "2 h 5 min"), (7_200, "2 h"), (3 * 86_400, "3 days")],
)
def test_waits_in_words(seconds: float, words: str) -> None:
    assert wait_in_words(seconds) == words


def test_the_kinds_of_queues_follow_from_tiers_and_from_how_far_waiting_reaches_down() -> None:
    assert TEAM.kinds_for([agent_of(duty(1, tier=1))]) == {"tier1", "which-store"}
    assert TEAM.kinds_for([agent_of(duty(1, tier=2))]) == {"tier1", "tier2", "which-store"}
    assert TEAM.kinds_for([agent_of(duty(1, tier=3))]) == {"tier1", "tier2", "tier3", "which-store", "crisis"}
    strict = Team(Giving(Rules((Step(0.0),))))
    assert strict.kinds_for([agent_of(duty(1, tier=2))]) == {"tier2"}
