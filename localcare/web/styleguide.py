"""`/styleguide`: every macro in every state, for those who build pages and for those who look at them. Development only."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from localcare.web.pages import Page, Viewer, render
from localcare.web.parts import (
    CaseRow,
    ClockFace,
    Column,
    Evidence,
    Flash,
    Link,
    Option,
    Pager,
    Quote,
    Stat,
    Tab,
    TimelineEntry,
)
from localcare.web.plots import Bar, Estimate, WhiskerPlot, bars, whisker_plot

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class ExampleViewer:
    """Somebody to look at the guide."""

    name: str = "Ana Reyes"
    role_label: str = "Store manager"
    brand_name: str = "Northwind Wireless"
    timezone: str = "America/Chicago"


@dataclass(frozen=True, kw_only=True)
class StyleGuidePage(Page):
    """What `web/styleguide.html` shows."""

    now: datetime
    rows: tuple[CaseRow, ...]
    clocks: tuple[ClockFace, ...]
    quotes: tuple[Quote, ...]
    history: tuple[TimelineEntry, ...]
    evidence: tuple[Evidence, ...]
    tabs: tuple[Tab, ...]
    columns: tuple[Column, ...]
    stats: tuple[Stat, ...]
    options: tuple[Option, ...]
    pager: Pager
    flash: Flash
    plot: WhiskerPlot
    bars: tuple[Bar, ...]


@router.get("/styleguide")
def show_styleguide(request: Request) -> HTMLResponse:
    """The guide as the signed-in person sees it, or as Ana does."""
    viewer: Viewer = getattr(request.state, "viewer", None) or ExampleViewer()
    return render(request, "web/styleguide.html", example_page(viewer, datetime.now(UTC)))


def example_page(viewer: Viewer, now: datetime) -> StyleGuidePage:
    """The guide's examples around an instant."""
    return StyleGuidePage(
        title="Style guide",
        viewer=viewer,
        crumbs=(Link("Administration", "/admin"), Link("Development", "/dev")),
        now=now,
        rows=_rows(now),
        clocks=_clocks(now),
        quotes=_quotes(now),
        history=_history(now),
        evidence=_EVIDENCE,
        tabs=_TABS,
        columns=_COLUMNS,
        stats=_STATS,
        options=_OPTIONS,
        pager=Pager("1–25 of 1,204", previous="?before=3", following="?after=28"),
        flash=Flash("Your reply is on its way to Facebook.", action_label="Take it back", action_url="/styleguide"),
        plot=whisker_plot("Share of positive feedback, last 90 days", _ESTIMATES, reference=0.71),
        bars=bars(tuple((f"Nov {day}", float(count)) for day, count in enumerate(_PER_DAY, start=1))),
    )


def _clocks(now: datetime) -> tuple[ClockFace, ...]:
    return (
        ClockFace("First reply", now + timedelta(hours=3, minutes=5)),
        ClockFace("First reply", now + timedelta(minutes=12)),
        ClockFace("First reply", now - timedelta(hours=2, minutes=20)),
        ClockFace("First reply", now, met_at=now - timedelta(minutes=4)),
        ClockFace("Resolve", now + timedelta(days=1), paused=True),
    )


def _rows(now: datetime) -> tuple[CaseRow, ...]:
    calm, soon, late, *_ = _clocks(now)
    return (
        replace(_UNREAD, at=now - timedelta(minutes=48), clock=late),
        replace(_IN_HAND, at=now - timedelta(hours=2), clock=soon),
        replace(_ESCALATED, at=now - timedelta(days=1, hours=3), clock=calm),
        replace(_PRAISE, at=now - timedelta(days=3)),
    )


def _quotes(now: datetime) -> tuple[Quote, ...]:
    return (
        Quote(
            author="Marcus Bell",
            text="Waited 40 minutes to pick up a phone I had already paid for.\n\nTwo people were on their break and nobody said "
            "a word.",
            channel="facebook",
            kind="review",
            at=now - timedelta(minutes=48),
            recommends=False,
            permalink="https://www.facebook.com/",
            edited_at=now - timedelta(minutes=40),
        ),
        Quote(
            author="Ana Reyes",
            text="Marcus, I'm sorry. That wait was on us: I was on the floor alone until two. Your phone is set aside under your "
            "name, ask for me.",
            channel="facebook",
            kind="comment",
            at=now - timedelta(minutes=6),
            ours=True,
            state="Sent",
        ),
        Quote(
            author="Marcus Bell",
            text="",
            channel="facebook",
            kind="comment",
            at=now - timedelta(minutes=2),
            removed=True,
        ),
    )


