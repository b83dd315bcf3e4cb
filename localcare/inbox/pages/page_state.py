"""What the case page says when answers to its Page wait: since when, who mends it; nothing when they do not."""

from dataclasses import dataclass
from datetime import datetime

from localcare.channels.facebook.incidents import Obstacle
from localcare.people.core import Viewer


@dataclass(frozen=True, slots=True)
class PageState:
    """`inbox/_page_state.html`: why answers wait. `href` leads to the Page, for those who may look after it."""

    title: str
    words: str
    since: datetime | None
    until: datetime | None
    href: str = ""


def page_state(viewer: Viewer, obstacle: Obstacle | None, page_id: str | None) -> PageState | None:
    """What stands in the way of an answer to this Page; None when nothing does."""
    if obstacle is None:
        return None
    looks_after = any(grant.role in ("administrator", "auditor") and grant.store_ids is None for grant in viewer.grants)
    wait = "Write it now: it waits, and is sent by itself as soon as that is mended."
    return PageState(
        title=f"{obstacle.advice.broke}.",
        words=f"{wait} Who can mend it: {obstacle.advice.mender[:1].lower()}{obstacle.advice.mender[1:]}.",
        since=obstacle.since,
        until=obstacle.until,
        href=f"/admin/pages/{page_id}" if looks_after else "",
    )
