"""Is a crisis noticed, and how often is there a false alarm? Measured on hand-made texts and counted over real ones.

An alarm is any risk in a verdict. docs/labelling.md says what a crisis is; labels/crisis/README.md how the texts were made.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from localcare.triage.core import Item, Triager
from localcare.triage.core.model import Model
from localcare.triage.core.shares import Share
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.core.words import fold
from localcare.triage.labelled import SourceText, read_labelled_texts, read_source_texts

PARTS = ("open", "sealed", "oblique", "fresh", "last")
UNLEARNED = ("oblique", "fresh", "last")  # parts that no model learns from
Half = Literal["tuned", "counted"]

_BATCH = 256
_KEYWORDS = (
    "hospital ambulance sick poisoning injured burned hurt gun knife fire smoke kill die suicide racist discrimination harassed "
    "harassment lawyer sue lawsuit court police news reporter fraud scam hacked stole stolen robbed theft privacy boycott viral "
    "intoxicado urgencias quemado herido pistola fuego humo matar morir suicidio racismo acoso abogado demanda policia noticias "
    "fraude estafa robo robaron privacidad boicot"
)


@dataclass(frozen=True, slots=True)
class CrisisText:
    """A hand-made text and the risk it carries, or `none`."""

    id: str
    language: str
    risk: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class HandMade:
    """What was found of hand-made texts. `named`: the alarm also named the right risk; `figures`: alarms on what is none."""

    part: str
    recall: Share
    named: Share
    figures: Share
    by_language: Mapping[str, Share]
    by_risk: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class RealTexts:
    """Alarms over real texts. An alarm that nobody judged counts as false."""

    texts: int
    alarms: int
    false: int
    unread: int

    @property
    def false_share(self) -> Share:
        """False alarms of all texts."""
        return Share(self.false, self.texts)


@dataclass(frozen=True, slots=True)
class Sensed:
    """What one way of judging raises by the model alone, on a part it has not learned from."""

    who: str
    part: str
    recall: Share
    figures: Share


@dataclass(frozen=True, slots=True)
class CrisisFigures:
    """The crisis bar: hand-made texts by part, real texts, and a list of obvious keywords measured beside them.

    `labelled` is recall on the test part of the labelled set: real texts, whose risks somebody else judged.
    """

    parts: tuple[HandMade, ...]
    keywords: tuple[HandMade, ...]
    real: RealTexts | None = None
    real_keywords: Share | None = None
    labelled: Share | None = None


def measure_crisis(triager: Triager, *, parts: Sequence[str] = PARTS, root: Path | None = None) -> CrisisFigures:
    """The figures on these parts of the hand-made texts and, when the evaluation sets stand in `root`, on real ones."""
    texts = {part: read_crisis_texts(part) for part in parts}
    by_hand = tuple(_hand_made(part, rows, alarms_of(triager, [r.text for r in rows])) for part, rows in texts.items())
    keywords = tuple(_hand_made(part, rows, [_by_keyword(r.text) for r in rows]) for part, rows in texts.items())
    if root is None:
        return CrisisFigures(by_hand, keywords)
    real = read_real_texts(root, "counted")
    return CrisisFigures(
        by_hand,
        keywords,
        real=_over_real_texts(triager, real),
        real_keywords=Share(sum(bool(_by_keyword(text.text)) for text in real), len(real)),
        labelled=_over_labelled(triager, root),
    )


def sensed_alone(who: str, model: Model) -> list[Sensed]:
    """Alarms of the model without any rule, part by part."""
    found = []
    for part in UNLEARNED:
        rows = read_crisis_texts(part)
        alarms = [score.risk >= score.beside.alarm_from for score in model.score([row.text for row in rows])]
        crises = [alarm for row, alarm in zip(rows, alarms, strict=True) if row.risk != NO_RISK]
        others = [alarm for row, alarm in zip(rows, alarms, strict=True) if row.risk == NO_RISK]
        found.append(Sensed(who, part, Share(sum(crises), len(crises)), Share(sum(others), len(others))))
    return found


def alarms_of(triager: Triager, texts: Sequence[str]) -> list[tuple[str, ...]]:
    """The risks seen in each text, by text alone: no stars, no flag."""
    items = [Item(str(number), text) for number, text in enumerate(texts)]
    batches = (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
    return [verdict.risks for batch in batches for verdict in triager.judge_many(batch)]


def read_crisis_texts(part: str) -> list[CrisisText]:
    """The hand-made texts of one part: `open`, `sealed`, `sealed_2`."""
    return [CrisisText(**row) for row in _table(part)]


def read_real_texts(root: Path, half: Half) -> list[SourceText]:
    """Real texts of one half, each wording once. Rules are tuned on the one, alarms counted on the other."""
    distinct = {words: text for text in read_source_texts(root).values() if (words := fold(text.text).strip())}
    return [text for words, text in distinct.items() if _half_of(words) == half]


def _half_of(words: str) -> Half:
    digest = hashlib.sha256(f"crisis{words}".encode()).hexdigest()
    return "counted" if int(digest[:8], 16) % 2 else "tuned"


def _over_real_texts(triager: Triager, texts: Sequence[SourceText]) -> RealTexts:
    judged = {(row["source"], row["row"], row["fingerprint"]): row["risk"] for row in _table("real_alarms")}
    risks = alarms_of(triager, [text.text for text in texts])
    alarms = [text for text, seen in zip(texts, risks, strict=True) if seen]
    truth = [judged.get((t.ref.source, t.ref.row, t.fingerprint)) for t in alarms]
    return RealTexts(len(texts), len(alarms), sum(risk in {None, NO_RISK} for risk in truth), truth.count(None))


def _over_labelled(triager: Triager, root: Path) -> Share:
    texts = [each.text.text for each in read_labelled_texts(root, part="test") if each.labels.risk]
    return Share(sum(bool(seen) for seen in alarms_of(triager, texts)), len(texts))


def _hand_made(part: str, rows: Sequence[CrisisText], alarms: Sequence[tuple[str, ...]]) -> HandMade:
    pairs = list(zip(rows, alarms, strict=True))
    crises = [(row, seen) for row, seen in pairs if row.risk != NO_RISK]
    return HandMade(
        part=part,
        recall=Share(sum(bool(seen) for _, seen in crises), len(crises)),
        named=Share(sum(row.risk in seen for row, seen in crises), len(crises)),
        figures=Share(sum(bool(seen) for row, seen in pairs if row.risk == NO_RISK), len(pairs) - len(crises)),
        by_language=_shares(crises, lambda row: row.language),
        by_risk=_shares(crises, lambda row: row.risk),
    )


def _shares(pairs: Sequence[tuple[CrisisText, tuple[str, ...]]], key: Callable[[CrisisText], str]) -> dict[str, Share]:
    groups = sorted({key(row) for row, _ in pairs})
    of = {group: [bool(seen) for row, seen in pairs if key(row) == group] for group in groups}
    return {group: Share(sum(found), len(found)) for group, found in of.items()}


def _by_keyword(text: str) -> tuple[str, ...]:
    return tuple(sorted(set(_KEYWORDS.split()).intersection(fold(text).split())))


def _table(name: str) -> Iterable[dict[str, str]]:
    text = files("localcare.triage").joinpath("labels", "crisis", f"{name}.csv").read_text(encoding="utf-8")
    return csv.DictReader(io.StringIO(text, newline=""))


def sensed_section(found: Sequence[Sensed]) -> Iterator[str]:
    """The model card's table of what the model senses alone, line by line."""
    yield (
        "\nWhat the model alone notices of the parts it has not learned from, no rule beside it (its first asking):\n"
    )
    yield "| profile | part | noticed | interval | alarms on what is none |\n|---|---|---|---|---|"
    for each in found:
        yield f"| {each.who} | {each.part} | {_of(each.recall)} | {_interval(each.recall)} | {_of(each.figures)} |"


