"""Text as the rules see it: lower case, without accents, each word, emoji and question mark between single spaces."""

import re
import unicodedata
from itertools import islice

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"(?<![\w.])@\w+")
_SMILE = re.compile(r"[:;=]-?[)D]|<3")
_FROWN = re.compile(r"[:=]'?-?[(]|:-?/(?!/)")
_APOSTROPHES = "'’‘ʼ`´"
_KEPT_MARKS = {"?": " ? ", "¿": " ? ", "!": " ! "}
_SKIN_TONES = range(0x1F3FB, 0x1F400)


class _Folding(dict[int, str]):
    """What each character becomes, worked out when first met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if character in _APOSTROPHES or ord(character) in _SKIN_TONES:
        return ""
    if character in _KEPT_MARKS:
        return _KEPT_MARKS[character]
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c)[0] != "M")
    if bare.isalnum():
        return bare.lower()
    if unicodedata.category(character) in {"So", "Sk"}:
        return f" {character} "
    # joiners, marks and variation selectors glue a word or an emoji together; anything else parts words
    return "" if unicodedata.category(character) in {"Cf", "Mn", "Me"} else " "


_FOLDING = _Folding()


def fold(text: str) -> str:
    """` words like this ? `: ready for whole-word search, with a space at both ends. Links and @handles are left out."""
    if "http" in text or "www." in text:
        text = _LINK.sub(" ", text)
    if "@" in text:
        text = _HANDLE.sub(" ", text)
    if any(mark in text for mark in ":;=<"):
        text = _FROWN.sub(" 🙁 ", _SMILE.sub(" 🙂 ", text))
    words = text.translate(_FOLDING).split()
    return f" {' '.join(words)} " if words else " "


def pattern_of(phrase: str) -> str:
    """A phrase as it stands in folded text: ` phrase ` for whole words, ` stem` for `stem*`; empty if nothing is left."""
    pattern = fold(phrase.removesuffix("*"))
    if not pattern.strip():
        return ""
    return pattern.rstrip() if phrase.endswith("*") else pattern


def letters_to_read(folded: str) -> int:
    """How much wording folded text has, up to 2: of one letter nothing can be told. A sign that is a word counts as 2."""
    first = "".join(islice(filter(str.isalpha, folded), 2))
    return 2 if first and unicodedata.category(first[0]) == "Lo" else len(first)
