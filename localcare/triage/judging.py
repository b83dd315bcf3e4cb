"""Mentions judged as a brand wants them: by its model, its rules, where its stores are, and as carefully as there is time for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from localcare.mentions.service import TouchedMention
from localcare.stores.shelf import Directory
from localcare.triage.core import Item, Triager, Verdict
from localcare.triage.model_shelf import Bases, ModelShelf
from localcare.triage.rule_shelf import RuleShelf

CALM = 64
"""Up to so many mentions of a brand in a batch, little waits and each may be judged carefully; a backlog is judged fast."""


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
    ) -> list[Verdict]:
        """One verdict a mention, in order; `stores` says whose matter each is, where known. Counts the rules that fire."""
        triager = self.triager_of(session, brand_id, now=now, calm=len(mentions) <= CALM)
        places = self.rules.places_of(session, brand_id, triager, stores)
        verdicts = triager.judge_many([_item(each, directory, places.get(each.id)) for each in mentions])
        self.rules.count(brand_id, verdicts)
        return verdicts

    def triager_of(self, session: Session, brand_id: int, *, now: datetime, calm: bool = False) -> Triager:
        """A brand's model with its rules; careful when little waits and there is an encoder."""
        bases = self.models.bases_of(session, brand_id, self.shipped)
        fast = self.rules.triager_of(session, brand_id, bases.fast, now=now)
        return bases.careful.with_rules(fast.rules) if calm and bases.careful else fast


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
