"""Times as exports and listening tools write them, as aware UTC. A time without a zone is taken as UTC."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_FORMATS = (
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y/%m/%d",
)
# X writes the year at the end
_FORMAT_WITH_ZONE = "%a %b %d %H:%M:%S %z %Y"
_AGO = re.compile(r"(?:edited )?(an?|\d{1,4}) (second|minute|hour|day|week|month|year)s? ago")
_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER_BY = timedelta(days=1)


def is_relative(words: str) -> bool:
    """Whether the words say a time only as seen from some now (“3 months ago”)."""
    words = words.strip().lower()
    return words in ("just now", "yesterday") or _AGO.fullmatch(words) is not None


def read_moment(words: str, *, now: datetime) -> datetime:
    """The moment; raises ValueError with a sentence when it is none, or lies in the future or before the web."""
    moment = _ago(words.lower(), now) or _epoch(words) or _iso(words) or _spelled(words)
    if moment is None:
        raise ValueError("not a date or time")
    if not _EARLIEST <= moment <= now + _CLOCKS_DIFFER_BY:
        raise ValueError("in the future" if moment > now else "too long ago to be true")
    return moment


def _ago(words: str, now: datetime) -> datetime | None:
    if words in ("just now", "yesterday"):
        return now - timedelta(days=words == "yesterday")
    found = _AGO.fullmatch(words)
    if found is None:
        return None
    count = int(found[1]) if found[1].isdigit() else 1
    ago = timedelta(days=count * _DAYS.get(found[2], 0.0), seconds=count * _SECONDS.get(found[2], 0.0))
    return now - ago if ago < now - _EARLIEST else None


def _epoch(words: str) -> datetime | None:
    if not (words.isascii() and words.isdigit() and len(words) in (9, 10, 12, 13)):
        return None
    return datetime.fromtimestamp(int(words) / (1000 if len(words) >= 12 else 1), UTC)


def _iso(words: str) -> datetime | None:
    try:
        return _as_utc(datetime.fromisoformat(words.removesuffix(" UTC")))
    except ValueError:
        return None


def _spelled(words: str) -> datetime | None:
    for pattern in _FORMATS:
        try:
            return datetime.strptime(words, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        return datetime.strptime(words, _FORMAT_WITH_ZONE).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    try:
        return _as_utc(parsedate_to_datetime(words))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _as_utc(moment: datetime) -> datetime | None:
    if not 1900 < moment.year < 2200:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
