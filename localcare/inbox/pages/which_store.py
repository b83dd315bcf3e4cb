"""The panel “which store?”: the likeliest stores as one tap each, a search for any other, none of ours, and the question."""

from dataclasses import dataclass

from localcare.cases.core.states import CLOSED, State
from localcare.inbox.core.drafts import first_name
from localcare.inbox.core.words import sentence
from localcare.inbox.repository.stores import StoreCard
from localcare.inbox.service.case import CaseFile, candidate_store
from localcare.people.core import Viewer
from localcare.routing.core import CRISIS, WHICH_STORE
from localcare.stores.core.asking import AGAINST, NAMED, AskedStore, FoundStore, are_too_many, put_question
from localcare.web.parts import Option

_SHOWN = 5
_LANGUAGES = {"en": "English", "es": "Spanish"}


@dataclass(frozen=True, slots=True)
class StoreSearch:
    """What somebody looked for among the brand's stores, and what there is."""

    words: str = ""
    found: tuple[FoundStore, ...] = ()


NO_SEARCH = StoreSearch()


@dataclass(frozen=True, slots=True)
class StoreChoice:
    """A store to choose with one tap: what it is called, where it is, how likely it is, and what speaks for it."""

    number: str
    name: str
    where: str
    chance: float | None = None
    evidence: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class WhichStorePanel:
    """What can be decided about the store of a case. `is_asked` says that the case waits for just that.

    `ask` are languages for the question, the customer's first; `asked_at` says that it was asked already. `decided` is
    what a person has said, when this viewer may take it back.
    """

    action: str
    is_asked: bool
    choices: tuple[StoreChoice, ...]
    against: tuple[str, ...]
    refuse_label: str
    may_refuse: bool
    may_deny: bool
    find: str
    found: tuple[StoreChoice, ...]
    ask: tuple[Option, ...]
    was_asked: bool
    decided: str


def which_store_panel(viewer: Viewer, file: CaseFile, search: StoreSearch) -> WhichStorePanel | None:
    """The panel; None when the viewer cannot decide or the case is closed."""
    case = file.case
    if not viewer.may_place(case.store_id) or State(case.state) in CLOSED:
        return None
    is_wide = viewer.is_central or viewer.may_administer
    is_asked = case.queue == WHICH_STORE
    return WhichStorePanel(
        action=f"/cases/{case.id}",
        is_asked=is_asked,
        choices=_choices(file),
        against=tuple(dict.fromkeys(_details(file, against=True))),
        refuse_label="Not this store" if is_wide else "Not my store",
        may_refuse=case.store_id is not None and case.queue != CRISIS,
        may_deny=is_wide and (is_asked or case.store_id is not None),
        find=search.words,
        found=tuple(_found(store) for store in search.found if store.id != case.store_id),
        ask=_ask(case.language) if is_asked and file.turn and viewer.may_answer(case.store_id) else (),
        was_asked=is_asked and case.answered_at is not None and case.waiting_since is None,
        decided=_decided(viewer, file),
    )


def question_draft(file: CaseFile, language: str) -> str:
    """The ready question in a language (else the customer's), naming the likeliest stores."""
    chosen = language if language in _LANGUAGES else file.case.language
    ranked = ranked_candidates(file)
    likeliest = [store for row in ranked[:NAMED] if (store := file.stores.get(candidate_store(row)))]
    return put_question(
        [AskedStore(store.name, store.street, store.city) for store in likeliest],
        customer=first_name(file.case.author_name),
        language=chosen,
        is_wide=are_too_many([_chance(row) for row in ranked]),
        is_again=file.case.answered_at is not None,
    )


def ranked_candidates(file: CaseFile) -> list[dict[str, object]]:
    """Every store that a word of the case may be about, but for the one it lies with: the likeliest first, then by street."""
    best: dict[int, dict[str, object]] = {}
    for reasoning in file.reasonings:
        for row in reasoning.candidates or ():
            store_id = candidate_store(row)
            if store_id and store_id != file.case.store_id and (chance_of(row) or 0) >= _chance(best.get(store_id)):
                best[store_id] = row
    return sorted(best.values(), key=lambda row: (-_chance(row), *_street_of(file, row)))


def _street_of(file: CaseFile, row: dict[str, object]) -> tuple[str, str]:
    """The street's name, then the door: stores that are equally likely stand as in a street index."""
    store = file.stores.get(candidate_store(row))
    number, _, street = (store.street or "").partition(" ") if store else ("", "", "")
    return street.casefold(), number.zfill(8)


def _choices(file: CaseFile) -> tuple[StoreChoice, ...]:
    ranked = [(row, store) for row in ranked_candidates(file) if (store := file.stores.get(candidate_store(row)))]
    return tuple(_choice(row, store, str(place)) for place, (row, store) in enumerate(ranked[:_SHOWN], start=1))


def _choice(row: dict[str, object], store: StoreCard, key: str) -> StoreChoice:
    details = tuple(sentence(detail) for kind, detail in facts_of(row) if kind != AGAINST)
    return StoreChoice(store.number, store.name, store.address, chance_of(row), details[:3], key)


def _found(store: FoundStore) -> StoreChoice:
    town = " ".join(part for part in (store.state, store.zip) if part)
    return StoreChoice(store.number, store.name, ", ".join(part for part in (store.street, store.city, town) if part))


def _chance(row: dict[str, object] | None) -> float:
    return (chance_of(row) or 0.0) if row else 0.0


def chance_of(row: dict[str, object]) -> float | None:
    """A candidate's probability, 0..1."""
    confidence = row.get("confidence")
    return float(confidence) if isinstance(confidence, int | float) else None


def facts_of(row: dict[str, object]) -> list[tuple[str, str]]:
    """A candidate's evidence as (kind, words)."""
    evidence = row.get("evidence")
    if not isinstance(evidence, list):
        return []
    return [(str(each.get("kind", "")), str(each.get("detail", ""))) for each in evidence if isinstance(each, dict)]


def _details(file: CaseFile, *, against: bool) -> list[str]:
    rows = [row for reasoning in file.reasonings for row in reasoning.candidates or ()]
    return [sentence(detail) for row in rows for kind, detail in facts_of(row) if (kind == AGAINST) == against]


def _ask(language: str) -> tuple[Option, ...]:
    own = "es" if language.startswith("es") else "en"
    other = "en" if own == "es" else "es"
    return (Option(own, f"Ask the customer in {_LANGUAGES[own]}"), Option(other, f"In {_LANGUAGES[other]}"))


def _decided(viewer: Viewer, file: CaseFile) -> str:
    deciders = {each.decided_by or "" for each in file.reasonings}
    if viewer.actor in deciders:
        return "You have decided about the store of this case."
    by_person = any(each.startswith("person:") for each in deciders)
    return "A colleague has decided about the store of this case." if by_person and viewer.may_supervise else ""
