"""What the `/_sandbox` API takes: customers' actions and the switches of tests."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from localcare.sandbox.faults import FaultKind
from localcare.sandbox.objects import SCOPES
from localcare.sandbox.sender import Forgery
from localcare.sandbox.state import DEFAULT_FIELDS

Share = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """A misspelt key is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid")


class PlaceIn(Strict):
    """A place tag."""

    id: str | None = None
    name: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class PostIn(Strict):
    """A post on a Page; without an author the Page itself writes."""

    message: str = ""
    author: str | None = None
    photo: str | None = None
    place: PlaceIn | None = None


class CommentIn(Strict):
    """A comment on a post or a reply to a comment; without an author the Page's staff write in Business Suite."""

    target_id: str
    message: str = ""
    author: str | None = None
    photo: str | None = None


class MessageIn(Strict):
    """A customer's Messenger message to a Page."""

    page_id: str
    author: str
    text: str = ""
    photo: str | None = None


class NativeAnswerIn(Strict):
    """The Page's staff answer a conversation in Business Suite."""

    page_id: str
    person_id: str
    text: str


class RecommendationIn(Strict):
    """A review on a Page."""

    page_id: str
    author: str
    recommends: bool
    text: str = ""


class TagIn(Strict):
    """Somebody names a Page on their own timeline."""

    page_id: str
    author: str
    message: str
    in_comment: bool = False


class ReactionIn(Strict):
    """A like or another reaction; repeated, it is taken back."""

    target_id: str
    author: str
    reaction: str = Field(default="like", pattern="^(like|love|wow|haha|sorry|anger|care)$")


class ChangeIn(Strict):
    """An author's edit, or a moderator's hiding."""

    message: str | None = None
    is_hidden: bool | None = None


class FaultIn(Strict):
    """A fault; see `localcare.sandbox.faults.Fault`."""

    kind: FaultKind
    times: int = Field(default=1, ge=1)
    every: int = Field(default=1, ge=1)
    page_id: str | None = None
    edge: str | None = None
    method: str | None = None
    seconds: float = 1.0
    minutes: int = 5
    rows: int = Field(default=25, ge=1)
    code: int | None = None
    subcode: int | None = None
    message: str = "An unexpected error has occurred. Please retry your request later."
    status: int = 400
    is_transient: bool | None = None
    seen: int = Field(default=0, ge=0)


class CallbackIn(Strict):
    """Where webhooks go; the handshake is made first. `pages` subscribes every Page as well."""

    url: str
    fields: tuple[str, ...] = DEFAULT_FIELDS
    pages: bool = True


class HabitsIn(Strict):
    """How webhooks are sent; see `localcare.sandbox.delivery.Habits`."""

    batch: int = Field(default=1000, ge=1, le=1000)
    duplicate_share: Share = 0.0
    nameless_share: Share = 0.0
    numeric_share: Share = 0.0
    sender_share: Share = 0.0
    flat_share: Share = 0.0
    repeat_share: Share = 0.0
    late_share: Share = 0.0
    is_shuffled: bool = False
    seed: int = 0
    is_paused: bool = False
    sends_ratings: bool = False


class TokenFailureIn(Strict):
    """A Page's token, or any other given as `token`, stops working with this subcode of error 190."""

    page_id: str | None = None
    token: str | None = None
    subcode: int = 460


class LoginIn(Strict):
    """Somebody lets the app in, with these permissions, for these Pages, for this long."""

    kind: Literal["USER", "SYSTEM_USER"] = "USER"
    name: str = "Casey Brand"
    scopes: tuple[str, ...] = SCOPES
    pages: tuple[str, ...] | None = None
    expires_in_seconds: int | None = Field(default=None, ge=1)
    data_access_in_seconds: int | None = Field(default=None, ge=1)
    app_id: str | None = None


class PageRightsIn(Strict):
    """What the logins may do on a Page."""

    tasks: tuple[str, ...] | None = None
    is_assigned: bool | None = None
    is_owned: bool | None = None


class BudgetIn(Strict):
    """How many calls a Page may get in 24 hours; without a Page, every one; `of_app`: the app itself within one hour."""

    calls: int = Field(ge=1)
    page_id: str | None = None
    of_app: bool = False


class ForgeryIn(Strict):
    """A delivery that Meta did not send."""

    kind: Forgery = Forgery.WRONG_SECRET


class SignedRequestIn(Strict):
    """A person (of the app-scoped id) removes the app or asks for deletion; `url` is the callback for it."""

    url: str
    user_id: str
