"""Coordinates for addresses from a geocoder: evidence, never truth, asked for outside the pipeline's transaction.

In the batch the pipeline takes what is known (`geocoded_points`) and notes what is not (`ask_for_points`). A job asks, at
the pace all workers share, and has the mentions resolved again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import sleep
from typing import Literal, Protocol

from procrastinate.types import JSONValue
from sqlmodel import Session

from localcare.kit.clock import Clock
from localcare.kit.db import Database
from localcare.kit.jobs import defer, defer_many
from localcare.settings import Settings
from localcare.stores import geocode_repository as repository
from localcare.stores.core.geocode import (
    Failed,
    GeocodedPoint,
    Later,
    Line,
    Pace,
    Reply,
    after_reply,
    take_slot,
)
from localcare.stores.core.geocode_question import address_to_ask, question_key
from localcare.stores.core.geocode_terms import GeocoderChoice, choose
from localcare.stores.core.values import Place

ASK_TASK = "stores.ask_geocoder"
RESOLVE_AGAIN_TASK = "pipeline.resolve_again"
"""Called with `brand_id` and `mention_ids` once points for mentions have come; the pipeline registers it."""

WAITS_FOR = timedelta(days=2)
"""For so long a mention waits for its point; after that somebody has looked at it anyway."""

MAX_TRIES = 4
_AT_ONCE = 30
_GIVEN_UP_FOR = timedelta(days=1)
_BUSY_FOR = timedelta(seconds=30)
_FIRST_WAIT = timedelta(minutes=1)


class Geocoder(Protocol):
    """Asks one provider about one address line."""

    def ask(self, line: str) -> Reply:
        """The point, or why there is none; never raises for what the provider does."""
        ...


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What a mention says of where: its words, and the place it was tagged with."""

    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A mention whose store could not be told."""

    mention_id: int
    whereabouts: Whereabouts


@dataclass(frozen=True, slots=True)
class Pending:
    """A mention that waits for the answer to a question."""

    question_id: int
    mention_id: int


def pack(pending: Sequence[Pending]) -> str:
    """Pendings as a job carries them: "12:77 13:78", question and mention."""
    return " ".join(f"{each.question_id}:{each.mention_id}" for each in pending)


def unpack(packed: str) -> list[Pending]:
    """What `pack` made."""
    pairs = (each.partition(":") for each in packed.split())
    return [Pending(int(question), int(mention)) for question, _, mention in pairs]


def chosen_geocoder(settings: Settings) -> GeocoderChoice | None:
    """The geocoder of the settings, None when they name none. Raises ConfigurationError, which says what to set."""
    if not settings.geocoder:
        return None
    return choose(
        settings.geocoder,
        url=settings.geocoder_url,
        per_second=settings.geocoder_per_second,
        per_day=settings.geocoder_per_day,
        contact=settings.geocoder_contact,
    )


def geocoded_points(
    session: Session, choice: GeocoderChoice | None, asked: Sequence[Whereabouts], *, now: datetime
) -> list[GeocodedPoint | None]:
    """What a geocoder has said about where each is, None where nothing is known: one statement, no network."""
    if choice is None:
        return [None] * len(asked)
    lines = [address_to_ask(each.text, each.place) for each in asked]
    keys = [question_key(line) if line else None for line in lines]
    known = repository.find_points(session, choice.provider, [key for key in keys if key], now=now) if any(keys) else {}
    points = [known.get(key) if key else None for key in keys]
    return [replace(point, attribution=choice.terms.attribution) if point else None for point in points]


def geocoded_point(
    session: Session, choice: GeocoderChoice | None, *, text: str, place: Place | None, now: datetime
) -> GeocodedPoint | None:
    """The same for one mention."""
    return geocoded_points(session, choice, [Whereabouts(text, place)], now=now)[0]


def ask_for_points(
    session: Session, choice: GeocoderChoice | None, brand_id: int, unplaced: Sequence[Unplaced], *, now: datetime
) -> int:
    """Have a geocoder asked about mentions that no store was found for; returns how many wait for it.

    What was asked before is not asked again. The job is committed with the mentions, or neither is.
    """
    if choice is None:
        return 0
    keys: dict[int, str] = {}
    lines: dict[str, str] = {}
    for each in unplaced:
        line = address_to_ask(each.whereabouts.text, each.whereabouts.place)
        if line:
            keys[each.mention_id] = question_key(line)
            lines.setdefault(keys[each.mention_id], line)
    waiting = repository.want(session, choice.provider, lines, now=now, until=now + WAITS_FOR) if lines else {}
    pending = [Pending(waiting[key], mention_id) for mention_id, key in keys.items() if key in waiting]
    _defer_asking(session, brand_id, pending)
    return len(pending)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that needs no more asking."""

    found: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """A worker's way to a geocoder. `pause` waits for a slot, in seconds."""

    db: Database
    clock: Clock
    choice: GeocoderChoice
    geocoder: Geocoder
    pause: Callable[[float], None] = sleep

    def work(self, brand_id: int, pending: Sequence[Pending]) -> None:
        """Ask what is still unanswered, have the mentions resolved again whose point has come, postpone the rest."""
        found: set[int] = set()
        open_questions: dict[int, datetime] = {}
        line_is_busy: Later | None = None
        for question_id in dict.fromkeys(each.question_id for each in pending):
            outcome = line_is_busy or self._settle(brand_id, question_id)
            match outcome:
                case Answered(is_found):
                    found |= {question_id} if is_found else set()
                case Later(until, why):
                    open_questions[question_id] = until
                    line_is_busy = outcome if why != _ONLY_THIS else line_is_busy
        self._hand_on(brand_id, pending, found, open_questions)

    def ask_once(self, brand_id: int, place: Place) -> GeocodedPoint | str:
        """Ask about one address while somebody waits, from the cache where it is known; a string says why there is no point."""
        line = address_to_ask("", place)
        if line is None:
            return "it takes a street with a town or a ZIP to ask"
        key, now = question_key(line), self.clock.now()
        provider = self.choice.provider
        with self.db.session(brand_id, viewer="geocoder") as session:
            waiting = repository.want(session, provider, {key: line}, now=now, until=now + WAITS_FOR)
        outcome = self._settle(brand_id, waiting[key]) if key in waiting else None
        if isinstance(outcome, Later):
            return "no answer now: " + ("ask again in a minute" if outcome.why == _ONLY_THIS else outcome.why)
        with self.db.session(brand_id, viewer="geocoder") as session:
            point = repository.find_points(session, provider, [key], now=now).get(key)
        return replace(point, attribution=self.choice.terms.attribution) if point else "it knows no such address"

    def _settle(self, brand_id: int, question_id: int) -> Answered | Later:
        """Claim and commit; ask; record and commit."""
        with self.db.session(brand_id, viewer="geocoder") as session:
            claimed = self._claim(session, question_id)
        if not isinstance(claimed, _Claimed):
            return claimed
        self.pause(claimed.wait_seconds)
        reply = self.geocoder.ask(claimed.line)
        with self.db.session(brand_id, viewer="geocoder") as session:
            return self._record(session, question_id, claimed, reply)

    def _claim(self, session: Session, question_id: int) -> "_Claimed | Answered | Later":
        now = self.clock.now()
        question = repository.list_wanted(session, self.choice.provider, [question_id], now=now).get(question_id)
        if question is None or question.line is None or question.status not in {"wanted", "asking"}:
            return Answered(found=question is not None and question.status == "found")
        line, instant = repository.lock_line(session, self.choice.provider)
        changed, slot = take_slot(line, Pace(self.choice.per_second, self.choice.per_day), instant)
        if isinstance(slot, Later):
            return slot
        if not repository.claim(session, question_id, now=now):
            return Later(instant + _BUSY_FOR, _ONLY_THIS)
        repository.save_line(session, self.choice.provider, changed)
        return _Claimed(question.line, question.tries, max(0.0, (slot.at - instant).total_seconds()))

    def _record(self, session: Session, question_id: int, claimed: "_Claimed", reply: Reply) -> Answered | Later:
        line, instant = repository.lock_line(session, self.choice.provider)
        repository.save_line(session, self.choice.provider, after_reply(line, reply, instant))
        if not isinstance(reply, Failed):
            is_found = isinstance(reply, GeocodedPoint)
            terms = self.choice.terms
            keep = terms.keep_found if is_found else terms.keep_none
            repository.save_answer(session, question_id, reply, expires_at=self.clock.now() + keep)
            return Answered(found=is_found)
        if claimed.tries + 1 >= MAX_TRIES:
            repository.give_up(session, [question_id], expires_at=self.clock.now() + _GIVEN_UP_FOR)
            return Answered(found=False)
        repository.put_back(session, question_id)
        return Later(instant + _FIRST_WAIT * (1 << claimed.tries), _ONLY_THIS)

    def _hand_on(
        self, brand_id: int, pending: Sequence[Pending], found: set[int], open_questions: dict[int, datetime]
    ) -> None:
        mention_ids = [each.mention_id for each in pending if each.question_id in found]
        rest = [each for each in pending if each.question_id in open_questions]
        with self.db.session(brand_id, viewer="geocoder") as session:
            if mention_ids:
                again: dict[str, JSONValue] = {"brand_id": brand_id, "mention_ids": list(mention_ids)}
                defer_many(session, RESOLVE_AGAIN_TASK, [again])
            if rest:
                _defer_asking(session, brand_id, rest, not_before=min(open_questions.values()))


