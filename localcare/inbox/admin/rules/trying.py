"""What came of trying rules, in the words of the pages: one text, or a dry run over a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import topic_name, words_of
from localcare.triage.core import RuleSet, Verdict
from localcare.triage.core.rule_effects import Effect
from localcare.triage.core.rule_faults import is_too_broad
from localcare.triage.core.rule_marks import Stretch, mark_words
from localcare.triage.rule_trial import (
    DAYS,
    MOST_READ,
    STALLED_AFTER,
    DryRun,
    OutcomeShown,
    ReadMention,
    SampleKept,
    Trial,
    list_mentions,
    list_recent,
)
from localcare.triage.ruling import as_rule
from localcare.web.parts import Option, Stat
from localcare.web.words import excerpt, number

EFFECT_WORDS: dict[Effect, str] = {
    "answer": "Would need an answer now", "no-answer": "Would need no answer", "queue": "Another queue", "topic": "Another topic",
    "tier": "Another tier",
    "urgency": "Another urgency", "risk": "Another risk", "same": "Nothing changes",
}  # fmt: skip
_QUEUES = {"store": "the stores’ inboxes", "crisis": "the crisis queue", "which-store": "“Which store?”"}
_RECENT = 30
_SAMPLES = 30


@dataclass(frozen=True, slots=True)
class FiredLine:
    """A rule that fires on a text, with the words that made it."""

    key: str
    because: str
    words: str
    is_on_trial: bool
    is_final: bool


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One part of the verdict, as it is and as it would be."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class TriedText:
    """A text with its marked words, the rules that fire, the verdict before and after, and why it would be so."""

    stretches: tuple[Stretch, ...]
    fired: tuple[FiredLine, ...]
    lines: tuple[VerdictLine, ...]
    reasons: tuple[tuple[str, str], ...]
    model: str
    compares: bool

    @property
    def differs(self) -> bool:
        """Whether the draft changes anything."""
        return any(line.differs for line in self.lines)


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A mention of a dry run to read; without stretches it has been removed meanwhile."""

    stretches: tuple[Stretch, ...]
    channel: str
    at: datetime | None
    effects: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RunCard:
    """A dry run: how far it is, what it found."""

    run: DryRun
    address: str
    stats: tuple[Stat, ...]
    moves: tuple[tuple[str, int], ...]
    samples: tuple[SampleLine, ...]
    is_too_broad: bool
    is_stalled: bool
    is_cut_short: bool


def tried_text(trial: Trial, on_trial: Sequence[str] = ()) -> TriedText:
    """What came of one text."""
    return TriedText(
        stretches=trial.stretches,
        fired=tuple(
            FiredLine(f.rule.id, f.rule.because, f.quoted, f.rule.id in on_trial, f.rule.final) for f in trial.fired
        ),
        lines=tuple(_lines(trial.before, trial.after)),
        reasons=tuple((reason.source, reason.detail) for reason in trial.after.reasons),
        model=trial.after.model,
        compares=bool(on_trial),
    )


def recent_options(session: Session, brand_id: int, *, now: datetime) -> tuple[Option, ...]:
    """The newest mentions to try a rule on."""
    found = list_recent(session, brand_id, now=now, most=_RECENT)
    return tuple(Option(str(each.id), excerpt(each.text, 90)) for each in found if each.text.strip())


def run_card(session: Session, brand_id: int, run: DryRun, address: str, *, now: datetime) -> RunCard:
    """A dry run with texts to read, as far as they are still there."""
    samples = run.report.samples[:_SAMPLES]
    texts = list_mentions(session, brand_id, [sample.mention_id for sample in samples])
    rules = RuleSet([as_rule(form) for change in run.changes for form in (change.after or change.before,) if form])
    return RunCard(
        run=run,
        address=address,
        stats=_stats(run),
        moves=tuple((_move(what, old, new), count) for what, old, new, count in run.report.moves[:10]),
        samples=tuple(
            _sample(sample, texts.get(sample.mention_id), rules) for sample in _worth_reading(samples, texts)
        ),
        is_too_broad=is_too_broad(run.report.fired, run.read),
        is_stalled=run.is_under_way and now - run.moved_at > STALLED_AFTER,
        is_cut_short=run.state == "done" and run.read >= MOST_READ,
    )


