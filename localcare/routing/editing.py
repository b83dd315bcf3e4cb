"""The common changes of a policy's text by form: other minutes, one more rule. What people wrote around them stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from localcare.errors import InvalidError
from localcare.routing.core.policy import CLOCKS


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule from a form; `before` is the name of the rule that it stands before. Empty lists are not asked for."""

    name: str
    to: str
    because: str
    before: str
    skill: str = ""
    tier: str = ""
    conditions: Mapping[str, Sequence[str]] | None = None
    store_known: str = ""


def set_promise(body: str, queue: str, minutes: Mapping[str, int]) -> str:
    """The text with other minutes for a kind of queue. InvalidError when it has none for it."""
    node = _find(_find(_root(body), "promises"), queue)
    if node is None:
        raise InvalidError(f"The policy has no promises for “{queue}”.")
    missing = [clock for clock in CLOCKS if clock not in minutes]
    if missing:
        raise InvalidError(f"Give minutes for {', '.join(missing)}.")
    words = "{" + ", ".join(f"{clock}: {minutes[clock]}" for clock in CLOCKS) + "}"
    return _replace(body, node, words)


def add_rule(body: str, rule: NewRule) -> str:
    """The text with one more rule. InvalidError when the rule it is to stand before is not there."""
    rules = _find(_root(body), "rules")
    places = rules.value if isinstance(rules, yaml.SequenceNode) else []
    following = next((node for node in places if _name_of(node) == rule.before), None)
    if following is None:
        raise InvalidError("Choose the rule that the new one stands before.")
    lines = body.splitlines(keepends=True)
    at = following.start_mark.line
    indent = " " * lines[at].index("-") if "-" in lines[at] else "  "
    return "".join([*lines[:at], *_as_lines(rule, indent), *lines[at:]])


def _as_lines(rule: NewRule, indent: str) -> list[str]:
    when: dict[str, object] = {name: list(words) for name, words in (rule.conditions or {}).items() if words}
    if rule.store_known:
        when["store_known"] = rule.store_known == "yes"
    entry: dict[str, object] = {"name": rule.name}
    if when:
        entry["when"] = when
    entry["to"] = rule.to
    if rule.to == "centre":
        entry["skill"] = rule.skill
        if rule.tier:
            entry["tier"] = int(rule.tier)
    entry["because"] = rule.because
    # a mapping of one entry in one line, without its braces
    flow = (
        yaml.safe_dump({key: value}, default_flow_style=True, allow_unicode=True, width=10_000)
        for key, value in entry.items()
    )
    lines = [line.strip()[1:-1] + "\n" for line in flow]
    return [f"{indent}{'- ' if n == 0 else '  '}{line}" for n, line in enumerate(lines)]


def _root(body: str) -> yaml.Node | None:
    try:
        return yaml.compose(body, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise InvalidError("The text is not readable YAML: mend it first.") from error


def _find(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _name_of(node: yaml.Node) -> str:
    name = _find(node, "name")
    return str(name.value) if name is not None else ""


def _replace(body: str, node: yaml.Node, words: str) -> str:
    """The text with a mapping written on one line; what follows a block of lines stays on its own."""
    start, end = node.start_mark.index, node.end_mark.index
    old = body[start:end]
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        words = words + old[len(old.rstrip()) :]
    return body[:start] + words + body[end:]
