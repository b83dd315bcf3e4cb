"""What the page of the crisis webhook shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.inbox.admin.pages import AdminPage
from localcare.routing.models import CrisisHook, HookPost
from localcare.web.parts import Column

_STATES = {
    "due": ("waiting", "info"), "sending": ("being sent", "info"), "sent": ("taken", "good"), "failed": ("given up", "bad"),
}  # fmt: skip
_EVENTS = {
    "crisis.raised": "A crisis", "crisis.escalated": "Called again", "crisis.acknowledged": "Somebody has it",
    "crisis.calmed": "It was none",
    "crisis.test": "A test",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post, with how far it has come; `retry_at` is when one that failed is tried again."""

    id: int
    what: str
    case_id: int | None
    at: datetime
    state: tuple[str, str]
    attempts: int
    error: str
    retry_at: datetime | None
    may_retry: bool


@dataclass(frozen=True, kw_only=True)
class CrisisHookPage(AdminPage):
    """`admin/crisis/hook.html`: the address, the secret right after it was made, the posts."""

    url: str
    changed_by: str
    changed_at: datetime | None
    posts: tuple[PostLine, ...]
    error: str = ""
    typed: str = ""
    secret: str = ""
    columns: tuple[Column, ...] = (Column("What"), Column("When"), Column("State"), Column("Why"))


def hook_facts(hook: CrisisHook | None) -> tuple[str, str, datetime | None]:
    """The address, who set it and when."""
    return (hook.url, hook.changed_by, hook.changed_at) if hook else ("", "", None)


def post_lines(posts: Sequence[HookPost]) -> tuple[PostLine, ...]:
    """Posts, the newest first."""
    return tuple(
        PostLine(
            post.id or 0,
            _EVENTS.get(post.event, post.event),
            post.case_id,
            post.created_at,
            _STATES[post.state],
            post.attempts,
            post.error if post.state != "sent" else "",
            post.next_at if post.state == "due" and post.attempts else None,
            post.state == "failed",
        )
        for post in posts
    )
