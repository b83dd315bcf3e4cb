"""The things that stand on the stand-in's Facebook: Pages, posts, comments, messages, recommendations, tokens."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SCOPES = (
    "pages_show_list",
    "pages_messaging",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_metadata",
    "pages_manage_engagement",
    "business_management",
    "instagram_basic",
    "instagram_manage_comments",
    "instagram_manage_messages",
)
ALL_TASKS = ("ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is, in Graph's own words. Coordinates are WGS-84 degrees; any part may be missing."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class PageSeed:
    """A Page before it exists: what a loader knows about it. Without an `id` one is minted."""

    name: str
    id: str | None = None
    store_number: int | str | None = None
    store_code: str | None = None
    location: Place | None = None
    phone: str | None = None
    hours: dict[str, str] = field(default_factory=dict)
    is_permanently_closed: bool = False
    overall_star_rating: float | None = None
    rating_count: int = 0


@dataclass(frozen=True, slots=True)
class App:
    """The Meta app that owns the tokens and the webhook subscription."""

    id: str = "1517776481860111"
    name: str = "localcare"
    secret: str = "sandbox-app-secret"  # noqa: S105 -- a stand-in's secret is no secret
    verify_token: str = "sandbox-verify-token"  # noqa: S105
    business_id: str = "108824017345866"
    system_user_id: str = "100064000000001"
    requires_proof: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote something, as one Page sees them: ids are page-scoped."""

    id: str
    name: str


@dataclass(slots=True, eq=False)
class Comment:
    """A comment; `parent_id` is the top comment when this is a reply, never deeper."""

    id: str
    order: int
    page_id: str
    post_id: str
    parent_id: str | None
    author: Author
    message: str
    created_at: datetime
    photo: str | None = None
    is_hidden: bool = False
    is_privately_answered: bool = False
    likes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Post:
    """A post on a Page's wall, by the Page or by a visitor, with its comments of both levels in order of arrival."""

    id: str
    order: int
    page_id: str
    author: Author
    message: str
    created_at: datetime
    updated_at: datetime
    photo: str | None = None
    place: Place | None = None
    is_hidden: bool = False
    is_privately_answered: bool = False
    likes: dict[str, str] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tag:
    """Somebody else's post, or a comment under one, that names this Page; it stands outside the Page's wall.

    Facebook keeps back whose it is; Instagram tells it of a media.
    """

    post_id: str
    order: int
    message: str
    created_at: datetime
    comment_id: str | None = None
    author: str = ""
    page_id: str = ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A review; no API lists it any more, it only moves the Page's rating."""

    story_id: str
    order: int
    author: Author
    recommends: bool
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One Messenger message; `app_id` names the app that sent it for the Page."""

    id: str
    order: int
    text: str
    created_at: datetime
    from_page: bool
    app_id: str | None = None
    photo: str | None = None


@dataclass(slots=True, eq=False)
class Conversation:
    """One person's Messenger thread with one Page. `answerable_since` is their last message: windows start there."""

    id: str
    order: int
    page_id: str
    person: Author
    messages: list[Message] = field(default_factory=list)
    answerable_since: datetime | None = None


@dataclass(slots=True, eq=False)
class Page:
    """A Page and all that stands on it; or an account on Instagram, whose media are posts, and which belongs to a Page."""

    id: str
    name: str
    order: int
    access_token: str
    store_number: int | str | None = None
    store_code: str | None = None
    location: Place | None = None
    phone: str | None = None
    hours: dict[str, str] = field(default_factory=dict)
    is_permanently_closed: bool = False
    seeded_rating: float | None = None
    seeded_rating_count: int = 0
    parent_id: str | None = None
    is_assigned: bool = True
    is_owned: bool = True
    is_client: bool = False
    is_on_instagram: bool = False
    instagram_of: str | None = None
    instagram_id: str | None = None
    tasks: tuple[str, ...] = ALL_TASKS
    subscribed_fields: tuple[str, ...] = ()
    posts: list[Post] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    conversations: dict[str, Conversation] = field(default_factory=dict)

    @property
    def author(self) -> Author:
        """The Page as the author of what it writes itself."""
        return Author(self.id, self.name)

    @property
    def rating_count(self) -> int:
        """Ratings the Page shows: the seeded ones and the recommendations left here."""
        return self.seeded_rating_count + len(self.recommendations)

    @property
    def overall_star_rating(self) -> float | None:
        """1 to 5, or nothing while there are fewer than five ratings, as Facebook withholds it."""
        if self.rating_count < 5:
            return None
        stars = sum(5.0 if r.recommends else 1.0 for r in self.recommendations)
        total = (self.seeded_rating or 4.0) * self.seeded_rating_count + stars
        return round(total / self.rating_count, 1)


class TokenKind(StrEnum):
    """What a token stands for; it decides what an edge shows."""

    APP = "APP"
    SYSTEM = "SYSTEM_USER"
    USER = "USER"
    PAGE = "PAGE"


@dataclass(slots=True, eq=False)
class Token:
    """An access token. `broken` is the subcode of error 190 it answers with (460 password, 463 expired…).

    `origin` is the login's token that a Page's came from, and dies with; `pages` are those a person chose, None for all;
    `app_id` is another app's when it is not ours.
    """

    value: str
    kind: TokenKind
    page_id: str | None = None
    issued_at: datetime | None = None
    broken: int | None = None
    scopes: tuple[str, ...] = SCOPES
    user_id: str | None = None
    user_name: str | None = None
    origin: str | None = None
    pages: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    app_id: str | None = None
