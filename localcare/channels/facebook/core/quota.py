"""How much of a Page's budget of calls polling may take: answers to customers come first, and Meta tells only percents.

Source: Meta's rate limits, where a Page has 4,800 calls a day for each person who engaged with it: a quiet one has few.
"""

POLLING_STOPS_AT = 60.0
"""Percent of a Page's budget above which only people spend calls."""
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
