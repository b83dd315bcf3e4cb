"""The usage headers of the Graph API: how much of a Page's hourly budget is spent, in percent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from localcare.channels.facebook.core.read import Json, number_at

_METERS = ("call_count", "total_cputime", "total_time")
_APP_HEADER, _PAGE_HEADER = "X-App-Usage", "X-Page-Usage"
_BUSINESS_HEADER = "X-Business-Use-Case-Usage"


@dataclass(frozen=True, slots=True)
class Usage:
    """The fullest meter in percent (Meta throttles at 100) and the seconds until access returns (0: not throttled).

    `page_percent` leaves out what the app spends on everybody, `app_percent` is that alone (None: not told). `is_told` is
    whether any header said anything: an answer without them does not mean that nothing was spent.
    """

    percent: float = 0.0
    regain_seconds: int = 0
    page_percent: float = 0.0
    app_percent: float | None = None
    is_told: bool = False


def parse_usage(headers: Mapping[str, str]) -> Usage:
    """The worst of what all usage headers say; headers that are missing or broken say nothing."""
    own = [_json(headers.get(_PAGE_HEADER))]
    for listed in _json(headers.get(_BUSINESS_HEADER)).values():
        own += [meter for meter in listed if isinstance(meter, dict)] if isinstance(listed, list) else []
    of_app = _json(headers.get(_APP_HEADER))
    meters = [of_app, *own]
    return Usage(
        percent=_fullest(meters),
        # Meta gives minutes
        regain_seconds=60 * max((int(number_at(m, "estimated_time_to_regain_access") or 0) for m in meters), default=0),
        page_percent=_fullest(own),
        app_percent=_fullest([of_app]) if of_app else None,
        is_told=any(meters),
    )


def _fullest(meters: Sequence[Json]) -> float:
    return max((number_at(meter, key) or 0.0 for meter in meters for key in _METERS), default=0.0)


def _json(header: str | None) -> Json:
    try:
        loaded = orjson.loads(header or "{}")
    except orjson.JSONDecodeError:
        return {}
    return loaded if isinstance(loaded, dict) else {}
