"""The question “which store did you visit?”: how it is put, what an answer to it may say, and what to heed from before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from localcare.stores.core.text import phrase, read_text, tokens
from localcare.stores.core.values import Answer, Candidate, EarlierStore, Evidence, EvidenceKind, Status

NAMED = 3
"""How many stores a question names: more than three are no help to anybody."""
AGAINST = "against"
"""The kind of evidence that speaks against a store, or against any."""
_MOST_WORDS, _MOST_CHARACTERS = 3, 2_000
_KNOWN = ("exact", "likely")
_YES = frozenset(
    [
        "yes",
        "yeah",
        "yep",
        "yup",
        "correct",
        "right",
        "exactly",
        "thats",
        "si",
        "claro",
        "correcto",
        "exacto",
        "esa",
        "ese",
    ]
)
_NO = frozenset(
    [
        "no",
        "not",
        "but",
        "nope",
        "never",
        "neither",
        "other",
        "isnt",
        "wasnt",
        "pero",
        "otra",
        "otro",
        "ninguna",
        "ninguno",
    ]
)
_LONGEST_YES, _YES_MEANS = 5, 0.97


@dataclass(frozen=True, slots=True)
class AskedStore:
    """A store as a question names it."""

    name: str
    street: str | None = None
    city: str | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class FoundStore:
    """A store as whoever looks for one tells it from others."""

    id: int
    number: str
    name: str
    street: str | None
    city: str | None
    state: str | None
    zip: str | None


_WORDS = {
    "en": {
        "hello": "Hi {name}, we are sorry and want to put this right.",
        "hello_nobody": "We are sorry and want to put this right.",
        "ask": "Which of our stores did you visit?",
        "was_it": "Was it {stores}?",
        "one": "Was it our store {stores}?",
        "help": "If not, the street, the mall or the city helps us find it.",
        "help_alone": "The street, the mall or the city helps us find it.",
        "wide": "Which street or part of town is our store in?",
        "again": "Which shop, crossing or mall is next to the store? The number at the top of your receipt would tell us, too.",
        "or": " or ",
    },
    "es": {
        "hello": "Hola, {name}. Lo sentimos y queremos solucionarlo.",
        "hello_nobody": "Lo sentimos y queremos solucionarlo.",
        "ask": "¿Qué tienda visitó?",
        "was_it": "¿Fue {stores}?",
        "one": "¿Fue nuestra tienda {stores}?",
        "help": "Si no, díganos la calle, el centro comercial o la ciudad.",
        "help_alone": "Díganos la calle, el centro comercial o la ciudad para encontrarla.",
        "wide": "¿En qué calle o parte de la ciudad está nuestra tienda?",
        "again": "¿Qué comercio, cruce o centro comercial está al lado? El número de tienda de su recibo también nos sirve.",
        "or": " o ",
    },
}


def are_too_many(chances: Sequence[float]) -> bool:
    """Whether so many stores may be meant that naming a few helps nobody: the likeliest is no likelier than one of seven."""
    return len(chances) > NAMED and max(chances) < 1 / 6


def put_question(
    stores: Sequence[AskedStore], *, customer: str, language: str, is_wide: bool = False, is_again: bool = False
) -> str:
    """The question in the customer's language (Spanish or, for everybody else, English), naming the likeliest stores.

    When there are too many (`is_wide`) it asks for the street or part of town, and after an answer that left it so
    (`is_again`) for what stands beside the store.
    """
    words = _WORDS["es" if language.startswith("es") else "en"]
    named = [_label(store) for store in stores[:NAMED]]
    hello = words["hello"].format(name=customer) if customer else words["hello_nobody"]
    if is_wide:
        return f"{hello} {words['again' if is_again else 'wide']}"
    if not named:
        return f"{hello} {words['ask']} {words['help_alone']}"
    if len(named) == 1:
        return f"{hello} {words['one'].format(stores=named[0])} {words['help']}"
    listed = words["or"].join((", ".join(named[:-1]), named[-1]))
    return f"{hello} {words['ask']} {words['was_it'].format(stores=listed)} {words['help']}"


def join_words(before: Sequence[str], text: str) -> str:
    """An answer read together with what it answers: the last words before it, then the answer itself."""
    earlier = [words for words in before[-_MOST_WORDS:] if words.strip()]
    return "\n".join([*earlier, text])[-max(_MOST_CHARACTERS, len(text)) :]


def named_in(question: str, stores: Mapping[int, AskedStore]) -> tuple[int, ...]:
    """Which of these stores a question names, in its order: by name, else by street."""
    spoken = read_text(question).words
    places = {store_id: _place_in(spoken, store) for store_id, store in stores.items()}
    return tuple(sorted((each for each in places if places[each] >= 0), key=lambda each: places[each]))


def says_yes(text: str) -> bool:
    """Whether an answer does no more than to agree: "Yes, that one", "sí"."""
    words = tokens(text)
    return 0 < len(words) <= _LONGEST_YES and words[0] in _YES and not denies(text)


def denies(text: str) -> bool:
    """Whether an answer says what it is not, so that a store named in it may be the wrong one."""
    return not _NO.isdisjoint(tokens(text))


def agreed(store_id: int, store: AskedStore) -> Answer:
    """What a yes to a question about one store means."""
    said = Evidence(EvidenceKind.ASKED, f"asked whether it was {store.name}, the customer said yes")
    return Answer("likely", store_id, _YES_MEANS, (Candidate(store_id, store.number, _YES_MEANS, (said,)),))


def heed_refusals(answer: Answer, refused: Iterable[int]) -> Answer:
    """An answer that names a store of which a person has said that it is not the one is no answer: a person looks."""
    no = frozenset(refused)
    if not no:
        return answer
    kept = tuple(each for each in answer.candidates if each.store_id not in no)
    if answer.store_id not in no:
        return replace(answer, candidates=kept) if answer.store_id is None else answer
    note = f"a person has said that it is not store {_number(answer, answer.store_id)}"
    status: Status = "ambiguous" if kept else "none"
    best = max((each.confidence for each in kept), default=0.0)
    return Answer(status, None, best, kept, (*answer.notes, note))


def with_notes(answer: Answer) -> Answer:
    """The answer with what spoke against among its evidence, which is what is kept of it."""
    if not answer.notes:
        return answer
    against = tuple(Evidence(AGAINST, note) for note in answer.notes)
    if not answer.candidates:
        return replace(answer, candidates=(Candidate(0, "", 0.0, against),))
    first, *others = answer.candidates
    return replace(answer, candidates=(replace(first, evidence=(*first.evidence, *against)), *others))


def with_source(answer: Answer, attribution: str) -> Answer:
    """The answer with the name of the geocoder beside what its point tells: its terms ask for that."""
    if not attribution:
        return answer
    return replace(answer, candidates=tuple(_credited(each, attribution) for each in answer.candidates))


def _credited(candidate: Candidate, attribution: str) -> Candidate:
    evidence = tuple(
        Evidence(each.kind, f"{each.detail} (address looked up: {attribution})")
        if each.kind == EvidenceKind.COORDINATES
        else each
        for each in candidate.evidence
    )
    return replace(candidate, evidence=evidence)


def is_known(answer: Answer) -> bool:
    """Whether a mention with this answer goes to a store without a person."""
    return answer.status in _KNOWN and answer.store_id is not None


def told_later(answer: Answer) -> Answer:
    """What a customer's answer says of the words it answers. Wants an answer with a store."""
    chosen = next((each for each in answer.candidates if each.store_id == answer.store_id), None)
    number = chosen.number if chosen else str(answer.store_id)
    said = Evidence(EvidenceKind.ASKED, f"asked which store it was, the customer told: store {number}")
    known = Candidate(answer.store_id or 0, number, answer.confidence, (said,))
    return Answer(answer.status, answer.store_id, answer.confidence, (known,))


