"""The stand-in asked without HTTP, and one Page read from it the way the poller does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from localcare.channels.facebook.core.graph_error import read_answer
from localcare.channels.facebook.core.read import Json
from localcare.channels.facebook.core.rest_proof import Standing
from localcare.channels.facebook.core.rest_seen import KnownMention, differences
from localcare.channels.facebook.core.schedule import PollLane
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.polling import Named
from localcare.channels.facebook.polling_outcomes import PageRead, PageVisit, removals_of
from localcare.channels.facebook.polling_repository import DueLane
from localcare.channels.facebook.polling_visits import read_page
from localcare.mentions.core import MentionChange, MentionState, fold
from localcare.sandbox.graph import Graph, GraphCall
from localcare.sandbox.objects import SCOPES


@dataclass
class InMemory:
    """A session of one Page's token."""

    graph: Graph
    token: str
    usage: Usage = field(default_factory=Usage)

    def ask(self, method: str, path: tuple[str, ...], params: Mapping[str, object]) -> Json:
        given = {name: str(value) for name, value in params.items()}
        answer = self.graph.answer(GraphCall(method, path, {**given, "access_token": self.token}))
        return read_answer(method, answer.status, answer.body, {"Content-Type": answer.headers["content-type"]})


@dataclass
class Memory:
    """The mentions as folded so far; no database."""

    states: dict[str, MentionState] = field(default_factory=dict)

    def take(self, changes: Iterable[MentionChange]) -> None:
        for change in changes:
            self.states[change.external_id] = fold(self.states.get(change.external_id), [change])

    def known(self) -> dict[str, KnownMention]:
        return {external_id: _known(state) for external_id, state in self.states.items()}

    def standing(self, page_id: str) -> tuple[Standing, ...]:
        return tuple(
            Standing(page_id, state.external_id, state.kind, state.thread_id, state.created_at, state.channel)
            for state in self.states.values()
            if state.removed_at is None and state.kind in ("post", "comment")
        )

    def named(self) -> tuple[Named, ...]:
        """What Instagram told by its bare id."""
        return tuple(
            Named(state.external_id, state.thread_id or "")
            for state in self.states.values()
            if state.channel == "instagram" and not state.is_known
        )

    def reconcile(self, graph: Graph, page_id: str, *, now: datetime) -> PageRead:
        """Read every lane and take what is news."""
        page = graph.world.pages[page_id]
        lanes = tuple(
            due(page_id, lane, page.instagram_id)
            for lane in PollLane
            if page.instagram_id or not lane.is_on_instagram
        )  # fmt: skip
        visit = PageVisit(page_id, 1, lanes, self.standing(page_id), self.named())
        read = read_page(InMemory(graph, page.access_token), visit, now=now)
        self.take(
            [*differences((seen for lane in read.reads for seen in lane.seen), self.known()), *removals_of([read])]
        )
        return read


def _known(state: MentionState) -> KnownMention:
    return KnownMention(
        external_id=state.external_id,
        is_known=state.is_known,
        removed=state.removed_at is not None,
        hidden=state.hidden,
        text=state.text,
        author_id=state.author_external_id,
        author_name=state.author_name,
        thread_id=state.thread_id,
        parent_id=state.parent_id,
        is_dated=state.network_created_at is not None,
        is_placed=state.place is not None,
    )


def due(page_id: str, lane: PollLane, account_id: str | None = None) -> DueLane:
    """A lane of a Page with a good token, which five visits have not read to its end."""
    return DueLane(
        page_id=page_id,
        lane=lane,
        brand_id=1,
        watermark=None,
        unproven=5,
        backfill_until=None,
        backfilled_at=None,
        sealed=b"",
        is_page_token=True,
        scopes=[*SCOPES],
        tasks=["MODERATE", "MESSAGING"],
        health="ok",
        subscribed_fields=[],
        last_event_at=None,
        quota_percent=None,
        instagram_id=account_id,
        instagram_name="bluebird",
    )
