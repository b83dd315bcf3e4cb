"""Why a case is whose it is, in words: the store, the route, the verdict."""

from dataclasses import dataclass

from localcare.inbox.core.words import RESOLUTIONS, judge_name, matter_name, sentence, topic_name, words_of
from localcare.inbox.pages.which_store import chance_of, facts_of, ranked_candidates
from localcare.inbox.repository.case import Reasoning, VerdictThen
from localcare.inbox.service.case import CaseFile, candidate_store
from localcare.stores.core.asking import AGAINST
from localcare.web.parts import Evidence, TimelineEntry
from localcare.web.words import capital_first

_OTHERS = 3

_ICONS = {
    "page": "flag", "store_number": "hash", "place": "map-pin", "coordinates": "map-pin", "phone": "phone",
    "address": "map-pin", "zip": "map-pin", "person": "user-check", "city": "building-2",
    "landmark": "map", "neighbourhood": "map", "cross_street": "map", "street": "map", "name": "tag", "url": "link",
    "asked": "message-circle-question", "earlier": "history", "hours": "clock", "region": "network", "home": "house",
    "closed": "store",
}  # fmt: skip
_SOURCES = {
    "person": "A colleague",
    "rule": "A rule of the care team",
    "model": "The model",
    "signal": "What came with it",
}
_SOURCE_ICONS = {"person": "user-check", "rule": "list-checks", "model": "bot", "signal": "activity"}


_OTHER_WORDS = "Of words that were changed since and are not kept"


@dataclass(frozen=True, slots=True)
class Reasons:
    """Evidence for the store, the reason of the route, and what triage saw."""

    store_verdict: str
    store_confidence: float | None
    store_evidence: tuple[Evidence, ...]
    store_against: tuple[Evidence, ...]
    other_stores: tuple[Evidence, ...]
    route: str
    verdict: tuple[tuple[str, str], ...]
    triage: tuple[Evidence, ...]
    abstained: bool
    model: str
    earlier: tuple[TimelineEntry, ...]


def reasons_of(file: CaseFile) -> Reasons:
    """Why this case is here."""
    placing, leading = file.placing, file.leading
    return Reasons(
        store_verdict=_store_verdict(file, placing),
        store_confidence=placing.confidence if placing and placing.status == "likely" else None,
        store_evidence=_store_evidence(file, placing),
        store_against=_against(placing),
        other_stores=_others(file) if file.store else (),
        route=sentence(file.case.route_reason),
        verdict=tuple(_verdict(file, leading)),
        triage=_triage(leading),
        abstained=bool(leading and leading.abstained),
        model=judge_name(leading.model) if leading and leading.model else "",
        earlier=tuple(map(_then, file.verdicts)),
    )


def _then(verdict: VerdictThen) -> TimelineEntry:
    """A verdict of the history: who said what, of which words, and whether it stands."""
    asks = "needs an answer" if verdict.actionable else "needs no answer"
    facts = [
        topic_name(verdict.topic),
        f"tier {verdict.tier}",
        *(words_of(risk).lower() for risk in verdict.risks),
        asks,
    ]
    who, icon = (
        (capital_first(judge_name(verdict.model)), "bot") if verdict.person is None else ("A colleague", "user-check")
    )
    said = f": {sentence(verdict.person)}" if verdict.person else ""
    words = _OTHER_WORDS if verdict.is_of_other_words else f"“{verdict.words}”"
    what, tone = f"{', '.join(facts)}.", "neutral"
    if verdict.stands:
        what, tone = f"{what} It stands.", "good"
    return TimelineEntry(verdict.judged_at, who, what, icon, f"{words}{said}", tone)  # type: ignore[arg-type]


def _store_verdict(file: CaseFile, placing: Reasoning | None) -> str:
    if placing is None:
        return RESOLUTIONS["none"]
    words = RESOLUTIONS.get(placing.status or "none", RESOLUTIONS["none"])
    return f"{words}: {file.store.name}, #{file.store.number}" if file.store else words


def _store_evidence(file: CaseFile, placing: Reasoning | None) -> tuple[Evidence, ...]:
    rows = (placing.candidates or []) if placing else []
    chosen = [row for row in rows if candidate_store(row) == file.case.store_id] or rows[:4]
    return tuple(
        Evidence(sentence(detail), "" if file.store else _name(file, row), _ICONS.get(kind, "check"), _weight(row))
        for row in chosen
        for kind, detail in facts_of(row)
        if kind != AGAINST
    )


def _against(placing: Reasoning | None) -> tuple[Evidence, ...]:
    """What spoke against the store, or against any."""
    rows = (placing.candidates or []) if placing else []
    details = (detail for row in rows for kind, detail in facts_of(row) if kind == AGAINST)
    return tuple(Evidence(sentence(detail), icon="ban") for detail in dict.fromkeys(details))


def _others(file: CaseFile) -> tuple[Evidence, ...]:
    """The stores it might have been, with what speaks for each."""
    return tuple(
        Evidence(_name(file, row), _first_words(row), "store", _weight(row))
        for row in ranked_candidates(file)[:_OTHERS]
    )


def _first_words(row: dict[str, object]) -> str:
    return next((sentence(detail) for kind, detail in facts_of(row) if kind != AGAINST), "")


def _name(file: CaseFile, row: dict[str, object]) -> str:
    store = file.stores.get(candidate_store(row))
    return f"{store.name}, #{store.number}" if store else f"Store {row.get('store_number', '')}"


def _weight(row: dict[str, object]) -> float | None:
    chance = chance_of(row)
    return chance if chance is not None and chance < 1 else None


def _verdict(file: CaseFile, leading: Reasoning | None) -> list[tuple[str, str]]:
    case = file.case
    verdict = [
        ("Topic", topic_name(case.topic)),
        ("Whose matter", matter_name(case.matter)),
        ("Tier", str(case.tier)),
        ("Urgency", words_of(case.urgency)),
        ("Mood", words_of(case.sentiment)),
    ]
    if case.risks:
        verdict.append(("Risks", ", ".join(words_of(risk) for risk in case.risks)))
    if any(word.is_shout_out for word in file.reasonings):
        verdict.append(("Praise", "Of somebody of the team"))
    if leading and leading.actionable_probability is not None:
        verdict.append(("Needs an answer", f"{leading.actionable_probability:.0%} likely"))
    return verdict


def _triage(leading: Reasoning | None) -> tuple[Evidence, ...]:
    reasons = (leading.reasons or []) if leading else []
    return tuple(
        Evidence(
            sentence(reason.get("detail", "")),
            _SOURCES.get(reason.get("from", ""), ""),
            _SOURCE_ICONS.get(reason.get("from", ""), "check"),
        )
        for reason in reasons
    )
