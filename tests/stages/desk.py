"""What customers write, put through the real steps with a verdict of the test's choosing, and people who act on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import select

from localcare.cases.core import CaseDecision
from localcare.cases.handling import Hand
from localcare.cases.models import Case, CaseClock, CaseEvent, CaseMention
from localcare.cases.service import ChangedConversations, decide_cases, save_decisions
from localcare.kit.clock import SetClock
from localcare.kit.db import Database, Session
from localcare.mentions.core import Attachment, MentionChange, Verb
from localcare.mentions.service import ArrivedChange, TouchedMention, apply_changes
from localcare.people.models import Brand, Person
from localcare.people.service import viewer_of_person
from localcare.replies.models import Reply
from localcare.routing.service import PolicyShelf, place_cases
from localcare.stores.core.values import Answer, Candidate, Evidence, ResolvedMention
from localcare.stores.models import Store
from localcare.stores.service import record_resolutions
from localcare.stores.shelf_repository import StoreStanding
from localcare.triage.core import Reason, Verdict
from localcare.triage.core.verdict import Sentiment
from localcare.triage.service import Judged, save_verdicts
from tests.factories import make_person, make_store

_numbers = count(1)


@dataclass(frozen=True)
class Said:
    """What a customer writes and what triage makes of it."""

    text: str = "Waited 40 minutes to pick up a phone I had already paid for."
    author: str | None = "Marcus Bell"
    author_id: str | None = "u-marcus"
    kind: str = "post"
    channel: str = "facebook"
    page_id: str | None = "990000000000001"
    external_id: str | None = None
    thread_id: str | None = None
    actionable: bool = True
    topic: str = "waiting"
    matter: str = "store"
    tier: int = 1
    urgency: str = "normal"
    sentiment: str = "negative"
    risks: tuple[str, ...] = ()
    shout_out_names: tuple[str, ...] = ()
    rating: int | None = None
    recommends: bool | None = None
    language: str = "en"
    photo: str | None = None
    candidates: tuple[Candidate, ...] = ()
    also_topic: str = ""
    also_matter: str = ""
    also_tier: int = 1
    fired: tuple[str, ...] = ()
    edited: bool = False


@dataclass
class Desk:
    """A brand at work: `hear` what customers write, `hand` people something to act with."""

    database: Database
    brand: Brand
    clock: SetClock
    policies: PolicyShelf = field(default_factory=PolicyShelf)

    @property
    def brand_id(self) -> int:
        assert self.brand.id is not None
        return self.brand.id

    def hear(self, said: Said | None = None, *, store: Store | None = None, at: datetime | None = None) -> int:
        """A mention arrives; returns its id."""
        said = said or Said()
        with self.database.session(self.brand_id) as session:
            mentions = self._apply(session, _change(said, at or self.clock.now()))
            self._resolve(session, mentions, said, store)
            self._judge(session, mentions, said)
            self._decide(session, mentions, asking=said.actionable)
        return mentions[0].id

    def answer_natively(self, parent_external_id: str, text: str = "We are on it.", *, page_id: str) -> None:
        """The Page itself answers a post, on Facebook."""
        change = MentionChange(
            channel="facebook", kind="comment", external_id=f"{parent_external_id}_{next(_numbers)}", verb=Verb.ADD,
            at=self.clock.now(), digest="d", page_id=page_id, thread_id=parent_external_id, author_name="Pellora",
            parent_id=parent_external_id, author_id=page_id, from_page=True, text=text, created_at=self.clock.now(),
        )  # fmt: skip
        with self.database.session(self.brand_id) as session:
            self._apply(session, change)
            changed = ChangedConversations(frozenset(), frozenset(), (("facebook", parent_external_id),))
            self._save(session, decide_cases(session, self.brand_id, changed))

    def remove(self, external_id: str, *, said: Said | None = None) -> None:
        """A customer deletes what they wrote."""
        change = MentionChange("facebook", "post", external_id, Verb.REMOVE, self.clock.now(), "r")
        with self.database.session(self.brand_id) as session:
            mentions = self._apply(session, change)
            self._decide(session, mentions, asking=False)

    def case_of(self, mention_id: int) -> Case:
        """The case a mention belongs to, as it stands now."""
        with self.database.session(self.brand_id) as session:
            query = select(Case).join(CaseMention, CaseMention.case_id == Case.id)  # type: ignore[arg-type]
            return session.exec(query.where(CaseMention.mention_id == mention_id)).one()

    def now(self, case: Case) -> Case:
        """A case as it stands now."""
        with self.database.session(self.brand_id) as session:
            return session.get_one(Case, case.id)

    def open_case(self, said: Said | None = None, *, store: Store | None = None, at: datetime | None = None) -> Case:
        """A mention arrives and makes a case."""
        return self.case_of(self.hear(said, store=store, at=at))

    def history_of(self, case: Case) -> list[str]:
        """What the case's history says, oldest first."""
        with self.database.session(self.brand_id) as session:
            query = select(CaseEvent.detail).where(CaseEvent.case_id == case.id)
            return list(session.exec(query.order_by(CaseEvent.id)))  # type: ignore[arg-type]

    def running_clocks_of(self, case: Case) -> set[str]:
        """The kinds of clock that run."""
        with self.database.session(self.brand_id) as session:
            clocks = session.exec(select(CaseClock).where(CaseClock.case_id == case.id))
            return {clock.kind for clock in clocks if clock.stopped_at is None}

    def replies_of(self, case_id: int) -> list[Reply]:
        """The replies of a case."""
        with self.database.session(self.brand_id) as session:
            return list(session.exec(select(Reply).where(Reply.case_id == case_id).order_by(Reply.id)))  # type: ignore[arg-type]

    def store(self, **facts: Any) -> Store:
        """A store of the brand."""
        with self.database.session(self.brand_id) as session:
            return make_store(session, self.brand, **facts)

    def person(self, role: str | None, **facts: Any) -> Person:
        """Somebody with this role."""
        with self.database.session(self.brand_id) as session:
            return make_person(session, self.brand, role, **facts)

    @contextmanager
    def acting(self, person: Person, *, only: Store | None = None) -> Iterator[Hand]:
        """What a person does now, in one transaction; `only` is the store of the digest they came by."""
        assert person.id is not None
        with self.database.session(self.brand_id) as session:
            viewer = viewer_of_person(session, person.id, self.clock.now(), store_id=only.id if only else None)
            assert viewer is not None
            yield Hand(session, viewer, self.clock.now())

    def wait(self, **span: float) -> None:
        """Time passes."""
        self.clock.advance(timedelta(**span))

    def _apply(self, session: Session, change: MentionChange) -> list[TouchedMention]:
        return apply_changes(session, self.brand_id, [ArrivedChange(1, change)], now=self.clock.now())

    def _resolve(self, session: Session, mentions: list[TouchedMention], said: Said, store: Store | None) -> None:
        found = () if store is None else (_candidate(store),)
        status = "exact" if store else "ambiguous" if said.candidates else "none"
        answer = Answer(status, store.id if store else None, 1.0 if store else 0.0, said.candidates or found)  # type: ignore[arg-type]
        rows = [ResolvedMention(mention.id, mention.after.created_at, answer) for mention in mentions]
        record_resolutions(session, self.brand_id, rows, now=self.clock.now())

    def _judge(self, session: Session, mentions: list[TouchedMention], said: Said) -> None:
        save_verdicts(
            session, self.brand_id, [Judged(m.id, _verdict(said)) for m in mentions], now=self.clock.now()
        )  # fmt: skip

    def _decide(self, session: Session, mentions: list[TouchedMention], *, asking: bool) -> None:
        keys = frozenset(key for mention in mentions for key in mention.conversations)
        changed = ChangedConversations(keys, keys if asking else frozenset())
        self._save(session, decide_cases(session, self.brand_id, changed))

    def _save(self, session: Session, decisions: list[CaseDecision]) -> None:
        facts = {store.id: _facts(store) for store in session.exec(select(Store)) if store.id is not None}
        placements = place_cases(
            session,
            self.brand_id,
            decisions,
            facts,
            self.policies.policy_of(session, self.brand_id),
            now=self.clock.now(),
        )
        save_decisions(session, self.brand_id, decisions, placements, now=self.clock.now())


