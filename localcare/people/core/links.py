"""What a mailed link opens and for how long, what a program's token may do, where a sign-in may lead back to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote, urlsplit

Purpose = Literal["sign-in", "digest"]

LINK_LIFE: dict[str, timedelta] = {"sign-in": timedelta(minutes=15), "digest": timedelta(hours=72)}
SESSION_LIFE = timedelta(days=30)
LIMITED_SESSION_LIFE = timedelta(hours=24)
MAX_LINKS_PER_HOUR = 5

_RESOURCES = (
    "stores", "pages", "mentions", "cases", "queues", "insight", "policies", "events", "people", "webhooks",
)  # fmt: skip
API_SCOPES = (
    "read",
    *(f"{resource}:read" for resource in _RESOURCES),
    *(f"{resource}:write" for resource in ("cases", "mentions", "policies", "events", "webhooks")),
)
"""What a token may be given; `read` is every `…:read`."""


@dataclass(frozen=True, slots=True)
class Link:
    """A mailed link as it is kept, with the name to greet. With `store_id` it opens that store only."""

    person_id: int
    person_name: str
    brand_id: int
    purpose: str
    target: str
    store_id: int | None
    expires_at: datetime
    used_at: datetime | None

    @property
    def works_once(self) -> bool:
        """Whether the first use is the last: all but the links that open a single store."""
        return self.store_id is None

    def is_open(self, now: datetime) -> bool:
        """Whether it still lets somebody in."""
        return now < self.expires_at and not (self.works_once and self.used_at)

    @property
    def session_life(self) -> timedelta:
        """How long the session lasts that this link opens."""
        return SESSION_LIFE if self.store_id is None else LIMITED_SESSION_LIFE


def scope_covers(granted: Collection[str], wanted: str) -> bool:
    """Whether a token with these scopes may do what needs `wanted`."""
    return wanted in granted or ("read" in granted and wanted.endswith(":read"))


def own_path(target: str | None) -> str:
    """The target when it is a path of this site, "/" otherwise: a sign-in never leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable():
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc or parts.path.startswith(("/sign-in", "/d/")) else target


def with_target(url: str, target: str) -> str:
    """The same digest link, leading to another page of what it opens: one link per digest, one target per line."""
    return f"{url}?to={quote(own_path(target))}"
