"""A brand's own labels as lessons: what colleagues corrected, and what nobody had to.

A fifth of the conversations is never learned from and measures every model: which ones, their key decides for ever. A text of
the fixed sets that a customer happens to have written too is left out of both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.triage import crisis, rule_trial
from localcare.triage import own_labels_repository as repository
from localcare.triage.core import Item
from localcare.triage.core.model import ACTIONABLE, MATTER, MOOD, RISK, SHOUT_OUT, TIER, TOPIC
from localcare.triage.core.words import fold
from localcare.triage.corpora import PARTS, TEST_PART, lot_of
from localcare.triage.labelled import fingerprint_of, held_out_fingerprints
from localcare.triage.own_labels_repository import LabelRow

MOST_LABELS, MOST_KEPT = 20_000, 4_000
KEPT_SINCE = timedelta(days=90)
_MEASURING_KEPT = 5  # one in so many of what nobody corrected measures


@dataclass(frozen=True, slots=True)
class OwnText:
    """A mention as triage takes it, and the right answer to every head that a person gave; none where nobody corrected it."""

    mention_id: int
    item: Item
    answers: Mapping[str, str]

    @property
    def text(self) -> str:
        """What the customer wrote."""
        return self.item.text


@dataclass(frozen=True, slots=True)
class OwnLabels:
    """What a brand's people say, and what they let stand: each to learn from and to measure with."""

    to_learn: tuple[OwnText, ...]
    to_measure: tuple[OwnText, ...]
    kept_to_learn: tuple[OwnText, ...]
    kept_to_measure: tuple[OwnText, ...]


def read_own_labels(session: Session, brand_id: int, *, now: datetime) -> OwnLabels:
    """Every standing label whose words are still there, and the newest mentions that nobody corrected."""
    rows = {row.mention_id: row for row in repository.list_standing(session, brand_id, most=MOST_LABELS)}
    mentions = rule_trial.list_mentions(session, brand_id, rows)
    items = dict(zip(mentions, rule_trial.items_of(session, brand_id, list(mentions.values())), strict=True))
    measured = held_out_fingerprints()
    labelled = [
        (rows[mention_id], OwnText(mention_id, item, answers_of(rows[mention_id])))
        for mention_id, item in items.items()
        if fingerprint_of(item.text) not in measured
    ]
    kept = list(_kept(session, brand_id, measured, now))
    return OwnLabels(
        to_learn=tuple(text for row, text in labelled if not measures(row.conversation_key)),
        to_measure=tuple(text for row, text in labelled if measures(row.conversation_key)),
        kept_to_learn=tuple(text for text in kept if lot_of(fold(text.text)) % _MEASURING_KEPT),
        kept_to_measure=tuple(text for text in kept if not lot_of(fold(text.text)) % _MEASURING_KEPT),
    )


def anchors(*, measuring: bool) -> list[str]:
    """The hand-made texts that ship, a half to learn to say the same of and a half to measure with: they are always at hand."""
    texts = [text.text for part in crisis.PARTS for text in crisis.read_crisis_texts(part)]
    return [text for text in texts if (lot_of(fold(text)) % 2 == 0) is measuring]


def count_labels(session: Session, brand_id: int, *, since: datetime) -> tuple[int, int]:
    """(corrections that stand, those of them made since)."""
    return repository.count_standing(session, brand_id, since=since)


def measures(conversation_key: str) -> bool:
    """Whether a conversation is of the fifth that is never learned from."""
    return lot_of(conversation_key) % PARTS == TEST_PART


def answers_of(row: LabelRow) -> dict[str, str]:
    """The right answers by head."""
    said = {
        TOPIC: row.topic,
        TIER: None if row.tier is None else str(row.tier),
        MATTER: row.matter,
        ACTIONABLE: None if row.actionable is None else str(int(row.actionable)),
        RISK: row.risk,
        MOOD: row.mood,
        SHOUT_OUT: None if row.shout_out is None else str(int(row.shout_out)),
    }
    return {head: answer for head, answer in said.items() if answer is not None}


def _kept(session: Session, brand_id: int, measured: frozenset[str], now: datetime) -> Iterable[OwnText]:
    """What nobody has ever corrected, each wording once."""
    mentions = rule_trial.list_newest_since(session, brand_id, since=now - KEPT_SINCE, most=MOST_KEPT)
    corrected = repository.ever_labelled(session, brand_id, [each.id for each in mentions])
    left = [each for each in mentions if each.id not in corrected and fingerprint_of(each.text) not in measured]
    distinct = {words: each for each in left if (words := fold(each.text)).strip()}
    chosen = list(distinct.values())
    for mention, item in zip(chosen, rule_trial.items_of(session, brand_id, chosen), strict=True):
        yield OwnText(mention.id, item, {})
