"""The answers to read: what was sent to a wrong store, and what was left although the words name one store."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from localcare.bench.quality.outcomes import Outcome

WORST = 50


def write_gallery(path: Path, outcomes: Sequence[Outcome], *, worst: int = WORST) -> None:
    """The surest mistakes first, then the texts left unrouted, a few of every style, as Markdown."""
    wrong = sorted((each for each in outcomes if each.is_wrong), key=lambda each: -each.confidence)
    left = list(filter(_is_left, outcomes))
    lines = [
        "# Confusions to read\n",
        f"## Sent to a wrong store, or to one of several that fit: the surest {min(worst, len(wrong))} of {len(wrong)}\n",
        *map(_describe, wrong[:worst]),
        f"\n## Left to a person although the words name one store: {min(worst, len(left))} of {len(left)}\n",
        *map(_describe, _spread(left, worst)),
        "\n## Wordings that go wrong, and wordings that are not understood\n",
        *_wordings(outcomes, worst),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _spread(outcomes: Iterable[Outcome], count: int) -> list[Outcome]:
    """One of each style in turn."""
    by_style: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_style.setdefault(outcome.asked.style, []).append(outcome)
    return list(_in_turn(list(by_style.values())))[:count]


def _in_turn(groups: Sequence[Sequence[Outcome]]) -> Iterator[Outcome]:
    for at in range(max(map(len, groups), default=0)):
        yield from (group[at] for group in groups if at < len(group))


def _wordings(outcomes: Iterable[Outcome], worst: int) -> Iterator[str]:
    """The share of each wording's texts that went wrong, or that was left although the words name one store."""
    by_wording: dict[tuple[str, str], list[Outcome]] = {}
    for each in outcomes:
        by_wording.setdefault((each.asked.style, each.asked.wording), []).append(each)
    yield "| style | wording | texts | wrong | left |\n|---|---|---|---|---|"
    for (style, wording), own in sorted(by_wording.items(), key=lambda item: _badness(item[1]))[:worst]:
        wrong = sum(each.is_wrong for each in own)
        yield f"| {style} | {wording} | {len(own)} | {wrong} | {sum(map(_is_left, own))} |"


def _badness(own: Sequence[Outcome]) -> tuple[float, float]:
    return -sum(each.is_wrong for each in own) / len(own), -sum(map(_is_left, own)) / len(own)


def _is_left(outcome: Outcome) -> bool:
    return outcome.asked.is_knowable and not outcome.is_routed


def _describe(outcome: Outcome) -> str:
    asked = outcome.asked
    truth = ", ".join(asked.right) or (f"{asked.fitting} stores fit" if asked.fitting else "no store")
    heard = "; ".join(outcome.evidence[:4]) or "nothing"
    return (
        f"- **{asked.style}**, {asked.shop}: “{asked.text}” \n"
        f"  true: {truth}; said: {outcome.status} {outcome.guess or ''} ({outcome.confidence:.3f}); heard: {heard}"
    )
