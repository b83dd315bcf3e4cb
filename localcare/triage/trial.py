"""One triager before the fixed sets: what it says of our labelled texts and of the sentiment sets' held-out fifth.

Nobody trains on these texts, so a model can be measured, compared with another and shipped as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from localcare.triage import corpora
from localcare.triage.core import Item, Triager, Verdict
from localcare.triage.labelled import Labelled, Part, read_labelled_texts
from localcare.triage.measures import Measure, macro_f1, macro_recall

BATCH = 256
KINDS: dict[str, Measure] = {"tweets": macro_recall, "spanish": macro_f1, "support": macro_f1, "reviews": macro_recall}
"""The sentiment sets, each with the measure its figures are published in."""


@dataclass(frozen=True, slots=True)
class FixedSets:
    """Texts that only measure."""

    labelled: tuple[Labelled, ...]
    moods: dict[str, tuple[corpora.Example, ...]]


def read_fixed_sets(root: Path, *, part: Part = "test") -> FixedSets:
    """The test part of our labels and a fifth of each sentiment set."""
    moods = {
        kind: tuple(e for e in corpora.read_sentiment(root, kind) if e.part == corpora.TEST_PART) for kind in KINDS
    }
    return FixedSets(tuple(read_labelled_texts(root, part=part)), moods)


@dataclass(frozen=True)
class Trial:
    """The verdicts of one triager on the fixed sets."""

    who: str
    sets: FixedSets
    verdicts: tuple[Verdict, ...]
    moods: Mapping[str, tuple[str, ...]]

    @cached_property
    def answers(self) -> dict[str, tuple[list[str], list[str]]]:
        """Per task of our labels: the right answers and those given."""
        pairs = list(zip((row.labels for row in self.sets.labelled), self.verdicts, strict=True))
        return {
            "actionable": _both((_yes(label.actionable), _yes(said.actionable)) for label, said in pairs),
            "topic": _both((label.topic, said.topic) for label, said in pairs),
            "tier": _both((str(label.tier), str(said.tier)) for label, said in pairs),
            "whose matter": _both((label.matter, said.matter) for label, said in pairs),
            "risk, any": _both((_yes(bool(label.risk)), _yes(bool(said.risks))) for label, said in pairs),
            "shout-out": _both((_yes(label.shout_out), _yes(said.shout_out_present)) for label, said in pairs),
        }


def judge_all(who: str, triager: Triager, sets: FixedSets) -> Trial:
    """The words alone are given, and whether they stood on a store's page: no stars, no flag."""
    items = [_item(row) for row in sets.labelled]
    moods = {
        kind: tuple(v.sentiment for v in in_batches(triager.judge_many, [Item(e.label, e.text) for e in examples]))
        for kind, examples in sets.moods.items()
    }
    return Trial(who, sets, tuple(in_batches(triager.judge_many, items)), moods)


def in_batches(judge: Callable[[Sequence[Item]], list[Verdict]], items: Sequence[Item]) -> list[Verdict]:
    """Verdicts of many items, as many at once as the product's batches."""
    return [v for start in range(0, len(items), BATCH) for v in judge(items[start : start + BATCH])]


def _item(row: Labelled) -> Item:
    place = row.text.ref
    return Item(
        f"{place.source} {place.row}", row.text.text, page_kind="store" if place.source == "reviews" else "brand"
    )


def _both(pairs: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    right, said = zip(*pairs, strict=True)
    return list(right), list(said)


def _yes(value: bool) -> str:  # noqa: FBT001
    return "yes" if value else "no"
