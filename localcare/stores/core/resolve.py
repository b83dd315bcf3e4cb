"""Which store a mention is about: gather findings, weigh them, and say so when they do not suffice.

What is given as data and names one store (its Page, its number, its place id) is exact. Everything else is inferred:
findings add up to a probability for each store, and the best one is `likely` only when it stands clear of the others.
The directory of the day the mention was written answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from localcare.stores.core.aboutness import Aboutness
from localcare.stores.core.author import find_author
from localcare.stores.core.calibration import Weights
from localcare.stores.core.evidence import Finding
from localcare.stores.core.fitted import FITTED
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.given import named_as_data, place_findings
from localcare.stores.core.hours import find_shut_doors
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.phrases import Brands
from localcare.stores.core.places import find_nearest, find_region, find_turned_round, what_is_wrong
from localcare.stores.core.reading import TextReader
from localcare.stores.core.standing import Standing
from localcare.stores.core.text import has_digits
from localcare.stores.core.values import (
    Answer,
    Candidate,
    Evidence,
    EvidenceKind,
    Place,
    Question,
    Status,
    StoreEntry,
)
from localcare.stores.core.weighing import Weighed, weigh

__all__ = ["Answer", "Candidate", "Evidence", "Place", "Question", "Resolver", "Status", "StoreEntry"]

WORTH_ASKING = 0.3
"""Below this chance that any store of ours is meant, the answer is none."""
_CANDIDATES = 5
_NEVER_ALONE = frozenset(["fix.turned", "earlier", "earlier.told", "home", "region", "state"])


@dataclass(slots=True)
class Gathered:
    """All that speaks for or against stores."""

    findings: list[Finding] = field(default_factory=list)
    circumstances: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Resolver:
    """Answers for one brand's directory. Built once for a version of the directory, then read by any number of threads.

    `region_pages` are Pages of a region with the ids of its stores; `now` is the present for questions without a time;
    `aboutness` tells texts about one store of ours from others, without it only patterns do.
    """

    def __init__(
        self,
        entries: Sequence[StoreEntry],
        *,
        brand_name: str | None = None,
        other_brands: Sequence[str] = (),
        gazetteer: Gazetteer | None = None,
        region_pages: Mapping[str, Sequence[int]] | None = None,
        now: datetime | None = None,
        weights: Weights = FITTED,
        aboutness: Aboutness | None = None,
    ) -> None:
        brands = Brands(brand_name, tuple(other_brands))
        self._index = DirectoryIndex(entries, brands, gazetteer or Gazetteer(), region_pages)
        self._reader = TextReader(self._index, aboutness)
        self._weights = weights
        self._now = now

    @property
    def reader(self) -> TextReader:
        """How it reads texts; for fitting."""
        return self._reader

    def resolve_many(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer for each question, in order."""
        return [self.resolve(question) for question in questions]

    def resolve(self, question: Question) -> Answer:
        """The answer to one question. Never raises for what a customer wrote."""
        when = question.created_at or self._now
        named = named_as_data(question, self._index, when)
        stores = {self._index.entries[at].id for at, _ in named}
        if len(stores) > 1:
            return self._conflict(named)
        if named:
            return self._checked_by_text(question, named)
        gathered = self._gather(question, self._index.calendar.at(when))
        return self._decided(self._weighed(gathered), tuple(gathered.notes))

    def weigh(self, question: Question, *, most: int = _CANDIDATES) -> list[Weighed]:
        """The best stores of what is inferred, with the cues that speak for them; for fitting the weights."""
        found = self._gather(question, self._index.calendar.at(question.created_at or self._now))
        return weigh(found.findings, found.circumstances, self._index, self._weights, most=most)

    def store_at(self, position: int) -> StoreEntry:
        """The entry a weighed store stands for."""
        return self._index.entries[position]

    def _weighed(self, gathered: Gathered) -> list[Weighed]:
        return weigh(gathered.findings, gathered.circumstances, self._index, self._weights)

    def _gather(self, question: Question, standing: Standing) -> Gathered:
        index, found = self._index, Gathered()
        read = self._reader.read(question.text) if question.text.strip() else None
        if read is not None:
            findings, found.circumstances, notes = self._reader.findings(read, is_answer=bool(question.asked_among))
            found.findings += findings
            found.notes += notes
        told = frozenset(at for each in found.findings for at in each.stores)
        found.findings += find_author(question, index, text=read.text if read else None, told=told)
        found.findings += find_region(question, index)
        self._locate(question, found, standing)
        if question.store_number:
            found.notes.append(f"no store has the number {question.store_number}")
        found.findings = [kept for each in found.findings if (kept := _of_the_day(each, standing))]
        found.findings += find_shut_doors(question.created_at, found.findings, index)
        return found

    def _locate(self, question: Question, found: Gathered, standing: Standing) -> None:
        index, lat, lng = self._index, question.lat, question.lng
        found.findings += find_nearest(lat, lng, index, without=standing.shut, accuracy_m=question.accuracy_m)
        found.notes += what_is_wrong(lat, lng)
        place = question.place
        if place:
            findings, notes = place_findings(place, index, self._reader, standing)
            found.findings += findings
            found.notes += notes
            lat, lng = (lat, lng) if lat is not None else (place.lat, place.lng)
        if not any(each.kind is EvidenceKind.COORDINATES for each in found.findings):
            found.findings += find_turned_round(lat, lng, index, without=standing.shut)

    def _checked_by_text(self, question: Question, named: list[tuple[int, Evidence]]) -> Answer:
        """Exact, unless the text gives another store's number, phone or address: then both are shown and a person decides."""
        at, text = named[0][0], question.text
        evidence = tuple(each for _, each in named)
        contrary = self._other_store(text, at) if has_digits(text) else None
        if contrary is None:
            return Answer("exact", self._index.entries[at].id, 1.0, (self._candidate(at, 1.0, evidence),))
        other, finding = contrary
        said = (Evidence(finding.kind, finding.detail),)
        both = (self._candidate(at, 0.5, evidence), self._candidate(other, 0.45, said))
        note = "the text names another store than the Page or place it stands on"
        return Answer("ambiguous", None, 0.5, both, (note,))

    def _other_store(self, text: str, at: int) -> tuple[int, Finding] | None:
        findings = [each for each in self._reader.facts(text) if self._weights.presence([each.cue]) >= 0.9]
        own = self._index.by_id[self._index.entries[at].id]
        if any(same in finding.stores for finding in findings for same in own):
            return None
        return next(((finding.stores[0], finding) for finding in findings if len(finding.stores) == 1), None)

    def _decided(self, weighed: list[Weighed], notes: tuple[str, ...]) -> Answer:
        if not weighed or weighed[0].presence < WORTH_ASKING:
            return Answer("none", None, weighed[0].confidence if weighed else 0.0, (), notes)
        candidates = tuple(
            self._candidate(each.store, each.confidence, each.evidence)
            for each in weighed[:_CANDIDATES]
            if each.share * weighed[0].presence >= 0.01 or each is weighed[0]
        )
        best, cues = candidates[0], weighed[0].cues
        if (
            best.confidence >= self._weights.threshold(cues)
            and not _NEVER_ALONE.issuperset(cues)
            and "fix.turned" not in cues
        ):
            return Answer("likely", best.store_id, best.confidence, candidates, notes)
        return Answer("ambiguous", None, best.confidence, candidates, notes)

    def _conflict(self, named: list[tuple[int, Evidence]]) -> Answer:
        stores = list({self._index.entries[at].id: at for at, _ in reversed(named)}.values())[::-1]
        share = round(1 / len(stores), 4)
        candidates = tuple(
            self._candidate(store, share, tuple(each for at, each in named if at == store)) for store in stores
        )
        return Answer("ambiguous", None, share, candidates, ("Page, place tag and store number name different stores",))

    def _candidate(self, at: int, confidence: float, evidence: tuple[Evidence, ...]) -> Candidate:
        entry = self._index.entries[at]
        return Candidate(entry.id, entry.number, confidence, evidence)


def _of_the_day(finding: Finding, standing: Standing) -> Finding | None:
    """A finding with the stores that counted when the mention was written; None when none is left."""
    if not finding.stores:
        return finding
    stores = standing.known(finding.stores) if finding.is_fact else standing.open(finding.stores)
    if not stores:
        return None
    return finding if len(stores) == len(finding.stores) else replace(finding, stores=stores)
