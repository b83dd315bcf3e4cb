"""A text as a sentence pattern: names of places and brands become slots, what is left are the words around them.

"if you open one on Main St in Katy" and "if you open one in Boise" are the same pattern: if you open one in @place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, pairwise

from localcare.stores.core.address import DIRECTIONS, STREET_TYPES
from localcare.stores.core.context import Surroundings
from localcare.stores.core.evidence import Finding
from localcare.stores.core.phrases import Match, PhraseKind
from localcare.stores.core.states import STATE_NAMES
from localcare.stores.core.text import ReadText
from localcare.stores.core.values import EvidenceKind
from localcare.stores.core.vocabulary import SHOP_WORDS, STAFF_WORDS
from localcare.stores.core.wording import USES

PLACE, OWN, RIVAL, LANDMARK = "@place", "@us", "@them", "@mark"
NUMBER, NAME, RARE = "@n", "@Name", "@rare"
_STATES = frozenset(code.lower() for code in STATE_NAMES)
_TAILS = STREET_TYPES | DIRECTIONS
_JOINING = (
    ("in",),
    ("at",),
    ("of",),
    ("en",),
    ("de",),
    ("over", "in"),
    ("over", "on"),
    ("here", "in"),
    ("right", "in"),
)
_ENDS = frozenset(".!?;\n")
_ENDINGS = ("ing", "ed", "ly", "er", "ers", "est", "es", "s", "ado", "ando", "aron")
_CUT = ("ing", "ed", "es", "s", "er", "ly")
_STEMMED = 4  # letters from which on a word has a stem
_APART = _ENDS | frozenset("/&")
_OF_A_SHOP = SHOP_WORDS | STAFF_WORDS
_WINDOW = 5
_REACH = 25  # words further from any place are about something else


@dataclass(slots=True)
class Word:
    """A word or slot, what stood before it, and the stores a place means."""

    said: str
    cased: str
    gap: str
    stores: tuple[tuple[int, ...], ...] = ()


def pattern_of(
    text: ReadText, matches: Sequence[Match], findings: Sequence[Finding], around: Surroundings
) -> list[Word]:
    """The words of a text, its places and brands as slots; none when the findings name no place.

    A brand that only says where ("next to the Target") is a landmark.
    """
    named = [each for each in findings if each.span != (0, 0)]
    zipped = tuple(each.stores for each in findings if each.kind is EvidenceKind.ZIP)
    if not named and not zipped:
        return []
    return _near_places(_joined(_slotted(text, around.gaps, _slots(text, matches, named, around), zipped)))


def features_of(pattern: Sequence[Word], text: ReadText, known: frozenset[str] | None = None) -> frozenset[str]:
    """What a linear model counts; a word not `known` is only a name or a rare word."""
    words = [_known(word, at, known) for at, word in enumerate(pattern)]
    uses = [USES.get(word, ()) for word in words]
    bounded = ["^", *words, "$"]
    return frozenset(
        [
            *words,
            *[f"{one} {other}" for one, other in pairwise(bounded)],
            *[f"{one} * {other}" for one, other in zip(words, words[2:], strict=False)],
            *[use for each in uses for use in each],
            *[_stem(word.said) for word in pattern if len(word.said) >= _STEMMED and word.said[0] != "@"],
            *_beside_places(pattern, words, uses),
            *_as_a_whole(pattern, words, text),
        ]
    )


def _slots(text: ReadText, matches: Sequence[Match], named: Sequence[Finding], around: Surroundings) -> dict[int, Word]:
    """Slots by the position of their words."""
    found: dict[int, Word] = {}
    for finding in named:
        for at in _positions(text, *finding.span):
            word = found.setdefault(at, Word(PLACE, "", ""))
            word.stores = (*word.stores, finding.stores)
    for match in matches:
        slot = _SLOTS.get(match.phrase.kind)
        if slot == RIVAL and not around.is_a_rival(match):
            slot = LANDMARK
        for at in _positions(text, *match.span) if slot else ():
            if slot != PLACE or at not in found:
                found[at] = Word(slot or "", "", "")
    return found


_SLOTS = {PhraseKind.STATE: PLACE, PhraseKind.OTHER_BRAND: RIVAL, PhraseKind.OWN_BRAND: OWN}


def _positions(text: ReadText, start: int, end: int) -> range:
    first = text.words.count(" ", 0, start + 1) - 1
    return range(first, first + text.words[start:end].strip().count(" ") + 1)


def _slotted(
    text: ReadText, gaps: Sequence[str], slots: dict[int, Word], zipped: tuple[tuple[int, ...], ...]
) -> list[Word]:
    found: list[Word] = []
    for at, (said, cased) in enumerate(zip(text.words.split(), text.cased, strict=True)):
        slot, gap = slots.get(at), gaps[at]
        if slot is not None:
            found.append(Word(slot.said, cased, gap, slot.stores))
        elif said.isdigit():
            is_zip = len(said) == 5 and bool(zipped)
            found.append(Word(PLACE, cased, gap, zipped) if is_zip else Word(NUMBER, cased, gap))
        elif found and found[-1].said == PLACE and _ends_a_place(said, cased, gap):
            found.append(Word(PLACE, cased, gap))
        else:
            leads = said in DIRECTIONS and at + 1 in slots and slots[at + 1].said == PLACE
            found.append(Word(PLACE if leads else said, cased, gap))
    return found


def _ends_a_place(said: str, cased: str, gap: str) -> bool:
    """Whether "St", "N" or "TX" belongs to the place before it."""
    return said in _TAILS or (said in _STATES and (cased.isupper() or "," in gap))


def _joined(words: Sequence[Word]) -> list[Word]:
    """Places said in one breath as one: "12 Main St in Katy, TX 77449"."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        word, end = words[at], at + 1
        if word.said[0] != "@":
            found.append(word)
        elif word.said == PLACE or (word.said == NUMBER and words[end : end + 1] and words[end].said == PLACE):
            stores = word.stores
            while (more := _goes_on(words, end)) > end:
                stores = (*stores, *(each for joined in words[end:more] for each in joined.stores))
                end = more
            found.append(Word(PLACE, word.cased, word.gap, stores))
        elif not (word.said in (OWN, RIVAL) and found and found[-1].said == word.said):
            found.append(word)
        at = end
    return found


