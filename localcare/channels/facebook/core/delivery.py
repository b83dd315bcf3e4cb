"""One POST of Meta's, taken apart: an outcome for every change in it, and none spoils another."""

import json
from collections.abc import Iterator

import orjson

from localcare.channels.facebook.core.change import Envelope, Reader, what_of
from localcare.channels.facebook.core.fields import CHANNELS, OBJECTS_OF_NO_INTEREST, OF_NO_INTEREST, READERS
from localcare.channels.facebook.core.messaging import read_messaging, read_standby
from localcare.channels.facebook.core.outcome import MisshapenError, NoInterest, Parsed, SetAside
from localcare.channels.facebook.core.read import Json, id_at, moment_at, shown, word_at

_LISTS = ("changes", "messaging", "standby")


def parse_delivery(body: bytes) -> list[Parsed]:
    """Every change of one delivery, in its order. Never raises, whatever the bytes; broken JSON is one SetAside."""
    delivery = load_delivery(body)
    if delivery is None:
        return [SetAside(None, "delivery", "not readable as JSON")]
    if not isinstance(delivery, dict):
        return [SetAside(None, "delivery", "not a JSON object")]
    kind = word_at(delivery, "object")
    entries = delivery.get("entry")
    if not isinstance(entries, list) or not entries:
        return [SetAside(None, f"{kind} delivery".strip(), "no entries")]
    return [outcome for entry in entries for outcome in _entry(kind, entry)]


def load_delivery(body: bytes) -> object | None:
    """The JSON of a delivery, or None when it is not readable even with half an emoji in it."""
    try:
        loaded: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _load_with_half_emoji(body)
    return loaded


def _load_with_half_emoji(body: bytes) -> object | None:
    """A text cut inside an emoji leaves half a surrogate pair: strict JSON refuses it, the batch must not suffer."""
    if b"\\ud" not in body and b"\\uD" not in body:
        return None
    try:
        loaded: object = orjson.loads(json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    return loaded


def _entry(kind: str, entry: object) -> Iterator[Parsed]:
    if not isinstance(entry, dict):
        yield SetAside(None, f"{kind} entry", "not a JSON object")
        return
    page_id = id_at(entry, "id")
    if kind in OBJECTS_OF_NO_INTEREST:
        yield NoInterest(None, f"object {kind}", OBJECTS_OF_NO_INTEREST[kind])
    elif kind not in CHANNELS:
        yield SetAside(page_id, f"object {kind}", "this kind of object is not known")
    elif page_id is None:
        yield SetAside(None, f"{kind} entry", "no usable id")
    else:
        envelope = Envelope(CHANNELS[kind], page_id, moment_at(entry, "time"), _stamp(entry, page_id))
        yield from _outcomes(kind, envelope, entry)


def _stamp(entry: Json, page_id: str) -> bytes:
    sent = entry.get("time")
    return f"{page_id}|{sent if isinstance(sent, int | str) else ''}".encode()


def _outcomes(kind: str, envelope: Envelope, entry: Json) -> Iterator[Parsed]:
    found = False
    for name in _LISTS:
        listed = entry.get(name)
        for item in listed if isinstance(listed, list) else ():
            found = True
            yield _change(kind, envelope, item) if name == "changes" else _event(envelope, name, item)
    if "field" in entry:
        yield _change(kind, envelope, entry)
    elif not found:
        yield SetAside(envelope.page_id, f"{kind} entry", _why_empty(entry))


def _why_empty(entry: Json) -> str:
    if "changed_fields" in entry:
        return "the subscription does not include values: switch “Include Values” on"
    return "nothing in it that is known"


def _change(kind: str, envelope: Envelope, change: object) -> Parsed:
    if not isinstance(change, dict):
        return SetAside(envelope.page_id, f"{kind} change", "not a JSON object")
    field = word_at(change, "field")
    why = OF_NO_INTEREST[kind].get(field)
    if why is not None:
        return NoInterest(envelope.page_id, field, why)
    reader = READERS[kind].get(field)
    if reader is None:
        return SetAside(envelope.page_id, field or f"{kind} change", "this field is not known")
    value = change.get("value")
    if not isinstance(value, dict):
        return SetAside(envelope.page_id, field, "no value")
    return _read(reader, envelope, value, what_of(field, value))


def _event(envelope: Envelope, name: str, event: object) -> Parsed:
    if not isinstance(event, dict):
        return SetAside(envelope.page_id, name, "not a JSON object")
    kinds = [shown(key) for key in event if key not in ("sender", "recipient", "timestamp")]
    reader = read_messaging if name == "messaging" else read_standby
    return _read(reader, envelope, event, " ".join((name, *kinds[:1])))


def _read(reader: Reader, envelope: Envelope, value: Json, what: str) -> Parsed:
    try:
        return reader(envelope, value)
    except MisshapenError as error:
        return SetAside(envelope.page_id, what, error.why)
    except orjson.JSONEncodeError:
        return SetAside(envelope.page_id, what, "nested too deeply")
