"""What a token must be allowed for our work, and what stops without it: in sentences, with who mends it and how.

Sources: Meta's permissions reference, and the tasks of a Page as `/me/accounts` names them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from localcare.channels.facebook.core.mending import DEATHS
from localcare.channels.facebook.core.tokens import TokenFacts

Weight = Literal["stops", "limits", "note"]

MESSAGE_SCOPE, SUBSCRIBE_SCOPE = "pages_messaging", "pages_manage_metadata"
_SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a token or a subscription. `stops`: nothing works with it; `limits`: a part of the work does not."""

    slug: str
    weight: Weight
    says: str
    mender: str = ""
    remedy: str = ""


_SCOPES: dict[str, tuple[Weight, str]] = {
    "pages_show_list": ("stops", "the Pages cannot be listed"),
    SUBSCRIBE_SCOPE: ("limits", "Facebook cannot be told to send us what customers write the moment they do"),
    "pages_read_engagement": ("stops", "posts and Pages cannot be read"),
    "pages_read_user_content": ("limits", "what customers write cannot be read again after an outage"),
    "pages_manage_engagement": ("limits", "comments cannot be answered, hidden or liked"),
    MESSAGE_SCOPE: ("limits", "Messenger messages are neither seen nor answered"),
    "business_management": ("note", "Pages that the business owns are found only where the token's owner has a task"),
}
"""Permission, how much goes without it, and what does."""

_ON_INSTAGRAM = {
    "instagram_basic": "the Pages' accounts on Instagram cannot be found",
    "instagram_manage_comments": "comments and mentions on Instagram are neither seen nor answered",
    "instagram_manage_messages": "messages on Instagram are neither seen nor answered",
}
"""All of them or none: a brand may not want Instagram here."""

_TASKS = {
    "MODERATE": "comments are not seen in full, and cannot be answered or hidden",
    "CREATE_CONTENT": "nothing can be written as the Page",
    "MESSAGING": "Messenger messages cannot be answered",
}
_MAKER = "whoever made the token"
_ADMIN = "an administrator of the business in Meta Business Suite"


def judge_token(facts: TokenFacts, *, app_id: str | None, now: datetime) -> list[Finding]:
    """All that is to be said of the token that a brand is to be connected with, the gravest first."""
    if not facts.is_valid:
        return [_dead(facts)]
    found = [*_kind(facts, app_id), *_times(facts, now), *_scopes(facts)]
    order: dict[Weight, int] = {"stops": 0, "limits": 1, "note": 2}
    return sorted(found, key=lambda finding: order[finding.weight])


def missing_tasks(tasks: Iterable[str]) -> dict[str, str]:
    """The tasks that are lacking on a Page and what cannot be done without; none when the tasks are not known at all."""
    given = set(tasks)
    return {task: lost for task, lost in _TASKS.items() if task not in given} if given else {}


def task_words(tasks: Iterable[str]) -> str:
    """One sentence on what a Page lacks, empty when it lacks nothing."""
    missing = missing_tasks(tasks)
    if not missing:
        return ""
    return (
        f"Without {' and '.join(missing)}: {'; '.join(missing.values())}. {_ADMIN.capitalize()} gives the system user"
        " (or the person) these tasks on the Page."
    )


def why_dead(facts: TokenFacts) -> str:
    """Why a token does not work, in half a sentence."""
    return DEATHS.get(facts.subcode or 0, facts.reason.rstrip(".") or "no reason was told")


def _dead(facts: TokenFacts) -> Finding:
    return Finding(
        "dead", "stops", f"Facebook does not take this token: {why_dead(facts)}.", _MAKER,
        "Make a new one: Business settings → System users → Generate token.",
    )  # fmt: skip


def _kind(facts: TokenFacts, app_id: str | None) -> list[Finding]:
    found = []
    if app_id and facts.app_id and facts.app_id != app_id:
        found.append(Finding(
            "other-app", "stops", f"This token was made for the app {facts.app_id}; this installation is {app_id}.",
            _MAKER, f"Generate the token again and choose the app {app_id}.",
        ))  # fmt: skip
    match facts.kind:
        case "app":
            found.append(Finding(
                "app-token", "stops", "This is the app's own token: it opens no Page.", _MAKER,
                "Generate a token of a system user who has the brand's Pages.",
            ))  # fmt: skip
        case "page":
            found.append(Finding(
                "page-token", "limits",
                "This is the token of a single Page: it opens that Page and the store Pages below it, no others.", _MAKER,
                "For Pages that stand alone, generate a token of a system user who has them all.",
            ))  # fmt: skip
        case "user":
            found.append(Finding(
                "person", "limits",
                "This is a person's token: it dies when they change their password, lose their role or leave.", _ADMIN,
                "Better is a system user: Business settings → System users.",
            ))  # fmt: skip
        case _:
            pass
    if facts.limited_to is not None:
        pages = "one Page" if facts.limited_to == 1 else f"{facts.limited_to:,} Pages"
        found.append(Finding(
            "chosen", "note", f"Whoever let the app in chose {pages}; others are not seen.", _MAKER,
            "Let the app in again and choose all current and future Pages.",
        ))  # fmt: skip
    return found


def _times(facts: TokenFacts, now: datetime) -> list[Finding]:
    found = []
    if facts.expires_at is not None:
        weight: Weight = "stops" if facts.expires_at - now < _SOON else "limits"
        found.append(Finding(
            "expires", weight, f"This token ends on {facts.expires_at:%d %B %Y at %H:%M} UTC, and so do those it gives.",
            _MAKER, "Generate one that never expires, or extend it in the Access Token Debugger.",
        ))  # fmt: skip
    if facts.data_access_expires_at is not None:
        found.append(Finding(
            "data-access", "limits" if facts.data_access_expires_at - now < timedelta(days=14) else "note",
            f"Facebook lets it read customers' data until {facts.data_access_expires_at:%d %B %Y}.",
            _MAKER, "That person signs in to the app again before that day.",
        ))  # fmt: skip
    return found


def _scopes(facts: TokenFacts) -> list[Finding]:
    wanted = dict(_SCOPES)
    if any(scope in facts.scopes for scope in _ON_INSTAGRAM):
        wanted |= {scope: ("limits", lost) for scope, lost in _ON_INSTAGRAM.items()}
    return [
        Finding(
            f"scope:{scope}", weight, f"{scope} is missing: {lost}.",
            _MAKER, f"Generate the token again with {scope} ticked; the app needs Advanced Access to it.",
        )
        for scope, (weight, lost) in wanted.items()
        if scope not in facts.scopes
    ]  # fmt: skip
