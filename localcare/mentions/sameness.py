"""Whether two lanes tell of one mention, and what is known when they do; pure.

A recommendation has no API: a file, a mail, an aggregator and a colleague may each tell of the same one, under ids of their
own. They are one mention when place, author, words and time agree. In doubt they stay two: a duplicate is a
nuisance, two people in one mention would be a fault.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from rapidfuzz import fuzz

from localcare.mentions.core import MentionState, merge

__all__ = ["MADE_ID", "MAIL_ID", "TYPED_ID", "Account", "has_network_id", "is_same", "is_told_by_people", "join"]

TYPED_ID, MAIL_ID, MADE_ID = "typed-", "mail-", "made-"
"""How ids begin that we had to make ourselves, because the lane gave none."""
_NETWORKS = frozenset({"facebook", "instagram", "x", "google"})
_NOBODY = frozenset(
    {
        "facebook user",
        "facebook contact",
        "usuario de facebook",
        "google user",
        "a google user",
        "anonymous",
        "customer",
    }
)
_BOTH_DATED, _ONE_UNDATED, _FEW_WORDS = timedelta(days=3), timedelta(days=7), timedelta(days=1)
_NEARLY_EQUAL, _LONG_ENOUGH = 92, 20
_ITEM_KEYS = ("review_id", "reply_comment_id", "comment_id", "story_fbid", "fbid", "v")
_ITEM_PATH = re.compile(r"/(?:posts|reviews?|videos|photos|permalink)/([\w-]*\d[\w-]*)/?$")
_NUMBER = re.compile(r"\d+")
_CUT_OFF = re.compile(r"(?:…|\.\.\.)\s*(?:see more|read more|ver más|más)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    """What one lane tells of a mention. `lane` is "" when it is not known; `places` are "page:…" and "store:…"."""

    state: MentionState
    lane: str
    places: frozenset[str]


def is_told_by_people(state: MentionState) -> bool:
    """Whether several lanes may tell of it under ids of their own, and enough is known to recognise it."""
    by_lanes = state.kind == "review" or state.external_id.startswith((MAIL_ID, TYPED_ID))
    return by_lanes and state.is_live and not state.from_page and is_somebody(state.author_name)


def has_network_id(external_id: str) -> bool:
    """Whether the network itself knows the thing by this id."""
    return not external_id.startswith((TYPED_ID, MAIL_ID, MADE_ID))


def is_somebody(name: str | None) -> bool:
    """Whether this is a name, and not what networks write in place of one."""
    return bool(name and name.strip()) and fold_words(name or "") not in _NOBODY


def is_same(one: Account, other: Account) -> bool:
    """Whether both tell of one mention. Symmetric; never true for two unknown authors, or for two of one lane's own ids."""
    a, b = one.state, other.state
    return (
        a.kind == b.kind
        and is_told_by_people(a)
        and is_told_by_people(b)
        and _may_be_told_twice(one, other)
        and _is_same_author(a, b)
        and _is_same_place(one, other)
        and _agree(a.rating, b.rating)
        and _agree(a.recommends, b.recommends)
        and _is_same_item(a, b)
    )


def join(known: MentionState, told: MentionState) -> MentionState:
    """What is known when another lane has told, too: it keeps its id, and of each part the richer account.

    An edit is news and wins as in `fold`; otherwise the longer words do, whoever came first.
    """
    renamed = replace(
        told, channel=known.channel, external_id=known.external_id, kind=known.kind, thread_id=known.thread_id,
        parent_id=known.parent_id, page_id=known.page_id or told.page_id,
    )  # fmt: skip
    merged = merge(known, renamed)
    if merged.removed_at is not None or not (known.is_known and told.is_known):
        return merged
    first, second = (known, told) if _richness(known) >= _richness(told) else (told, known)
    attachments = first.attachments or second.attachments
    rating = first.rating if first.rating is not None else second.rating
    recommends = first.recommends if first.recommends is not None else second.recommends
    is_news = (first.text, rating, recommends, attachments) != (
        known.text, known.rating, known.recommends, known.attachments,
    )  # fmt: skip
    return replace(
        merged, text=first.text, rating=rating, recommends=recommends, attachments=attachments,
        content_version=max(known.content_version, told.content_version) if is_news else known.content_version,
        permalink=max((known.permalink, told.permalink), key=lambda link: (item_of(link) is not None, link or "")),
    )  # fmt: skip


