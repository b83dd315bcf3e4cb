"""The first screens and the store's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from localcare.inbox.core.queues import queue_name, store_queue
from localcare.inbox.core.words import topic_name
from localcare.inbox.pages.rows import case_row, feed_quote
from localcare.inbox.pages.stars import StarsPanel, stars_panel
from localcare.inbox.pages.store_people import covered_words, receiving_words
from localcare.inbox.repository.listing import QueueLine
from localcare.inbox.repository.stores import FeedItem, Mood, StoreCard, StoreCounts
from localcare.inbox.service.start import AgentStart, StoreStart, StoreView
from localcare.people.core import Viewer
from localcare.people.core.duty import Duty, Presence
from localcare.web.pages import Page
from localcare.web.parts import CaseRow, Link, Option, Pager, Quote, Stat, Tab, Tone

_PRESENCES = (
    Option(Presence.HERE, "I’m here"),
    Option(Presence.AWAY, "Away for a while"),
    Option(Presence.OFFLINE, "Done for today"),
)
_FEW_STORES = 5
_MOODS: tuple[tuple[Mood, str], ...] = (("", "Everything"), ("praise", "Praise"), ("complaints", "Complaints"))


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue beside a list: how many wait, since when."""

    label: str
    href: str
    waiting: int
    oldest: datetime | None
    current: bool = False


@dataclass(frozen=True, slots=True)
class FeedRow:
    """Something said about a store: the words, who of the team is named, and its case or the way to make one."""

    mention_id: int
    quote: Quote
    names: tuple[str, ...]
    is_shout_out: bool
    topic: str
    case_href: str
    case_state: str
    may_make_case: bool


@dataclass(frozen=True, kw_only=True)
class StoreStartPage(Page):
    """`inbox/start_store.html`: what needs a store's people now, and what people liked."""

    lead: str
    rows: tuple[CaseRow, ...]
    late: int
    more_href: str
    elsewhere: tuple[CaseRow, ...]
    liked: tuple[FeedRow, ...]
    liked_title: str
    stats: tuple[Stat, ...]
    store_links: tuple[Link, ...]
    live_url: str
    covering: tuple[str, ...]
    away: tuple[str, ...]
    people_links: tuple[Link, ...]
    region_href: str


@dataclass(frozen=True, slots=True)
class PresencePanel:
    """What an agent has said of their presence, what it means now, and what else they can say."""

    words: str
    tone: Tone
    detail: str
    choices: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class AgentStartPage(Page):
    """`inbox/start_agent.html`: the next case, the cases in hand, the queues, whether cases come by themselves."""

    presence: PresencePanel | None
    mine: tuple[CaseRow, ...]
    queues: tuple[QueueRow, ...]
    waiting: int
    live_url: str


@dataclass(frozen=True, kw_only=True)
class StorePage(Page):
    """`inbox/store.html`: a store's address, open cases, feed, and the week in figures."""

    store: StoreCard
    rows: tuple[CaseRow, ...]
    cases_href: str
    stats: tuple[Stat, ...]
    tabs: tuple[Tab, ...]
    feed: tuple[FeedRow, ...]
    pager: Pager
    mood: Mood
    page_url: str
    stars: StarsPanel | None
    may_add_review: bool
    receiving: str
    is_manned: bool
    people_href: str


def store_start_page(viewer: Viewer, start: StoreStart, now: datetime) -> StoreStartPage:
    """What needs a store's people now."""
    several = len(start.stores) > 1
    numbers = [store.number for store in start.stores]
    return StoreStartPage(
        title="What needs you now",
        viewer=viewer,
        lead=_store_lead(start),
        rows=tuple(case_row(line, with_store=several, with_queue=False, me=viewer.person_id) for line in start.waiting),
        late=sum(1 for line in start.waiting if line.due_at is not None and line.due_at <= now),
        more_href=_cases_href(numbers) if start.has_more else "",
        elsewhere=tuple(case_row(line, with_store=several, with_queue=True) for line in start.elsewhere),
        liked=tuple(feed_row(item, may_answer=viewer.may_answer(item.store_id)) for item in start.liked),
        liked_title="What people liked today" if start.is_liked_today else "What people liked this week",
        stats=_stats(start.counts, numbers),
        store_links=tuple(Link(f"{store.name}, #{store.number}", f"/stores/{store.number}") for store in start.stores),
        live_url="/",
        covering=covered_words(start.covered),
        away=tuple(f"Store {each.number}: {receiving_words(each.receiving)}" for each in start.away),
        people_links=_people_links(viewer, start),
        region_href="/regions" if viewer.leads and not viewer.runs_stores else "",
    )


def agent_start_page(viewer: Viewer, start: AgentStart, now: datetime) -> AgentStartPage:
    """What an agent has, and what waits."""
    rows = queue_rows(start.queues)
    return AgentStartPage(
        title=f"Hello {viewer.name.split()[0]}" if viewer.name else "Hello",
        viewer=viewer,
        mine=tuple(case_row(line, with_store=True, with_queue=True, me=viewer.person_id) for line in start.mine),
        queues=rows,
        presence=_presence_panel(start.duty, now) if start.duty else None,
        waiting=sum(row.waiting for row in rows),
        live_url="/",
    )


