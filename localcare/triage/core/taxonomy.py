"""The topics and risks a brand sorts its mentions into: data, not code, so that a brand may edit them."""

from collections.abc import Mapping
from dataclasses import dataclass

PRAISE, QUESTION, OTHER = "praise", "question", "other"
MATTERS = ("store", "network", "billing", "account", "product", OTHER)
TIERS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a mention is about: who it belongs to (`matter`) and how hard it usually is (`tier`, 1 to 3).

    On a store's own page some matters are that store's which would be the nation's elsewhere: `matter_on_store_page`.
    """

    slug: str
    name: str
    tier: int
    matter: str
    matter_on_store_page: str
    about: str

    def matter_on(self, page_kind: str) -> str:
        """Whose matter it is when it stands on a page of this kind."""
        return self.matter_on_store_page if page_kind == "store" else self.matter


@dataclass(frozen=True, slots=True)
class Risk:
    """What can hurt a person or the brand; it lifts a mention to `tier` and at least to `urgency`."""

    slug: str
    name: str
    tier: int
    urgency: str
    about: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All topics and risks by slug, in order of precedence: of two topics with equal evidence the earlier one wins."""

    topics: Mapping[str, Topic]
    risks: Mapping[str, Risk]
