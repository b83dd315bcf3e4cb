"""What the pages of Page health show, one value per template."""

from dataclasses import dataclass, field
from datetime import datetime

from localcare.channels.facebook.core.advice import Advice, advice_on
from localcare.channels.facebook.core.incidents import KINDS, NEARLY_SPENT, IncidentKind
from localcare.channels.facebook.core.scopes import missing_tasks
from localcare.channels.facebook.core.subscription import fields_for
from localcare.channels.facebook.incidents import KeptIncident
from localcare.inbox.admin.health.question import KIND_LABELS, PER_PAGE, VIEW_LABELS, PageQuestion, Sort, View
from localcare.inbox.admin.health.repository import SOON, BoardPage, LaneStanding, PageFile, RegionChoice
from localcare.inbox.admin.health.strip import Strip
from localcare.inbox.admin.pages import HEALTH_LABELS, AdminPage
from localcare.web.parts import Column, Option, Stat, Tab, TimelineEntry, Tone
from localcare.web.words import duration, number, plural

TONES: dict[IncidentKind, Tone] = {
    "token": "bad", "permission": "bad", "subscription": "bad", "silence": "warn", "reading": "warn", "expiry": "warn",
    "quota": "warn", "version": "info",
}  # fmt: skip
_HEALTH_TONES: dict[str, Tone] = {
    "ok": "good", "unknown": "neutral", "unconnected": "warn", "token": "bad", "permission": "bad", "quota": "warn",
}  # fmt: skip
_COLUMNS: tuple[tuple[Sort | None, str], ...] = (
    ("name", "Page"), ("store", "Store"), ("worst", "How it fares"), ("heard", "Last heard of"), ("quota", "Calls used"),
)  # fmt: skip
_LANES = {
    "feed": "Posts", "tagged": "Where it is tagged", "comments": "Comments", "conversations": "Messages",
    "instagram-media": "Instagram: media and comments", "instagram-tags": "Instagram: where it is tagged",
    "instagram-named": "Instagram: where it is named", "instagram-messages": "Instagram: messages",
}  # fmt: skip
_WORK = {"reading": "reading again", "comments": "new comments", "messages": "new messages", "answers": "answers"}


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """An open incident with what to do about it. `stops` is what does not work meanwhile, in words."""

    kind: IncidentKind
    tone: Tone
    advice: Advice
    detail: str
    since: datetime
    stops: str


@dataclass(frozen=True, kw_only=True)
class BoardView(AdminPage):
    """`admin/health/board.html`: all Pages, what is wrong with all at once, thirty days as a strip.

    `answers_since` is since when Facebook answers about recommendations again, if it does.
    """

    question: PageQuestion
    stats: tuple[Stat, ...]
    tabs: tuple[Tab, ...]
    pages: list[BoardPage]
    found: int
    everywhere: tuple[IncidentCard, ...]
    answers_since: datetime | None
    strip: Strip
    columns: tuple[Column, ...]
    regions: tuple[Option, ...]
    labels: dict[IncidentKind, str] = field(default_factory=lambda: KIND_LABELS)
    tones: dict[IncidentKind, Tone] = field(default_factory=lambda: TONES)
    health_labels: dict[str, str] = field(default_factory=lambda: HEALTH_LABELS)
    health_tones: dict[str, Tone] = field(default_factory=lambda: _HEALTH_TONES)
    kinds: tuple[Option, ...] = tuple(Option(kind, label) for kind, label in KIND_LABELS.items())
    nearly_spent: float = NEARLY_SPENT

    @property
    def shown(self) -> str:
        """Which of them are on this page, in words."""
        if self.found <= PER_PAGE:
            return plural(self.found, "Page")
        last = min(self.found, self.question.offset + PER_PAGE)
        return f"Pages {number(self.question.offset + 1)} to {number(last)} of {number(self.found)}"

    @property
    def previous_href(self) -> str:
        """The fifty before these; empty on the first page."""
        return self.question.on_page(self.question.page - 1).href() if self.question.page > 1 else ""

    @property
    def following_href(self) -> str:
        """The fifty after these; empty on the last page."""
        more = self.question.offset + PER_PAGE < self.found
        return self.question.on_page(self.question.page + 1).href() if more else ""


@dataclass(frozen=True, slots=True)
class Ability:
    """A permission, task or field, whether the Page has it, and what it is for."""

    name: str
    has: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class HealthPage(AdminPage):
    """`admin/health/page.html`: one Page: what is wrong and how to mend it, what it may do, what befell it."""

    file: PageFile
    cards: tuple[IncidentCard, ...]
    facts: tuple[tuple[str, datetime | str | None], ...]
    abilities: tuple[Ability, ...]
    fields: tuple[Ability, ...]
    lanes: tuple[tuple[str, LaneStanding], ...]
    waiting: int
    history: tuple[TimelineEntry, ...]
    is_quota_waiting: bool
    ends_soon: bool
    lane_columns: tuple[Column, ...] = (Column("What"), Column("Read up to"), Column("Last proven"), Column("Next"))

    @property
    def quota_tone(self) -> Tone:
        """How full the budget is, as a tone."""
        percent = self.file.quota_percent or 0
        return "bad" if self.is_quota_waiting or percent >= 100 else "warn" if percent > NEARLY_SPENT else "good"


