"""Policies that cannot be meant are refused, each fault with its line and a sentence."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.errors import InvalidError
from localcare.routing.checking import check_policy, require_sound
from localcare.routing.core.boxes import Vocabulary, leave_over, space_of, takers_of
from localcare.routing.core.policy import Policy, Rule, When
from localcare.routing.core.soundness import find_rule_faults
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text

SHIPPED = shipped_policy_text()
END = "store_opens: 09:00:00\n"
CENTRE = "centre:\n  escalation: {tier1: tier2, tier2: tier3}\n"


def with_rule(*lines: str) -> str:
    """The shipped policy with one more rule just before the rule “store”."""
    rule = "".join(f"    {line}\n" for line in lines[1:])
    return SHIPPED.replace("  - name: store\n", f"  - {lines[0]}\n{rule}  - name: store\n")


def with_centre(*lines: str) -> str:
    return SHIPPED.replace(CENTRE, "").replace(END, "centre:\n" + "".join(f"  {line}\n" for line in lines) + END)


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_shipped_policy_is_sound_and_says_where_order_decides() -> None:
    checked = check_policy(SHIPPED)
    assert checked.faults == ()
    assert any("“network”" in note.sentence for note in checked.notes)
    assert read_policy(SHIPPED) == require_sound(SHIPPED)


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        (
            with_rule("name: bills", "when: {matters: [billing], urgencies: [high]}", "to: crisis", "because: urgent"),
            "name: bills",
            "never reached: “billing” before it takes",
        ),
        (
            with_rule("name: bills", "when: {matters: [billing]}", "to: crisis", "because: urgent"),
            "name: bills",
            "“billing” and “bills” ask for the same and send it to different places: they cannot both be",
        ),
        (
            with_rule("name: odd", "when: {matters: [networks]}", "to: crisis", "because: odd"),
            "[networks]",
            "asks for “networks”, which triage never says",
        ),
        (
            with_rule("name: billing", "when: {matters: [store], urgencies: [low]}", "to: crisis", "because: twice"),
            "matters: [store], urgencies",
            "Two rules are called “billing”",
        ),
        (
            with_rule("name: anywhere", "when: {urgencies: [low]}", "to: store", "because: it can"),
            "name: anywhere",
            "add “store_known: true”",
        ),
        (SHIPPED.replace("to: which-store", "to: nowhere"), "to: nowhere", "nowhere"),
        (
            with_rule("name: a", "when: {channels: [fax]}", "to: crisis", "because: a"),
            "[fax]",
            "asks for “fax”, which triage never says: it is none of its channels",
        ),
        (
            with_rule("name: a", "when: {hours: at night}", "to: crisis", "because: a"),
            "hours: at night",
            "“at night” is no shift",
        ),
        (
            with_rule("name: a", "when: {sentiments: [negative]}", "to: crisis", "notify: [boss]", "because: a"),
            "notify: [boss]",
            "neither an e-mail address",
        ),
        (
            with_rule("name: a", "when: {regions: [south]}", "to: crisis", "because: a").replace(
                "  - name: store\n",
                "  - name: b\n    when: {regions: [south], store_known: true, tiers: [3]}\n    to: store\n"
                "    because: b\n  - name: store\n",
            ),
            "tiers: [3]",
            "and “a” before it takes",
        ),
        (SHIPPED.replace("skill: billing", "skill: biling"), "skill: biling", "the list of skills does not have"),
        (with_centre("tiers:", "  tier2: []"), "tier2: []", "tier2 has no skills"),
        (with_centre("tiers: {tier2: [general, account, network, technical, orders]}"), "name: billing", "“tier2:billing”"),
        (
            with_centre("escalation:", "  tier1: tier2", "  tier2: tier1"),
            "tier1: tier2",
            "circle: tier1 → tier2 → tier1",
        ),
        (with_centre("escalation: {tier1: tier9}"), "tier9", "tier9"),
        (SHIPPED.replace("skill: general}", "skill: nobody}"), "late_in_stores", "Stores’ late cases go to the skill “nobody”"),
        (SHIPPED + "skills: [general]\n", "skills: [general, billing", "given twice"),
        (SHIPPED.replace("rules:", "rules: [", 1), "", "YAML"),
        (SHIPPED + "extra: !!python/object:os.system {}\n", "extra:", "not readable YAML"),
        (SHIPPED + "? [a, b]\n: c\n", "", "found unhashable key"),
        (SHIPPED.replace("resolve: 1440", "resolve: yes", 1), "resolve: yes", "valid integer"),
        ("[" * 3000, "", "nested too deeply"),
        ("", "", "This is no policy"),
        (SHIPPED.replace("to: which-store", "to: which-store\n    to: crisis"), "to: which-store", "“to” is given twice"),
        (SHIPPED.replace("{risks: [theft", "{tiers: [1], tiers: [2], risks: [theft"), "[theft", "“tiers” is given twice"),
        (SHIPPED.replace("tier2: {", "tier2: &two {").replace("tier3: {", "tier3: *two #"), "tier3: *two", "no anchors"),
        (with_rule("name: a", "when: {tiers: [3]}", "to: crisis", "because: ' '"), "because: ' '", "gives no reason"),
        (with_rule("name: ''", "when: {tiers: [3]}", "to: crisis", "because: a"), "name: ''", "has no name"),
        (
            with_rule("name: a", "when: {stores: ['4001'], store_known: false}", "to: crisis", "because: a"),
            "stores: ['4001']",
            "can never hold: it asks for a store or region",
        ),
        (
            with_rule("name: a", "when: {store_known: true, resolutions: [none, ambiguous]}", "to: crisis", "because: a"),
            "[none, ambiguous]",
            "can never hold: its store has to be known, and ambiguous or none",
        ),
        (
            with_rule("name: a", "when: {tiers: [3]}", "to: crisis", "because: a", "approval: []"),
            "approval: []",
            "at least 1 item",
        ),
        (SHIPPED.replace("  - name: everything else\n", "  - name: rest\n    when: {urgencies: [low]}\n"), "rules:", "last rule"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_meant_is_refused_with_line_and_sentence(text: str, at: str, says: str) -> None:
    checked = check_policy(text)
    assert checked.policy is None
    found = [fault for fault in checked.faults if says in fault.sentence]
    assert found, checked.faults
    if at:
        wanted = line_of(text, at)
        assert found[0].line in (wanted, wanted - 1)
    with pytest.raises(InvalidError, match="The policy has faults"):
        require_sound(text)


def test_aliases_of_aliases_are_refused_before_they_grow() -> None:
    grown = "".join(f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in pairwise("abcdefghijk"))
    assert "no anchors" in check_policy("a: &a [x]\n" + grown).faults[0].sentence


def test_several_rules_together_can_leave_nothing_over() -> None:
    text = with_rule("name: a", "when: {topics: [praise], urgencies: [low, normal]}", "to: crisis", "because: a")
    text = text.replace("  - name: store\n", "  - name: b\n    when: {topics: [praise], urgencies: [high, critical]}\n"
        "    to: which-store\n    because: b\n  - name: c\n    when: {topics: [praise]}\n    to: crisis\n    because: c\n"
        "  - name: store\n")  # fmt: skip
    sentences = [fault.sentence for fault in check_policy(text).faults]
    assert len(sentences) == 1
    assert "“c” is never reached" in sentences[0]
    assert "“a” and “b”" in sentences[0]


KNOWN = Vocabulary(frozenset("pqr"), frozenset("mn"), frozenset({"low", "high"}), frozenset("xyz"))
WHENS = st.builds(
    When,
    risks=st.frozensets(st.sampled_from("xyz"), max_size=2),
    topics=st.frozensets(st.sampled_from("pqr"), max_size=2),
    matters=st.frozensets(st.sampled_from("mn"), max_size=1),
    store_known=st.sampled_from((None, True, False)),
    earlier_cases=st.sampled_from((0, 0, 2, 5)),
    stars=st.frozensets(st.sampled_from((1, 5)), max_size=1),
)


@given(st.lists(WHENS, min_size=1, max_size=5))
def test_a_rule_is_called_unreachable_exactly_when_no_case_reaches_it(whens: list[When]) -> None:
    rules = tuple(Rule(str(n), when, "crisis", "general", "") for n, when in enumerate(whens))
    policy = Policy(rules, {}, None, None, frozenset({"general"}))  # type: ignore[arg-type]
    blamed = {fault.path[1] for fault in find_rule_faults(policy, KNOWN) if "never" in fault.sentence}
    space = space_of(whens, KNOWN)
    boxes = [space.box_of(when) for when in whens]
    cases = product(*(sorted(words) for words in space.axes.values()))
    reached = {next((n for n, box in enumerate(boxes) if _is_in(case, box)), None) for case in cases}
    assert blamed == set(range(len(rules))) - reached


@given(st.lists(WHENS, min_size=1, max_size=5))
def test_who_takes_something_of_a_rule_is_who_decides_about_a_case_it_asks_for(whens: list[When]) -> None:
    space = space_of(whens, KNOWN)
    *earlier, last = [space.box_of(when) for when in whens]
    cases = [case for case in product(*map(sorted, space.axes.values())) if _is_in(case, last)]
    deciding = [next((n for n, box in enumerate(earlier) if _is_in(case, box)), None) for case in cases]
    assert set(takers_of(last, earlier)) == set(deciding) - {None}
    left = leave_over(last, earlier)
    assert [any(_is_in(case, box) for box in left) for case in cases] == [n is None for n in deciding]


def _is_in(case: tuple[str, ...], box: tuple[frozenset[str], ...]) -> bool:
    return all(word in words for word, words in zip(case, box, strict=True))
