"""Typed reading of untyped JSON: the wrong type is the same as nothing. Ids become strings, times aware UTC."""

from datetime import UTC, datetime

from pydantic import SecretStr

Json = dict[str, object]

_LONGEST_ID = 512
_LONGEST_LINK = 4096
_LONGEST_WORD = 60
_EARLIEST = datetime(2004, 2, 4, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_FROM_HERE_ON_MILLISECONDS = 10**11


def node_at(value: Json, key: str) -> Json:
    """The object under `key`, or an empty one."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def nodes_at(value: Json, key: str) -> list[Json]:
    """The objects in the list under `key`; whatever else is in there is left out."""
    found = value.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def text_at(value: Json, key: str) -> str | None:
    """People's words as they wrote them, without the NUL that PostgreSQL cannot keep."""
    found = value.get(key)
    return found.replace("\x00", "") if isinstance(found, str) else None


def word_at(value: Json, key: str) -> str:
    """A short word of Meta's vocabulary for comparing and showing; empty when there is none."""
    found = value.get(key)
    return shown(found) if isinstance(found, str) else ""


def shown(words: str) -> str:
    """Foreign words cut to a length that can stand in a sentence."""
    return words[:_LONGEST_WORD].replace("\x00", "")


def secret_at(value: Json, key: str) -> SecretStr | None:
    """A token, veiled as the session hands it out; an empty one is none."""
    found = value.get(key)
    return (
        (SecretStr(found) if isinstance(found, str) else found)
        if found and isinstance(found, str | SecretStr)
        else None
    )


def id_at(value: Json, *keys: str) -> str | None:
    """The first usable id under `keys`: numbers and strings both occur for the same field."""
    for key in keys:
        found = as_id(value.get(key))
        if found is not None:
            return found
    return None


def as_id(found: object) -> str | None:
    """An id as a string; booleans, fractions and blanks are none."""
    if isinstance(found, str):
        usable = found.strip().replace("\x00", "")
        return usable if usable and len(usable) <= _LONGEST_ID else None
    if isinstance(found, int) and not isinstance(found, bool) and found >= 0:
        return str(found)
    return None


def link_at(value: Json, key: str) -> str | None:
    """A web address; anything a browser might run instead of fetch is none."""
    return as_link(value.get(key))


def as_link(found: object) -> str | None:
    """See `link_at`."""
    if not isinstance(found, str) or len(found) > _LONGEST_LINK:
        return None
    return found if found.startswith(("https://", "http://")) else None


def number_at(value: Json, key: str) -> float | None:
    """A number that is no boolean."""
    found = value.get(key)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def moment_at(value: Json, key: str) -> datetime | None:
    """A time given in seconds (feed), milliseconds (Messenger) or ISO 8601 (reads); outside 2004–2100 it is none."""
    found = value.get(key)
    if isinstance(found, str):
        return _moment_of_words(found)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return _moment_of_number(found)
    return None


def _moment_of_number(number: float) -> datetime | None:
    seconds = number / 1000 if number > _FROM_HERE_ON_MILLISECONDS else number
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST <= seconds < _LATEST else None


def _moment_of_words(words: str) -> datetime | None:
    if words.isascii() and words.isdigit() and len(words) <= 16:
        return _moment_of_number(int(words))
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    # the bounds first: astimezone overflows at the ends of the calendar
    return moment.astimezone(UTC) if 2004 < moment.year < 2100 else None
