"""States of the USA by name and by abbreviation."""

from functools import lru_cache

import us

from localcare.stores.core.text import phrase

_STATES = [*us.states.STATES_AND_TERRITORIES, us.states.DC]
STATE_NAMES: dict[str, str] = {state.abbr: state.name for state in _STATES}
_CODES = {
    **{phrase(name): code for code, name in STATE_NAMES.items()},
    **{code.lower(): code for code in STATE_NAMES},
    **{phrase(state.ap_abbr): state.abbr for state in _STATES if state.ap_abbr},
    "d c": "DC",
    "washington dc": "DC",
}
NAME_PHRASES: dict[str, str] = {phrase(name): code for code, name in STATE_NAMES.items()}


@lru_cache(maxsize=4096)
def state_code(text: str | None) -> str | None:
    """The two-letter code of a state given by name or code, or None when it is no state."""
    return _CODES.get(phrase(text)) if text else None


def state_name(code: str | None) -> str | None:
    """The full name of a state's code."""
    return STATE_NAMES.get(code or "")
