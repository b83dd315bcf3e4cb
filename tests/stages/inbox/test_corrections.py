"""Tier, whose matter, mood and praise: corrected by one tap, kept as labels, held against later verdicts, each undone alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import col, select

from localcare.cases.handling import Hand, claim
from localcare.cases.models import Case
from localcare.errors import ForbiddenError, InvalidError
from localcare.inbox.service import correcting
from localcare.people.models import Person
from localcare.routing.core import Policy
from localcare.routing.service import PolicyShelf
from localcare.triage import reporting
from localcare.triage.core.correction import Part
from localcare.triage.correcting import verdict_of
from localcare.triage.models import TriageLabel, VerdictRow
from localcare.triage.own_labels import read_own_labels
from localcare.triage.service import Judged, save_verdicts
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn

BILL = Said(text="You charged me twice this month.", topic="billing", matter="billing", tier=2, page_id=None)
Said_ = Callable[[Hand, int, Policy], object]


def say(desk: Desk, case: Case, what: Said_, by: Person | None = None) -> Case:
    with desk.acting(by or desk.person("agent", name="Bo Chen")) as hand:
        what(hand, case.id or 0, PolicyShelf().policy_of(hand.session, desk.brand_id))
    return desk.now(case)


def tier(level: int) -> Said_:
    return lambda hand, case_id, policy: correcting.set_tier(hand, case_id, level, policy)


def matter(slug: str) -> Said_:
    return lambda hand, case_id, policy: correcting.set_matter(hand, case_id, slug, policy)


def mood(slug: str) -> Said_:
    return lambda hand, case_id, policy: correcting.set_mood(hand, case_id, slug, policy)


def praise(*, is_one: bool) -> Said_:
    return lambda hand, case_id, _: correcting.set_shout_out(hand, case_id, is_one=is_one)


def undo(part: Part | None = None) -> Said_:
    return lambda hand, case_id, policy: correcting.take_back(hand, case_id, policy, part=part)


def verdict(desk: Desk, mention_id: int) -> VerdictRow:
    with desk.database.session(desk.brand_id) as session:
        query = select(VerdictRow).where(VerdictRow.mention_id == mention_id, col(VerdictRow.superseded_at).is_(None))
        return session.exec(query).one()


def label(desk: Desk) -> TriageLabel:
    with desk.database.session(desk.brand_id) as session:
        return session.exec(select(TriageLabel)).one()


def test_another_tier_moves_the_case_to_the_queue_of_that_tier_and_back(desk: Desk) -> None:
    mention_id = desk.hear(BILL)
    case = desk.case_of(mention_id)
    assert (case.tier, case.queue) == (2, "tier2:billing")
    now = say(desk, case, tier(3))
    assert (now.tier, now.queue) == (3, "tier3:billing")
    assert verdict(desk, mention_id).reasons[0] == {"from": "person", "detail": "Bo Chen says it is of tier 3"}
    assert "It is of tier 3, not of tier 2." in desk.history_of(case)
    now = say(desk, case, undo("tier"))
    assert (now.tier, now.queue) == (2, "tier2:billing")


def test_whose_matter_it_is_moves_it_too(desk: Desk) -> None:
    case = desk.open_case(BILL)
    now = say(desk, case, matter("network"))
    assert (now.matter, now.topic, now.queue) == ("network", "billing", "tier2:network")
    assert "It is a matter of the network, not a matter of billing." in desk.history_of(case)


def test_a_case_in_hand_keeps_its_queue(desk: Desk) -> None:
    case, person = desk.open_case(BILL), desk.person("agent")
    with desk.acting(person) as hand:
        claim(hand, case.id or 0)
    now = say(desk, case, tier(3), person)
    assert (now.tier, now.queue, now.owner_id) == (3, "tier2:billing", person.id)


def test_mood_and_praise_are_the_verdicts_from_then_on(desk: Desk) -> None:
    mention_id = desk.hear(BILL)
    case = desk.case_of(mention_id)
    assert say(desk, case, mood("neutral")).sentiment == "neutral"
    say(desk, case, praise(is_one=True))
    held = verdict(desk, mention_id)
    assert (held.sentiment, held.sentiment_probability["neutral"], held.shout_out) == ("neutral", 1.0, True)
    assert held.reasons[0]["detail"] == "Bo Chen says it sounds neutral and praises somebody of the team"


def test_no_praise_leaves_out_the_names_and_taking_it_back_brings_them(desk: Desk) -> None:
    mention_id = desk.hear(replace(BILL, shout_out_names=("Marcus",)))
    case = desk.case_of(mention_id)
    say(desk, case, praise(is_one=False))
    assert (verdict(desk, mention_id).shout_out, verdict(desk, mention_id).shout_out_names) == (False, [])
    say(desk, case, undo("shout-out"))
    assert (verdict(desk, mention_id).shout_out, verdict(desk, mention_id).shout_out_names) == (True, ["Marcus"])


def test_praise_is_heard_in_the_words_that_are_kind(desk: Desk) -> None:
    ours = replace(BILL, kind="message", thread_id="t_7", external_id="m_7")
    kind = desk.hear(replace(ours, text="Marcus was lovely!", actionable=False, sentiment="positive"))
    asking = desk.hear(replace(ours, external_id="m_8"))
    say(desk, desk.case_of(asking), praise(is_one=True))
    assert (verdict(desk, kind).shout_out, verdict(desk, asking).shout_out) == (True, False)


def test_what_was_said_holds_when_triage_judges_again(desk: Desk) -> None:
    mention_id = desk.hear(BILL)
    by_triage, case = verdict_of(verdict(desk, mention_id)), desk.case_of(mention_id)
    for what in (tier(3), matter("network"), mood("neutral"), praise(is_one=True)):
        say(desk, case, what)
    with desk.database.session(desk.brand_id) as session:
        again = [Judged(mention_id, replace(by_triage, tier=1, sentiment="positive", matter="other"))]
        (held,) = save_verdicts(session, desk.brand_id, again, now=desk.clock.now())
    said = held.verdict
    assert (said.tier, said.matter, said.sentiment, said.shout_out_present) == (3, "network", "neutral", True)


def test_one_thing_is_taken_back_and_the_others_stay(desk: Desk) -> None:
    mention_id = desk.hear(BILL)
    case = desk.case_of(mention_id)
    for what in (tier(3), mood("neutral"), undo("mood")):
        say(desk, case, what)
    held = verdict(desk, mention_id)
    assert (held.sentiment, held.tier, held.sentiment_probability["negative"]) == ("negative", 3, 0.8)
    assert label(desk).taken_back_at is None
    say(desk, case, undo())
    assert (verdict(desk, mention_id).tier, label(desk).taken_back_at is not None) == (2, True)
    with pytest.raises(InvalidError, match="Nobody has corrected"):
        say(desk, case, undo("mood"))


def test_what_triage_has_said_since_of_other_things_stays_when_a_mood_is_taken_back(desk: Desk) -> None:
    mention_id = desk.hear(BILL)
    case = desk.case_of(mention_id)
    say(desk, case, mood("neutral"))
    with desk.database.session(desk.brand_id) as session:
        newer = replace(verdict_of(verdict(desk, mention_id)), topic="account-access", tier=3)
        save_verdicts(session, desk.brand_id, [Judged(mention_id, newer)], now=desk.clock.now())
    say(desk, case, undo("mood"))
    held = verdict(desk, mention_id)
    assert (held.topic, held.tier, held.sentiment) == ("account-access", 3, "negative")


def test_a_risk_stays_in_senior_hands_until_somebody_says_that_it_is_none(desk: Desk) -> None:
    case = desk.open_case(replace(BILL, risks=("fraud",), tier=3, urgency="high"))
    with pytest.raises(InvalidError, match="Say first that there is none"):
        say(desk, case, tier(1))
    say(desk, case, lambda hand, case_id, policy: correcting.is_no_crisis(hand, case_id, policy))
    assert say(desk, case, tier(1)).tier == 1


def test_what_is_none_of_the_answers_is_refused(desk: Desk) -> None:
    case = desk.open_case(BILL)
    for what, says in (
        (tier(2), "how hard"), (tier(4), "how hard"), (matter("weather"), "whose matter"), (matter("billing"), "whose matter"),
        (mood("blue"), "mood"), (mood("negative"), "mood"), (praise(is_one=False), "already"),
    ):  # fmt: skip
        with pytest.raises(InvalidError, match=says):
            say(desk, case, what)


def test_every_kind_is_counted_in_the_week_and_a_mention_once(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILL)
    for what in (tier(3), matter("network"), mood("neutral"), praise(is_one=True)):
        say(desk, case, what)
    with desk.database.session(desk.brand_id) as session:
        week = reporting.count_week(session, desk.brand_id, reporting.this_week(desk.clock.now()))
    assert week.corrected == 1
    assert {(each.said, each.right, each.count) for each in week.corrections} == {
        ("tier 2", "tier 3", 1), ("matter billing", "matter network", 1), ("mood negative", "mood neutral", 1),
        ("no praise of the team", "praise of the team", 1),
    }  # fmt: skip
    text = sign_in(desk.person("supervisor")).get("/supervise/triage").text.lower()
    assert (
        "a matter of the network, not a matter of billing; tier 3, not 2; sounds neutral, not negative; praises somebody"
        in text
    )


def test_learning_takes_every_one_of_them_up(desk: Desk) -> None:
    case = desk.open_case(BILL)
    for what in (tier(3), matter("network"), mood("neutral"), praise(is_one=True)):
        say(desk, case, what)
    with desk.database.session(desk.brand_id) as session:
        own = read_own_labels(session, desk.brand_id, now=desk.clock.now())
    (text,) = (*own.to_learn, *own.to_measure)
    assert dict(text.answers) == {"tier": "3", "matter": "network", "mood": "neutral", "shout-out": "1"}


def test_each_is_one_tap_on_the_page_and_one_to_undo(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILL)
    agent = sign_in(desk.person("agent", name="Bo Chen"))
    page = agent.get(f"/cases/{case.id}")
    for path, field, value, said in (
        ("tier", "tier", "3", "tier 3"), ("matter", "matter", "network", "a matter of the network"),
        ("mood", "mood", "positive", "sounds positive"),
        ("shout-out", "praised", "somebody", "praises somebody"),
    ):  # fmt: skip
        after = agent.post_form(page, f"/cases/{case.id}/{path}", {field: value})
        assert "triage learns it" in after.text.lower()
        assert said in after.text
        assert ("Of somebody of the team" in after.text) is (path == "shout-out")
        page = agent.post_form(after, f"/cases/{case.id}/triage/{path}/withdrawal", {})
        assert "Taken back" in page.text
    now = desk.now(case)
    assert (now.tier, now.matter, now.sentiment, now.queue) == (2, "billing", "negative", "tier2:billing")


def test_what_can_only_be_read_cannot_be_corrected(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILL)
    assert "Correct what triage says" not in sign_in(desk.person("auditor")).get(f"/cases/{case.id}").text
    for what in (tier(3), matter("network"), mood("neutral"), praise(is_one=True), undo()):
        with pytest.raises(ForbiddenError):
            say(desk, case, what, desk.person("auditor"))


def test_odd_answers_are_refused_in_a_sentence(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(BILL)
    agent = sign_in(desk.person("agent"))
    page = agent.get(f"/cases/{case.id}")
    for path, field in (("tier", "tier"), ("matter", "matter"), ("mood", "mood"), ("shout-out", "praised")):
        for odd in ("", "²", "-1", "9" * 5000):
            agent.post_form(page, f"/cases/{case.id}/{path}", {field: odd}, status=422)


def test_where_several_things_were_corrected_each_is_taken_back_by_itself(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(replace(BILL, risks=("fraud",), tier=3, urgency="high"))
    agent = sign_in(desk.person("agent", name="Bo Chen"))
    page = agent.get(f"/cases/{case.id}")
    page = agent.post_form(page, f"/cases/{case.id}/no-crisis", {})
    assert "that there is no risk" not in page.text, "one thing is taken back by one button"
    page = agent.post_form(page, f"/cases/{case.id}/mood", {"mood": "neutral"})
    assert "that there is no risk" in page.text
    assert "Whose matter" in page.text
    assert "Of somebody of the team" not in page.text
    assert "all of it" in page.text
    page = agent.post_form(page, f"/cases/{case.id}/triage/risk/withdrawal", {})
    now = desk.now(case)
    assert (now.risks, now.sentiment) == (["fraud"], "neutral")
    assert "all of it" not in page.text


def test_a_stores_people_stay_at_the_case_whose_mood_they_correct(desk: Desk, sign_in: SignIn) -> None:
    store = desk.store()
    case = desk.open_case(Said(), store=store)
    manager = sign_in(desk.person("manager", store=store))
    after = manager.post_form(manager.get(f"/cases/{case.id}"), f"/cases/{case.id}/mood", {"mood": "neutral"})
    assert after.url.endswith(f"/cases/{case.id}")
