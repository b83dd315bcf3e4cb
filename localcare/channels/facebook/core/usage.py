"""The usage headers of the Graph API: how much of a Page's hourly budget is spent, in percent."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from localcare.channels.facebook.core.read import Json, number_at

_METERS = ("call_count", "total_cputime", "total_time")
_FLAT_HEADERS = ("X-App-Usage", "X-Page-Usage")
_BUSINESS_HEADER = "X-Business-Use-Case-Usage"


@dataclass(frozen=True, slots=True)
class Usage:
    """The fullest meter in percent (Meta throttles at 100) and the seconds until access returns (0: not throttled)."""

    percent: float = 0.0
    regain_seconds: int = 0


def parse_usage(headers: Mapping[str, str]) -> Usage:
    """The worst of what all usage headers say; headers that are missing or broken say nothing."""
    meters = [_json(headers.get(name)) for name in _FLAT_HEADERS]
    for listed in _json(headers.get(_BUSINESS_HEADER)).values():
        meters += [meter for meter in listed if isinstance(meter, dict)] if isinstance(listed, list) else []
    return Usage(
        percent=max((number_at(meter, key) or 0.0 for meter in meters for key in _METERS), default=0.0),
        # Meta gives minutes
        regain_seconds=60 * max((int(number_at(m, "estimated_time_to_regain_access") or 0) for m in meters), default=0),
    )


def _json(header: str | None) -> Json:
    try:
        loaded = orjson.loads(header or "{}")
    except orjson.JSONDecodeError:
        return {}
    return loaded if isinstance(loaded, dict) else {}