def candidate(store: Store, confidence: float = 0.5, detail: str = "the text says “Katy”") -> Candidate:
    """A store a mention may be about."""
    assert store.id is not None
    return Candidate(store.id, store.number, confidence, (Evidence("city", detail),))


def _candidate(store: Store) -> Candidate:
    return candidate(store, 1.0, f"written on the Page of store {store.number}")


def _facts(store: Store) -> StoreStanding:
    assert store.id is not None
    is_open = store.closed_on is None
    return StoreStanding(store.id, store.number, store.timezone, is_open, store.successor_number, hours=store.hours)


def _change(said: Said, at: datetime) -> MentionChange:
    external_id = said.external_id or f"post-{next(_numbers)}"
    return MentionChange(
        channel=said.channel,
        kind=said.kind,
        external_id=external_id,
        verb=Verb.EDIT if said.edited else Verb.ADD,
        at=at,
        digest=f"{external_id} {len(said.text)}",
        page_id=said.page_id,
        thread_id=said.thread_id,
        author_id=said.author_id,
        author_name=said.author,
        text=said.text,
        rating=said.rating,
        recommends=said.recommends,
        attachments=(Attachment("photo", said.photo),) if said.photo else (),
        permalink=f"https://www.facebook.com/{external_id}",
        created_at=at,
    )


def _verdict(said: Said) -> Verdict:
    return Verdict(
        actionable=said.actionable,
        actionable_probability=0.93 if said.actionable else 0.04,
        topic=said.topic,
        tier=said.tier,
        sentiment=said.sentiment,  # type: ignore[arg-type]
        sentiment_probability=Sentiment(0.8, 0.1, 0.1),
        urgency=said.urgency,
        risks=said.risks,
        matter=said.matter,
        shout_out_present=bool(said.shout_out_names),
        shout_out_names=said.shout_out_names,
        language=said.language,
        abstained=False,
        model="rules-only",
        reasons=(Reason("rule", "a customer waited (“40 minutes”)"),),
        also_topic=said.also_topic,
        also_matter=said.also_matter,
        also_tier=said.also_tier,
        fired=said.fired,
    )
