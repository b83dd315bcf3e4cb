"""What the administrator's pages show, one value per template; every one has the tabs of the others."""

from dataclasses import dataclass, field
from typing import TypedDict

from localcare.inbox.admin.dependencies import may_administer
from localcare.inbox.admin.imports import CHANNELS, KINDS, OTHER_NUMBERS, ImportReport, KeptReport
from localcare.inbox.admin.overview import Overview
from localcare.intake.review import ForgottenStrangers, FoundIssue, ReadableEvent, UnknownPage
from localcare.people.administration import Colleague, IssuedToken
from localcare.people.core import Viewer
from localcare.people.core.links import API_SCOPES
from localcare.people.core.viewer import ROLE_LABELS
from localcare.stores.import_history import PastImport
from localcare.web.pages import Page
from localcare.web.parts import Column, Link, Option, Stat, Tab
from localcare.web.words import capital_first, number

_SECTIONS = (
    Link("What is broken", "/admin"),
    Link("Events", "/admin/events"),
    Link("Unknown Pages", "/admin/unknown-pages"),
    Link("Pages", "/admin/pages"),
    Link("Imports", "/admin/imports"),
    Link("Stores", "/admin/stores"),
    Link("People", "/admin/people"),
    Link("Tokens", "/admin/tokens"),
    Link("Policy", "/admin/policy"),
    Link("Crises", "/admin/crisis"),
    Link("Rules", "/admin/rules"),
    Link("Models", "/admin/models"),
    Link("Privacy", "/admin/privacy"),
    Link("Mail", "/admin/mail"),
    Link("Capabilities", "/admin/capabilities"),
)
ISSUE_LABELS = {"set-aside": "Set aside", "unknown-page": "Unknown Page", "stuck": "Stuck", "bad-row": "Bad row"}
HEALTH_LABELS = {
    "ok": "Well", "unknown": "Not tried yet", "unconnected": "No token", "token": "Token not valid",
    "permission": "Permission missing", "quota": "Slowed down",
}  # fmt: skip


def _columns(*labels: str) -> tuple[Column, ...]:
    return tuple(Column(label.removeprefix("#"), numeric=label.startswith("#")) for label in labels)


class Frame(TypedDict):
    """What every page of the administration has in common."""

    viewer: Viewer
    sections: tuple[Tab, ...]
    may_change: bool


def frame(viewer: Viewer, section: str) -> Frame:
    """The frame of a page that belongs to the section at this address."""
    return Frame(
        viewer=viewer,
        sections=tuple(Tab(link.label, link.href, current=link.href == section) for link in _SECTIONS),
        may_change=may_administer(viewer),
    )


@dataclass(frozen=True, kw_only=True)
class AdminPage(Page):
    """`admin/frame.html`: tabs of all sections; auditors see no buttons."""

    sections: tuple[Tab, ...]
    may_change: bool


@dataclass(frozen=True, kw_only=True)
class OverviewPage(AdminPage):
    """`admin/overview.html`: what is broken, since when, who can mend it."""

    overview: Overview


@dataclass(frozen=True, kw_only=True)
class EventsPage(AdminPage):
    """`admin/events.html`: what is set aside; `kind` is the one that is looked at, "" is all."""

    tabs: tuple[Tab, ...]
    issues: list[FoundIssue]
    kind: str
    more_href: str
    labels: dict[str, str] = field(default_factory=lambda: ISSUE_LABELS)


@dataclass(frozen=True, kw_only=True)
class EventPage(AdminPage):
    """`admin/event.html`: one delivery as it came, and what was made of it."""

    found: ReadableEvent
    labels: dict[str, str] = field(default_factory=lambda: ISSUE_LABELS)


@dataclass(frozen=True, kw_only=True)
class UnknownPagesPage(AdminPage):
    """`admin/unknown_pages.html`: Pages that write to us though nobody linked them, and what was forgotten of such."""

    pages: list[UnknownPage]
    forgotten: ForgottenStrangers


@dataclass(frozen=True, kw_only=True)
class ImportsPage(AdminPage):
    """`admin/imports.html`: bring a file, the reports of earlier ones, and who brought files of stores, with the way back."""

    reports: list[KeptReport]
    directory: list[PastImport]
    kinds: tuple[Option, ...] = tuple(Option(kind, label) for kind, label in KINDS.items())
    channels: tuple[Option, ...] = tuple(Option(channel, channel) for channel in CHANNELS)
    error: str = ""
    columns: tuple[Column, ...] = _columns("File", "What it did", "Left out", "When")


@dataclass(frozen=True, kw_only=True)
class ImportPage(AdminPage):
    """`admin/import.html`: what a file would do (`kept` is None), or what it did."""

    event_id: int
    report: ImportReport
    kept: KeptReport | None
    has_file: bool
    stats: tuple[Stat, ...]
    other_numbers: tuple[Option, ...] = tuple(Option(each, *words) for each, words in OTHER_NUMBERS.items())
    columns: tuple[Column, ...] = _columns("Line", "Column", "What stood there", "Why it is left out")


@dataclass(frozen=True, kw_only=True)
class PeoplePage(AdminPage):
    """`admin/people.html`: who holds which role; the form that adds one keeps what was typed when it is refused."""

    people: list[Colleague]
    role: str
    scope: str
    words: str
    counts: dict[str, int]
    more_href: str
    values: dict[str, str] = field(default_factory=dict)
    error: str = ""
    roles: dict[str, str] = field(default_factory=lambda: ROLE_LABELS)
    role_options: tuple[Option, ...] = tuple(Option(role, label) for role, label in ROLE_LABELS.items())
    columns: tuple[Column, ...] = _columns("Person", "Roles")


@dataclass(frozen=True, kw_only=True)
class TokensPage(AdminPage):
    """`admin/tokens.html`: tokens of the API."""

    tokens: list[IssuedToken]
    scopes: tuple[str, ...] = API_SCOPES
    name: str = ""
    chosen: tuple[str, ...] = ()
    error: str = ""
    columns: tuple[Column, ...] = _columns("Who uses it", "What it may do", "Made", "Last used", "State")


def report_stats(report: ImportReport) -> tuple[Stat, ...]:
    """What a file did, in figures; those that are nothing are left out, but for the first."""
    counts = [
        Stat(capital_first(label), number(count))
        for position, (label, count) in enumerate(report.counts.items())
        if count or position == 0
    ]
    return (*counts, Stat("Rows left out", number(report.refused), tone="warn" if report.refused else "neutral"))
