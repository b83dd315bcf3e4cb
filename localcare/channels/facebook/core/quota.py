"""How much of a Page's budget of calls polling may take: answers to customers come first, and Meta tells only percents.

Source: Meta's rate limits, where a Page has 4,800 calls a day for each person who engaged with it: a quiet one has few.
"""

from collections.abc import Iterable

POLLING_STOPS_AT = 60.0
"""Percent of a Page's budget above which only people spend calls."""
GLANCING_STOPS_AT = 30.0
"""Percent of the app's own hour above which glances end: the rest is for work."""
GLANCES_UNTOLD = 100
"""Glances of one round where Facebook does not tell what the app has spent."""
_THRIFTY_FROM = 30.0
_CALLS_A_VISIT, _CALLS_WHEN_THRIFTY = 16, 4
_MOST_CALLS = 512


def calls_allowed(percent: float | None, *, unfinished: int = 0) -> int:
    """Calls for one visit of one Page; twice as many each time that a visit ended before what it had to read did."""
    if percent is not None and percent >= POLLING_STOPS_AT:
        return 0
    calls = _CALLS_WHEN_THRIFTY if percent is not None and percent >= _THRIFTY_FROM else _CALLS_A_VISIT
    return int(min(_MOST_CALLS, calls * 2 ** min(unfinished, 10)))


def is_spent(percent: float) -> bool:
    """Whether polling stops here."""
    return percent >= POLLING_STOPS_AT


def may_glance_on(app_percents: Iterable[float | None], glanced: int) -> bool:
    """Whether the app has calls to spare after so many glances of a round; its budget as each answer tells it, or not."""
    told = [percent for percent in app_percents if percent is not None]
    return max(told) <= GLANCING_STOPS_AT if told else glanced < GLANCES_UNTOLD
