"""Trains what tells texts about one store of ours from others; its part of `python -m localcare.bench.resolver_fitting`."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from localcare.bench.quality.directories import Directory
from localcare.bench.quality.templates import File
from localcare.bench.quality.texts import Asked, draw_texts
from localcare.stores.core.aboutness import About
from localcare.stores.core.reading import TextReader, guessed
from localcare.stores.core.resolve import Resolver
from localcare.stores.core.saying import NAME, RIVAL, Word, pattern_of
from localcare.stores.fitting_aboutness import Said
from localcare.stores.gazetteer import load_gazetteer

FILES: Mapping[File, int] = {
    "tuning": 90,
    "tuning_former_testing": 90,
    "tuning_more": 240,
    "tuning_wide": 200,
    "tuning_visits": 240,
    "tuning_elsewhere": 240,
}
"""The files of wordings, and how many texts of a style and directory are drawn: so that each wording has several."""
_KEPT: Mapping[File, int] = {  # texts of one wording
    "tuning": 18,
    "tuning_former_testing": 18,
    "tuning_more": 4,
    "tuning_wide": 4,
    "tuning_visits": 4,
    "tuning_elsewhere": 4,
}
_LEARNED = 5  # texts of one wording that the model is trained on
_OTHER = {
    "hypothetical": About.WISH,
    "wishes": About.WISH,
    "other_brand": About.RIVAL,
    "rivals": About.RIVAL,
    "online": About.REMOTE,
    "remote": About.REMOTE,
    "two_stores": About.SEVERAL,
    "several": About.SEVERAL,
    "home": About.ASIDE,
}
AS_ASKED: frozenset[File] = frozenset(["tuning", "tuning_former_testing"])
"""The files whose styles are those of testing."""
READ_LAST: File = "tuning_former_testing"
"""The one of them that was read last: after most of the resolver's rules were written."""
TWO_STORES = "two_stores"
_UNSURE = frozenset(["none", "towns_as_words", "state_only", "city_many"])
"""Styles that name no place, or of which some speak of one store and some of all in a town."""


@dataclass(frozen=True, slots=True)
class Told:
    """A text with its patterns: its own first, then as if the other brands in it were unknown; none without a place."""

    asked: Asked
    source: File
    said: tuple[Said, ...]

    @property
    def part(self) -> str:
        """The part of the texts that is left out whole."""
        return part_of(self.source, self.asked.wording)


def part_of(source: str, wording: str) -> str:
    """Each file with the styles of testing is one part, each quarter of the others' wordings another."""
    return source if source in AS_ASKED else f"others {hashlib.sha256(wording.encode()).digest()[0] % 4}"


def style_as_asked(told: Told) -> str | None:
    """The style testing would count it to; None for facts and for the other files, which are harder than what is asked."""
    return told.asked.style if told.source in AS_ASKED and told.asked.kind != "identity" else None


def weigh_as_asked(told: Sequence[Told]) -> list[float]:
    """What each text counts so that every style of testing counts 1, shared evenly by the files that have it."""
    groups = [(style, each.source) if (style := style_as_asked(each)) else None for each in told]
    sizes = Counter(groups)
    files = Counter(group[0] for group in sizes if group)
    return [1 / (files[group[0]] * sizes[group]) if group else 0.0 for group in groups]


def told_texts(directories: Sequence[Directory], readers: Mapping[str, TextReader]) -> list[Told]:
    """A few texts of each wording of all files, read."""
    drawn = {
        file: _few(draw_texts(list(directories), "tuning", per_style=per_style, file=file), _KEPT[file])
        for file, per_style in FILES.items()
    }
    return [told for file, asked in drawn.items() for told in _of_file(file, directories, readers, asked)]


def to_learn_from(told: Sequence[Told]) -> list[Said]:
    """The patterns of fewer texts of each wording."""
    kept = {asked.id for asked in _few([each.asked for each in told], _LEARNED)}
    return [said for each in told if each.asked.id in kept for said in each.said]


def _few(texts: Sequence[Asked], most: int) -> list[Asked]:
    """So many texts of each wording, whichever they are."""
    seen, kept = Counter[str](), list[Asked]()
    for asked in sorted(texts, key=lambda each: hashlib.sha256(each.text.encode()).digest()):
        seen[asked.wording] += 1
        if seen[asked.wording] <= most:
            kept.append(asked)
    return kept


def about_of(style: str) -> About | None:
    """What the texts of a style are about; None when they are not to be learned from."""
    if style in _UNSURE:
        return None
    return next((about for name, about in _OTHER.items() if style.endswith(name)), About.STORE)


def _of_file(
    file: File, directories: Sequence[Directory], readers: Mapping[str, TextReader], asked: Sequence[Asked]
) -> Iterator[Told]:
    """Places are found as by a reader who knows no other brand: one that does reads no further."""
    for directory in directories:
        blind = Resolver(directory.entries, brand_name=directory.brand_name, gazetteer=load_gazetteer()).reader
        reader = readers[directory.shop]
        for each in asked:
            if each.shop == directory.shop:
                yield Told(each, file, tuple(_said(each, file, reader, blind)))


def _said(asked: Asked, file: File, reader: TextReader, blind: TextReader) -> Iterator[Said]:
    about = about_of(asked.style)
    if about is None:
        return
    reading = reader.read(asked.text)
    found, told, _ = blind.findings(blind.read(asked.text))
    pattern = pattern_of(reading.text, reading.matches, found, reading.around)
    if pattern:
        own = Said(pattern, reading.text, about, asked.wording, file, guessed(told))
        yield own
        if any(word.said == RIVAL for word in pattern):
            yield replace(own, pattern=[_unknown(word) for word in pattern])


def _unknown(word: Word) -> Word:
    return Word(NAME, word.cased, word.gap) if word.said == RIVAL else word
