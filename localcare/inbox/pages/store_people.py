"""The page of who answers at a store, and the sentences that say for whom somebody stands in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from localcare.inbox.service.store_people import Covered, StorePeople
from localcare.people.core import Viewer
from localcare.people.core.receiving import Receiving, day_words
from localcare.people.core.viewer import ROLE_LABELS
from localcare.people.receiving import KnownAbsence, PossibleStandIn, TeamMember, may_say_away
from localcare.web.pages import Page
from localcare.web.parts import Link, Option
from localcare.web.words import plural

_NAMED = 3


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A manager or deputy with their days."""

    name: str
    role: str
    days: str
    state: str
    is_former: bool


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence in words; `end_url` ends it, `restore_url` undoes that, empty where it cannot be."""

    who: str
    days: str
    stand_in: str
    note: str
    written: str
    state: str
    end_label: str
    end_url: str
    restore_url: str


@dataclass(frozen=True, kw_only=True)
class StorePeoplePage(Page):
    """`inbox/store_people.html`: who answers at a store, who is away and who stands in, and what was so before."""

    number: str
    store_name: str
    receiving: str
    is_usual: bool
    members: tuple[MemberRow, ...]
    former: tuple[MemberRow, ...]
    leads: tuple[MemberRow, ...]
    current: tuple[AbsenceRow, ...]
    past: tuple[AbsenceRow, ...]
    away_options: tuple[Option, ...]
    stand_in_options: tuple[Option, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


def store_people_page(
    viewer: Viewer, people: StorePeople, *, values: Mapping[str, str] | None = None, error: str = ""
) -> StorePeoplePage:
    """Who answers at a store; the form only for those who may arrange it."""
    number, today = people.store.number, people.today
    may_arrange = viewer.may_arrange(people.store.id)
    members = [_member(each, people) for each in people.team]
    everybody = [each for each in (*people.team, *people.leads) if may_arrange and may_say_away(viewer, each)]
    arranged = {each.person_id for each in everybody}
    absences = [
        (each, _absence(each, people, viewer, may_arrange=each.person_id in arranged)) for each in people.absences
    ]
    holding = [each for each in everybody if _still_holds(each, today)]
    me = next((str(each.person_id) for each in holding if each.person_id == viewer.person_id), "")
    return StorePeoplePage(
        title="Who answers here",
        viewer=viewer,
        crumbs=(Link(people.store.name, f"/stores/{number}"),),
        number=number,
        store_name=people.store.name,
        receiving=receiving_words(people.receiving),
        is_usual=people.receiving.is_usual,
        members=tuple(each for each in members if not each.is_former),
        former=tuple(each for each in members if each.is_former),
        leads=tuple(_member(each, people) for each in people.leads if _still_holds(each, today)),
        current=tuple(row for each, row in reversed(absences) if each.ended_at is None and each.to_on >= today),
        past=tuple(row for each, row in absences if each.ended_at is not None or each.to_on < today),
        away_options=tuple(_once(Option(str(each.person_id), each.name) for each in holding)),
        stand_in_options=tuple(map(_stand_in_option, people.stand_ins)),
        values=values or {"person": me, "from_on": today.isoformat(), "to_on": "", "stand_in": "", "note": ""},
        error=error,
    )


def receiving_words(receiving: Receiving) -> str:
    """`Ana Ortiz answers here.`, or who sees the store's matters instead, and why."""
    if receiving.is_usual:
        return f"{receiving.names} answer{'s' if len(receiving.people) == 1 else ''} here."
    if not receiving.people:
        return f"Nobody sees this store’s matters while {receiving.why}: name somebody."
    return (
        f"{receiving.names} see{'s' if len(receiving.people) == 1 else ''} this store’s matters while {receiving.why}."
    )


def covered_words(covered: Sequence[Covered]) -> tuple[str, ...]:
    """What a stand-in reads on top of their first page: for which stores, and why."""
    if len(covered) > _NAMED:
        numbers = ", ".join(each.store.number for each in covered[:_NAMED])
        rest = plural(len(covered) - _NAMED, "store")
        return (f"You see the matters of stores {numbers} and {rest} more while their managers are away or missing.",)
    return tuple(f"You see store {each.store.number}’s matters while {each.why}." for each in covered)


def _member(member: TeamMember, people: StorePeople) -> MemberRow:
    today = people.today
    away = next((each for each in people.absences if each.person_id == member.person_id and _holds(each, today)), None)
    state = f"Away until {day_words(away.to_on)}" if away else ""
    if member.valid_from is not None and member.valid_from > today:
        state = f"From {_date(member.valid_from)}"
    return MemberRow(
        name=member.name,
        role=ROLE_LABELS[member.role],
        days=_span(member.valid_from, member.valid_to),
        state=state,
        is_former=not _still_holds(member, today),
    )


def _absence(absence: KnownAbsence, people: StorePeople, viewer: Viewer, *, may_arrange: bool) -> AbsenceRow:
    today, url = people.today, f"/stores/{people.store.number}/absences/{absence.id}"
    is_over = absence.to_on < today
    label = "I am back" if absence.person_id == viewer.person_id else f"{absence.name.split()[0]} is back"
    begins_later = absence.from_on > today
    return AbsenceRow(
        who=absence.name,
        days=_span(absence.from_on, absence.to_on),
        stand_in=f"{absence.stand_in} stands in" if absence.stand_in else "Nobody is named to stand in",
        note=absence.note,
        written=f"Written down by {absence.recorded_by}, {_date(absence.recorded_at.date())}.",
        state=_state(absence, today),
        end_label="Take it back" if begins_later else label,
        end_url=f"{url}/end" if may_arrange and absence.ended_at is None and not is_over else "",
        restore_url=f"{url}/restoration" if may_arrange and absence.ended_at is not None and not is_over else "",
    )


def _state(absence: KnownAbsence, today: date) -> str:
    if absence.ended_at is not None:
        return f"Ended by {absence.ended_by}, {_date(absence.ended_at.date())}"
    if absence.to_on < today:
        return "Over"
    return "Now" if absence.from_on <= today else "To come"


def _holds(absence: KnownAbsence, today: date) -> bool:
    return absence.ended_at is None and absence.from_on <= today <= absence.to_on


def _still_holds(member: TeamMember, today: date) -> bool:
    return member.valid_to is None or member.valid_to >= today


def _span(begins: date | None, ends: date | None) -> str:
    if begins is None and ends is None:
        return ""
    if begins is None:
        return f"until {_date(ends)}"
    return f"since {_date(begins)}" if ends is None else f"{_date(begins)} to {_date(ends)}"


def _date(day: date | None) -> str:
    return f"{day:%B} {day.day}, {day.year}" if day else ""


def _stand_in_option(person: PossibleStandIn) -> Option:
    place = f", {person.place}" if person.place else ""
    return Option(str(person.id), f"{person.name}, {ROLE_LABELS[person.role].lower()}{place}")


def _once(options: Iterable[Option]) -> list[Option]:
    return list({option.value: option for option in options}.values())