@dataclass(frozen=True, slots=True)
class LineReport:
    """How things stand with the chosen geocoder, for whoever runs localcare."""

    provider: str
    state: Literal["unused", "working", "resting", "trying"]
    trouble: str | None
    until: datetime | None
    asked_today: int
    waiting: int


def report_line(session: Session, choice: GeocoderChoice) -> LineReport:
    """How things stand with a geocoder."""
    line, now = repository.find_line(session, choice.provider)
    waiting = repository.count_waiting(session, choice.provider)
    known = line or Line()
    asked = known.asked_today if known.day == now.date() else 0
    state = known.state(now) if line else "unused"
    return LineReport(choice.provider, state, known.trouble, known.resting_until, asked, waiting)


def forget_expired(session: Session, *, now: datetime) -> int:
    """Delete the answers whose provider allows them to be kept no longer; returns how many."""
    return repository.delete_expired(session, now=now)


_ONLY_THIS = "this question waits, others may go"


@dataclass(frozen=True, slots=True)
class _Claimed:
    line: str
    tries: int
    wait_seconds: float


def _defer_asking(
    session: Session, brand_id: int, pending: Sequence[Pending], *, not_before: datetime | None = None
) -> None:
    for start in range(0, len(pending), _AT_ONCE):
        part = pack(pending[start : start + _AT_ONCE])
        defer(session, ASK_TASK, not_before=not_before, brand_id=brand_id, pending=part)
