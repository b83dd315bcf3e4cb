"""What came with a mention as data: the Page it stands on, its place tag, a store number."""

from datetime import datetime

from localcare.stores.core.doors import find_address
from localcare.stores.core.evidence import Finding, find_store_numbers, number_then_and_now
from localcare.stores.core.index import DirectoryIndex
from localcare.stores.core.names import find_names, read_places
from localcare.stores.core.phrases import Stores
from localcare.stores.core.places import find_nearest, find_town, is_a_town, what_is_wrong
from localcare.stores.core.reading import TextReader
from localcare.stores.core.standing import Standing
from localcare.stores.core.values import Evidence, EvidenceKind, Place, Question

Named = list[tuple[int, Evidence]]


def named_as_data(question: Question, index: DirectoryIndex, when: datetime | None) -> Named:
    """The stores that a Page, a store number or a place id name, each with what it says; closed ones too."""
    found: Named = []
    if question.page_id:
        _add(found, EvidenceKind.PAGE, "it stands on the Page of", index.pages_on(question.page_id, when), when, index)
    if question.store_number:
        number = question.store_number.strip()
        stores = index.by_number.get(number) or index.by_number.get(number.lower().lstrip("0"), ())
        _add(found, EvidenceKind.STORE_NUMBER, "its data name", stores, when, index, number=number)
    if question.place and question.place.id:
        stores = index.pages_on(question.place.id, when) or index.by_place.get(question.place.id.strip(), ())
        _add(found, EvidenceKind.PLACE, "its place tag is that of", stores, when, index)
    return found


def place_findings(
    place: Place, index: DirectoryIndex, reader: TextReader, standing: Standing
) -> tuple[list[Finding], list[str]]:
    """What a place tag says by its address, its town, its coordinates and its name."""
    name = reader.read(place.name or "")
    rival = reader.rival_of(name) if place.name else None
    if rival:
        return [], [f'the place is another brand\'s: "{rival}"']
    findings, notes = list(find_address(place, index)), what_is_wrong(place.lat, place.lng)
    sure = bool(findings) or not place.street
    findings += find_town(place, index, sure=sure)
    if not is_a_town(place, index):
        findings += find_nearest(place.lat, place.lng, index, without=standing.shut)
    if place.name:
        findings += find_store_numbers(name.text, index)
        findings += find_names(read_places(name.matches, name.around, name.localities, index))
    return findings, notes


def _add(
    found: Named, kind: EvidenceKind, said: str, stores: Stores, when: datetime | None, index: DirectoryIndex, *,
    number: str | None = None,
) -> None:  # fmt: skip
    """Entries of the day first; a store whose entries are all of other days is still the one that was named."""
    gone = index.calendar.at(when).gone
    current = [at for at in stores if at not in gone] or list(stores[-1:])
    for at in current:
        now = index.entries[at].number
        found.append((at, Evidence(kind, f"{said} store {number_then_and_now(number or now, now)}")))
