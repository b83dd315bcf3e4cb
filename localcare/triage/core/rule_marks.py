"""Which words of a text made rules fire, found again in the text as the customer wrote it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from localcare.triage.core.words import fold

_TOKEN = re.compile(r"[\w'’‘ʼ`´]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text; `marked` when it made a rule fire."""

    text: str
    marked: bool


def mark_words(text: str, phrases: Iterable[str]) -> list[Stretch]:
    """The text in stretches, those marked that stand for one of the phrases (as rules tell them, folded)."""
    tokens = [(match.span(), fold(match[0]).split()) for match in _TOKEN.finditer(text)]
    words = [(span, word) for span, folded in tokens for word in folded]
    wanted = [phrase.split() for phrase in phrases if phrase.strip()]
    marked: set[int] = set()
    for phrase in wanted:
        for start in range(len(words) - len(phrase) + 1):
            if [word for _, word in words[start : start + len(phrase)]] == phrase:
                marked.update(range(start, start + len(phrase)))
    return list(_stretches(text, [words[index][0] for index in sorted(marked)]))


def _stretches(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Stretch]:
    at = 0
    for start, end in _joined(text, spans):
        if start > at:
            yield Stretch(text[at:start], marked=False)
        yield Stretch(text[start:end], marked=True)
        at = end
    if at < len(text):
        yield Stretch(text[at:], marked=False)


def _joined(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbours with nothing but space between them become one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
