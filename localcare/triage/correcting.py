"""What people say of verdicts: corrected at once, kept as labels to learn from, and taken back when it was a mistake."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import cast

from sqlmodel import Session

from localcare.triage import repository
from localcare.triage.core.correction import Part, Ruling, machine_reasons
from localcare.triage.core.verdict import URGENCIES, Reason, Sentiment, SentimentClass, Source, Verdict
from localcare.triage.models import TriageLabel, VerdictRow
from localcare.triage.service import Judged, save_verdicts


@dataclass(frozen=True, slots=True)
class Ruled:
    """A mention, what a person says of it, and the case where they said it."""

    mention_id: int
    ruling: Ruling
    case_id: int | None = None


def rule(session: Session, brand_id: int, ruled: Sequence[Ruled], *, person_id: int | None, now: datetime) -> list[int]:
    """Correct verdicts by a person's word and keep it as a label; returns the mentions that had a verdict to correct."""
    wanted = {each.mention_id: each for each in ruled}
    current = repository.list_current(session, brand_id, wanted)
    standing = repository.list_standing_labels(session, brand_id, wanted)
    for row in current:
        each, known = wanted[row.mention_id], standing.get(row.mention_id)
        label = known or TriageLabel(
            brand_id=brand_id, mention_id=row.mention_id, at=now, model=row.model, said=_said(row), ruling={}
        )
        label.said = _said_until(row, label, each.ruling, known)
        if each.ruling.risk is not None and row.risks:
            label.said = _with_risks(label.said, row)
        label.ruling = asdict(each.ruling.beside(_ruling_of(known)) if known else each.ruling)
        label.at, label.case_id, label.person_id = now, each.case_id, person_id
        session.add(label)
    session.flush()
    judged = [Judged(row.mention_id, _ruled(verdict_of(row), wanted[row.mention_id].ruling)) for row in current]
    save_verdicts(session, brand_id, judged, now=now)
    return [row.mention_id for row in current]


def take_back(
    session: Session, brand_id: int, mention_ids: Sequence[int], *, by: str, now: datetime, part: Part | None = None
) -> list[int]:
    """What people said of these mentions, or one `part` of it, was a mistake: triage's own word holds again there.

    Returns the mentions changed.
    """
    labels = repository.list_standing_labels(session, brand_id, mention_ids)
    standing = {key: label for key, label in labels.items() if part is None or part in _ruling_of(label).parts}
    rulings = repository.list_rulings(session, list(standing))
    for label in standing.values():
        left = None if part is None else _ruling_of(label).without(part)
        if left is not None and left.says_anything:
            label.ruling = asdict(left)
        else:
            label.taken_back_at, label.taken_back_by = now, by
        session.add(label)
    session.flush()
    rows = repository.list_current(session, brand_id, standing)
    before = [
        Judged(row.mention_id, _before(verdict_of(row), standing[row.mention_id], rulings[row.mention_id]))
        for row in rows
    ]
    save_verdicts(session, brand_id, before, now=now)
    return [row.mention_id for row in rows]


def list_parts(session: Session, brand_id: int, mention_ids: Collection[int]) -> frozenset[Part]:
    """What people have corrected of these mentions and not taken back."""
    labels = repository.list_standing_labels(session, brand_id, mention_ids)
    return frozenset(part for label in labels.values() for part in _ruling_of(label).parts)


def parts_that_hold(session: Session, mention_ids: Sequence[int]) -> frozenset[Part]:
    """What people have corrected of these mentions as they are worded now; keeps nobody waiting."""
    return frozenset(part for ruling in repository.list_rulings(session, mention_ids).values() for part in ruling.parts)


def _ruled(verdict: Verdict, ruling: Ruling) -> Verdict:
    """Who says what it is about, or whose matter it is, says that it is about nothing else."""
    if ruling.topic is None and ruling.said_matter is None:
        return verdict
    return replace(verdict, also_topic="", also_matter="", also_tier=1)


def _ruling_of(label: TriageLabel) -> Ruling:
    return Ruling(**label.ruling)  # type: ignore[arg-type]


def prints_of(session: Session, brand_id: int, mention_ids: Collection[int]) -> dict[int, str]:
    """What tells the words of these mentions from others, for a ruling that holds of them alone."""
    return repository.prints_of(session, brand_id, mention_ids)


