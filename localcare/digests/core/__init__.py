"""Pure: when a digest is due, what goes into it, how it says things."""

from localcare.digests.core.content import DigestContent, Item, Section, build_digest
from localcare.digests.core.facts import DigestFacts, Handled, Said, StoreCard, Tally, Waiting
from localcare.digests.core.windows import Window, last_digest_day, next_digest_at, window_of

__all__ = [
    "DigestContent",
    "DigestFacts",
    "Handled",
    "Item",
    "Said",
    "Section",
    "StoreCard",
    "Tally",
    "Waiting",
    "Window",
    "build_digest",
    "last_digest_day",
    "next_digest_at",
    "window_of",
]
