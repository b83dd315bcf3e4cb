"""What the model sees of a text: words, pairs of words, and the pieces of each word. Training and running share it."""

import re
import unicodedata
from itertools import pairwise

_TOKEN = re.compile(
    r"https?://\S+|[@#]\w+|[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[?!]+|\.{2,}|[:;=][-']?[()DpP/]|[^\w\s]", re.IGNORECASE
)
_LINK, _HANDLE = "<link>", "<at>"
SHORTEST_PIECE, LONGEST_PIECE = 2, 5
_LONGEST_WORD = 40  # characters of a word that are cut into pieces


def tokenise(text: str) -> list[str]:
    """Lower-case words without accents, numbers as their length, marks, emoticons and emoji; links as `<link>`."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text.replace("’", "'")) if not unicodedata.combining(c))
    return [_as_token(found) for found in _TOKEN.findall(text)]


def _as_token(found: str) -> str:
    if found[0].isdigit():
        return f"<{min(len(found), 5)}>"
    if found[:4].lower() == "http" and "://" in found:
        return _LINK
    return found.lower()


def word_features(tokens: list[str]) -> list[str]:
    """Words and pairs of neighbours; a handle counts as itself and as somebody addressed."""
    plain = [_HANDLE if t[0] == "@" and len(t) > 1 else t for t in tokens]
    pairs = [f"{a} {b}" for a, b in pairwise(plain)]
    return [*tokens, *pairs, _HANDLE] if _HANDLE in plain else tokens + pairs


def pieces_of(token: str) -> list[str]:
    """The pieces of 2 to 5 characters of one word with a space at either end; a short word is one piece."""
    if token[0] == "<":
        return []
    padded = f" {token[:_LONGEST_WORD]} "
    length = len(padded)
    sizes = range(SHORTEST_PIECE, min(LONGEST_PIECE, length - 1) + 1)
    pieces = [padded[start : start + size] for size in sizes for start in range(length - size + 1)]
    return [*pieces, padded] if length <= LONGEST_PIECE else pieces


def features_of_words(text: str) -> list[str]:
    """`word_features` of a text: the analyser of the word half of the model."""
    return word_features(tokenise(text))


def features_of_pieces(text: str) -> list[str]:
    """The pieces of every different word of a text, each once a word: the analyser of the other half."""
    words = dict.fromkeys(tokenise(text))
    return [piece for word in words for piece in dict.fromkeys(pieces_of(word))]