def card_of(incident: KeptIncident) -> IncidentCard:
    """An incident as a card."""
    advice = advice_on(incident.kind, everywhere=incident.is_everywhere)
    stops = ", ".join(_WORK[work] for work in advice.stops) or (
        "nothing until its day" if incident.kind == "expiry" else "nothing yet"
    )
    return IncidentCard(incident.kind, TONES[incident.kind], advice, incident.detail, incident.since, stops)


def cards_of(incidents: list[KeptIncident]) -> tuple[IncidentCard, ...]:
    """Those that are open, the gravest first."""
    still = [incident for incident in incidents if incident.ended_at is None]
    return tuple(card_of(each) for each in sorted(still, key=lambda each: (KINDS.index(each.kind), each.since)))


def board_stats(kinds: dict[IncidentKind, int], counts: dict[View, int]) -> tuple[Stat, ...]:
    """The figures above the board; each opens what is behind it."""
    plain = PageQuestion()
    alarms: list[tuple[str, tuple[IncidentKind, ...], Tone]] = [
        ("Cannot speak", ("token", "permission"), "bad"),
        ("Not heard", ("subscription", "silence"), "warn"),
        ("Resting", ("quota", "reading"), "warn"),
    ]
    stats = [Stat("Well", number(counts["well"]), plain.showing("well").href(), f"of {number(counts['all'])}", "good")]
    for label, parts, tone in alarms:
        count = sum(kinds.get(kind, 0) for kind in parts)
        first = next((kind for kind in parts if kinds.get(kind)), parts[0])
        stats.append(Stat(label, number(count), plain.about(first).href(), tone=tone if count else "neutral"))
    ending = counts["ending"]
    return (
        *stats,
        Stat(
            "End within two weeks", number(ending), plain.showing("ending").href(), tone="warn" if ending else "neutral"
        ),
    )


def view_tabs(question: PageQuestion, counts: dict[View, int]) -> tuple[Tab, ...]:
    """The views with how many Pages each would show."""
    return tuple(
        Tab(label, question.showing(view).href(), counts[view], current=view == question.show)
        for view, label in VIEW_LABELS.items()
    )


def sort_columns(question: PageQuestion) -> tuple[Column, ...]:
    """The columns of the board, as links that sort."""
    return tuple(_column(question, sort, label) for sort, label in _COLUMNS)


def region_options(regions: list[RegionChoice]) -> tuple[Option, ...]:
    """Regions as choices, indented by how deep they stand."""
    return tuple(Option(region.slug, " " * 3 * region.depth + region.name) for region in regions)


def history_of(incidents: list[KeptIncident]) -> tuple[TimelineEntry, ...]:
    """What befell a Page, the newest first."""
    return tuple(_entry(incident) for incident in incidents)


def abilities_of(file: PageFile) -> tuple[Ability, ...]:
    """What the token lets us do on the Page."""
    lacking = missing_tasks(file.tasks)
    tasks = [Ability(task, task not in lacking, lacking.get(task, "")) for task in sorted({*file.tasks, *lacking})]
    return (*tasks, *(Ability(scope, has=True) for scope in file.scopes))


def fields_of(file: PageFile) -> tuple[Ability, ...]:
    """What Facebook sends of the Page."""
    return tuple(Ability(name, name in file.subscribed_fields) for name in fields_for(file.scopes))


def facts_of(file: PageFile) -> tuple[tuple[str, datetime | str | None], ...]:
    """Dates and kinds; a moment is shown in the viewer's time, None is a dash."""
    return (
        ("On Instagram", _account(file)),
        ("Token ends", file.expires_at or "never"),
        ("Customers’ data until", file.data_access_expires_at or "not limited"),
        ("Last looked at", file.checked_at),
        ("Next look", file.next_check_at),
        ("Last heard of", file.last_event_at),
        ("Last read", file.last_poll_at),
        ("Subscribed", file.subscribed_at),
        ("Served version", file.served_version),
    )


def _account(file: PageFile) -> str:
    if file.instagram_id:
        return f"@{file.instagram_name}" if file.instagram_name else file.instagram_id
    return "no account" if "instagram_basic" in file.scopes else "not asked: instagram_basic is missing"


def lanes_of(lanes: list[LaneStanding]) -> tuple[tuple[str, LaneStanding], ...]:
    """Lanes by their names for people."""
    return tuple((_LANES.get(lane.lane, lane.lane), lane) for lane in lanes)


def ends_soon(file: PageFile, now: datetime) -> bool:
    """Whether the token, or what it may read, ends within two weeks."""
    return any(end is not None and end < now + SOON for end in (file.expires_at, file.data_access_expires_at))


def _entry(incident: KeptIncident) -> TimelineEntry:
    advice = advice_on(incident.kind, everywhere=incident.is_everywhere)
    if incident.ended_at is None:
        how, tone, icon = "since then", TONES[incident.kind], "circle-alert"
    else:
        how, tone, icon = f"for {duration(incident.ended_at - incident.since)}", "neutral", "circle-check"
    return TimelineEntry(incident.since, advice.name, how, icon, incident.detail, tone)


def _column(question: PageQuestion, sort: Sort | None, label: str) -> Column:
    if sort is None:
        return Column(label)
    href = question.sorted_by(sort).href()
    if question.sort != sort:
        return Column(label, href)
    return Column(label, href, "descending" if question.descending else "ascending")
