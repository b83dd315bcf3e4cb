"""What localcare does on a Page, and nothing else: answer, look before answering again, read stores, subscribe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from pydantic import SecretStr

from localcare.channels.facebook.core.graph_error import GraphError, GraphErrorKind
from localcare.channels.facebook.core.locations import LOCATION_FIELDS, LocationRow, location_of
from localcare.channels.facebook.core.read import Json, id_at, moment_at, node_at, nodes_at, secret_at, text_at
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.session import GraphAccess, GraphSession
from localcare.channels.facebook.turning import PAUSES, rows_of

__all__ = ["GraphAccess", "GraphError", "GraphErrorKind", "LocationRow", "PageCheck", "PageClient"]

LOCATIONS_AT_ONCE = 100
_LOOK_BACK = 25


@dataclass(frozen=True, slots=True)
class PageCheck:
    """What the Page says of itself. Meta quietly serves an expired version with another: compare `served_version`."""

    page_id: str
    name: str | None
    served_version: str


class PageClient:
    """Speaks as one Page, with that Page's token. Every method raises GraphError. One thread at a time.

    For an account on Instagram `page_id` is the account, and `host_id` the Page that it goes by.
    """

    def __init__(
        self, access: GraphAccess, page_id: str, page_token: SecretStr | str, *, host_id: str | None = None
    ) -> None:
        self.page_id = page_id
        self.host_id = host_id or page_id
        self._graph = GraphSession(access, page_token)

    @property
    def usage(self) -> Usage:
        """How full this Page's budget was at the last call."""
        return self._graph.usage

    def post_comment(self, object_id: str, text: str) -> str:
        """Answer a post or a comment; returns the new comment's id."""
        return _id_of(self._graph.ask("POST", (object_id, "comments"), {"message": text}), "id")

    def send_message(self, recipient_id: str, text: str, *, human_agent: bool = False) -> str:
        """Answer a customer's message; returns the message id. `human_agent`: a person answers, 24 hours to 7 days after."""
        how = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if human_agent else {"messaging_type": "RESPONSE"}
        params = {"recipient": {"id": recipient_id}, "message": {"text": text}, **how}
        return _id_of(self._graph.ask("POST", (self.page_id, "messages"), params), "message_id")

    def find_own_comment(self, object_id: str, text: str) -> str | None:
        """The id of this Page's newest comment there with the same words: a post whose answer was lost may be standing."""
        params = {
            "filter": "stream",
            "order": "reverse_chronological",
            "fields": "id,from,message,created_time",
            "limit": _LOOK_BACK,
        }
        rows = islice(rows_of(self._graph.ask, (object_id, "comments"), params), _LOOK_BACK)
        return next((id_at(row, "id") for row in rows if self._is_own(row, text)), None)

    def find_own_message(self, recipient_id: str, text: str, *, since: datetime) -> str | None:
        """The id of this Page's message with the same words to that person, sent at or after `since`."""
        params = {
            "platform": "messenger",
            "user_id": recipient_id,
            "fields": f"id,updated_time,messages.limit({_LOOK_BACK}){{id,from,to,message,created_time}}",
            "limit": _LOOK_BACK,
        }
        for conversation in islice(rows_of(self._graph.ask, (self.page_id, "conversations"), params), _LOOK_BACK):
            for row in nodes_at(node_at(conversation, "messages"), "data"):
                if self._is_own(row, text) and _is_to(row, recipient_id) and _is_since(row, since):
                    return id_at(row, "id")
        return None

    def list_locations(self, *, at_once: int = LOCATIONS_AT_ONCE) -> Iterator[LocationRow]:
        """Every store Page of this brand Page, with its token where the app may have it; the same one may come twice.

        What passes is waited for, up to a quarter of a minute a page.
        """
        params = {"fields": LOCATION_FIELDS, "limit": at_once}
        for row in rows_of(self._graph.ask, (self.page_id, "locations"), params, pauses=PAUSES):
            location = location_of(row)
            if location is not None:
                yield location

    def subscribe(self, fields: Sequence[str]) -> None:
        """Have Meta deliver these webhook fields for this Page."""
        self._graph.ask("POST", (self.page_id, "subscribed_apps"), {"subscribed_fields": list(fields)})

    def hide_comment(self, comment_id: str, *, hidden: bool = True) -> None:
        """Hide a comment from everybody but its author and their friends, or show it again."""
        self._graph.ask("POST", (comment_id,), {"is_hidden": hidden})

    def check(self) -> PageCheck:
        """Whether the token can speak for the Page."""
        answer = self._graph.ask("GET", (self.page_id,), {"fields": "id,name"})
        return PageCheck(_id_of(answer, "id"), text_at(answer, "name"), self._graph.served_version)

    def find_page_token(self) -> SecretStr | None:
        """The Page's own token, for whoever has come with a system user's; None when it may not be had."""
        return secret_at(self._graph.ask("GET", (self.page_id,), {"fields": "id,access_token"}), "access_token")

    def _is_own(self, row: Json, text: str) -> bool:
        author_id = id_at(node_at(row, "from"), "id")
        return author_id == self.page_id and _same_words(text_at(row, "message") or "", text)


def _id_of(answer: Json, key: str) -> str:
    found = id_at(answer, key)
    if found is None:
        raise GraphError("unknown_result", detail=f"an answer without {key}")
    return found


def _same_words(one: str, other: str) -> bool:
    """Facebook trims texts and turns line ends, so only the words are compared."""
    return one.split() == other.split()


def _is_to(row: Json, recipient_id: str) -> bool:
    people = nodes_at(node_at(row, "to"), "data")
    return not people or any(id_at(person, "id") == recipient_id for person in people)


def _is_since(row: Json, since: datetime) -> bool:
    created_at = moment_at(row, "created_time")
    return created_at is not None and created_at >= since.replace(microsecond=0)