def verdict_of(row: VerdictRow) -> Verdict:
    """A saved verdict as a value."""
    return Verdict(
        actionable=row.actionable,
        actionable_probability=row.actionable_probability,
        topic=row.topic,
        tier=row.tier,
        sentiment=cast(SentimentClass, row.sentiment),
        sentiment_probability=Sentiment(**row.sentiment_probability),
        urgency=row.urgency,
        risks=tuple(row.risks),
        matter=row.matter,
        shout_out_present=row.shout_out,
        shout_out_names=tuple(row.shout_out_names),
        language=row.language,
        abstained=row.abstained,
        model=row.model,
        reasons=tuple(Reason(cast(Source, reason["from"]), reason["detail"]) for reason in row.reasons),
        fired=tuple(row.fired),
        also_topic=row.also_topic or "",
        also_matter=row.also_matter or "",
        also_tier=row.also_tier or 1,
    )


_SAID = (
    "topic", "tier", "matter", "actionable", "actionable_probability", "urgency", "abstained", "sentiment",
    "sentiment_probability", "shout_out", "shout_out_names", "risks",
)  # fmt: skip
_TOUCHED: Mapping[Part, tuple[str, ...]] = {
    "topic": ("topic", "tier", "matter"),
    "answer": ("actionable", "actionable_probability", "urgency", "abstained"),
    "risk": ("tier", "urgency"),
    "tier": ("tier",),
    "matter": ("matter",),
    "mood": ("sentiment", "sentiment_probability"),
    "shout-out": ("shout_out", "shout_out_names"),
}
"""What of a verdict changes with each part of a ruling, as rows call it."""


def _said_until(row: VerdictRow, label: TriageLabel, ruling: Ruling, known: TriageLabel | None) -> dict[str, object]:
    """What triage says where nobody had corrected it before, beside what it said when somebody first did."""
    standing = _ruling_of(known).parts if known else ()
    held = {name for part in standing for name in _TOUCHED[part]}
    news = {name for part in ruling.parts for name in _TOUCHED[part]} - held
    return {**_said(row), **label.said, **{name: getattr(row, name) for name in news}}


def _said(row: VerdictRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in _SAID} | {"fired": _spoke(row)}


def _spoke(row: VerdictRow) -> list[str] | None:
    """The rules that spoke; None of a verdict from before they were kept."""
    return row.fired if row.fired or all(reason["from"] != "rule" for reason in row.reasons) else None


def _with_risks(said: dict[str, object], row: VerdictRow) -> dict[str, object]:
    """What triage says now of how grave it is, where a person had already spoken of something else."""
    return said | {"risks": row.risks, "urgency": row.urgency, "tier": row.tier, "fired": _spoke(row)}


def _before(verdict: Verdict, label: TriageLabel, ruling: Ruling) -> Verdict:
    """What triage said before of what a person ruled; taking a word back never silences a risk that was found since."""
    touched = {name for part in ruling.parts for name in _TOUCHED[part]} & label.said.keys()
    said = _as_facts({name: label.said[name] for name in touched})
    before = replace(verdict, **said, reasons=machine_reasons(verdict))  # type: ignore[arg-type]
    if ruling.risk is not None:
        risks = cast(Sequence[str], label.said.get("risks", ()))
        before = replace(before, risks=tuple(dict.fromkeys((*verdict.risks, *risks))))
    if not verdict.risks:
        return before
    urgency = max(before.urgency, verdict.urgency, key=URGENCIES.index)
    return replace(before, tier=max(before.tier, verdict.tier), urgency=urgency)


def _as_facts(said: Mapping[str, object]) -> dict[str, object]:
    """What a row says, as a verdict calls it."""
    facts = dict(said)
    if "sentiment_probability" in facts:
        facts["sentiment_probability"] = Sentiment(**cast(Mapping[str, float], facts["sentiment_probability"]))
    if "shout_out" in facts:
        facts["shout_out_present"] = facts.pop("shout_out")
    if "shout_out_names" in facts:
        facts["shout_out_names"] = tuple(cast(Sequence[str], facts["shout_out_names"]))
    return facts
