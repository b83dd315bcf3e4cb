"""A policy in words: what each rule does, how fast each queue answers, and what differs between two versions."""

from collections.abc import Iterable, Mapping, Sequence

from localcare.cases.core.approval import in_words
from localcare.routing.core.conditions import HISTORY_DAYS, When
from localcare.routing.core.lateness import late_in_words
from localcare.routing.core.policy import CENTRE, CLOCKS, CRISIS, STORE, WHICH_STORE, Policy, Promise, Rule

CLOCK_WORDS = {
    "acknowledge": "acknowledged", "first_reply": "answered", "next_reply": "answered again", "resolve": "resolved",
}  # fmt: skip
_QUEUES = {STORE: "its store’s inbox", WHICH_STORE: "“Which store?”", CRISIS: "the crisis queue"}
_LISTS = (
    ("topics", "on the topic {}"), ("matters", "about the matter {}"), ("risks", "with a risk of {}"),
    ("sentiments", "that is {}"), ("urgencies", "of {} urgency"), ("tiers", "of tier {}"), ("languages", "written in {}"),
    ("channels", "by {}"), ("resolutions", "whose store is {}"), ("stars", "with {} of 5 stars"),
    ("stores", "about store {}"), ("regions", "in {}"),
)  # fmt: skip


def rule_sentence(rule: Rule, policy: Policy) -> str:
    """What a rule does: `A case about the matter network goes to tier 2, network and is answered within 2 h.`"""
    parts = [f"A case {when_words(rule.when)} goes to {target_words(rule)}"]
    parts.append(f"is answered within {_answered(rule, policy)}")
    if rule.priority:
        parts.append(f"is listed as {rule.priority}")
    if rule.needs_approval:
        by = f" by {in_words(rule.approvers)}" if rule.approvers else ""
        parts.append(f"its answer is approved{by} first")
    if rule.notify:
        parts.append(f"{listed(rule.notify, 'and')} {'are' if len(rule.notify) > 1 else 'is'} told by mail")
    return f"{listed(parts, 'and')}."


def when_words(when: When) -> str:
    """The conditions of a rule: `on the topic billing or order-pickup, whose store is known`."""
    said = [
        words.format(listed(sorted(map(str, getattr(when, name))), "or"))
        for name, words in _LISTS
        if getattr(when, name)
    ]
    if when.store_known is not None:
        said.append("whose store is known" if when.store_known else "whose store is not certain")
    if when.page_kind:
        said.append("on a store’s own Page" if when.page_kind == "store" else "on no store’s Page")
    if when.earlier_cases:
        cases = f"{when.earlier_cases} or more cases"
        said.append(f"by somebody with {cases} in the last {HISTORY_DAYS} days")
    if when.hours:
        said.append(f"that arrives {when.hours}, local time")
    return ", ".join(said) or "that no rule before took"


def target_words(rule: Rule) -> str:
    """Where a rule sends to: `its store’s inbox`, `tier 2, network`, `the network queue of its tier`."""
    if rule.to != CENTRE:
        return _QUEUES[rule.to]
    return f"tier {rule.tier}, {rule.skill}" if rule.tier else f"the {rule.skill} queue of its tier"


def promise_sentence(queue: str, promise: Promise) -> str:
    """How fast a queue answers: `tier2: acknowledged within 30 min, answered within 2 h, …`"""
    return f"{queue}: " + ", ".join(f"{CLOCK_WORDS[clock]} within {span(getattr(promise, clock))}" for clock in CLOCKS)


def differences(before: Policy, after: Policy) -> list[str]:
    """What another version does otherwise, one sentence each; none when both do the same."""
    return [
        *_rule_differences(before, after),
        *_order(before, after),
        *_promise_differences(before.promises, after.promises),
        *_other_differences(before, after),
    ]


def span(minutes: int) -> str:
    """`45 min`, `2 h`, `1 d 12 h`."""
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (rest, "min")) if n]
    return " ".join(parts) or "0 min"


def listed(words: Iterable[str], joint: str) -> str:
    """`a, b or c`."""
    several = list(words)
    return several[0] if len(several) == 1 else f"{', '.join(several[:-1])} {joint} {several[-1]}"


