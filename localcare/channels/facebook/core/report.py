"""How far connecting a brand's Pages has come, and what was found on the way; kept with the connection."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from localcare.channels.facebook.core.discovery import WayTold
from localcare.channels.facebook.core.scopes import Finding

Phase = Literal["checked", "finding", "found", "subscribing", "done", "broken"]
WORKING: tuple[Phase, ...] = ("finding", "subscribing")


@dataclass(frozen=True, slots=True)
class LockedPage:
    """A Page that was seen, but that Facebook gives no token for."""

    page_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ConnectReport:
    """What connecting found and did, and what the app's subscription was last read to lack.

    `seen` counts rows while lists are read; `asked` and `answered` Pages to subscribe.

    `locked` are the first of the `without_token` Pages; `foreign` Pages are connected by another brand of this installation.
    """

    phase: Phase = "checked"
    findings: tuple[Finding, ...] = ()
    ways: tuple[WayTold, ...] = ()
    app: tuple[Finding, ...] = ()
    app_read_at: datetime | None = None
    error: str = ""
    seen: int = 0
    found: int = 0
    without_token: int = 0
    foreign: int = 0
    locked: tuple[LockedPage, ...] = ()
    linked: int = 0
    asked: int = 0
    answered: int = 0
    subscribed: int = 0
    failed: int = 0

    @property
    def is_working(self) -> bool:
        """Whether somebody is, or was until they died, at it."""
        return self.phase in WORKING


_JSON = TypeAdapter(ConnectReport)


def report_of(kept: object) -> ConnectReport:
    """The report as it was kept; an empty one when there is none."""
    return _JSON.validate_python(kept or {})


def as_kept(report: ConnectReport) -> dict[str, object]:
    """The report as it is kept."""
    kept: dict[str, object] = _JSON.dump_python(report, mode="json")
    return kept
