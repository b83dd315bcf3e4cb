"""A saved reply filled in for one customer: what is known stands there, what only a person knows stays in brackets."""

import re
from collections.abc import Mapping

from localcare.web.words import capital_first

_NOBODY = re.compile(r",? \[customer\]|^\[customer\],? ?")
_PLACE = re.compile(r"\{(\w+)\}")


def first_name(name: str | None) -> str:
    """What a customer is called in an answer; empty when the network withheld the name."""
    words = (name or "").split()
    return words[0] if words else ""


def fill_in(body: str, facts: Mapping[str, str]) -> str:
    """The text with {customer}, {store}, … filled in. What is not known becomes [brackets], for the writer to mend."""
    filled = _PLACE.sub(lambda match: facts.get(match[1]) or f"[{match[1]}]", body)
    named = _NOBODY.sub("", filled)
    return capital_first(named)