def _goes_on(words: Sequence[Word], at: int) -> int:
    """Where the place ends that goes on at a word; the same position when it does not."""
    if at < len(words) and words[at].said == PLACE and _APART.isdisjoint(words[at].gap):
        return at + 1
    for joint in _JOINING:
        end = at + len(joint)
        if end < len(words) and words[end].said == PLACE and tuple(each.said for each in words[at:end]) == joint:
            return end + 1
    return at


def _near_places(words: list[Word]) -> list[Word]:
    places = [at for at, word in enumerate(words) if word.said == PLACE]
    return words[max(0, places[0] - _REACH) : places[-1] + _REACH + 1] if places else []


def _known(word: Word, at: int, known: frozenset[str] | None) -> str:
    if known is None or word.said in known or word.said[0] == "@":
        return word.said
    if word.cased[:1].isupper() and at > 0 and _ENDS.isdisjoint(word.gap):
        return NAME
    return RARE + _ending(word.said)


@lru_cache(maxsize=20_000)
def _ending(word: str) -> str:
    """How a word ends, if it tells what kind of word it is: "-ed" and "-ing" are what was done."""
    return next((f"-{end}" for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2), "")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """A word without its ending, as a feature."""
    end = next((end for end in _CUT if word.endswith(end) and len(word) >= len(end) + 3), "")
    bare = word.removesuffix(end)
    return "~" + (bare[:-1] if bare[-1] == bare[-2] else bare).rstrip("e")


def _beside_places(pattern: Sequence[Word], words: Sequence[str], uses: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The words and their uses within a few words of a place, in its own sentence."""
    ends = [at for at, word in enumerate(pattern) if not _ENDS.isdisjoint(word.gap)]
    for at, word in enumerate(words):
        if word == PLACE:
            low = max([end for end in ends if end <= at], default=0)
            high = min([end for end in ends if end > at], default=len(words))
            before, after = slice(max(low, at - _WINDOW), at), slice(at + 1, min(high, at + _WINDOW + 1))
            yield from ["<" + near for near in words[before]]
            yield from [">" + near for near in words[after]]
            yield from ["<" + use for near in uses[before] for use in near]
            yield from [">" + use for near in uses[after] for use in near]


def _as_a_whole(pattern: Sequence[Word], words: Sequence[str], text: ReadText) -> Iterator[str]:
    yield f"=places {min(3, words.count(PLACE))}"
    yield f"=brands {'own' if OWN in words else ''} {'rival' if RIVAL in words else ''}"
    yield f"=long {min(6, len(words) // 6)}"
    if LANDMARK in words and OWN not in words:
        yield "=mark alone" if _OF_A_SHOP.isdisjoint(words) else "=mark and shop"
    if _are_apart(pattern):
        yield "=apart"
    if "?" in text.plain:
        yield "=asks"
    if text.plain.rstrip().endswith("?"):
        yield "=asks last"
    if "!" in text.plain:
        yield "=shouts"


def _are_apart(pattern: Sequence[Word]) -> bool:
    """Whether two of the places share no store."""
    named = [word for word in pattern if word.stores]
    if len(named) < 2:
        return False
    places = [frozenset(chain.from_iterable(word.stores)) for word in named]
    return any(one.isdisjoint(other) for one, other in combinations(places, 2))