def _answered(rule: Rule, policy: Policy) -> str:
    if own := rule.minutes.get("first_reply"):
        return span(own)
    if rule.to != CENTRE:
        hours = " of opening time" if rule.to == STORE else ""
        return span(policy.promises[rule.to].first_reply) + hours
    tiers = [rule.tier] if rule.tier else sorted(rule.when.tiers) or [1, 2, 3]
    spans = {tier: span(policy.promises[f"tier{tier}"].first_reply) for tier in tiers}
    if len(set(spans.values())) == 1:
        return next(iter(spans.values()))
    return listed([f"{words} in tier {tier}" for tier, words in spans.items()], "or")


def _rule_differences(before: Policy, after: Policy) -> list[str]:
    old, new = ({rule.name: rule for rule in policy.rules} for policy in (before, after))
    said = [f"Rule “{name}” is gone. It said: {rule_sentence(old[name], before)}" for name in old if name not in new]
    said += [f"Rule “{name}” is new: {rule_sentence(new[name], after)}" for name in new if name not in old]
    for name in old.keys() & new.keys():
        was, now = rule_sentence(old[name], before), rule_sentence(new[name], after)
        if was != now and old[name] != new[name]:
            said.append(f"Rule “{name}” was: {was} It is now: {now}")
        elif old[name] != new[name]:
            said.append(f"Rule “{name}” gives another reason or other promises: {new[name].because}.")
    return sorted(said)


def _order(before: Policy, after: Policy) -> list[str]:
    old, new = ([rule.name for rule in policy.rules] for policy in (before, after))
    kept_old, kept_new = [name for name in old if name in new], [name for name in new if name in old]
    return [] if kept_old == kept_new else [f"The rules stand in another order: {', '.join(kept_new)}."]


def _promise_differences(before: Mapping[str, Promise], after: Mapping[str, Promise]) -> list[str]:
    said = []
    for queue, promise in after.items():
        old = before.get(queue)
        for clock in CLOCKS if old else ():
            was, now = getattr(old, clock), getattr(promise, clock)
            if was != now:
                said.append(f"In {queue} a case is {CLOCK_WORDS[clock]} within {span(now)} instead of {span(was)}.")
    return said


def _other_differences(before: Policy, after: Policy) -> list[str]:
    pairs: Sequence[tuple[str, object, object]] = (
        ("The skills", _words(before.skills), _words(after.skills)),
        ("Stores answer", _hours(before), _hours(after)),
        ("The centre’s hours", _centre_hours(before), _centre_hours(after)),
        ("Holidays", listed(list(before.holidays), "and") or "none", listed(list(after.holidays), "and") or "none"),
        ("Skills by tier", _tiers(before), _tiers(after)),
        ("Escalation", _arrows(before.escalation), _arrows(after.escalation)),
        ("Late in stores", _late(before), _late(after)),
        ("How the desk gives out", before.giving, after.giving),
        ("How a crisis is told", before.paging, after.paging),
        ("Quiet hours", before.quiet_hours, after.quiet_hours),
        ("What a surge does", before.surge, after.surge),
    )
    said = []
    for what, was, now in pairs:
        if was != now:
            said.append(f"{what}: {now} instead of {was}." if isinstance(was, str) else f"{what} has changed.")
    return said


def _words(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"


def _hours(policy: Policy) -> str:
    return f"{policy.store_opens:%H:%M} to {policy.store_closes:%H:%M}"


def store_hours_words(policy: Policy) -> str:
    """`from 09:00 to 20:00 where these are not known, not on Thanksgiving`."""
    closed = f", not on {listed(list(policy.holidays), 'and')}" if policy.holidays else ""
    centre = f"; the centre’s {_centre_hours(policy)}, a crisis’s day and night" if policy.centre_hours else ""
    return f"from {_hours(policy)} where these are not known{closed}{centre}"


def _tiers(policy: Policy) -> str:
    return "; ".join(f"{tier} {_words(skills)}" for tier, skills in sorted(policy.tiers.items())) or "all have all"


def _arrows(escalation: Mapping[str, str]) -> str:
    return ", ".join(f"{tier} → {to}" for tier, to in sorted(escalation.items())) or "none"


def _centre_hours(policy: Policy) -> str:
    return f"{policy.centre_hours} in {policy.centre_zone}" if policy.centre_hours else "day and night"


def _late(policy: Policy) -> str:
    return " ".join(late_in_words(policy.late_in_stores, {})[:-1]) or "nothing is told"
