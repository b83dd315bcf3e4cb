"""Words as they are compared: case, accents, apostrophes, look-alike letters and emoji put aside."""

import re
import unicodedata
from dataclasses import dataclass

MAX_CHARACTERS = 6_000
"""How much of a text is read. A place is named early or at the end; a longer text is cut in the middle."""

# Cyrillic and Greek letters drawn like Latin ones, which NFKC leaves alone.
_LOOKALIKES = {
    **dict(zip("АВЕЅІЈКМНОРСТУХавеѕіјкмнорстух", "ABESIJKMHOPCTYXabesijkmhopctyx", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανι", "ABEZHIKMNOPTYXoavi", strict=True)),
}
_DROPPED = "'’‘`´\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0e\ufe0f\u20e3"
_DASHES = "‐‑‒–—―−"
_PINS = dict.fromkeys("📍📌🏪🏬", " at ")  # a pin before a name says "at"
_TRANSLATION = str.maketrans({**_LOOKALIKES, **dict.fromkeys(_DROPPED), **dict.fromkeys(_DASHES, "-"), **_PINS})
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(r"[^\W_]+")


def clip(text: str) -> str:
    """At most MAX_CHARACTERS of a text: two thirds from its beginning, the rest from its end."""
    if len(text) <= MAX_CHARACTERS:
        return text
    head = MAX_CHARACTERS * 2 // 3
    return f"{text[:head]} {text[head - MAX_CHARACTERS :]}"


def plain(text: str) -> str:
    """The text in plain letters, its case and punctuation kept: "Ｋａｔｙ’s Peña" becomes "Katys Pena"."""
    if text.isascii():
        return text.replace("'", "").replace("`", "")
    folded = unicodedata.normalize("NFKC", text).translate(_TRANSLATION)
    decomposed = unicodedata.normalize("NFD", folded)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def tokens(text: str) -> list[str]:
    """The words and numbers of a text in plain lower case."""
    return _TOKEN.findall(plain(text).lower())


def has_digits(text: str) -> bool:
    """Whether a text has any digit."""
    return _DIGIT.search(text) is not None


def phrase(text: str) -> str:
    """A name as it is looked up: its words with single spaces between."""
    return " ".join(tokens(text))


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text made ready for every finder: `plain` keeps punctuation, `words` is padded: " katy " is a word.

    `guessed` are words of `words` that stand for a misspelt one of the text.
    """

    plain: str
    lower: str
    cased: tuple[str, ...]
    words: str
    has_digits: bool
    guessed: frozenset[str] = frozenset()

    def gaps(self) -> list[str]:
        """What stands between the words: one gap before each of them and one behind the last."""
        return _TOKEN.split(self.plain)


def read_text(text: str, guesses: dict[str, str] | None = None) -> ReadText:
    """Clip and fold a text once, for all that look into it; words with a guess are read as that."""
    letters = plain(clip(text))
    cased = tuple(_TOKEN.findall(letters))
    lowered = [word.lower() for word in cased]
    if guesses:
        lowered = [guesses.get(word, word) for word in lowered]
    words = f" {' '.join(lowered)} "
    guessed = frozenset(guesses.values()) if guesses else frozenset[str]()
    return ReadText(letters, letters.lower(), cased, words, has_digits(letters), guessed)
