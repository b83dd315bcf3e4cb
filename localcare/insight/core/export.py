"""A comparison as rows of a table file, with the slugs of the measures as its header."""

from collections.abc import Iterable, Iterator

from localcare.insight.core.comparison import Standing

HEADER = (
    "store_number", "name", "mentions", "opinions", "share_positive", "share_positive_low", "share_positive_high",
    "compared", "complaints_own", "complaints_network", "complaints_billing", "complaints_account",
    "complaints_product", "asked", "answered", "first_reply_minutes", "open", "late",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(standings: Iterable[Standing]) -> Iterator[tuple[str, ...]]:
    """Header and rows. A share is empty where there is too little to compare; `compared` says better, alike or worse."""
    yield HEADER
    for item in standings:
        yield tuple(_cell(value) for value in _values(item))


def _values(item: Standing) -> tuple[object, ...]:
    voices, desk, share = item.tally.voices, item.tally.desk, item.share
    shares = (share.value, share.low, share.high) if share else (None, None, None)
    return (
        item.place.number, item.place.name, voices.mentions, voices.opinions.n, *shares, item.band, voices.complaints,
        voices.network, voices.billing, voices.account, voices.product, item.answered.count.n, item.answered.count.hits,
        item.first_reply.minutes, desk.open, desk.late,
    )  # fmt: skip


def _cell(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = f"{value:.4f}" if isinstance(value, float) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
