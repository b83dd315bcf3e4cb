"""Weeks of triage side by side: what is chance, and what somebody should look at."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from localcare.digests.core.triage_report import build_triage_report
from localcare.triage.core.weekly import NOTABLE_SHIFT, Correction, WeekFigures, WrongRule, drift

MONDAY = date(2026, 11, 16)
COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500))


def week(topics: dict[str, int], *, ago: int = 0, corrections: tuple[Correction, ...] = ()) -> WeekFigures:
    asked = sum(topics.values())
    start = MONDAY - timedelta(weeks=ago)
    return WeekFigures(start, asked * 10, asked, 3, 0.2, topics=topics, corrections=corrections)


def test_the_same_mix_has_not_moved() -> None:
    moving = drift(week({"billing": 300, "waiting": 700}), [week({"billing": 30, "waiting": 70}, ago=1)] * 4)
    assert (moving.shift, moving.moved, moving.is_notable) == (0.0, (), False)


def test_an_outage_week_is_noticed_and_named() -> None:
    moving = drift(week({"network-outage": 600, "billing": 400}), [week({"network-outage": 50, "billing": 950}, ago=1)])
    assert moving.is_notable
    steps = {each.topic: round(each.now - each.before, 2) for each in moving.moved}
    assert steps == {"network-outage": 0.55, "billing": -0.55}


def test_a_topic_that_was_never_there_has_a_finite_shift() -> None:
    moving = drift(week({"recall": 500, "billing": 500}), [week({"billing": 1000}, ago=1)])
    assert moving.shift is not None
    assert NOTABLE_SHIFT < moving.shift < 10


NAMES = {"waiting": "Waiting", "staff-service": "Staff and service", "injury": "Injury"}


def test_few_mentions_say_nothing() -> None:
    assert drift(week({"billing": 9}), [week({"waiting": 9}, ago=1)]).shift is None


@given(COUNTS, COUNTS)
def test_a_shift_is_never_negative(now: dict[str, int], before: dict[str, int]) -> None:
    shift = drift(week(now), [week(before, ago=1)]).shift
    assert shift is None or shift >= 0


def test_the_mail_tells_what_was_corrected_beside_the_weeks_before() -> None:
    corrections = (Correction("waiting", "staff-service", 12), Correction("answer", "no answer", 5))
    mail = build_triage_report(week({"waiting": 170}, corrections=corrections), [week({"waiting": 170}, ago=1)], NAMES)
    assert mail.subject == "Triage in the week of November 16: 17 corrections"
    assert ("Corrected by people", "17, 10.0% (0.0% in the weeks before)") in mail.facts
    assert mail.corrections[0] == "“Waiting” was said, “Staff and service” is right: 12 times"
    assert mail.corrections[1] == "“needs an answer” was said, “needs no answer” is right: 5 times"
    assert mail.target == "/supervise/triage?week=2026-11-16"


def test_a_quiet_week_is_told_in_one_sentence() -> None:
    mail = build_triage_report(week({}), [], NAMES)
    assert mail.lead == "Nobody corrected triage in this week."
    assert (mail.corrections, mail.moved) == ((), ())


def test_the_mail_counts_false_alarms_and_names_the_rules_that_were_most_often_wrong() -> None:
    figures = replace(
        week({"waiting": 170}, corrections=(Correction("injury", "no risk", 5),)),
        false_alarms=5,
        wrong_rules=(WrongRule("killer", "somebody is hurt", 4, 40), WrongRule("", "", 1, 0)),
    )
    mail = build_triage_report(figures, [], NAMES)
    assert ("False alarms", "5") in mail.facts
    assert mail.corrections == (
        "“Injury” was said, “no risk” is right: 5 times",
        "The rule “somebody is hurt” (killer) was wrong 4 times; it fired 40 times.",
    )
