"""Towns as customers run them together in hashtags, put a genitive to, or misspell: set right before a text is searched."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from localcare.stores.core.evidence import without_strange_links
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.states import STATE_NAMES, state_code
from localcare.stores.core.text import ReadText, read_text
from localcare.stores.core.vocabulary import LOCATIVES, SHOP_WORDS
from localcare.stores.core.words import COMMON_WORDS

_TAG = re.compile(r"#(\w+)")
_CAMEL = re.compile(r"\d+(?:st|nd|rd|th)?|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_CODE = re.compile(r"[A-Za-z]{0,3}\d+")
_GENITIVE = re.compile(r"(\w{3,})['’]s\b")
_SHORTEST = 5  # a shorter word is too like too many, unless its neighbours complete a town's name
_SHORTEST_PART = 3
_JOINED = 8  # shorter than this two words written as one are too often another word
_LONG = 8  # from here on two slips are forgiven


class Spelling:
    """Reads texts for one directory: only its own towns are set right, and never a word that is a town elsewhere."""

    def __init__(self, index: DirectoryIndex) -> None:
        self._index = index
        self._town_words: dict[tuple[str, int], list[str]] = {}
        for word in {word for town in index.towns for word in town.split() if len(word) >= _SHORTEST_PART}:
            self._town_words.setdefault((word[0], len(word)), []).append(word)
        self._known = index.words

    def read(self, text: str) -> ReadText:
        """A text made ready, with hashtags, genitives and misspelt towns set right."""
        if "://" in text or "www." in text:
            text = without_strange_links(text, self._index)
        if "#" in text:
            text = _TAG.sub(lambda tag: f"#{self._untagged(tag[1])}", text)
        if "'s" in text or "’s" in text:
            text = _GENITIVE.sub(self._nominative, text)
        read = read_text(text)
        joined = [word for word in read.cased if len(word) >= _JOINED and self._is_joined(word.lower())]
        for word in joined:
            text = text.replace(word, self._index.run_together[word.lower()].title())
        read = read_text(text) if joined else read
        guesses = self._guesses(read)
        return read_text(text, guesses) if guesses else read

    def _is_joined(self, word: str) -> bool:
        """Whether a word nobody knows is a town of the directory without its spaces."""
        known = word in self._known or self._index.is_real_town(word)
        return not known and self._index.run_together.get(word) in self._index.towns

    def _untagged(self, tag: str) -> str:
        """ "#McDonaldsKatyTX" is "McDonalds Katy TX"; a number stays as it is."""
        lower = tag.lower()
        if lower in self._index.by_number or lower in self._index.brand_spellings or _CODE.fullmatch(tag):
            return tag
        spelled = self._spelled_out(lower)
        if spelled:
            return spelled
        for brand in self._index.brand_spellings:
            if lower.startswith(brand) and len(lower) > len(brand) + 2:
                return f"{brand} {self._untagged(tag[len(brand) :])}"
            if lower.endswith(brand) and len(lower) > len(brand) + 2:
                return f"{self._untagged(tag[: -len(brand)])} {brand}"
        return " ".join(_CAMEL.findall(tag)) if not tag.islower() else tag

    def _spelled_out(self, lower: str) -> str | None:
        for name, state in ((lower, ""), (lower[:-2], lower[-2:].upper())):
            known = name if name in self._index.towns else self._index.run_together.get(name)
            if known and (not state or state in STATE_NAMES):
                return f"{known.title()} {state}".strip()
        return None

    def _nominative(self, match: re.Match[str]) -> str:
        """ "Katy's" is Katy with an s, but Wendy's and McDonald's are names."""
        word = match[1].lower()
        is_place = word in self._index.last_town_words or word in self._index.by_zip
        return f"{match[1]} s" if is_place and not self._is_brand(word) else match[0]

    def _is_brand(self, word: str) -> bool:
        return word in self._index.brand_spellings or f"{word}s" in self._index.brand_keys

    def _guesses(self, read: ReadText) -> dict[str, str]:
        found: dict[str, str] = {}
        shouts = read.plain.islower() or read.plain.isupper()
        words = [word.lower() for word in read.cased]
        for at, cased in enumerate(read.cased):
            word = words[at]
            if len(word) < _SHORTEST_PART or not word.isalpha() or word in self._known or word in COMMON_WORDS:
                continue
            if not (_is_led(words, at) if shouts else cased[0].isupper()) or self._index.is_real_town(word):
                continue
            guess = self._guess(words, at)
            if guess:
                found[word] = guess
        return found

    def _guess(self, words: list[str], at: int) -> str | None:
        """The one word of a town that is meant, when the words beside it complete a town of the directory."""
        near = list(self._alike(words[at]))
        towns = {word: found for word in near if (found := self._completed(words, at, word))}
        if len(towns) > 1:
            state = _state_behind(words, at)
            towns = {word: town for word, town in towns.items() if state in self._index.towns[town]}
        if len(towns) > 1:
            best = min(OSA.distance(words[at], word) for word in towns)
            towns = {word: town for word, town in towns.items() if OSA.distance(words[at], word) == best}
        return next(iter(towns)) if len(towns) == 1 else None

    def _alike(self, word: str) -> Iterator[str]:
        slips = 2 if len(word) >= _LONG else 1
        for length in range(len(word) - slips, len(word) + slips + 1):
            for other in self._town_words.get((word[0], length), ()):
                if OSA.distance(word, other, score_cutoff=slips) <= slips:
                    yield other

    def _completed(self, words: list[str], at: int, word: str) -> str | None:
        """The town that the repaired word makes with its neighbours, the longest first."""
        for first, last in ((at - 1, at + 1), (at - 1, at), (at, at + 1), (at, at)):
            if first >= 0 and last < len(words) and (first < last or len(word) >= _SHORTEST):
                town = " ".join([*words[first:at], word, *words[at + 1 : last + 1]])
                if town in self._index.towns:
                    return town
        return None


def _is_led(words: list[str], at: int) -> bool:
    """In a text without capitals a town needs a word that says so."""
    before, after = words[max(0, at - 2) : at], words[at + 1 : at + 3]
    led = not LOCATIVES.isdisjoint(before) or not SHOP_WORDS.isdisjoint(after[:1])
    return led or any(state_code(word) for word in after[:1])


def _state_behind(words: list[str], at: int) -> str | None:
    after = words[at + 1 : at + 4]
    pairs = (" ".join(after[start : start + count]) for start in (0, 1) for count in (2, 1))
    return next((code for pair in pairs if (code := state_code(pair))), None)
