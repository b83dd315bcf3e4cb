"""Slugs in words, for people."""

from localcare.triage.core.combine import RULES_ONLY
from localcare.web.words import capital_first

CLOSING_REASONS = {
    "no-reply-needed": "No reply needed",
    "answered": "Answered, all is well",
    "settled-in-person": "Settled in person or by phone",
    "thanked": "Praise: passed on to the team",
    "spam": "Spam or abuse",
    "duplicate": "The same matter is handled elsewhere",
}
CLOCK_NAMES = {
    "acknowledge": "Somebody takes it",
    "first_reply": "First reply",
    "next_reply": "Next reply",
    "resolve": "Done",
}
KINDS = {"review": "recommendation", "post": "post", "comment": "comment", "mention": "mention", "message": "message"}
RESOLUTIONS = {
    "exact": "It is this store",
    "likely": "Most likely this store",
    "ambiguous": "One of several stores",
    "none": "No store found",
}


_TOPICS = {
    "network-outage": "Network and outage",
    "account-access": "Account and access",
    "order-pickup": "Order and pickup",
    "upgrade-device": "Upgrade and device",
    "staff-service": "Staff and service",
    "waiting": "Waiting time",
    "price-promotion": "Price and promotion",
    "product-stock": "Product and stock",
    "hours-location": "Hours and location",
}


def topic_name(slug: str) -> str:
    """A topic in words; one that a brand added is read from its slug."""
    return _TOPICS.get(slug) or words_of(slug)


def matter_name(slug: str) -> str:
    """Whose matter it is, in words."""
    return {"store": "The store’s", "other": "Nobody’s in particular"}.get(slug) or words_of(slug)


def words_of(slug: str) -> str:
    """`staff-service` is “Staff service”."""
    return slug.replace("-", " ").replace("_", " ").capitalize()


def judge_name(model: str) -> str:
    """Who decided a verdict, by what it keeps of that: `rules-only` is “rules alone, without a model”."""
    return "rules alone, without a model (rules-only)" if model == RULES_ONLY else f"rules and model {model}"


def name_of(author: str | None) -> str:
    """What to call somebody whose name the network withheld."""
    return author or "A customer"


def sentence(words: str) -> str:
    """Words as a sentence: a capital first, a full stop at the end."""
    words = words.strip()
    if not words:
        return ""
    return f"{capital_first(words)}{'' if words[-1] in '.!?”' else '.'}"