def _worth_reading(samples: Sequence[SampleKept], texts: Mapping[int, ReadMention]) -> list[SampleKept]:
    """What changes first, and of those with the same words to which the same happens one."""
    told: dict[tuple[object, ...], SampleKept] = {}
    for sample in samples:
        text = texts[sample.mention_id].text if sample.mention_id in texts else str(sample.mention_id)
        told.setdefault((text.casefold(), sample.before, sample.after), sample)
    return sorted(told.values(), key=lambda sample: sample.effects == ("same",))


def _lines(before: Verdict, after: Verdict) -> list[VerdictLine]:
    pairs = [(_parts(before)[label], _parts(after)[label], label) for label in _parts(after)]
    return [VerdictLine(label, old, new) for old, new, label in pairs]


def _parts(verdict: Verdict) -> dict[str, str]:
    answer = f"{'Yes' if verdict.actionable else 'No'}{', unsure' if verdict.abstained else ''}"
    return {
        "Needs an answer": f"{answer} ({verdict.actionable_probability:.0%})",
        "Topic": topic_name(verdict.topic),
        "Tier": str(verdict.tier),
        "Urgency": verdict.urgency.capitalize(),
        "Mood": verdict.sentiment.capitalize(),
        "Risks": ", ".join(words_of(risk) for risk in verdict.risks) or "none",
        "Whose matter": words_of(verdict.matter),
        "Language": {"en": "English", "es": "Spanish", "und": "not told"}.get(verdict.language, verdict.language),
    }


def _stats(run: DryRun) -> tuple[Stat, ...]:
    report, read = run.report, run.read or 1
    share = f"{report.fired / read:.1%} of {number(run.read)}"
    tone = "warn" if is_too_broad(report.fired, run.read) else "neutral"
    counts = [
        Stat(words, number(report.effects[effect]))
        for effect, words in EFFECT_WORDS.items()
        if report.effects.get(effect)
    ]
    return (Stat("Would fire on", number(report.fired), note=share, tone=tone), *counts)  # type: ignore[arg-type]


def _move(what: str, old: str, new: str) -> str:
    match what:
        case "topic":
            return f"{topic_name(old)} → {topic_name(new)}"
        case "queue":
            return f"{_queue(old)} → {_queue(new)}"
        case "risk":
            return f"risk {words_of(new).lower()} found" if new else f"risk {words_of(old).lower()} found no more"
        case _:
            return f"{what} {old} → {new}"


def _sample(sample: SampleKept, mention: ReadMention | None, rules: RuleSet) -> SampleLine:
    words = [word for fired in rules.match(mention.text) for word in fired.words] if mention else []
    return SampleLine(
        stretches=tuple(mark_words(excerpt(mention.text, 400), words)) if mention else (),
        channel=mention.channel if mention else "",
        at=mention.created_at if mention else None,
        effects=tuple(EFFECT_WORDS[effect] for effect in sample.effects),
        before=_outcome(sample.before),
        after=_outcome(sample.after),
    )


def _outcome(outcome: OutcomeShown) -> str:
    risks = f", risk {', '.join(outcome.risks)}" if outcome.risks else ""
    if not outcome.actionable:
        return f"no answer, {topic_name(outcome.topic).lower()}{risks}"
    queue = f"; goes to {_queue(outcome.queue)}" if outcome.queue else ""
    return f"answer, {topic_name(outcome.topic).lower()}, tier {outcome.tier}, {outcome.urgency}{risks}{queue}"


def _queue(slug: str) -> str:
    return _QUEUES.get(slug) or queue_name(slug)


__all__ = ["DAYS", "RunCard", "TriedText", "recent_options", "run_card", "tried_text"]
