"""What a Page says and does on Facebook and Instagram, each with the question whether it has been done already.

There is no idempotency key: an error may hide that a comment was created, so whoever sends again looks first. Calls:
https://developers.facebook.com/docs/graph-api/reference/object/comments and, for private replies and messages,
https://developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/private-replies.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlmodel import Session

from localcare.channels.facebook.accounts_repository import find_access
from localcare.channels.facebook.app_pause_repository import find_until
from localcare.channels.facebook.client import PageClient
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import Json, id_at, moment_at, node_at, nodes_at, text_at
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.service import NOT_CONNECTED, graph_access, page_token
from localcare.channels.facebook.turning import rows_of
from localcare.kit.crypto import Cipher
from localcare.settings import Settings

_AT_ONCE = 25
_MOST_LOOKED_AT = 1_000
_MOST_THREADS = 100
# Meta's clock and ours need not agree
_CLOCKS_APART = timedelta(minutes=5)
_AS_PERSON: Mapping[str, object] = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
_AS_ANSWER: Mapping[str, object] = {"messaging_type": "RESPONSE"}
_TOO_LATE = (2018278, 2018065, 2534022)


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to do for a Page.

    `kind` is comment, private, message, edit, delete, hide, unhide, like or unlike; `target_id` what it is done to: a post,
    a comment, or for a message a person. `recipient_id` is who gets a private reply, where that is known. `by_person`: a
    person wrote it, so it may go as one's answer after the first 24 hours; `as_person`: it must.
    """

    kind: str
    target_id: str
    text: str
    since: datetime
    channel: str = "facebook"
    is_on_comment: bool = True
    recipient_id: str | None = None
    by_person: bool = False
    as_person: bool = False

    @property
    def is_on_instagram(self) -> bool:
        """Whether it goes to Instagram, which calls many things by other names."""
        return self.channel == "instagram"


class PageSender(PageClient):
    """A Page's hand. Every method raises GraphError; ids come back as the network gave them."""

    def send(self, errand: Errand) -> str:
        """Do it; returns the id of what stands there now, for a deed that of its target."""
        return self._doers()[errand.kind](errand)

    def find_done(self, errand: Errand) -> str | None:
        """The id that `send` would have returned, if it has been done since the errand was given; None if not."""
        return self._finders()[errand.kind](errand)

    def _doers(self) -> Mapping[str, Callable[[Errand], str]]:
        return {
            "comment": self._comment,
            "private": self._reply_privately,
            "message": self._message,
            "edit": lambda errand: self._change(errand, {"message": errand.text}),
            "hide": lambda errand: self._change(errand, {_hide_word(errand): True}),
            "unhide": lambda errand: self._change(errand, {_hide_word(errand): False}),
            "delete": self._delete,
            "like": lambda errand: self._tell(errand, "POST", "likes"),
            "unlike": lambda errand: self._tell(errand, "DELETE", "likes"),
        }

    def _finders(self) -> Mapping[str, Callable[[Errand], str | None]]:
        return {
            "comment": self._find_comment,
            "private": self._find_message,
            "message": self._find_message,
            "edit": lambda errand: self._if(
                errand, "message", lambda value: _same_words(str(value or ""), errand.text)
            ),
            "hide": lambda errand: self._if(errand, _hidden_word(errand), lambda value: value is True),
            "unhide": lambda errand: self._if(errand, _hidden_word(errand), lambda value: value is False),
            "delete": self._find_gone,
            "like": lambda errand: self._if_liked(errand, wanted=True),
            "unlike": lambda errand: self._if_liked(errand, wanted=False),
        }

    def _comment(self, errand: Errand) -> str:
        answer = self._graph.ask("POST", _comments_of(errand), {"message": errand.text})
        return _required(answer, "id")

    def _reply_privately(self, errand: Errand) -> str:
        what = "comment_id" if errand.is_on_comment else "post_id"
        return self._write_to({what: errand.target_id}, errand.text, {})

    def _message(self, errand: Errand) -> str:
        """Our idea of when the customer wrote last may be older than Meta's, or newer: a refused answer goes as a person's."""
        recipient: dict[str, object] = {"id": errand.target_id}
        if errand.as_person:
            return self._write_to(recipient, errand.text, _AS_PERSON)
        try:
            return self._write_to(recipient, errand.text, _AS_ANSWER)
        except GraphError as refused:
            if refused.subcode not in _TOO_LATE or not errand.by_person:
                raise
        return self._write_to(recipient, errand.text, _AS_PERSON)

    def _write_to(self, recipient: dict[str, object], text: str, how: Mapping[str, object]) -> str:
        params = {"recipient": recipient, "message": {"text": text}, **how}
        return _required(self._graph.ask("POST", (self.host_id, "messages"), params), "message_id")

    def _change(self, errand: Errand, params: dict[str, object]) -> str:
        self._graph.ask("POST", (errand.target_id,), params)
        return errand.target_id

    def _tell(self, errand: Errand, method: str, edge: str) -> str:
        self._graph.ask(method, (errand.target_id, edge))
        return errand.target_id

    def _delete(self, errand: Errand) -> str:
        try:
            self._graph.ask("DELETE", (errand.target_id,))
        except GraphError as refused:
            if not self._is_really_gone(refused):
                raise
        return errand.target_id

    def _find_gone(self, errand: Errand) -> str | None:
        try:
            self._graph.ask("GET", (errand.target_id,), {"fields": "id"})
        except GraphError as refused:
            if self._is_really_gone(refused):
                return errand.target_id
            raise
        return None

    def _is_really_gone(self, refused: GraphError) -> bool:
        """Meta says the same of what is gone and of what may not be seen: so another thing of ours is looked at."""
        return refused.kind == "gone" and self.check().page_id == self.page_id

    def _if(self, errand: Errand, field: str, is_done: Callable[[object], bool]) -> str | None:
        answer = self._graph.ask("GET", (errand.target_id,), {"fields": f"id,{field}"})
        return errand.target_id if is_done(answer.get(field)) else None

    def _if_liked(self, errand: Errand, *, wanted: bool) -> str | None:
        """A post does not tell; to like it twice changes nothing."""
        return self._if(errand, "user_likes", lambda value: value is wanted) if errand.is_on_comment else None

    def _find_comment(self, errand: Errand) -> str | None:
        words = "text,timestamp" if errand.is_on_instagram else "message,created_time"
        params = {
            "filter": "stream",
            "order": "reverse_chronological",
            "fields": f"id,from,{words}",
            "limit": _AT_ONCE,
        }
        text_key, time_key = words.split(",")
        rows = islice(rows_of(self._graph.ask, _comments_of(errand), params), _MOST_LOOKED_AT)
        # replies on Instagram come in no order that could be asked for: all are looked at
        patience = _MOST_LOOKED_AT if errand.is_on_instagram else _AT_ONCE
        return self._own_among(_recent(rows, time_key, errand.since, patience=patience), text_key, errand.text)

    def _find_message(self, errand: Errand) -> str | None:
        person_id = errand.target_id if errand.kind == "message" else errand.recipient_id
        params: dict[str, object] = {
            "platform": "instagram" if errand.is_on_instagram else "messenger",
            "fields": f"id,updated_time,messages.limit({_AT_ONCE}){{id,from,to,message,created_time}}",
            "limit": _AT_ONCE,
        }
        if person_id is not None:
            params["user_id"] = person_id
        threads = rows_of(self._graph.ask, (self.host_id, "conversations"), params)
        for thread in _recent(islice(threads, _MOST_THREADS), "updated_time", errand.since):
            rows = (row for row in nodes_at(node_at(thread, "messages"), "data") if _is_to(row, person_id))
            found = self._own_among(_recent(rows, "created_time", errand.since), "message", errand.text)
            if found is not None:
                return found
        return None

    def _own_among(self, rows: Iterator[Json], text_key: str, text: str) -> str | None:
        for row in rows:
            if id_at(node_at(row, "from"), "id") == self.page_id and _same_words(text_at(row, text_key) or "", text):
                return id_at(row, "id")
        return None


