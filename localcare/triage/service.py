"""The verbs of triage: judge a batch, save a batch. What a person said of a mention holds whatever is judged later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.triage import repository
from localcare.triage.core import Item, Triager, Verdict
from localcare.triage.core.correction import Ruling, corrected


@dataclass(frozen=True, slots=True)
class Judged:
    """A mention and the verdict on it."""

    mention_id: int
    verdict: Verdict


def judge(triager: Triager, items: Sequence[Item]) -> list[Verdict]:
    """One verdict per item, in order; touches no database."""
    return triager.judge_many(items)


def save_verdicts(session: Session, brand_id: int, judged: Sequence[Judged], *, now: datetime) -> list[Judged]:
    """Make these the current verdicts of their mentions; of a mention given twice the last one counts.

    Returns what holds now, in the order given: where a person has ruled, their word instead of triage's.
    """
    rulings = repository.list_rulings(session, [each.mention_id for each in judged])
    ruled = [hold_to(each, rulings.get(each.mention_id)) for each in judged]
    latest = {each.mention_id: each for each in ruled}
    repository.insert_verdicts(session, brand_id, [_as_row(each) for each in latest.values()], now=now)
    return ruled


def hold_to(judged: Judged, ruling: Ruling | None) -> Judged:
    """The verdict as a person wants it, where one has ruled."""
    if ruling is None or not ruling.says_anything:
        return judged
    return Judged(judged.mention_id, corrected(judged.verdict, ruling))


def _as_row(judged: Judged) -> dict[str, object]:
    verdict = judged.verdict
    sentiment = verdict.sentiment_probability
    return {
        "mention_id": judged.mention_id,
        "actionable": verdict.actionable,
        "actionable_probability": verdict.actionable_probability,
        "topic": verdict.topic,
        "tier": verdict.tier,
        "sentiment": verdict.sentiment,
        "sentiment_probability": {
            "negative": sentiment.negative,
            "neutral": sentiment.neutral,
            "positive": sentiment.positive,
        },
        "urgency": verdict.urgency,
        "risks": verdict.risks,
        "matter": verdict.matter,
        "also_topic": verdict.also_topic or None,
        "also_matter": verdict.also_matter or None,
        "also_tier": verdict.also_tier if verdict.also_topic else None,
        "shout_out": verdict.shout_out_present,
        "shout_out_names": verdict.shout_out_names,
        "language": verdict.language,
        "abstained": verdict.abstained,
        "model": verdict.model,
        "reasons": [{"from": reason.source, "detail": reason.detail} for reason in verdict.reasons],
        "fired": verdict.fired,
    }