def store_page(viewer: Viewer, view: StoreView, mood: Mood) -> StorePage:
    """A store's own page."""
    store = view.store
    base = f"/stores/{store.number}"
    last = view.feed[-1] if view.feed and view.has_more else None
    older = urlencode({"show": mood, "before": f"{last.mentioned_at.isoformat()}_{last.id}"}) if last else ""
    page_url = f"https://www.facebook.com/{store.page_id}" if store.page_id and store.page_id.isdigit() else ""
    return StorePage(
        title=store.name,
        viewer=viewer,
        crumbs=_crumbs(viewer, store),
        store=store,
        rows=tuple(case_row(line, with_store=False, with_queue=False, me=viewer.person_id) for line in view.cases),
        cases_href=f"/cases?store={store.number}",
        stats=_stats(view.counts, [store.number]),
        tabs=tuple(Tab(label, f"{base}?show={slug}" if slug else base, current=slug == mood) for slug, label in _MOODS),
        feed=tuple(feed_row(item, may_answer=viewer.may_answer(store.id)) for item in view.feed),
        pager=Pager("", following=f"{base}?{older}" if older else ""),
        mood=mood,
        page_url=page_url,
        stars=stars_panel(view.stars),
        may_add_review=viewer.may_answer(store.id),
        receiving=receiving_words(view.receiving) if view.receiving else "",
        is_manned=view.receiving is None or view.receiving.is_usual,
        people_href=f"{base}/people",
    )


def queue_rows(queues: Sequence[tuple[str, QueueLine | None]], current: str = "") -> tuple[QueueRow, ...]:
    """Queues with what waits in them."""
    return tuple(
        QueueRow(
            label=queue_name(queue),
            href=f"/cases?queue={queue}",
            waiting=line.waiting if line else 0,
            oldest=line.oldest if line else None,
            current=queue == current,
        )
        for queue, line in queues
    )


def feed_row(item: FeedItem, *, may_answer: bool) -> FeedRow:
    """Something said about a store."""
    return FeedRow(
        mention_id=item.id,
        quote=feed_quote(item),
        names=tuple(item.shout_out_names),
        is_shout_out=item.shout_out,
        topic=topic_name(item.topic),
        case_href=f"/cases/{item.case_id}" if item.case_id else "",
        case_state=item.case_state or "",
        may_make_case=may_answer and item.case_id is None,
    )


def _presence_panel(duty: Duty, now: datetime) -> PresencePanel:
    is_there = duty.is_there(now)
    choices = tuple(choice for choice in _PRESENCES if choice.value != duty.presence or not is_there)
    hours = f" Your shifts: {duty.shifts}." if duty.shifts else ""
    match duty.presence:
        case Presence.HERE if is_there and not duty.is_pushed:
            return PresencePanel("You are there", "good", f"Ask for the next case when you are ready.{hours}", choices)
        case Presence.HERE if is_there and not duty.is_willing:
            said = "You put a case back: others come again once you ask for the next one."
            return PresencePanel("You are there", "info", f"{said}{hours}", choices)
        case Presence.HERE if is_there:
            return PresencePanel("You are there", "good", f"Cases come to you as they arrive.{hours}", choices)
        case Presence.HERE if not duty.works.is_on(now):
            return PresencePanel("Your shift is not on", "neutral", f"No case comes by itself.{hours}", choices)
        case Presence.OFFLINE:
            return PresencePanel(
                "You are not at work", "neutral", f"Say that you are there, and cases come.{hours}", choices
            )
    return PresencePanel("You are away", "warn", f"No case comes by itself until you are back.{hours}", choices)


def _people_links(viewer: Viewer, start: StoreStart) -> tuple[Link, ...]:
    """Where this person says that somebody is away: for a few own stores here, for more of them on their pages."""
    own = [store for store in start.stores if viewer.may_arrange(store.id)]
    if len(own) > _FEW_STORES:
        return ()
    several = len(own) > 1
    return tuple(
        Link(f"Who answers at {store.number}" if several else "Away? Say who answers", f"/stores/{store.number}/people")
        for store in own
    )


def _store_lead(start: StoreStart) -> str:
    if len(start.stores) == 1:
        return f"{start.stores[0].name}, store {start.stores[0].number}"
    return f"Your {len(start.stores)} stores"


def _stats(counts: StoreCounts, numbers: Sequence[str]) -> tuple[Stat, ...]:
    feed = f"/stores/{numbers[0]}" if len(numbers) == 1 else ""
    note = "last 7 days"
    return (
        Stat("Mentions", f"{counts.mentions:,}", feed, note),
        Stat("Praise", f"{counts.praise:,}", f"{feed}?show=praise" if feed else "", note, "good"),
        Stat("Complaints", f"{counts.complaints:,}", f"{feed}?show=complaints" if feed else "", note),
        Stat("Answered", f"{counts.answered:,}", note=note),
    )


def _cases_href(numbers: Sequence[str]) -> str:
    return f"/cases?queue={store_queue(numbers[0])}" if len(numbers) == 1 else "/cases"


def _crumbs(viewer: Viewer, store: StoreCard) -> tuple[Link, ...]:
    if viewer.store_ids is None or viewer.leads:
        return (Link(store.region_name, f"/regions/{store.region_slug}"),)
    return ()