def crisis_section(figures: CrisisFigures) -> Iterator[str]:
    """The model card's section, line by line."""
    yield "## Crisis\n"
    yield (
        "Any risk in a verdict is an alarm. Invented texts with hard negatives in both languages; how they were made, and why "
        "the sealed half flatters the rules, says `localcare/triage/labels/crisis/README.md`. **First asked** is what a part "
        "said before its texts were read again: the honest figure. Intervals are Wilson's, 95 %; “keywords” is a list of obvious "
        "words.\n"
    )
    yield "| part | **first asked** | interval | alarms on what is none | today | right risk named | alarms on none | keywords |"
    yield "|---|---|---|---|---|---|---|---|"
    asked = {row["part"]: row for row in _table("asked")}
    for mine, words in zip(figures.parts, figures.keywords, strict=True):
        yield f"| {mine.part} | {_first(asked.get(mine.part))} | {_today(mine)} | {_of(words.recall)} |"
    yield "\nNoticed today, by language and risk:\n"
    yield "| part | " + " | ".join([*figures.parts[0].by_language, *figures.parts[0].by_risk]) + " |"
    yield "|" + "---|" * (1 + len(figures.parts[0].by_language) + len(figures.parts[0].by_risk))
    for mine in figures.parts:
        shares = [*mine.by_language.values(), *mine.by_risk.values()]
        yield f"| {mine.part} | " + " | ".join(f"{share.hits} of {share.of}" for share in shares) + " |"
    yield from _about_real_texts(figures, asked["real texts"])


def _first(row: Mapping[str, str] | None) -> str:
    if row is None:
        return "tuned on | | "
    recall, figures = Share(int(row["noticed"]), int(row["crises"])), Share(int(row["false"]), int(row["others"]))
    return f"**{_of(recall)}**, {row['rules']} | {_interval(recall)} | {_of(figures)}"


def _today(mine: HandMade) -> str:
    return f"{_of(mine.recall)} | {_of(mine.named)} | {_of(mine.figures)}"


def _about_real_texts(figures: CrisisFigures, first: Mapping[str, str]) -> Iterator[str]:
    if not (figures.real and figures.real_keywords and figures.labelled):
        return
    real, labelled, before = figures.real, figures.labelled, Share(int(first["false"]), int(first["others"]))
    yield (
        f"\n**False alarms.** Over {before.of:,} real texts kept aside while the rules were tuned, each alarm read by hand: "
        f"{before.hits} false, **{before.value:.2%}** ({_interval(before, digits=2)}). The rules were then mended for what was "
        f"read; today {real.alarms} alarms, {real.false} false, {real.false_share.value:.2%} ({real.unread} unread, counted as "
        f"false), on texts they have met. The keywords fire on {figures.real_keywords.value:.1%}.\n"
    )
    yield (
        f"**Real texts labelled by another** (test part of the labelled set): {_of(labelled)} of those that carry a risk are "
        f"noticed ({_interval(labelled)}). Alarms on the same rows were read when false alarms were counted; what was missed "
        "was not.\n"
    )


def _of(share: Share) -> str:
    return f"{share.value:.3f} ({share.hits} of {share.of})"


def _interval(share: Share, *, digits: int = 1) -> str:
    low, high = share.interval
    return f"{low:.{digits}%} to {high:.{digits}%}"
