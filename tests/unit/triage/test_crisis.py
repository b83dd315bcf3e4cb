"""A crisis is noticed in whatever words and letters it comes, and what only sounds like one raises no alarm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.triage.core import Item, Rule, RuleSet, Triager
from localcare.triage.core.disguise import Mender
from localcare.triage.core.shares import Share
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.crisis import PARTS, CrisisFigures, crisis_section, measure_crisis, read_crisis_texts
from localcare.triage.shipped import load_taxonomy


@pytest.fixture(scope="module")
def figures(rules_only: Triager) -> CrisisFigures:
    return measure_crisis(rules_only)


FLOORS = {"open": 0.98, "sealed": 0.97, "oblique": 0.78, "fresh": 0.97, "last": 0.86}


@pytest.mark.parametrize("part", PARTS)
def test_what_is_noticed_today_is_noticed_tomorrow(figures: CrisisFigures, part: str) -> None:
    found = next(each for each in figures.parts if each.part == part)
    assert found.recall.value >= FLOORS[part], found.recall
    assert found.figures.value <= 0.1, found.figures
    assert found.named.value >= found.recall.value - 0.03


def test_both_languages_are_served(figures: CrisisFigures) -> None:
    for found in figures.parts[:2]:
        assert min(share.value for share in found.by_language.values()) >= 0.95
        assert min(share.value for share in found.by_risk.values()) >= 0.8


def test_rules_see_more_than_a_list_of_obvious_words(figures: CrisisFigures) -> None:
    for mine, words in zip(figures.parts, figures.keywords, strict=True):
        assert mine.recall.value > words.recall.value + 0.4


def test_the_card_says_what_was_found_when_first_asked(figures: CrisisFigures) -> None:
    section = "\n".join(crisis_section(figures))
    assert "| fresh | **0.712 (99 of 139)**, second round" in section
    assert "| open | tuned on" in section


def test_every_hand_made_text_stands_once_and_carries_a_known_risk() -> None:
    rows = [row for part in PARTS for row in read_crisis_texts(part)]
    assert len({row.text for row in rows}) == len(rows) == 1100
    assert {row.risk for row in rows} == {NO_RISK, *load_taxonomy().risks}
    assert {row.language for row in rows} == {"en", "es"}


@pytest.mark.parametrize(
    ("risk", "text"),
    [
        ("self-harm", "i want to s u i c i d e, i want to die"),
        ("self-harm", "I w̷a̶n̵t̸ to d̴i̷e̶"),
        ("self-harm", "#iwanttodie"),
        ("discrimination", "your mаnager is rаcist"),
        ("discrimination", "the manager is raaaacist and rude"),
        ("theft", "the driver S T O L E my phone"),
        ("self-harm", "going to k1ll myself"),
        ("injury", "we all got food poisonning"),
        ("injury", "my daugther is vomitting since your burger"),
        ("fraud", "𝓼𝓬𝓪𝓶𝓶𝓮𝓭 by your page"),
        ("safety", "FOUND GLASS IN MY BURGER"),
        ("injury", "me intoxiqe con su sopa"),
    ],
)
def test_letters_in_disguise_are_read(rules_only: Triager, risk: str, text: str) -> None:
    assert risk in rules_only.judge_many([Item("1", text)])[0].risks


@pytest.mark.parametrize(
    "text",
    [
        "nobody was hurt",
        "nobody got sick, all good",
        "I'm not going to sue anybody",
        "it was not stolen, found it",
        "no one was injured, thankfully",
        "no voy a demandar a nadie",
        "no fue fraude",
        "nadie se lastimó",
        "we never got food poisoning here",
    ],
)
def test_what_is_denied_is_no_crisis(rules_only: Triager, text: str) -> None:
    assert rules_only.judge_many([Item("1", text)])[0].risks == ()


@pytest.mark.parametrize(
    ("text", "urgency"), [("the bun was moldy", "high"), ("there was glass in my burger", "critical")]
)
def test_mould_wakes_nobody_up_and_glass_does(rules_only: Triager, text: str, urgency: str) -> None:
    assert rules_only.judge_many([Item("1", text)])[0].urgency == urgency


def test_a_crisis_at_the_end_of_a_very_long_text_is_seen(rules_only: Triager) -> None:
    text = (
        "the fries were fine and the line was short. " * 2_300
        + "but my son was rushed to the hospital after eating here"
    )
    assert rules_only.judge_many([Item("1", text)])[0].risks == ("injury",)


def test_a_denial_counts_only_right_before_the_phrase() -> None:
    rule = Rule("r", "somebody was hurt", any_of=("hurt",), denials=("nobody was",), risk="injury")
    rules = RuleSet([rule])
    assert not rules.match("nobody was hurt")
    assert rules.match("nobody was nice, I was hurt")
    assert rules.match("nobody was hurt but she is hurt")


def test_words_that_speak_of_no_risk_are_left_alone() -> None:
    rules = [
        Rule("r", "", any_of=("was robbed", "robbed at gunpoint"), risk="theft"),
        Rule("t", "", any_of=("the wait",)),
    ]
    mender = Mender(rules, ["robbed"], ordinary=["robed"])
    assert mender.mend(" the waiit 50 robed soooo ") == " the waiit 50 robed soooo "
    assert mender.mend(" robbbbed robed robbde robbedatgunpoint ") == " robbed robed robbed robbed at gunpoint "
    assert mender.mend(" ") == " "


@given(of=st.integers(1, 5_000), part=st.floats(0, 1))
def test_wilsons_interval_holds_the_share_and_narrows(of: int, part: float) -> None:
    share = Share(round(of * part), of)
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-9
    assert share.value - 1e-9 <= high <= 1
    wider = Share(share.hits * 10, of * 10).interval
    assert wider[1] - wider[0] < high - low


def test_wilsons_interval_is_the_textbooks() -> None:
    assert Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=1e-3)
    assert Share(0, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-3)
    assert Share(0, 0).interval == (0.0, 1.0)
