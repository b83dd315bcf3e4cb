"""Which Graph version answers: the asked one while it lives, else the oldest that does.

Dates from https://developers.facebook.com/docs/graph-api/changelog as of November 2026.
"""

from datetime import date

_DIES = {
    (21, 0): date(2027, 1, 21),
    (22, 0): date(2027, 5, 20),
    (23, 0): date(2027, 10, 8),
    (24, 0): date(2028, 2, 18),
    (25, 0): date(2028, 7, 29),
    (26, 0): date.max,
}


def serving_version(asked: str | None, today: date) -> str:
    """`v26.0` for `v26.0`; an expired or unknown version, or none, is silently served by the oldest alive."""
    alive = [version for version, dies in _DIES.items() if today < dies]
    major, _, minor = (asked or "").removeprefix("v").partition(".")
    wanted = (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else None
    serving = wanted if wanted in alive else min(alive)
    return f"v{serving[0]}.{serving[1]}"
