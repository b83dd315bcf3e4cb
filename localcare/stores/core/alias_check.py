"""Whether a name can tell one store from the others at all: what every text contains would send everybody to one store."""

from localcare.stores.core.text import tokens
from localcare.stores.core.vocabulary import (
    ARTICLES,
    BEFORE_NUMBERS,
    FROM_WORDS,
    HOME_WORDS,
    LOCATIVES,
    NEARBY,
    ON_WORDS,
    PLAIN_NAMES,
    SHOP_WORDS,
    TRADE_WORDS,
    UNITS,
)

MOST_LETTERS = 80
_FACTS = frozenset(["phone", "address", "place-id"])
_EMPTY = (
    ARTICLES | BEFORE_NUMBERS | FROM_WORDS | HOME_WORDS | LOCATIVES | NEARBY | ON_WORDS | SHOP_WORDS
    | TRADE_WORDS | UNITS
)  # fmt: skip


def alias_complaint(kind: str, words: str, *, brand_name: str | None) -> str | None:
    """Why this cannot be a name of one store, as a sentence; None when it can."""
    if len(words) > MOST_LETTERS:
        return f"A name has at most {MOST_LETTERS} letters; this has {len(words):,}."
    if kind in _FACTS:
        return None
    said = tokens(words)
    own = set(tokens(brand_name or ""))
    telling = [word for word in said if len(word) > 1 and word not in _EMPTY and word not in own]
    if not telling or " ".join(said) in PLAIN_NAMES:
        return f"“{words}” stands in texts about any store. A name must have a word that only this one is called by."
    if all(word.isdigit() for word in telling):
        return f"“{words}” is only a number. Renumber the store, or add it as a phone or an address."
    return None