def _history(now: datetime) -> tuple[TimelineEntry, ...]:
    return (
        TimelineEntry(now - timedelta(minutes=6), "Ana Reyes", "replied on Facebook", "send", tone="good"),
        TimelineEntry(
            now - timedelta(minutes=20),
            "Ana Reyes",
            "left a note",
            "sticky-note",
            "Checked the rota: Dev was off sick.",
            "warn",
        ),
        TimelineEntry(now - timedelta(minutes=44), "localcare", "sent it to store #1182: Page of that store", "route"),
        TimelineEntry(
            now - timedelta(minutes=48), "Marcus Bell", "wrote a recommendation", "message-square", tone="brand"
        ),
    )


_ONCE = datetime(2026, 1, 1, tzinfo=UTC)
_UNREAD = CaseRow(
    href="#row-1",
    author="Marcus Bell",
    text="Waited 40 minutes to pick up a phone I had already paid for. Two people were on their break and nobody said "
    "a word. I have been a customer for nine years and this is how it ends?",
    channel="facebook",
    at=_ONCE,
    state="queued",
    urgency="critical",
    recommends=False,
    store="Oak Lawn, #1182",
    topic="Waiting time",
    risks=("press",),
    unread=True,
)
_IN_HAND = CaseRow(
    href="#row-2",
    author="Dolores Quintanilla-Whitmore",
    text="¿Abren el domingo? Necesito cambiar la tarjeta SIM de mi mamá.",
    channel="facebook",
    at=_ONCE,
    state="claimed",
    store="Oak Lawn, #1182",
    topic="Opening hours",
    owner="Ana Reyes",
    current=True,
)
_ESCALATED = CaseRow(
    href="#row-3",
    author="J. P.",
    text="Charged twice for the same activation fee, see the photo.",
    channel="google",
    at=_ONCE,
    state="escalated",
    urgency="high",
    sentiment="negative",
    rating=2,
    queue="Billing, tier 2",
    topic="Billing",
)
_PRAISE = CaseRow(
    href="#row-4",
    author="Priya N.",
    text="Shout out to Devon, who stayed after closing to move my photos over!",
    channel="facebook",
    at=_ONCE,
    state="resolved",
    recommends=True,
    store="Oak Lawn, #1182",
    topic="Staff",
)
_EVIDENCE = (
    Evidence("Posted on the Page “Northwind Wireless Oak Lawn”", "Page of store #1182", weight=0.98),
    Evidence("Names the street “W 95th St”", "address in the directory", "map-pin", weight=0.6),
    Evidence("The author's earlier case was about this store", "March 2026", "history", weight=0.25),
)
_TABS = (
    Tab("Needs me", "/styleguide", 4, current=True),
    Tab("In hand", "?view=hand", 2),
    Tab("Praise", "?view=praise", 31),
    Tab("Everything", "?view=all"),
)
_COLUMNS = (
    Column("Store"),
    Column("Feedback", "?sort=volume", numeric=True),
    Column("Positive", "?sort=positive", "descending", numeric=True),
    Column("Answered", "?sort=answered", numeric=True),
    Column("First reply", "?sort=reply", numeric=True),
)
_STATS = (
    Stat("Needs you now", "4", "#", "1 late", "critical"),
    Stat("Answered this week", "27", "#", "median 38 min", "good"),
    Stat("Recommend you", "86 %", "#", "of 43, ± 10", trend=(61, 64, 63, 70, 72, 71, 78, 82, 86)),
    Stat("Shout-outs", "9", "#", "Devon ×4"),
)
_OPTIONS = (
    Option("not-mine", "It is about another store", "We ask the customer or the centre which one."),
    Option("centre", "The centre must answer", "Billing, network and account matters."),
    Option("done", "Done without a reply"),
)
_PER_DAY = (12, 18, 9, 14, 22, 31, 27, 15, 11, 19, 24, 17, 13, 38, 21)
_ESTIMATES = (
    Estimate("Oak Lawn, #1182", 0.86, 0.76, 0.93, 43, "#", marked=True),
    Estimate("Naperville, #1190", 0.79, 0.71, 0.86, 88, "#"),
    Estimate("Evanston, #1177", 0.74, 0.55, 0.88, 17, "#"),
    Estimate("Joliet West, #1201", 0.66, 0.57, 0.74, 102, "#"),
    Estimate("Rockford Crossing, #1214", 0.48, 0.35, 0.61, 51, "#"),
)
