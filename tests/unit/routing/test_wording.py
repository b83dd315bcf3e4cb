"""A policy in words, what differs between two, and the common changes of its text."""

import pytest

from localcare.errors import InvalidError
from localcare.routing.checking import require_sound
from localcare.routing.core.wording import differences, rule_sentence, span
from localcare.routing.editing import NewRule, add_rule, set_promise
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text

SHIPPED = shipped_policy_text()
POLICY = read_policy(SHIPPED)


def sentence(name: str, text: str = SHIPPED) -> str:
    policy = read_policy(text)
    return next(rule_sentence(rule, policy) for rule in policy.rules if rule.name == name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "network",
            "A case about the matter network goes to the network queue of its tier and is answered within"
            " 1 h in tier 1, 2 h in tier 2 or 4 h in tier 3.",
        ),
        ("store", "A case whose store is known goes to its store’s inbox and is answered within 8 h of opening time."),
        ("everything else", "A case that no rule before took goes to the general queue of its tier and is answered"),
    ],
)
def test_a_rule_is_read_as_a_sentence(name: str, says: str) -> None:
    assert sentence(name).startswith(says)


def test_everything_a_rule_gives_stands_in_its_sentence() -> None:
    text = SHIPPED.replace(
        "    skill: network\n",
        "    skill: network\n    tier: 2\n    priority: high\n    approval: true\n    notify: [lead]\n",
    )
    assert sentence("network", text) == (
        "A case about the matter network goes to tier 2, network, is answered within 2 h, is listed as high,"
        " its answer is approved first and lead is told by mail."
    )


@pytest.mark.parametrize(("minutes", "words"), [(45, "45 min"), (120, "2 h"), (2160, "1 d 12 h")])
def test_spans_of_time(minutes: int, words: str) -> None:
    assert span(minutes) == words


def test_the_same_policy_differs_in_nothing() -> None:
    assert differences(POLICY, read_policy(SHIPPED)) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("first_reply: 120, next_reply: 120, resolve: 2880}\n  tier3",
         "first_reply: 60, next_reply: 120, resolve: 2880}\n  tier3",
         "In tier2 a case is answered within 1 h instead of 2 h."),
        ("store_closes: 20:00:00", "store_closes: 21:00:00", "Stores answer: 09:00 to 21:00 instead of 09:00 to 20:00."),
        ("name: billing\n", "name: bills\n", "Rule “billing” is gone."),
        ("name: billing\n", "name: bills\n", "Rule “bills” is new: A case about the matter billing"),
        ("    when: {matters: [billing]}\n", "    when: {matters: [billing], channels: [x]}\n", "Rule “billing” was: "),
        ("because: no store can mend", "because: nobody can mend", "Rule “network” gives another reason"),
    ],
)  # fmt: skip
def test_what_differs_is_said_in_words(old: str, new: str, says: str) -> None:
    assert old in SHIPPED
    said = differences(POLICY, read_policy(SHIPPED.replace(old, new, 1)))
    assert any(says in each for each in said), said


def test_other_minutes_are_written_into_the_text_and_nothing_else_changes() -> None:
    minutes = {"acknowledge": 5, "first_reply": 45, "next_reply": 50, "resolve": 600}
    text = set_promise(SHIPPED, "tier2", minutes)
    assert require_sound(text).promises["tier2"].first_reply == 45
    changed = [(a, b) for a, b in zip(SHIPPED.splitlines(), text.splitlines(), strict=True) if a != b]
    assert [b for _, b in changed] == ["  tier2: {acknowledge: 5, first_reply: 45, next_reply: 50, resolve: 600}"]


def test_minutes_written_as_lines_are_replaced_as_well() -> None:
    lines = "  tier2:\n    acknowledge: 30\n    first_reply: 120\n    next_reply: 120\n    resolve: 2880\n"
    text = SHIPPED.replace(
        next(line for line in SHIPPED.splitlines(keepends=True) if line.startswith("  tier2")), lines
    )
    changed = set_promise(text, "tier2", {"acknowledge": 1, "first_reply": 2, "next_reply": 3, "resolve": 4})
    policy = require_sound(changed)
    assert (policy.promises["tier2"].resolve, policy.promises["tier3"].resolve) == (4, 4320)


def test_a_rule_is_written_before_another() -> None:
    rule = NewRule("texas: bills", "centre", "they speak # Spanish", "billing", "account", "3", {"matters": ["billing"],
                   "regions": ["texas"]}, "yes")  # fmt: skip
    text = add_rule(SHIPPED, rule)
    names = [each.name for each in require_sound(text).rules]
    assert names[names.index("billing") - 1] == "texas: bills"
    new = require_sound(text).rules[names.index("texas: bills")]
    assert (new.tier, new.skill, new.because) == (3, "account", "they speak # Spanish")
    assert (new.when.regions, new.when.store_known) == (frozenset({"texas"}), True)
    assert "# Rules are read from the top" in text


def test_a_change_that_cannot_be_made_says_why() -> None:
    with pytest.raises(InvalidError, match="Choose the rule"):
        add_rule(SHIPPED, NewRule("a", "crisis", "b", "nobody"))
    with pytest.raises(InvalidError, match="no promises for “tier9”"):
        set_promise(SHIPPED, "tier9", {})
    with pytest.raises(InvalidError, match="YAML"):
        set_promise("a: [", "tier1", {})
