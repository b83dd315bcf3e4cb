"""Mentions judged as a brand wants them: by its model, its rules, where its stores are, and as carefully as there is time for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from localcare.kit.jobs import defer_many
from localcare.mentions.service import TouchedMention
from localcare.stores.shelf import Directory
from localcare.triage import repository, rule_repository, rule_trial
from localcare.triage.core import Item, Triager, Verdict
from localcare.triage.core.verdict import AN_ANSWER
from localcare.triage.model_shelf import Bases, ModelShelf
from localcare.triage.models import VerdictRow
from localcare.triage.rule_shelf import RuleShelf
from localcare.triage.schemas import RuleEntry
from localcare.triage.service import Judged, hold_to, save_verdicts

CALM = 64
"""Up to so many mentions of a brand in a batch, little waits and each may be judged carefully; a backlog is judged fast."""

_COMPARED = ("actionable", "topic", "tier", "urgency", "matter")
JUDGE_AGAIN_TASK = "pipeline.judge_again"


@dataclass(frozen=True, slots=True)
class Judging:
    """What a worker judges with: the shipped triagers, and what brands have instead. One thread at a time."""

    shipped: Bases
    models: ModelShelf = field(default_factory=ModelShelf)
    rules: RuleShelf = field(default_factory=RuleShelf)

    def refresh(self, session: Session) -> None:
        """Begin a batch: notice changed rules and models; wants a session that sees all brands."""
        self.rules.refresh(session)
        self.models.refresh(session)

    def judge(
        self,
        session: Session,
        brand_id: int,
        mentions: Sequence[TouchedMention],
        directory: Directory,
        stores: Mapping[int, int | None],
        *,
        now: datetime,
        fast: bool = False,
    ) -> list[Verdict]:
        """One verdict a mention, in order; `stores` says whose matter each is, where known. Counts the rules that fire.

        `fast`: none is judged carefully, however little waits.
        """
        triager = self.triager_of(session, brand_id, now=now, calm=not fast and len(mentions) <= CALM)
        places = self.rules.places_of(session, brand_id, triager, stores)
        verdicts = triager.judge_many([_item(each, directory, places.get(each.id)) for each in mentions])
        self.rules.count(brand_id, verdicts)
        return verdicts

    def judge_again(
        self, session: Session, brand_id: int, mention_ids: Collection[int], *, now: datetime, anew: bool = False
    ) -> list[int]:
        """Judge mentions whose store is known now, where rules ask for it; returns those that need an answer only since then.

        `anew`: whatever rules ask for, for somebody wants it. A verdict that comes out the same is left alone; what a
        person said holds.
        """
        triager = self.triager_of(session, brand_id, now=now, calm=len(mention_ids) <= CALM) if mention_ids else None
        if triager is None or not (anew or triager.rules.knows_places):
            return []
        mentions = list(rule_trial.list_mentions(session, brand_id, mention_ids).values())
        verdicts = triager.judge_many(rule_trial.items_of(session, brand_id, mentions))
        rows = {row.mention_id: row for row in repository.list_current(session, brand_id, [m.id for m in mentions])}
        judged = [Judged(mention.id, verdict) for mention, verdict in zip(mentions, verdicts, strict=True)]
        rulings = repository.list_rulings(session, [each.mention_id for each in judged])
        changed = [
            each
            for each in judged
            if (row := rows.get(each.mention_id)) and _differs(row, hold_to(each, rulings.get(each.mention_id)).verdict)
        ]
        held = save_verdicts(session, brand_id, changed, now=now)
        return [each.mention_id for each in held if each.verdict.actionable and not rows[each.mention_id].actionable]

    def triager_of(self, session: Session, brand_id: int, *, now: datetime, calm: bool = False) -> Triager:
        """A brand's model with its rules; careful when little waits and there is an encoder."""
        bases = self.models.bases_of(session, brand_id, self.shipped)
        fast = self.rules.triager_of(session, brand_id, bases.fast, now=now)
        return bases.careful.with_rules(fast.rules) if calm and bases.careful else fast


def ask_again(session: Session, brand_id: int, mention_ids: Sequence[int]) -> None:
    """Have a worker judge mentions again whose store a person has told, where a rule of the brand asks for places."""
    if mention_ids and rule_repository.asks_for_places(session, brand_id):
        defer_many(session, JUDGE_AGAIN_TASK, [{"brand_id": brand_id, "mention_ids": list(mention_ids)}])


def ask_anew(session: Session, brand_id: int, entry: RuleEntry, mention_ids: Sequence[int]) -> int:
    """Have workers judge those of these mentions again in which a rule's words stand; returns how many."""
    found = rule_trial.list_catching(session, brand_id, entry, mention_ids)
    parts = [found[at : at + CALM] for at in range(0, len(found), CALM)]
    defer_many(
        session, JUDGE_AGAIN_TASK, [{"brand_id": brand_id, "mention_ids": list(part), "anew": True} for part in parts]
    )
    return len(found)


def _differs(row: VerdictRow, verdict: Verdict) -> bool:
    """Whether a verdict says anything else than the one that is kept."""
    is_answer = any(reason["detail"] == AN_ANSWER for reason in row.reasons)
    facts = [(getattr(row, name), getattr(verdict, name)) for name in _COMPARED]
    return not is_answer and any(old != new for old, new in (*facts, (sorted(row.risks), sorted(verdict.risks))))


def _item(mention: TouchedMention, directory: Directory, places: frozenset[str] | None) -> Item:
    state = mention.after
    return Item(
        id=state.external_id,
        text=state.text,
        channel=state.channel,
        kind=state.kind,
        recommends=state.recommends,
        rating=state.rating,
        page_kind="store" if directory.is_store_page(state.page_id) else "brand",
        has_attachments=bool(state.attachments),
        places=places or frozenset(),
    )
