"""Deliveries of a listening tool, a community or an aggregator: `{"mentions": […]}`, signed with its own secret.

The raw body is what is stored; this module reads it, now or when it is run again, with the same outcome.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from localcare.channels.facebook.core import Parsed, SetAside
from localcare.channels.facebook.core.delivery import load_delivery
from localcare.channels.mention_row import MentionRow, changes_of, content_key, is_anonymous
from localcare.errors import InvalidError

MOST_MENTIONS = 1_000


class SignedDelivery(BaseModel):
    """The body of `POST /webhooks/mentions/{source}`. Items stay as they came, so that one bad item spoils no other."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    mentions: Annotated[list[object], Field(max_length=MOST_MENTIONS)]


def read_signed_delivery(body: bytes) -> SignedDelivery:
    """The delivery; raises InvalidError with a sentence for the sender's developer."""
    try:
        if (loaded := load_delivery(body)) is not None:
            return SignedDelivery.model_validate(loaded)
        return SignedDelivery.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise InvalidError(
            f'Send {{"mentions": […]}} with at most {MOST_MENTIONS:,} items. {where}: {first["msg"]}.'
        ) from None


def parse_signed_delivery(body: bytes, *, channel: str, now: datetime) -> list[Parsed]:
    """The changes of a delivery, and what was set aside. `now` is when it was received. Never raises for any bytes."""
    try:
        delivery = read_signed_delivery(body)
    except InvalidError as error:
        return [SetAside(None, "delivery", error.message)]
    seen: Counter[str] = Counter()
    found: list[Parsed] = []
    for index, item in enumerate(delivery.mentions):
        found += _item(index, item, channel=channel, received_at=now, seen=seen)
    return found


def _item(index: int, item: object, *, channel: str, received_at: datetime, seen: Counter[str]) -> list[Parsed]:
    if not isinstance(item, dict):
        return [SetAside(None, f"mentions[{index}]", "not an object")]
    try:
        row = MentionRow.model_validate(item, context={"now": received_at})
    except ValidationError as error:
        return [_set_aside(index, error)]
    occurrence = 0
    if is_anonymous(item):
        key = content_key(item)
        occurrence, seen[key] = seen[key], seen[key] + 1
    # of two items about one mention the later wins
    at = received_at + timedelta(microseconds=index)
    return list(changes_of(row, item, channel=channel, at=at, occurrence=occurrence))


def _set_aside(index: int, error: ValidationError) -> SetAside:
    first = error.errors(include_url=False)[0]
    what = ".".join((f"mentions[{index}]", *map(str, first["loc"])))
    value = f": {str(first['input'])[:80]}" if first["loc"] else ""
    return SetAside(None, what, first["msg"].removeprefix("Value error, ") + value)
