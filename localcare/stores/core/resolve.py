"""Which store a mention is about: gather findings, weigh them, and say so when they do not suffice.

What is given as data and names one store (its Page, its number, its place id) is exact. Everything else is inferred:
findings add up to a probability for each store, and the best one is `likely` only when it stands clear of the others.
"""

from collections.abc import Sequence

from localcare.stores.core.evidence import Finding, find_addresses, find_phones, find_store_numbers
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.index import Brands, DirectoryIndex
from localcare.stores.core.localities import read_localities
from localcare.stores.core.names import find_localities, find_names, other_brand
from localcare.stores.core.places import find_address, find_nearest, find_town, is_a_town, what_is_wrong
from localcare.stores.core.text import ReadText, read_text
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
from localcare.stores.core.weighing import weigh

__all__ = ["Answer", "Candidate", "Evidence", "Place", "Question", "Resolver", "Status", "StoreEntry"]

LIKELY = 0.85
"""From this confidence a mention is routed to the store without a human."""
WORTH_ASKING = 0.3
"""Below this chance that any store of ours is meant, the answer is none."""
_CANDIDATES = 5
_OURS_ALONE = frozenset([EvidenceKind.PHONE, EvidenceKind.ADDRESS])  # no other brand has these; numbers it may


class Resolver:
    """Answers for one brand's directory. Built once for a version of the directory, then read by any number of threads."""

    def __init__(
        self,
        entries: Sequence[StoreEntry],
        *,
        brand_name: str | None = None,
        other_brands: Sequence[str] = (),
        gazetteer: Gazetteer | None = None,
    ) -> None:
        brands = Brands(brand_name, tuple(other_brands))
        self._index = DirectoryIndex(entries, brands, gazetteer or Gazetteer())

    def resolve_many(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer for each question, in order."""
        return [self.resolve(question) for question in questions]

    def resolve(self, question: Question) -> Answer:
        """The answer to one question. Never raises for what a customer wrote."""
        named = self._named_as_data(question)
        stores = {at for at, _ in named}
        if len(stores) > 1:
            return self._conflict(named)
        if named:
            return self._checked_by_text(question.text, named)
        return self._inferred(question)

    def _named_as_data(self, question: Question) -> list[tuple[int, Evidence]]:
        entries, index = self._index.entries, self._index
        named: list[tuple[int, Evidence]] = []
        at = index.by_page.get(question.page_id or "")
        if at is not None:
            named.append((at, Evidence(EvidenceKind.PAGE, f"it stands on the Page of store {entries[at].number}")))
        at = index.by_number.get((question.store_number or "").strip())
        if at is not None:
            detail = f"store number {entries[at].number} came with it"
            named.append((at, Evidence(EvidenceKind.STORE_NUMBER, detail)))
        at = index.by_page.get(question.place.id or "") if question.place else None
        if at is not None:
            named.append((at, Evidence(EvidenceKind.PLACE, f"its place tag is the Page of store {entries[at].number}")))
        return named

    def _checked_by_text(self, text: str, named: list[tuple[int, Evidence]]) -> Answer:
        """Exact, unless the text gives another store's number, phone or address: then both are shown and a person decides."""
        at = named[0][0]
        evidence = tuple(each for _, each in named)
        contrary = self._other_store(text, at) if text and any(c.isdigit() for c in text) else None
        if contrary is None:
            return self._exact(at, evidence)
        other, finding = contrary
        return Answer(
            "ambiguous",
            None,
            0.5,
            (
                self._candidate(at, 0.5, evidence),
                self._candidate(other, 0.45, (Evidence(finding.kind, finding.detail),)),
            ),
            ("the text names another store than the Page or place it stands on",),
        )

    def _other_store(self, text: str, at: int) -> tuple[int, Finding] | None:
        read = read_text(text)
        findings = [finding for finding in self._strong_findings(read) if finding.presence >= 0.9]
        if any(at in finding.stores for finding in findings):
            return None
        return next(((finding.stores[0], finding) for finding in findings if len(finding.stores) == 1), None)

    def _strong_findings(self, read: ReadText) -> list[Finding]:
        index = self._index
        findings = [*find_store_numbers(read, index), *find_phones(read, index)]
        localities = read_localities(read, index.matches(read), index)
        return [*findings, *find_addresses(read, index, localities)]

    def _inferred(self, question: Question) -> Answer:
        findings, notes = self._from_text(question.text)
        findings.extend(find_nearest(question.lat, question.lng, self._index))
        notes.extend(what_is_wrong(question.lat, question.lng))
        if question.place:
            place_findings, place_notes = self._from_place(question.place)
            findings.extend(place_findings)
            notes.extend(place_notes)
        if question.store_number:
            notes.append(f"no store has the number {question.store_number}")
        return self._decided(findings, tuple(notes))

    def _from_text(self, text: str) -> tuple[list[Finding], list[str]]:
        if not text.strip():
            return [], []
        index, read = self._index, read_text(text)
        matches = index.matches(read)
        localities = read_localities(read, matches, index)
        findings: list[Finding] = []
        if read.has_digits:
            findings += find_store_numbers(read, index)
            findings += find_phones(read, index)
            findings += find_addresses(read, index, localities)
        rival = other_brand(read, matches)
        if rival:
            sure = [each for each in findings if each.kind in _OURS_ALONE and each.presence >= 0.9]
            return sure, [f'the text is about another brand: "{rival}"']
        findings += find_localities(localities)
        findings += find_names(read, matches, index, localities)
        return findings, []

    def _from_place(self, place: Place) -> tuple[list[Finding], list[str]]:
        index = self._index
        name = read_text(place.name or "")
        rival = other_brand(name, index.matches(name)) if place.name else None
        if rival:
            return [], [f'the place is another brand\'s: "{rival}"']
        findings, notes = list(find_address(place, index)), what_is_wrong(place.lat, place.lng)
        sure = bool(findings) or not place.street
        findings += find_town(place, index, sure=sure)
        if not is_a_town(place, index):
            findings += find_nearest(place.lat, place.lng, index)
        if place.name:
            findings += find_store_numbers(name, index)
            matches = index.matches(name)
            findings += find_names(name, matches, index, read_localities(name, matches, index))
        return findings, notes

    def _decided(self, findings: list[Finding], notes: tuple[str, ...]) -> Answer:
        weighed = weigh(findings, self._index)
        if not weighed or weighed[0].presence < WORTH_ASKING:
            return Answer("none", None, weighed[0].confidence if weighed else 0.0, (), notes)
        candidates = tuple(
            self._candidate(each.store, each.confidence, each.evidence)
            for each in weighed[:_CANDIDATES]
            if each.confidence >= 0.01 or each is weighed[0]
        )
        best = candidates[0]
        if best.confidence >= LIKELY:
            return Answer("likely", best.store_id, best.confidence, candidates, notes)
        return Answer("ambiguous", None, best.confidence, candidates, notes)

    def _conflict(self, named: list[tuple[int, Evidence]]) -> Answer:
        stores = list(dict.fromkeys(at for at, _ in named))
        share = round(1 / len(stores), 4)
        candidates = tuple(
            self._candidate(store, share, tuple(each for at, each in named if at == store)) for store in stores
        )
        return Answer("ambiguous", None, share, candidates, ("Page, place tag and store number name different stores",))

    def _exact(self, at: int, evidence: tuple[Evidence, ...]) -> Answer:
        return Answer("exact", self._index.entries[at].id, 1.0, (self._candidate(at, 1.0, evidence),))

    def _candidate(self, at: int, confidence: float, evidence: tuple[Evidence, ...]) -> Candidate:
        entry = self._index.entries[at]
        return Candidate(entry.id, entry.number, confidence, evidence)
