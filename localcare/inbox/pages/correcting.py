"""What triage may have got wrong about a case: for each thing the answers it can be given, one tap each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from localcare.inbox.core.words import matter_name, sentence, topic_name, words_of
from localcare.inbox.service.case import CaseFile
from localcare.inbox.service.correcting import RISK_HOLDS_TIER
from localcare.triage.core.correction import PERSON, Part
from localcare.triage.core.taxonomy import MATTERS, TIERS
from localcare.triage.core.verdict import SENTIMENTS
from localcare.triage.shipped import load_lexicon
from localcare.web.parts import Option

_TIERS = {1: "anybody can answer", 2: "has to be looked into", 3: "needs a specialist"}
_PARTS: Mapping[Part, str] = {
    "topic": "the topic", "matter": "whose matter it is", "tier": "the tier", "mood": "the mood", "shout-out": "the praise",
    "answer": "whether it needs an answer", "risk": "that there is no risk",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chips:
    """One thing that triage says, and what can be said instead: `path` below the case takes it as `field`.

    `key` goes there on a desktop; `note` tells why nothing can be said.
    """

    path: str
    field: str
    key: str
    legend: str
    says: str
    options: tuple[Option, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What people said instead, and where that was more than one thing, what can be taken back by itself."""

    words: str
    parts: tuple[Option, ...]


def chips_of(file: CaseFile) -> tuple[Chips, ...]:
    """What can be corrected of an open case; nothing where its words have two matters, or none are left."""
    if file.case.part or not file.reasonings:
        return ()
    return tuple(_chips(file))


def correction_of(file: CaseFile) -> Corrected | None:
    """What people said of triage's verdict on this case; None when nobody did."""
    reasons = (reason for each in file.reasonings for reason in each.reasons or ())
    words = next((sentence(reason["detail"]) for reason in reasons if reason["from"] == PERSON), "")
    parts = [part for part in _PARTS if part in file.corrected]
    several = tuple(Option(part, _PARTS[part]) for part in parts) if len(parts) > 1 else ()
    return Corrected(words, several) if words else None


def _chips(file: CaseFile) -> Iterator[Chips]:
    case = file.case
    topics = tuple(Option(slug, topic_name(slug)) for slug in load_lexicon().taxonomy.topics if slug != case.topic)
    yield Chips("topic", "topic", "t", "What it is about", topic_name(case.topic), topics)
    matters = tuple(Option(slug, matter_name(slug)) for slug in MATTERS if slug != case.matter)
    yield Chips("matter", "matter", "o", "Whose matter it is", matter_name(case.matter), matters)
    lowest = case.tier if case.risks else 1
    tiers = tuple(
        Option(str(tier), f"Tier {tier}", _TIERS[tier]) for tier in TIERS if tier != case.tier and tier >= lowest
    )
    yield Chips(
        "tier", "tier", "h", "How hard it is", f"Tier {case.tier}", tiers, RISK_HOLDS_TIER if case.risks else ""
    )
    moods = tuple(Option(mood, words_of(mood)) for mood in SENTIMENTS if mood != case.sentiment)
    yield Chips("mood", "mood", "m", "How it sounds", words_of(case.sentiment), moods)
    praises = any(word.is_shout_out for word in file.reasonings)
    other = ("nobody", "It praises nobody") if praises else ("somebody", "It praises one of us")
    says = "It praises somebody of the team" if praises else "It praises nobody of the team"
    yield Chips("shout-out", "praised", "p", "Praise of the team", says, (Option(*other),))
