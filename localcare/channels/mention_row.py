"""One mention as a file or a listening tool gives it: the columns of mentions.csv, checked, as changes.

Reasons are sentences for the person who made the file. Times may be relative, so validation is given `now` as context.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from localcare.channels.moments import is_relative, read_moment
from localcare.mentions.core import Attachment, MentionChange, Place, Verb

_RECOMMENDS = {"positive": True, "recommended": True, "recommends": True, "negative": False, "not recommended": False}
_STARS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_STARS_IN_WORDS = re.compile(r"([1-5])(?:\.0+)?(?:\s*(?:/\s*5|out of 5|stars?))?")
_SEVERAL = re.compile(r"[\s;|]+")


def _moment(given: object, info: ValidationInfo) -> object:
    now = (info.context or {}).get("now")
    if isinstance(given, datetime) or not isinstance(now, datetime):
        return given
    if isinstance(given, int | float) and not isinstance(given, bool):
        given = str(int(given)) if abs(given) < 10**15 else ""
    return read_moment(given.strip() if isinstance(given, str) else "", now=now)


def _stars(given: object) -> object:
    words = "" if isinstance(given, bool) else str(given).strip().lower()
    found = _STARS_IN_WORDS.fullmatch(words)
    stars = int(found[1]) if found else _STARS.get(words)
    if stars is None:
        raise ValueError("not a rating from 1 to 5")
    return stars


def _recommends(given: object) -> object:
    words = _lower(given)
    return _RECOMMENDS.get(words, words) if isinstance(words, str) else words


def _lower(given: object) -> object:
    return given.strip().lower() if isinstance(given, str) else given


Id = Annotated[str, Field(max_length=512)]
Name = Annotated[str, Field(max_length=300)]
Link = Annotated[str, Field(max_length=4096)]
Words = Annotated[str, Field(max_length=100_000)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class MentionRow(BaseModel):
    """A row of mentions.csv or an item of a signed delivery; every part may be missing, but something must be said."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True, allow_inf_nan=False
    )

    verb: Annotated[Verb, BeforeValidator(_lower)] = Verb.ADD
    external_id: Id | None = None
    parent_external_id: Id | None = None
    kind: Annotated[Literal["review", "post", "comment", "mention", "message"], BeforeValidator(_lower)] | None = None
    created_at: Moment | None = None
    text: Words | None = None
    author: Name | None = None
    author_id: Id | None = None
    owner_reply: Words | None = None
    owner_replied_at: Moment | None = None
    photo_url: Link | None = None
    rating: Annotated[int, BeforeValidator(_stars)] | None = None
    recommends: Annotated[bool, BeforeValidator(_recommends)] | None = None
    page_id: Id | None = None
    store_number: Id | None = None
    permalink: Link | None = None
    place_name: Name | None = None
    street: Name | None = None
    city: Name | None = None
    state: Name | None = None
    zip: Name | None = None
    country: Name | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _blank_is_missing(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        cleaned = {key: part.replace("\x00", "") if isinstance(part, str) else part for key, part in given.items()}
        return {key: part for key, part in cleaned.items() if part is not None and not _is_blank(part)}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        says = self.text or self.photo_url or self.rating is not None or self.recommends is not None
        if not says and self.verb in (Verb.ADD, Verb.EDIT):
            raise ValueError("says nothing: no text, rating, recommendation or photo")
        if self.verb not in (Verb.ADD, Verb.EDIT) and self.external_id is None:
            raise ValueError("an external_id is needed to hide or remove something")
        return self


_FIELDS = sorted(MentionRow.model_fields)


def changes_of(
    row: MentionRow, given: Mapping[str, object], *, channel: str, at: datetime, occurrence: int = 0
) -> Iterator[MentionChange]:
    """The mention, and the owner's answer to it as a second one. `given` is the row as it came, for stable ids."""
    external_id = row.external_id or _made_id(given, channel, occurrence)
    digest = _digest(channel, [given.get(name) for name in _FIELDS])
    mention = _mention(row, external_id, channel=channel, at=at, digest=digest)
    yield mention
    if row.owner_reply:
        yield _owner_reply(row, mention)


def is_anonymous(given: Mapping[str, object]) -> bool:
    """Whether only the words tell two rows apart, so that equal ones may be two people's."""
    return not any(given.get(key) for key in ("external_id", "author", "author_id"))


def content_key(given: Mapping[str, object]) -> str:
    """What makes a row without an id itself. A time seen from “now” is left out: it is another one tomorrow."""
    created = str(given.get("created_at") or "")
    parts = [given.get(key) for key in ("author_id", "author", "text", "rating", "store_number", "page_id", "street")]
    return _digest("" if is_relative(created) else created, parts)


def _made_id(given: Mapping[str, object], channel: str, occurrence: int) -> str:
    return f"made-{_digest(channel, [content_key(given), occurrence])}"


def _mention(row: MentionRow, external_id: str, *, channel: str, at: datetime, digest: str) -> MentionChange:
    return MentionChange(
        channel=channel,
        kind=row.kind or _default_kind(row),
        external_id=external_id,
        verb=row.verb,
        at=at,
        digest=digest,
        page_id=row.page_id,
        thread_id=row.parent_external_id or external_id,
        parent_id=row.parent_external_id,
        # a name alone is nobody's id: two people may share it
        author_id=row.author_id,
        author_name=row.author,
        from_page=row.page_id is not None and row.author_id == row.page_id,
        text="" if row.text is None and row.verb is Verb.ADD else row.text,
        rating=row.rating,
        recommends=row.recommends,
        attachments=_photos(row),
        place=_place(row),
        store_number=row.store_number,
        permalink=_web_address(row.permalink),
        created_at=row.created_at,
    )


def _owner_reply(row: MentionRow, answered: MentionChange) -> MentionChange:
    return MentionChange(
        channel=answered.channel,
        kind="comment",
        external_id=f"{answered.external_id}:owner-reply",
        verb=Verb.ADD,
        at=answered.at,
        digest=_digest(answered.digest, "owner-reply"),
        page_id=row.page_id,
        thread_id=answered.thread_id,
        parent_id=answered.external_id,
        author_id=row.page_id,
        from_page=True,
        text=row.owner_reply,
        store_number=row.store_number,
        created_at=row.owner_replied_at,
    )


def _default_kind(row: MentionRow) -> str:
    if row.rating is not None or row.recommends is not None:
        return "review"
    return "comment" if row.parent_external_id else "post"


def _place(row: MentionRow) -> Place | None:
    both = row.latitude is not None and row.longitude is not None
    place = Place(
        name=row.place_name,
        street=row.street,
        city=row.city,
        state=row.state,
        zip=row.zip,
        country=row.country,
        lat=row.latitude if both else None,
        lng=row.longitude if both else None,
    )
    return None if place == Place() else place


def _photos(row: MentionRow) -> tuple[Attachment, ...]:
    addresses = (_web_address(part) for part in _SEVERAL.split(row.photo_url or ""))
    return tuple(dict.fromkeys(Attachment(type="photo", url=address) for address in addresses if address))


def _web_address(given: str | None) -> str | None:
    return given if given is not None and given.startswith(("https://", "http://")) else None


def _is_blank(part: object) -> bool:
    return isinstance(part, str) and not part.strip()


def _digest(first: str, rest: object) -> str:
    return sha256(json.dumps([first, rest]).encode()).hexdigest()[:16]
