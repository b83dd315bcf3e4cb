"""What is wrong with a Page, judged from what is known of it: pure, so that every judgement has a row in a table of tests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from localcare.channels.facebook.core.scopes import judge_token, task_words
from localcare.channels.facebook.core.subscription import POST_FIELDS, fields_for
from localcare.channels.facebook.core.tokens import TokenFacts

IncidentKind = Literal["token", "permission", "subscription", "silence", "reading", "expiry", "quota", "version"]
KINDS: tuple[IncidentKind, ...] = (
    "token", "permission", "subscription", "silence", "reading", "expiry", "quota", "version",
)  # fmt: skip
"""The gravest first."""

NEARLY_SPENT = 80.0
UNREAD_FOR = timedelta(hours=6)
ENDS_WITHIN = timedelta(days=7)
"""So long before its end a token is told: time enough for whoever can make another."""

_NOT_OF_A_PAGE = frozenset({"scope:pages_show_list", "scope:business_management"})


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is known of a Page. `expected_scopes` are what the brand's connection may; None when there is none.

    `reading_error` is what a lane of reading last failed with, since `unread_since` (None: it never succeeded).
    `expires_at` is the token's end, `data_access_expires_at` until when it is shown what customers write; both None: never.
    `connection_expires_at` is the end of the token that the brand was connected with, which is told once for all Pages.
    """

    page_id: str
    health: str
    health_detail: str
    since: datetime
    checked_at: datetime | None
    scopes: tuple[str, ...]
    tasks: tuple[str, ...]
    subscribed_fields: tuple[str, ...]
    quota_percent: float | None
    quota_until: datetime | None
    expected_scopes: tuple[str, ...] | None = None
    is_connecting: bool = False
    reading_error: str = ""
    unread_since: datetime | None = None
    expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    connection_expires_at: datetime | None = None

    @property
    def is_looked_at(self) -> bool:
        """Whether Facebook was asked about the Page since it last changed: one refusal alone proves nothing."""
        return self.checked_at is not None and self.checked_at >= self.since


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now. `since` None: nobody knows, so it counts from when it is noticed."""

    kind: IncidentKind
    detail: str
    since: datetime | None = None


def troubles_of(facts: PageFacts, *, now: datetime) -> list[Trouble]:
    """All that is wrong with one Page; what follows from a dead token is not told beside it."""
    if facts.health == "token" and facts.is_looked_at:
        return [Trouble("token", facts.health_detail, facts.since)]
    return [
        *_permission(facts),
        *_subscription(facts),
        *_quota(facts, now),
        *_reading(facts, now),
        *_expiry(facts, now),
    ]


def version_trouble(asked: str, served: dict[str, int]) -> Trouble | None:
    """Told once for all Pages: how many were answered by which version, where another was asked for."""
    others = {version: pages for version, pages in served.items() if version != asked}
    if not others:
        return None
    version, pages = max(others.items(), key=lambda item: item[1])
    return Trouble("version", f"Facebook answers as {version} where {asked} was asked for, on {pages:,} Pages.")


def expiry_trouble(expires_at: datetime | None, *, now: datetime) -> Trouble | None:
    """Told once for all Pages: the token that the brand was connected with ends soon."""
    if expires_at is None or expires_at - now > ENDS_WITHIN:
        return None
    return Trouble("expiry", f"The token that the brand was connected with ends on {_day(expires_at)}.")


def _permission(facts: PageFacts) -> Iterator[Trouble]:
    if facts.health == "permission" and facts.is_looked_at:
        yield Trouble("permission", facts.health_detail, facts.since)
        return
    words = " ".join(part for part in (_scope_words(facts), task_words(facts.tasks)) if part)
    if words:
        yield Trouble("permission", words)


def _scope_words(facts: PageFacts) -> str:
    """What the Page's token may not, of what the brand's connection may: the rest is missing for all, and told once."""
    if facts.checked_at is None or not facts.scopes:
        return ""
    missing = [
        finding
        for finding in judge_token(TokenFacts(is_valid=True, scopes=facts.scopes), app_id=None, now=facts.since)
        if finding.slug.startswith("scope:")
        and finding.slug not in _NOT_OF_A_PAGE
        and (facts.expected_scopes is None or finding.slug.removeprefix("scope:") in facts.expected_scopes)
    ]
    return " ".join(finding.says for finding in missing)


def _subscription(facts: PageFacts) -> Iterator[Trouble]:
    if facts.is_connecting or facts.checked_at is None:
        return
    wanted: Sequence[str] = fields_for(facts.scopes) if facts.scopes else POST_FIELDS
    missing = [field for field in wanted if field not in facts.subscribed_fields]
    if not facts.subscribed_fields:
        yield Trouble("subscription", "The Page is not subscribed: Facebook sends nothing of what happens there.")
    elif missing:
        yield Trouble("subscription", f"Facebook does not send {', '.join(missing)} of this Page.")


def _quota(facts: PageFacts, now: datetime) -> Iterator[Trouble]:
    if facts.quota_until is not None and facts.quota_until > now:
        yield Trouble("quota", "The Page's calls are spent; Facebook takes no more for now.")
    elif facts.quota_percent is not None and facts.quota_percent > NEARLY_SPENT:
        yield Trouble("quota", f"{facts.quota_percent:.0f} % of the Page's calls of 24 hours are used.")


def _reading(facts: PageFacts, now: datetime) -> Iterator[Trouble]:
    is_late = facts.unread_since is None or now - facts.unread_since > UNREAD_FOR
    if facts.reading_error and is_late and facts.health == "ok":
        yield Trouble("reading", f"Reading again fails: {facts.reading_error}", facts.unread_since)


def _expiry(facts: PageFacts, now: datetime) -> Iterator[Trouble]:
    """One sentence for both ends, and nothing of an end that the brand's own token brings: that is told for all."""
    words = []
    end, of_all = facts.expires_at, facts.connection_expires_at
    if end is not None and end - now <= ENDS_WITHIN and not (of_all and of_all <= end):
        words.append(f"The token ends on {_day(end)}.")
    shown_until = facts.data_access_expires_at
    if shown_until is not None and shown_until <= now:
        words.append(f"Since {_day(shown_until)} the token is not shown any more what customers write.")
    elif shown_until is not None and shown_until - now <= ENDS_WITHIN:
        words.append(f"The token is shown what customers write until {_day(shown_until)}.")
    if words:
        yield Trouble("expiry", " ".join(words))


def _day(moment: datetime) -> str:
    return f"{moment:%d %B %Y}"
