"""Who answers at a store, who is away, who stands in; and for whose stores somebody stands in today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from localcare.cases.handling import Hand
from localcare.errors import InvalidError, NotFoundError
from localcare.inbox.repository import stores as repository
from localcare.inbox.repository.stores import StoreCard
from localcare.people import receiving as people
from localcare.people.core import Viewer
from localcare.people.models import Absence
from localcare.people.receiving import AwayNote, KnownAbsence, PossibleStandIn, Receiving, TeamMember


@dataclass(frozen=True, slots=True)
class StorePeople:
    """A store's managers and deputies with their days, the leads above, absences, who receives its matters, who could stand in.

    `today` is the date at the store.
    """

    store: StoreCard
    today: date
    receiving: Receiving
    team: Sequence[TeamMember]
    leads: Sequence[TeamMember]
    absences: Sequence[KnownAbsence]
    stand_ins: Sequence[PossibleStandIn]


@dataclass(frozen=True, slots=True)
class Covered:
    """A store whose matters somebody receives instead of its manager, and why."""

    store: StoreCard
    why: str


def open_store_people(session: Session, viewer: Viewer, number: str, *, now: datetime) -> StorePeople:
    """Who answers at a store. NotFoundError when there is none for this viewer."""
    store = _get_store(session, viewer, number, now)
    today = now.astimezone(ZoneInfo(store.timezone)).date()
    may_arrange = viewer.may_arrange(store.id)
    team, leads = people.list_team(session, store.id), people.list_leads_above(session, store.id)
    return StorePeople(
        store=store,
        today=today,
        receiving=people.list_receiving(session, [store.id], now=now)[store.id],
        team=team,
        leads=leads,
        absences=people.list_absences(session, viewer.brand_id, {each.person_id for each in (*team, *leads)}),
        stand_ins=people.list_stand_ins(session, viewer.brand_id, store.id, today=today) if may_arrange else (),
    )


def say_away(hand: Hand, number: str, person: str, from_on: str, to_on: str, stand_in: str, note: str) -> Absence:
    """Write down an absence as the form tells it. InvalidError says in words what is wrong with it."""
    store = _get_store(hand.session, hand.viewer, number, hand.now)
    away = AwayNote(
        person_id=_number(person) or 0,
        from_on=_day(from_on, "first"),
        to_on=_day(to_on, "last"),
        stand_in_id=_number(stand_in),
        note=note,
    )
    today = hand.now.astimezone(ZoneInfo(store.timezone)).date()
    return people.say_away(hand.session, hand.viewer, store.id, away, today=today, now=hand.now)


def end_absence(hand: Hand, number: str, absence_id: int) -> None:
    """Somebody is back, or was never away."""
    store = _get_store(hand.session, hand.viewer, number, hand.now)
    people.end_absence(hand.session, hand.viewer, store.id, absence_id, now=hand.now)


def restore_absence(hand: Hand, number: str, absence_id: int) -> None:
    """The undo of ending one."""
    store = _get_store(hand.session, hand.viewer, number, hand.now)
    people.restore_absence(hand.session, hand.viewer, store.id, absence_id, now=hand.now)


def list_covered(session: Session, viewer: Viewer, *, now: datetime) -> list[Covered]:
    """The stores whose matters this person receives today instead of their managers, by number."""
    if viewer.person_id is None or not (viewer.runs_stores or viewer.leads):
        return []
    unmanned = people.list_unmanned(session, viewer.brand_id, viewer.store_ids, now=now)
    receiving = people.list_receiving(session, unmanned, now=now)
    mine = {store_id: each for store_id, each in receiving.items() if viewer.person_id in each.person_ids}
    stores = repository.list_stores(session, viewer, set(mine), now) if mine else []
    return [Covered(store, mine[store.id].why) for store in stores]


def find_covered(session: Session, viewer: Viewer, store: StoreCard | None, *, now: datetime) -> Covered | None:
    """Whether this person receives a store's matters instead of its manager now."""
    if store is None or viewer.person_id is None or not (viewer.runs_stores or viewer.leads):
        return None
    if not people.list_unmanned(session, viewer.brand_id, [store.id], now=now):
        return None
    receiving = people.list_receiving(session, [store.id], now=now)[store.id]
    return Covered(store, receiving.why) if viewer.person_id in receiving.person_ids else None


def _get_store(session: Session, viewer: Viewer, number: str, now: datetime) -> StoreCard:
    store = repository.find_store(session, viewer, number, now)
    if store is None:
        raise NotFoundError("There is no store with this number, or it is not yours.")
    return store


def _day(text: str, which: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidError(f"Choose the {which} day away.") from None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
