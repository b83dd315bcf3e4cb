"""Incidents follow what is known of Pages: opened when something is wrong, ended when it is not, told once for many.

Whoever learns something of a Page writes it to its access; here it becomes an incident within a minute.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.channels.facebook import connecting_repository
from localcare.channels.facebook import incidents_repository as repository
from localcare.channels.facebook.accounts_repository import find_access
from localcare.channels.facebook.app_pause import app_paused_until, app_trouble
from localcare.channels.facebook.core.advice import Advice, advice_on
from localcare.channels.facebook.core.incidents import (
    IncidentKind,
    Trouble,
    expiry_trouble,
    troubles_of,
    version_trouble,
)
from localcare.channels.facebook.core.report import report_of
from localcare.channels.facebook.core.scopes import MESSAGE_SCOPE, judge_token
from localcare.channels.facebook.core.tokens import TokenFacts
from localcare.channels.facebook.incidents_repository import Cause, Kept, KeptIncident, everywhere
from localcare.channels.facebook.models import FacebookConnection

__all__ = [
    "Cause",
    "KeptIncident",
    "Obstacle",
    "find_obstacle",
    "follow_incidents",
    "list_causes",
    "list_everywhere",
    "list_of_page",
]

JUDGED: tuple[IncidentKind, ...] = ("token", "permission", "subscription", "quota", "reading", "expiry", "version")
"""Silence is listened for apart, and less often."""

_NEEDED = ("pages_read_engagement", "pages_read_user_content", "pages_manage_engagement", MESSAGE_SCOPE)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps answers to a Page waiting: since when, or until when."""

    kind: IncidentKind
    since: datetime | None
    advice: Advice
    until: datetime | None = None


def follow_incidents(session: Session, brand_id: int, *, version: str, now: datetime) -> Kept:
    """Open and end a brand's incidents as its Pages stand now; `version` is the one that we ask the API for."""
    suspects = repository.list_suspects(session, brand_id, wanted=_NEEDED, now=now)
    troubles = {facts.page_id: found for facts in suspects if (found := troubles_of(facts, now=now))}
    troubles[everywhere(brand_id)] = [
        *_connection_troubles(connecting_repository.find_connection(session, brand_id), now),
        *filter(None, [app_trouble(session, now=now)]),
        *filter(None, [version_trouble(version, repository.count_served(session, brand_id))]),
    ]
    return repository.keep_troubles(session, brand_id, troubles, JUDGED, now=now)


def list_of_page(session: Session, brand_id: int, page_id: str) -> list[KeptIncident]:
    """What befell a Page, the newest first, with what befell all of the brand's."""
    return repository.list_incidents(session, brand_id, [page_id, everywhere(brand_id)])


def list_everywhere(session: Session, brand_id: int) -> list[KeptIncident]:
    """What is wrong with all Pages at once."""
    return repository.list_incidents(session, brand_id, [everywhere(brand_id)], only_open=True)


def list_causes(session: Session, brand_id: int) -> list[Cause]:
    """What is wrong now, one value per kind and reason."""
    return repository.list_causes(session, brand_id)


def find_obstacle(session: Session, page_id: str, *, now: datetime) -> Obstacle | None:
    """Why answers to a Page wait, and since when; None when nothing stands in the way."""
    access = find_access(session, page_id)
    if access is None or access.health == "unknown":
        return None
    if access.health in ("token", "permission"):
        kind: IncidentKind = "token" if access.health == "token" else "permission"
        return Obstacle(kind, access.since, advice_on(kind))
    if access.quota_until is not None and access.quota_until > now:
        return Obstacle("quota", None, advice_on("quota"), access.quota_until)
    if (until := app_paused_until(session, now=now)) is not None:
        return Obstacle("quota", None, advice_on("quota", everywhere=True), until)
    return None


def _connection_troubles(connection: FacebookConnection | None, now: datetime) -> list[Trouble]:
    if connection is None:
        return []
    if connection.state == "revoked" or connection.health == "token":
        return [Trouble("token", connection.health_detail, connection.since)]
    lacking = " ".join(finding.says for finding in report_of(connection.report).app)
    found = [Trouble("subscription", lacking)] if lacking else []
    found += filter(None, [expiry_trouble(connection.expires_at, now=now)])
    facts = TokenFacts(is_valid=True, scopes=tuple(connection.scopes))
    missing = [
        finding.says
        for finding in judge_token(facts, app_id=None, now=now)
        if finding.slug.startswith("scope:") and finding.weight != "note"
    ]
    return [*found, Trouble("permission", " ".join(missing))] if missing else found
