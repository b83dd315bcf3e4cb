"""What a surge changes, in words: for who runs the centre, and for who works while one is on."""

from collections.abc import Callable

from localcare.routing.core.policy import Policy
from localcare.routing.core.wording import listed, span

Named = Callable[[str], str]
_HELP = {
    1: "Tier 2 takes tier 1’s cases at once, tier 3 those of tier 2.",
    2: "Tiers 2 and 3 take tier 1’s cases at once, tier 3 those of tier 2.",
}


def change_sentences(policy: Policy, name: Named) -> list[str]:
    """What a surge does under this policy, one sentence each; `name` puts a topic's slug in words."""
    plan = policy.surge
    said = [_HELP[plan.tiers_up]] if plan.tiers_up else []
    if plan.to_stores:
        topics = listed([name(topic) for topic in sorted(plan.to_stores)], "or")
        said.append(
            f"What the centre would answer about {topics} goes to its store where that is known; never what carries a risk"
            " or is about the network, a bill or an account."
        )
    if plan.longer > 1:
        said.append(
            f"The centre’s promises are {_times(plan.longer)} as long: {_first_reply(policy)}. Crises wait no longer."
        )
    if plan.fast:
        said.append("Triage judges with the fast profile only.")
    return said or ["Nothing: the policy’s plan for surges is empty."]


def rule_sentence(policy: Policy) -> str:
    """When the rule begins and ends one."""
    plan = policy.surge
    if not plan.by_rule:
        return "The policy has no rule for surges: they begin by hand or by date."
    return (
        f"By rule one begins when for {plan.minutes} minutes {_times(plan.above)} the forecast comes in, and at least"
        f" {plan.least} cases; it ends when for {plan.calm_minutes} minutes it is back half-way."
    )


def told_to_agents(policy: Policy) -> str:
    """What is otherwise for who works in the centre."""
    plan = policy.surge
    said = [_HELP[plan.tiers_up]] if plan.tiers_up else []
    if plan.longer > 1:
        said.append(f"Promised now: {_first_reply(policy)}.")
    return " ".join(said)


def told_to_stores(policy: Policy, name: Named) -> str:
    """What is otherwise for who answers in a store."""
    if not policy.surge.to_stores:
        return "The centre answers later than usual."
    topics = listed([name(topic) for topic in sorted(policy.surge.to_stores)], "or")
    return f"Your store also gets what the centre otherwise answers about {topics}."


def _times(factor: float) -> str:
    return "twice" if factor == 2 else f"{factor:g} times"


def _first_reply(policy: Policy) -> str:
    usual = policy.promises["tier1"]
    longer = usual.lengthened(policy.surge.longer)
    return f"a first reply in tier 1 within {span(longer.first_reply)} instead of {span(usual.first_reply)}"
