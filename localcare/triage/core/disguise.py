"""Words that rules would not know again: misspelt, spaced out, run together, drawn out, or written with look-alikes."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from itertools import chain, groupby

from localcare.triage.core.rules import Rule
from localcare.triage.core.words import pattern_of

_LOOK_ALIKES = str.maketrans("аеорсухіјѕһԁԛԝбкмнтвαεορνυιτκχ", "aeopcyxijshdqwbkmhtbaeopvuitkx")
_DIGITS = str.maketrans("0134578", "oieastb")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_ODD = re.compile(r"[a-z][0-9]|[0-9][a-z]|([a-z])\1\1|[a-z][^\x00-\x7f ]|[^\x00-\x7f ][a-z]")
_SHORTEST_MENDED = 4  # letters; "50" is no "so"
_SHORTEST_JOINED = 9  # letters; shorter ones may be words of their own
_SHORTEST_OWN = 8  # letters of a word that nobody has looked through for what its slips could mean
_SHORTEST_RUN = 5  # single letters in a row that are one word
_SPACED = re.compile(rf"(?: [^\W\d_]){{{_SHORTEST_RUN}}} ")
_VOWELS = "aeiou"
_SOUNDS_LIKE = (
    ("c", "s"), ("s", "c"), ("s", "z"), ("z", "s"), ("c", "k"), ("qu", "k"), ("b", "v"), ("v", "b"), ("h", ""),
    ("ll", "y"), ("y", "ll"), ("g", "j"), ("j", "g"), ("ph", "f"), ("f", "ph"), ("ck", "k"), ("gh", ""), ("hi", "i"),
)  # fmt: skip


class Mender:
    """Puts the words that speak of a risk back into the spelling of the rules; other words stay as they are."""

    def __init__(self, rules: Iterable[Rule], misspelt: Iterable[str] = (), *, ordinary: Collection[str] = ()) -> None:
        phrases = {phrase for rule in rules if rule.risk for phrase in rule.phrases if not phrase.endswith("*")}
        self._words = frozenset(word for phrase in phrases for word in phrase.split())
        joined = {"".join(phrase.split()): phrase for phrase in sorted(phrases) if " " in phrase}
        slips = {
            slip: word for word in misspelt for slip in _slips(word) if slip not in self._words and slip not in ordinary
        }
        self._meant: Mapping[str, str] = {
            **slips,
            **{w: phrase for w, phrase in joined.items() if len(w) >= _SHORTEST_JOINED and w not in self._words},
        }

    def also(self, rules: Iterable[Rule], *, known: Collection[str] = ()) -> "Mender":
        """With the words of more rules that speak of a risk: a brand's own.

        No ordinary word, as far as `known` has them, is taken for one of theirs; without any `known`, no misspelt one is.
        """
        theirs = [rule for rule in rules if rule.risk]
        if not theirs:
            return self
        other = copy(self)
        other._words = self._words | {word for rule in theirs for phrase in _whole(rule.phrases) for word in phrase}
        asked = [phrase for rule in theirs for phrase in _whole(_asked(rule))]
        joined = {"".join(words): " ".join(words) for words in asked if len(words) > 1}
        long = {word for words in asked for word in words if len(word) >= _SHORTEST_OWN and word.isascii()}
        slips = {slip: word for word in sorted(long) if known for slip in _slips(word)}
        whole = {word: phrase for word, phrase in joined.items() if len(word) >= _SHORTEST_JOINED}
        meant = {
            slip: word for slip, word in {**slips, **whole}.items() if slip not in known and slip not in other._words
        }
        other._meant = {**meant, **self._meant}
        return other

    def mend(self, folded: str) -> str:
        """The folded text with such words replaced. Cost is one look-up a word."""
        split = folded.split()
        words = [self._meant.get(word, word) for word in (_join_letters(split) if _SPACED.search(folded) else split)]
        if _ODD.search(folded):
            words = [self._in_plain_letters(word) if _ODD.search(word) else word for word in words]
        return f" {' '.join(words)} " if words else folded

    def _in_plain_letters(self, word: str) -> str:
        for plain in (word.translate(_LOOK_ALIKES), word.translate(_DIGITS), *_shortened(word)):
            if len(plain) >= _SHORTEST_MENDED and plain in self._words:
                return plain
        return word


def _asked(rule: Rule) -> Iterable[str]:
    """The phrases that make a rule fire, not those that keep it from it."""
    return chain(rule.any_of, rule.all_of, *(rule.near or ()))


def _whole(phrases: Iterable[str]) -> Iterator[list[str]]:
    """The words of phrases as they stand in folded text; stems begin too many."""
    return (pattern_of(phrase).split() for phrase in phrases if not phrase.endswith("*"))


def _shortened(word: str) -> Iterator[str]:
    """`raciiist` may be `racist`, `killlled` may be `killed`."""
    yield _DRAWN_OUT.sub(r"\1", word)
    yield _DRAWN_OUT.sub(r"\1\1", word)


def _join_letters(words: list[str]) -> Iterator[str]:
    """`s u i c i d e` is one word; a lone letter or two are not."""
    for is_letter, run in groupby(words, key=lambda word: len(word) == 1 and word.isalpha()):
        letters = list(run)
        yield from ["".join(letters)] if is_letter and len(letters) >= _SHORTEST_RUN else letters


def _slips(word: str) -> Iterator[str]:
    """How people misspell a word: a letter inside left out or doubled, two swapped, a wrong vowel, a letter that sounds alike."""
    for i, letter in enumerate(word):
        before, after = word[:i], word[i + 1 :]
        if before and after:
            yield before + after
        yield before + letter + word[i:]
        if after:
            yield before + after[0] + letter + after[1:]
        if letter in _VOWELS:
            yield from (before + vowel + after for vowel in _VOWELS if vowel != letter)
    for sound, like in _SOUNDS_LIKE:
        if sound in word:
            yield word.replace(sound, like, 1)
            yield word.replace(sound, like)