def why_known(answer: Answer) -> str:
    """The strongest evidence of a known store, for a line of history."""
    chosen = next((each for each in answer.candidates if each.store_id == answer.store_id), None)
    if chosen is None:
        return ""
    detail = next((each.detail for each in chosen.evidence if each.kind != AGAINST), "")
    return f"store {chosen.number}: {detail}" if detail else f"store {chosen.number}"


def count_earlier(cases: Iterable[tuple[int, datetime]]) -> tuple[EarlierStore, ...]:
    """Earlier cases, (store id, time), by store: how many, and when the last one was; the latest store first."""
    times: dict[int, list[datetime]] = {}
    for store_id, at in cases:
        times.setdefault(store_id, []).append(at)
    found = [EarlierStore(store_id, len(inside), max(inside)) for store_id, inside in times.items()]
    return tuple(sorted(found, key=lambda each: (each.last_at, each.store_id), reverse=True))


def _place_in(spoken: str, store: AskedStore) -> int:
    name = spoken.find(f" {phrase(store.name)} ")
    return name if name >= 0 or not store.street else spoken.find(f" {phrase(store.street)} ")


def _label(store: AskedStore) -> str:
    where = ", ".join(part for part in (store.street, store.city) if part)
    return f"{store.name} ({where})" if where else store.name


def _number(answer: Answer, store_id: int | None) -> str:
    return next((each.number for each in answer.candidates if each.store_id == store_id), str(store_id))
