"""A text read for one directory: everything in it that speaks for or against a store."""

from collections.abc import Iterable
from dataclasses import dataclass

from localcare.stores.core.aboutness import Aboutness
from localcare.stores.core.circumstances import HYPOTHETICAL, ONLINE, circumstances
from localcare.stores.core.context import Surroundings
from localcare.stores.core.doors import find_addresses, may_name_a_door
from localcare.stores.core.evidence import Finding, find_links, find_phones, find_store_numbers, may_link
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.localities import Localities, read_localities
from localcare.stores.core.names import find_localities, find_names, read_places
from localcare.stores.core.phrases import Match, PhraseKind
from localcare.stores.core.saying import features_of, pattern_of
from localcare.stores.core.spelling import Spelling
from localcare.stores.core.text import ReadText, read_text
from localcare.stores.core.values import EvidenceKind

_GUESSED = (HYPOTHETICAL, ONLINE)  # by patterns: what a model of whole texts is told, and judges itself
_OURS_ALONE = frozenset([EvidenceKind.PHONE, EvidenceKind.URL])  # no other brand has these


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with the phrases in it and the words around them."""

    text: ReadText
    matches: list[Match]
    around: Surroundings
    localities: Localities


class TextReader:
    """Reads texts for one directory."""

    def __init__(self, index: DirectoryIndex, aboutness: Aboutness | None = None) -> None:
        self._index = index
        self._aboutness = aboutness
        self._spelling = Spelling(index)

    def read(self, text: str) -> Reading:
        """A text with everything that was recognised in it."""
        read = self._spelling.read(text)
        matches = self._index.matches(read)
        around = Surroundings(read, matches, self._index.brand_words, self._index.hosts)
        return Reading(read, matches, around, read_localities(read, matches, around, self._index))

    def findings(self, reading: Reading, *, is_answer: bool = False) -> tuple[list[Finding], list[str], list[str]]:
        """Findings, circumstances and notes of a text; an answer to our question is about a store of ours."""
        facts = self._facts(reading)
        rival = self.rival_of(reading)
        if rival:
            inside = frozenset(self._index.hosts.get(rival, ()))
            ours = [each for each in facts if each.kind in _OURS_ALONE or not inside.isdisjoint(each.stores)]
            return ours, [], [f'the text is about another brand: "{rival}"']
        localities = reading.localities
        places = read_places(reading.matches, reading.around, localities, self._index)
        found = [*facts, *find_localities(localities), *find_names(places)]
        told = list(circumstances(reading.text, reading.around, localities, self._index)) if found else []
        return (found, told, []) if is_answer else (found, *self._judged(reading, found, told))

    def _judged(self, reading: Reading, found: list[Finding], told: list[str]) -> tuple[list[str], list[str]]:
        """Circumstances and notes, with what the text is about when only names say where; a number or a door needs none."""
        if self._aboutness is None or any(each.is_fact for each in found):
            # who names a store's own phone has often rung it
            called = any(each.kind is EvidenceKind.PHONE for each in found)
            return [cue for cue in told if not (called and cue == ONLINE)], []
        pattern = pattern_of(reading.text, reading.matches, found, reading.around)
        if not pattern:
            return told, []
        features = features_of(pattern, reading.text, self._aboutness.words) | guessed(told)
        verdict = self._aboutness.verdict(features)
        cues = [*(cue for cue in told if cue not in _GUESSED), *verdict.cues]
        return cues, [verdict.note] if verdict.note else []

    def facts(self, text: str) -> list[Finding]:
        """The store numbers, phones, links and addresses of a text; most texts have none and are not read further."""
        light = read_text(text)
        found = list(find_links(light, self._index)) if may_link(light) else []
        if light.has_digits:
            found += find_store_numbers(light, self._index)
            found += find_phones(light, self._index)
        return self._facts(self.read(text)) if found or may_name_a_door(light, self._index) else []

    def rival_of(self, reading: Reading) -> str | None:
        """The other brand a text is about: named, not as a landmark, and ours is not named beside it."""
        if reading.around.rival_at is None or reading.around.names_own_brand:
            return None
        rivals = (each.phrase.key for each in reading.matches if each.phrase.kind is PhraseKind.OTHER_BRAND)
        return next(rivals, None)

    def _facts(self, reading: Reading) -> list[Finding]:
        text, index = reading.text, self._index
        found = list(find_links(text, index)) if may_link(text) else []
        if text.has_digits:
            found += find_store_numbers(text, index)
            found += find_phones(text, index)
            found += find_addresses(text, index, reading.localities)
        return found


def guessed(told: Iterable[str]) -> frozenset[str]:
    """Circumstances as features of the model."""
    return frozenset(f"={cue}" for cue in told if cue in _GUESSED)
