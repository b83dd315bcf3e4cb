"""Whether what Meta took away is back: `/ratings` asked of one Page per brand and night. Error 12 is what is expected.

No older version is asked and nothing is read off the public page: what is not given is not taken.
"""

import logging
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from localcare.channels.facebook import stars_repository as repository
from localcare.channels.facebook.app_pause import app_paused_until
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import Json, nodes_at
from localcare.channels.facebook.models import CapabilityProbe
from localcare.channels.facebook.service import graph_access, page_token
from localcare.channels.facebook.session import GraphSession
from localcare.channels.facebook.stars_repository import RatedPage
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime

log = logging.getLogger(__name__)

RATINGS = "ratings"
EVERY = timedelta(hours=20)
Outcome = Literal["gone", "answers", "unclear", "not-asked"]
_GONE_CODE = 12


def probe_due_brands(runtime: Runtime) -> int:
    """Probe every brand whose last probe is a night old; returns how many were asked."""
    with runtime.db.session(ALL_BRANDS, viewer="probe") as session:
        brands = repository.list_brands(session)
    return sum(probe_ratings(runtime, brand_id) is not None for brand_id in brands)


def probe_ratings(runtime: Runtime, brand_id: int) -> CapabilityProbe | None:
    """Ask once for a Page's recommendations and keep what came of it; None when it was asked not long ago."""
    now = runtime.clock.now()
    with runtime.db.session(brand_id, viewer="probe") as session:
        last = repository.find_last_probe(session, brand_id, RATINGS)
        page = repository.find_trusted_page(session, brand_id, now=now)
        is_paused = app_paused_until(session, now=now) is not None
    if is_paused or (last is not None and now - last.at < EVERY):
        return None
    if page is None:
        outcome: Outcome = "not-asked"
        detail, page_id = "No connected Page could be asked.", None
    else:
        (outcome, detail), page_id = _ask(runtime, page), page.page_id
    if outcome == "answers":
        log.warning("Facebook answers /ratings again: brand %s, Page %s", brand_id, page_id)
    probe = CapabilityProbe(brand_id=brand_id, what=RATINGS, page_id=page_id, at=now, outcome=outcome, detail=detail)
    with runtime.db.session(brand_id, viewer="probe") as session:
        session.add(probe)
    return probe


def last_probe(session: Session, brand_id: int) -> CapabilityProbe | None:
    """What the newest probe of recommendations brought."""
    return repository.find_last_probe(session, brand_id, RATINGS)


def outcome_since(session: Session, brand_id: int) -> datetime | None:
    """Since when the newest probes of recommendations have all brought the same; None before the first."""
    last = last_probe(session, brand_id)
    return repository.find_outcome_since(session, brand_id, RATINGS, last.outcome) if last else None


def answers_since(session: Session, brand_id: int) -> datetime | None:
    """Since when Facebook answers about recommendations again; None while it does not."""
    return repository.find_outcome_since(session, brand_id, RATINGS, "answers")


def list_probes(session: Session, brand_id: int, *, limit: int = 14) -> list[CapabilityProbe]:
    """The last probes, the newest first."""
    return repository.list_probes(session, brand_id, limit=limit)


def _ask(runtime: Runtime, page: RatedPage) -> tuple[Outcome, str]:
    try:
        token = page_token(runtime.cipher, page.page_id, page.sealed)
        graph = GraphSession(graph_access(runtime.settings), token)
        answer: Json = graph.ask("GET", (page.page_id, "ratings"), {"limit": 1})
    except GraphError as error:
        if error.code == _GONE_CODE:
            return "gone", "Facebook answers with error 12, as it has since January 2025."
        return "unclear", f"{error}"[:500]
    some = "with" if nodes_at(answer, "data") else "without"
    version = graph.served_version
    return "answers", f"Facebook answered {some} recommendations, as {version}. Tell whoever develops localcare."
