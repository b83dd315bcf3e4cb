"""What the wizard shows that connects a brand to Facebook: five steps, of which one is the present."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from localcare.channels.facebook.core.discovery import WAY_WORDS
from localcare.channels.facebook.core.report import ConnectReport
from localcare.channels.facebook.core.scopes import Finding, Weight
from localcare.channels.facebook.core.subscription import POST_FIELDS
from localcare.channels.facebook.models import FacebookConnection
from localcare.channels.facebook.ordering import find_progress, is_stalled
from localcare.inbox.admin import connect_repository as repository
from localcare.inbox.admin.connect_repository import OpenPage, Reason
from localcare.inbox.admin.pages import AdminPage, frame
from localcare.people.core import Viewer
from localcare.web.parts import Column, Link, Stat, Tone
from localcare.web.words import number

StepName = Literal["token", "rights", "pages", "subscribe", "done"]
StepState = Literal["done", "current", "next"]
HERE = "/admin/connect"

_STEPS: dict[StepName, str] = {
    "token": "Token", "rights": "What it may do", "pages": "Pages", "subscribe": "Subscribe", "done": "Done",
}  # fmt: skip
_STEP_OF_PHASE: dict[str, StepName] = {
    "checked": "rights", "finding": "pages", "found": "pages", "broken": "pages", "subscribing": "subscribe",
    "done": "done",
}  # fmt: skip
_KINDS = {"system-user": "System user", "user": "Person", "page": "One Page"}
_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the wizard."""

    label: str
    state: StepState


@dataclass(frozen=True, kw_only=True)
class ConnectPage(AdminPage):
    """`admin/connect.html`: the step a brand is at, and how far it is. `typed` is what came back with a refusal."""

    step: StepName
    steps: tuple[Step, ...]
    connection: FacebookConnection | None
    report: ConnectReport
    is_stalled: bool
    facts: tuple[tuple[str, str], ...] = ()
    stats: tuple[Stat, ...] = ()
    unlinked: list[OpenPage] = field(default_factory=list)
    more_unlinked: int = 0
    reasons: list[Reason] = field(default_factory=list)
    to_subscribe: int = 0
    refusals: tuple[Finding, ...] = ()
    error: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    tones: dict[Weight, Tone] = field(default_factory=lambda: {"stops": "bad", "limits": "warn", "note": "info"})
    ways: dict[str, str] = field(default_factory=lambda: {str(way): words for way, words in WAY_WORDS.items()})
    way_columns: tuple[Column, ...] = (
        Column("Where it was looked"), Column("Pages", numeric=True), Column("With a token", numeric=True),
        Column("Only here", numeric=True),
    )  # fmt: skip

    @property
    def is_working(self) -> bool:
        """Whether the page asks for itself again."""
        return self.report.is_working and not self.is_stalled


@dataclass(frozen=True, slots=True)
class Refused:
    """A token that was not taken: why, and what else was typed."""

    findings: tuple[Finding, ...] = ()
    error: str = ""
    typed: dict[str, str] = field(default_factory=dict)


def connect_page(
    session: Session, viewer: Viewer, now: datetime, *, wants_token: bool = False, refused: Refused | None = None
) -> ConnectPage:
    """The wizard as it stands for this brand; `wants_token` goes back to its first step."""
    progress = find_progress(session, viewer.brand_id)
    connection, report = progress or (None, ConnectReport())
    is_open = connection is not None and connection.state != "revoked"
    step: StepName = _STEP_OF_PHASE[report.phase] if is_open and not wants_token and refused is None else "token"
    counts = repository.count_pages(session, viewer.brand_id, POST_FIELDS)
    unlinked = step in ("pages", "done") and not report.is_working
    given = refused or Refused()
    return ConnectPage(
        title="Connect Facebook",
        crumbs=(Link("Pages", "/admin/pages"),),
        step=step,
        steps=_steps(step),
        connection=connection,
        report=report,
        is_stalled=connection is not None and is_stalled(connection, report, now),
        facts=_facts(connection) if connection else (),
        stats=_stats(session, viewer.brand_id, counts, report) if unlinked else (),
        unlinked=repository.list_unlinked(session, viewer.brand_id, limit=_SHOWN) if unlinked else [],
        more_unlinked=max(0, counts.pages - counts.linked - _SHOWN) if unlinked else 0,
        reasons=repository.list_reasons(session, viewer.brand_id) if step == "done" else [],
        to_subscribe=counts.pages - counts.subscribed,
        refusals=given.findings,
        error=given.error,
        typed=given.typed,
        **frame(viewer, "/admin/pages"),
    )


def _steps(current: StepName) -> tuple[Step, ...]:
    at = list(_STEPS).index(current)
    states: list[StepState] = ["done" if place < at else "next" for place in range(len(_STEPS))]
    states[at] = "current"
    return tuple(Step(label, state) for label, state in zip(_STEPS.values(), states, strict=True))


def _facts(connection: FacebookConnection) -> tuple[tuple[str, str], ...]:
    ends = f"{connection.expires_at:%d %B %Y}" if connection.expires_at else "never"
    return (
        ("Whose", connection.subject_name or "not told"),
        ("Kind", _KINDS.get(connection.kind, connection.kind)),
        ("Ends", ends),
        ("Permissions", ", ".join(connection.scopes) or "none"),
    )


def _stats(session: Session, brand_id: int, counts: repository.PageCounts, report: ConnectReport) -> tuple[Stat, ...]:
    empty_stores = repository.count_stores_without(session, brand_id)
    unlinked = counts.pages - counts.linked
    if report.phase == "done":
        lacking = counts.pages - counts.subscribed
        return (
            Stat("Pages connected", number(counts.pages), href="/admin/pages?show=all"),
            Stat("Subscribed", number(counts.subscribed), tone="warn" if lacking else "good"),
            Stat(
                "Cannot speak", number(counts.ill), tone="bad" if counts.ill else "good", href="/admin/pages?show=ill"
            ),
            Stat("Lack a task", number(counts.lacking), tone="warn" if counts.lacking else "neutral"),
        )
    return (
        Stat("Pages found", number(report.found)),
        Stat("Belong to a store", number(counts.linked)),
        Stat("Belong to none", number(unlinked), tone="warn" if unlinked else "neutral"),
        Stat("Without a token", number(report.without_token), tone="warn" if report.without_token else "neutral"),
        Stat("Stores without a Page", number(empty_stores), tone="warn" if empty_stores else "neutral"),
    )
