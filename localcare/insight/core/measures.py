"""Every number that insight shows, defined once. Pages, exports, the API and docs/reference/measures.md all quote this."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A number: its column in exports, its name on pages, what it is exactly, and what opens behind it."""

    slug: str
    name: str
    unit: str
    definition: str
    opens: str


WINDOWS = (7, 28, 90)
"""The windows that can be chosen, in days, today included."""
USUAL_WINDOW = 28

MEASURES = (
    Measure(
        "mentions",
        "Mentions",
        "count",
        "What customers wrote within the window about a store known exactly or most likely, on any channel. What was hidden"
        " or removed since, and the Page's own words, do not count.",
        "the store's feed",
    ),
    Measure(
        "share_positive",
        "Positive",
        "share",
        "Of the opinions about the store, those that are positive. A recommendation or a rating decides (yes, or 4 and 5"
        " stars: positive; no, or 1 and 2: negative; 3: an opinion, not a positive one); for words without either, triage's"
        " sentiment does, and neutral words are no opinion. A complaint about the network, a bill, an account, an order"
        " or a device is not held against the store: it is shown apart. The share is estimated as if the"
        " store were one of its peers until its own opinions say otherwise (beta-binomial empirical Bayes), with the"
        " interval that holds the true share with 90 % probability. With fewer than 5 opinions, or an interval wider than"
        " 40 points, there is not enough to compare.",
        "the store's feed",
    ),
    Measure(
        "opinions",
        "n",
        "count",
        "How many opinions the share positive is made from.",
        "the store's feed",
    ),
    Measure(
        "complaints_own",
        "Complaints",
        "count",
        "Negative opinions about the store's own matters: people, waiting, stock, prices, the place itself.",
        "the store's cases",
    ),
    Measure(
        "complaints_elsewhere",
        "Not the store’s",
        "count",
        "Negative opinions said about a store that the store cannot mend: network, billing, account, orders and devices.",
        "the store's cases",
    ),
    Measure(
        "answered",
        "Answered",
        "share",
        "Of the cases that came to the store's own inbox within the window and asked for an answer, those that have one:"
        " a reply that reached the customer, or one settled in person. Closed without a reply because none was needed,"
        " withdrawn or merged: did not ask.",
        "the store's cases",
    ),
    Measure(
        "first_reply",
        "First reply",
        "minutes",
        "The time within which half of the customers whose case came to the store's own inbox within the window had their"
        " first reply, by the clock on the wall, from the opening of the case. Who still waits counts as"
        " waiting so far and does not vanish (Kaplan–Meier). While fewer than half are answered it is “over” the"
        " longest wait seen.",
        "the store's cases",
    ),
    Measure(
        "open",
        "Open",
        "count",
        "Cases in the store's own inbox in which the customer waits right now; snoozed ones are out of sight.",
        "the store's waiting cases",
    ),
    Measure(
        "late",
        "Late",
        "count",
        "Open cases whose first or next reply is overdue right now.",
        "the store's waiting cases",
    ),
)


def measure(slug: str) -> Measure:
    """The measure of a column."""
    return next(item for item in MEASURES if item.slug == slug)


def as_markdown() -> str:
    """docs/reference/measures.md; a test holds the file to it."""
    head = (
        "# Measures\n\nEvery number has one definition. This page is written from `localcare/insight/core/measures.py`;"
        " pages, exports and `/api/v1/insight` quote the same lines.\n\n"
        f"A window is the last {', '.join(map(str, WINDOWS[:-1]))} or {WINDOWS[-1]} days, today included; days are UTC's.\n"
    )
    parts = [
        f"## {item.name} (`{item.slug}`)\n\n{item.definition}\n\nUnit: {item.unit}. Opens {item.opens}.\n"
        for item in MEASURES
    ]
    return "\n".join([head, *parts])