def item_of(link: str | None) -> str | None:
    """What single thing a link leads to; None for a list of reviews, or no link."""
    if not link:
        return None
    parts = urlsplit(link)
    asked: Mapping[str, str] = dict(parse_qsl(parts.query))
    for key in _ITEM_KEYS:
        if asked.get(key):
            return f"{key}:{asked[key]}"
    found = _ITEM_PATH.search(parts.path)
    return f"path:{found[1]}" if found else None


def fold_words(text: str) -> str:
    """Words without case, accents of writing, punctuation and spacing; emoji stay: they may be all there is."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(map(_kept, plain)).split())


def _kept(character: str) -> str:
    """Marks that turn the direction of writing or join emoji leave no gap."""
    category = unicodedata.category(character)
    return "" if category == "Cf" else " " if category[0] in "PZC" else character


def _may_be_told_twice(one: Account, other: Account) -> bool:
    """Ids of one lane are two things; a mail or a colleague may come twice for one; two networks are two reviews."""
    a, b = one.state, other.state
    if (a.channel, a.external_id) == (b.channel, b.external_id):
        return False
    if a.channel != b.channel and {a.channel, b.channel} <= _NETWORKS:
        return False
    is_ours = any(state.external_id.startswith((TYPED_ID, MAIL_ID)) for state in (a, b))
    return is_ours or (bool(one.lane and other.lane) and one.lane != other.lane)


def _is_same_author(a: MentionState, b: MentionState) -> bool:
    if not _agree(a.author_external_id, b.author_external_id):
        return False
    return fold_words(a.author_name or "") == fold_words(b.author_name or "")


def _is_same_place(one: Account, other: Account) -> bool:
    if not _agree(one.state.page_id, other.state.page_id):
        return False
    if not _agree(one.state.store_number, other.state.store_number):
        return False
    return bool(one.places & other.places)


def _is_same_item(a: MentionState, b: MentionState) -> bool:
    link, other_link = item_of(a.permalink), item_of(b.permalink)
    if link is not None and link == other_link:
        return True
    apart = abs(a.created_at - b.created_at)
    if apart > (_BOTH_DATED if a.network_created_at and b.network_created_at else _ONE_UNDATED):
        return False
    if not fold_words(a.text) or not fold_words(b.text):
        return apart <= _FEW_WORDS and _is_opinion_known(a, b)
    return _are_same_words(a.text, b.text)


def _is_opinion_known(a: MentionState, b: MentionState) -> bool:
    """Without words on one side, both must at least have said the same of the place."""
    by_stars = a.rating is not None and a.rating == b.rating
    return by_stars or (a.recommends is not None and a.recommends == b.recommends)


def _are_same_words(one: str, other: str) -> bool:
    a, b = sorted((fold_words(_CUT_OFF.sub("", one)), fold_words(_CUT_OFF.sub("", other))), key=len)
    if a == b:
        return True
    if len(a) < _LONG_ENOUGH:
        return False
    # cut off by one lane, or gone on with by its author after the other had told it
    is_cut = any(_CUT_OFF.search(text) for text in (one, other))
    if b.startswith(a if is_cut else f"{a} "):
        return True
    # “I waited 40 minutes” and “50 minutes” are two people's words, however alike
    return _NUMBER.findall(a) == _NUMBER.findall(b) and fuzz.ratio(a, b) >= _NEARLY_EQUAL


def _agree(a: object, b: object) -> bool:
    """Whether nothing speaks against it: what one side does not know is no contradiction."""
    return a is None or b is None or a == b


def _richness(state: MentionState) -> tuple[bool, str, bool, int, str]:
    """Edits first, by when; then whole words before a beginning of them, then the longer."""
    edited = state.edited_at is not None
    return (
        edited, state.content_version if edited else "", not _CUT_OFF.search(state.text), len(fold_words(state.text)),
        state.text,
    )  # fmt: skip
