"""A policy's file held to what it can mean, before it is put in force: each fault with its line and a sentence.

`schemas.read_policy` reads what is in force already and refuses only what has no form; this is the stricter door.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from localcare.errors import InvalidError
from localcare.routing.core.boxes import Vocabulary
from localcare.routing.core.policy import Policy, find_faults
from localcare.routing.core.soundness import (
    Fault,
    Path,
    find_centre_faults,
    find_overlaps,
    find_rule_faults,
    find_surge_faults,
)
from localcare.routing.schemas import build_policy, find_missing_promises, find_unknown_skills, read_form
from localcare.triage.shipped import load_taxonomy

_MATTERS = frozenset({"store", "network", "billing", "account", "product", "other"})
_CHANNELS = frozenset({"facebook", "instagram", "x", "google", "community", "email", "csv", "manual"})
_URGENCIES = frozenset({"low", "normal", "high", "critical"})
_ALIAS = "A policy has no anchors and aliases (& and *): write it out here too."


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a line of the file; 0 when it is about no line."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class CheckedPolicy:
    """What came of checking a file: the policy if there are no faults, and notes that are none."""

    policy: Policy | None
    faults: tuple[Remark, ...]
    notes: tuple[Remark, ...]


def check_policy(body: str) -> CheckedPolicy:
    """Everything that is wrong with a policy, in the order of its lines."""
    try:
        root = yaml.compose(body, Loader=yaml.SafeLoader)
        written = list(_writing_faults(root, (), set()))
        if any(fault.sentence == _ALIAS for fault in written):
            # before anything is built from it: aliases of aliases would grow without end
            return CheckedPolicy(None, _remarks(root, written), ())
        form = read_form(body)
    except yaml.YAMLError as error:
        return CheckedPolicy(None, (_unreadable(error),), ())
    except RecursionError:
        return CheckedPolicy(None, (Remark(0, "This is not readable YAML: it is nested too deeply."),), ())
    if isinstance(form, list):
        faults = [*written, *(_formless(path, said) for path, said in form)]
        return CheckedPolicy(None, _remarks(root, faults), ())
    policy, known = build_policy(form), _vocabulary()
    found = [
        *written,
        *find_rule_faults(policy, known),
        *find_centre_faults(policy),
        *find_surge_faults(policy, known),
        *(
            Fault(("rules",), sentence)
            for sentence in find_faults(policy.rules)
            if "must have no conditions" in sentence
        ),
        *(Fault(path, sentence) for path, sentence in find_unknown_skills(policy)),
        *(Fault(("promises",), sentence) for sentence in find_missing_promises(form)),
    ]
    notes = [] if found else find_overlaps(policy, known)
    return CheckedPolicy(None if found else policy, _remarks(root, found), _remarks(root, notes))


def require_sound(body: str) -> Policy:
    """The policy of a file. InvalidError names every fault with its line."""
    checked = check_policy(body)
    if checked.policy is None:
        raise InvalidError("The policy has faults. " + " ".join(map(in_words, checked.faults)))
    return checked.policy


def remark_lines(body: str, found: Sequence[Fault]) -> tuple[Remark, ...]:
    """What was found in a readable text, each with its line."""
    return _remarks(yaml.compose(body, Loader=yaml.SafeLoader), found)


def in_words(remark: Remark) -> str:
    """A remark as one line."""
    return f"Line {remark.line}: {remark.sentence}" if remark.line else remark.sentence


def _vocabulary() -> Vocabulary:
    taxonomy = load_taxonomy()
    return Vocabulary(frozenset(taxonomy.topics), _MATTERS, _URGENCIES, frozenset(taxonomy.risks), channels=_CHANNELS)


def _remarks(root: yaml.Node | None, faults: Sequence[Fault]) -> tuple[Remark, ...]:
    remarks = {Remark(_line_of(root, fault.path), fault.sentence) for fault in faults}
    return tuple(sorted(remarks, key=lambda remark: (remark.line, remark.sentence)))


def _line_of(root: yaml.Node | None, path: Path) -> int:
    """The line of a place, or of the nearest thing around it that is there."""
    node, line = root, root.start_mark.line + 1 if root else 0
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _unreadable(error: yaml.YAMLError) -> Remark:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or str(error)
    return Remark(mark.line + 1 if mark else 0, f"This is not readable YAML: {said}.")


def _formless(path: Path, said: str) -> Fault:
    if not path:
        return Fault(path, "This is no policy: it is made of skills, rules, promises and hours, each under its name.")
    return Fault(path, f"{'.'.join(map(str, path))}: {said}.")


def _writing_faults(node: yaml.Node | None, path: Path, seen: set[int]) -> Iterator[Fault]:
    """What YAML would take without a word: the last of two equal keys, and one part of a file as several."""
    if id(node) in seen:
        yield Fault(path, _ALIAS)
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for place, part in enumerate(node.value):
            yield from _writing_faults(part, (*path, place), seen)
    elif isinstance(node, yaml.MappingNode):
        names = [str(key.value) for key, _ in node.value]
        for place, (name, (_, part)) in enumerate(zip(names, node.value, strict=True)):
            if name in names[:place]:
                yield Fault((*path, name), f"“{name}” is given twice: only the last one would count.")
            yield from _writing_faults(part, (*path, name), seen)
