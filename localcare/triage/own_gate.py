"""The gate as a candidate meets it: the fixed sets where they are at hand, and always what ships and what the brand knows.

Everything is asked of the live model too, on the same texts. Without the labelled sets the hand-made crisis texts, the held-out
fifth of the brand's own labels and a sample of what nobody corrected must do, and the finding says so.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from localcare.triage.core import Item, Triager, Verdict
from localcare.triage.core.model import ACTIONABLE, MATTER, MOOD, RISK, SHOUT_OUT, TIER, TOPIC
from localcare.triage.core.rules import RuleSet
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.crisis import PARTS, read_crisis_texts
from localcare.triage.gate import Comparison, compare, compared
from localcare.triage.measures import accuracy
from localcare.triage.own_labels import OwnLabels, OwnText, anchors
from localcare.triage.register import GateKept, GateTask
from localcare.triage.trial import in_batches

FEWEST = 20
"""On fewer texts nothing is asked: they could not tell one model from another."""
STEADY = 0.9
"""How much of what nobody corrected must come to the same topic, and need an answer, as before."""


def examine(
    old: Triager, new: Triager, own: OwnLabels, root: Path | None, *, tell: Callable[[str], None] = lambda _: None
) -> GateKept:
    """Whether the new model may take the old one's place, with every figure."""
    tasks: list[GateTask] = []
    if root is not None:
        tell("the gate: the fixed sets")
        tasks += [_kept(each) for each in compare(old, new, root).comparisons]
    tell("the gate: crisis texts, own labels, what nobody corrected")
    tasks += [*_crises(old, new), *_own(old, new, own.to_measure)]
    hand_made = [Item(str(number), text) for number, text in enumerate(anchors(measuring=True))]
    tasks += _steady("hand-made texts", old, new, hand_made)
    tasks += _steady("what nobody corrected", old, new, [text.item for text in own.kept_to_measure])
    return GateKept(passes=all(task.not_worse for task in tasks), on_fixed_sets=root is not None, tasks=tuple(tasks))


def in_words(task: GateTask) -> str:
    """A figure in a line."""
    verdict = task.finding if task.not_worse else task.finding.upper()
    change = f"{task.difference:+.3f} ({task.low:+.3f} to {task.high:+.3f})"
    return f"{task.task}: {task.old:.3f} before, {task.new:.3f} now on {task.texts:,} texts, {change}, {verdict}"


def _crises(old: Triager, new: Triager) -> Iterator[GateTask]:
    texts = [text for part in PARTS for text in read_crisis_texts(part)]
    items = [Item(text.id, text.text) for text in texts]
    truth = [_yes(text.risk != NO_RISK) for text in texts]
    alone = [each.with_rules(RuleSet(())) for each in (old, new)]
    for name, judges in (("crisis, hand-made texts", (old, new)), ("crisis, by the model alone", alone)):
        before, after = ([_yes(bool(v.risks)) for v in in_batches(each.judge_many, items)] for each in judges)
        yield _kept(compared(name, accuracy, truth, before, after))


def _own(old: Triager, new: Triager, measured: Sequence[OwnText]) -> Iterator[GateTask]:
    for name, head, said in _ASKED:
        known = [text for text in measured if head in text.answers]
        if len(known) >= FEWEST:
            items, truth = [text.item for text in known], [text.answers[head] for text in known]
            before, after = ([said(v) for v in in_batches(each.judge_many, items)] for each in (old, new))
            yield _kept(compared(f"own labels, {name}", accuracy, truth, before, after))


def _steady(what: str, old: Triager, new: Triager, items: Sequence[Item]) -> Iterator[GateTask]:
    """How much comes to the same topic and answer as before, of texts that nobody said anything against."""
    if len(items) < FEWEST:
        return
    before, after = (in_batches(each.judge_many, items) for each in (old, new))
    for name, said in (("topic", _topic), ("need of an answer", _asks)):
        first, second = ([said(verdict) for verdict in verdicts] for verdicts in (before, after))
        found = compared(f"{name} of {what}", accuracy, first, first, second)
        yield _kept(found).model_copy(update={"not_worse": found.new >= STEADY})


def _kept(found: Comparison) -> GateTask:
    return GateTask(
        task=found.task, old=found.old, new=found.new, difference=found.difference, low=found.low, high=found.high,
        texts=found.texts, not_worse=found.is_not_worse,
    )  # fmt: skip


def _topic(verdict: Verdict) -> str:
    return verdict.topic


def _asks(verdict: Verdict) -> str:
    return str(int(verdict.actionable))


def _alarms(verdict: Verdict) -> str:
    return "an alarm" if verdict.risks else NO_RISK


def _yes(value: bool) -> str:  # noqa: FBT001
    return "yes" if value else "no"


_ASKED: tuple[tuple[str, str, Callable[[Verdict], str]], ...] = (
    ("topic", TOPIC, _topic),
    ("actionable", ACTIONABLE, _asks),
    ("no risk", RISK, _alarms),
    ("tier", TIER, lambda verdict: str(verdict.tier)),
    ("whose matter", MATTER, lambda verdict: verdict.matter),
    ("mood", MOOD, lambda verdict: verdict.sentiment),
    ("shout-out", SHOUT_OUT, lambda verdict: str(int(verdict.shout_out_present))),
)
"""What a colleague may have said of a text, by the head that learns it, and what a verdict says of the same."""