@dataclass(frozen=True, slots=True)
class MeteredSender:
    """A Page's hand that tells after each errand, done or failed, how full the Page's budget is by now."""

    sender: PageSender
    note: Callable[[str, Usage], None]

    def send(self, errand: Errand) -> str:
        """See PageSender."""
        try:
            return self.sender.send(errand)
        finally:
            self._tell()

    def find_done(self, errand: Errand) -> str | None:
        """See PageSender."""
        try:
            return self.sender.find_done(errand)
        finally:
            self._tell()

    def _tell(self) -> None:
        if self.sender.usage.is_told:
            self.note(self.sender.host_id, self.sender.usage)


def open_sender(session: Session, settings: Settings, cipher: Cipher, page_id: str) -> PageSender:
    """The hand of a Page, or of an Instagram account; GraphError of kind token when no token is stored."""
    access = find_access(session, page_id)
    if access is None:
        raise GraphError("token", detail=NOT_CONNECTED)
    token = page_token(cipher, access.page_id, access.token_encrypted)
    return PageSender(graph_access(settings), page_id, token, host_id=access.page_id)


def paused_until(session: Session, page_id: str) -> datetime | None:
    """Until when Meta wants, or wanted, no call for this Page, or of the app at all."""
    access = find_access(session, page_id)
    ends = (access.quota_until if access else None, find_until(session))
    return max((end for end in ends if end is not None), default=None)


def pause_page(session: Session, page_id: str, until: datetime) -> None:
    """Meta wants no call for this Page until then; an earlier word that is later holds."""
    access = find_access(session, page_id)
    if access is not None and (access.quota_until is None or access.quota_until < until):
        access.quota_until = until
        session.add(access)


def _comments_of(errand: Errand) -> tuple[str, str]:
    edge = "replies" if errand.is_on_instagram and errand.is_on_comment else "comments"
    return errand.target_id, edge


def _hide_word(errand: Errand) -> str:
    return "hide" if errand.is_on_instagram else "is_hidden"


def _hidden_word(errand: Errand) -> str:
    return "hidden" if errand.is_on_instagram else "is_hidden"


def _required(answer: Json, key: str) -> str:
    found = id_at(answer, key)
    if found is None:
        raise GraphError("unknown_result", detail=f"an answer without {key}")
    return found


def _same_words(one: str, other: str) -> bool:
    """Facebook trims texts and turns line ends, so only the words are compared."""
    return one.split() == other.split()


def _recent(rows: Iterator[Json], time_key: str, since: datetime, *, patience: int = _AT_ONCE) -> Iterator[Json]:
    """Rows that may be of our making, the newest first; the order is not trusted beyond a page of older ones."""
    older = 0
    for row in rows:
        at = moment_at(row, time_key)
        if at is None or at >= since - _CLOCKS_APART:
            older = 0
            yield row
        else:
            older += 1
        if older >= patience:
            return


def _is_to(row: Json, person_id: str | None) -> bool:
    people = nodes_at(node_at(row, "to"), "data")
    return person_id is None or not people or any(id_at(person, "id") == person_id for person in people)
