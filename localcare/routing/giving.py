"""The desk of the centre, live: “next case” for who asks, a push to who is there, and back what nobody looked at.

Two never get the same case and nobody more than they have room for: whoever puts a case into somebody's hands holds those
hands until the commit (`cases.giving.take_seat`), and takes only cases that nobody else works on, without waiting for any.
Push has one giver at a time per brand. Decisions are `core.giving`'s, on the oldest of each lane.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases import giving as cases
from localcare.cases.giving import Given, InHand, Untouched
from localcare.cases.handling import Hand
from localcare.errors import ForbiddenError
from localcare.people import duty as people
from localcare.people.core.duty import Duty, Presence
from localcare.people.duty import PresenceNow
from localcare.routing import desk_repository as repository
from localcare.routing.core.cover import Backlog
from localcare.routing.core.giving import (
    Gift,
    Giving,
    Lane,
    Team,
    Waiting,
    agent_of,
    choose_next,
    gift_of,
    may_keep,
    share_out,
)

LET_GO = timedelta(hours=1)
"""For so long nobody gets a case again that they put back, handed over or escalated, as long as they only ask for the next."""
UNTOUCHED = timedelta(minutes=10)
"""A pushed case that its owner does not look at goes back when they have done nothing else for so long either."""
_LOOKS = ((4, 8), (1_000, 8), (1_000, 128))
"""Lanes and cases of each that are looked at: few at first, more when others reach for the same ones or none fits."""
_MOST_PUSHED = 64


def take_next(hand: Hand, giving: Giving) -> int | None:
    """“Next case”: the oldest that this person may take and has room for is theirs; None when there is none.

    ForbiddenError for whoever does not work the national team's queues.
    """
    if not hand.viewer.is_central:
        raise ForbiddenError("Only the national team takes cases from its queues.")
    session, brand_id, now = hand.session, hand.viewer.brand_id, hand.now
    cases.take_seat(session, hand.person_id)
    duty = people.find_duty(session, brand_id, hand.person_id, day=now.date())
    if duty is None:
        return None
    people.note_asking(session, duty, now=now)
    gift = _find_next(session, brand_id, duty, Team(giving, _read_by(session, brand_id)), now)
    if gift is None:
        return None
    detail = f"{gift.name} asked for the next case: {gift.reason}."
    cases.give(session, brand_id, [Given(gift.case_id, gift.person_id, detail, is_pushed=False)], now=now)
    return gift.case_id


def push(session: Session, brand_id: int, duties: Sequence[Duty], giving: Giving, *, now: datetime) -> list[Gift]:
    """Give what waits to those who are there and have room; nothing when somebody else is giving out already.

    `duties` may be some seconds old: who is there and what they have in hand is read anew.
    """
    if not repository.try_turn(session, brand_id):
        return []
    there = _there(duties, people.list_presences(session, brand_id), now)
    loads = _loads(cases.list_in_hand(session, brand_id, [each.person_id for each in there]), giving)
    free = [each for each in there if loads.get(each.person_id, 0) < each.capacity]
    if not free:
        return []
    team = Team(giving, frozenset().union(*(duty.languages for duty in duties)))
    waiting = _waiting_for(session, brand_id, free, loads, team, now)
    gifts = share_out(free, loads, waiting, team, now) if waiting else []
    given = _hand_out(session, brand_id, gifts[:_MOST_PUSHED], free, giving)
    details = [
        Given(each.case_id, each.person_id, f"Given to {each.name}: {each.reason}.", is_pushed=True) for each in given
    ]
    cases.give(session, brand_id, details, now=now)
    people.note_given(session, {each.person_id for each in given}, now=now)
    return given


def take_back_untouched(
    session: Session, brand_id: int, duties: Sequence[Duty], giving: Giving, *, now: datetime
) -> list[int]:
    """Pushed cases go back whose owner is not there any more, may not keep them, or has not looked; returns which.

    Who let everything lie that was pushed to them gets none pushed until they ask for the next.
    """
    people.send_unseen_away(session, brand_id, now=now)
    present = people.list_presences(session, brand_id)
    by_id = {duty.person_id: _as_of_now(duty, present) for duty in duties}
    team = Team(giving, frozenset().union(*(duty.languages for duty in duties)))
    why: dict[int, str] = {}
    unmoved: Counter[int] = Counter()
    for case in cases.list_untouched(session, brand_id):
        owner = by_id.get(case.owner_id)
        if reason := _why_back(case, owner, team, now):
            why[case.id] = f"{reason}: back in its queue."
        if owner is not None and _is_ignored(case, owner, now):
            unmoved[case.owner_id] += 1
    in_hand = cases.list_in_hand(session, brand_id, list(unmoved)) if unmoved else []
    for person_id, ignored in unmoved.items():
        if ignored >= sum(each.cases for each in in_hand if each.owner_id == person_id):
            people.set_willing(session, person_id, willing=False)
    return cases.take_back(session, brand_id, why, now=now)


def has_full_hands(hand: Hand, giving: Giving) -> bool:
    """Whether this person has no room for another case."""
    duty = people.find_duty(hand.session, hand.viewer.brand_id, hand.person_id, day=hand.now.date())
    loads = loads_of(hand.session, hand.viewer.brand_id, [hand.person_id], giving)
    return duty is not None and loads.get(hand.person_id, 0) >= duty.capacity


def list_backlogs(session: Session, brand_id: int) -> list[Backlog]:
    """What waits for the desk in nobody's hand, by queue and language."""
    return repository.count_waiting(session, brand_id)


def loads_of(session: Session, brand_id: int, person_ids: Sequence[int], giving: Giving) -> dict[int, int]:
    """The weight that these persons have in hand."""
    return _loads(cases.list_in_hand(session, brand_id, person_ids), giving)


def _find_next(session: Session, brand_id: int, duty: Duty, team: Team, now: datetime) -> Gift | None:
    """The first of this person's choices that nobody else reaches for at this moment, held."""
    load = loads_of(session, brand_id, [duty.person_id], team.giving).get(duty.person_id, 0)
    lanes = _lanes_for(session, brand_id, [duty], team, now)
    for few, each in _LOOKS:
        waiting = {
            case.case_id: case
            for case in repository.list_heads(
                session, brand_id, team.oldest_lanes(lanes, few), each=each, but_of=duty.person_id, since=now - LET_GO
            )
        }
        wanted = choose_next(duty, load, waiting.values(), team, now, most=few * each)
        for case_id in cases.lock_waiting(session, brand_id, list(wanted), most=1):
            return gift_of(wanted[case_id], waiting[case_id], duty, team)
        if len(lanes) <= few and len(waiting) < each:
            break
    return None


def _lanes_for(session: Session, brand_id: int, duties: Sequence[Duty], team: Team, now: datetime) -> list[Lane]:
    """The lanes whose oldest case one of these may take now."""
    agents = [agent_of(duty) for duty in duties]
    return team.lanes_for(agents, repository.list_lanes(session, brand_id, team.kinds_for(agents)), now)


def _waiting_for(
    session: Session, brand_id: int, free: Sequence[Duty], loads: Mapping[int, int], team: Team, now: datetime
) -> list[Waiting]:
    lanes = _lanes_for(session, brand_id, free, team, now)
    room = sum(duty.capacity - loads.get(duty.person_id, 0) for duty in free)
    return repository.list_heads(session, brand_id, lanes, each=min(room, _MOST_PUSHED)) if lanes else []


def _hand_out(
    session: Session, brand_id: int, gifts: Sequence[Gift], free: Sequence[Duty], giving: Giving
) -> list[Gift]:
    """Those of the gifts whose receivers are held and still have room, and whose cases are held."""
    if not gifts:
        return []
    held = cases.try_seats(session, sorted({gift.person_id for gift in gifts}))
    loads = defaultdict(int, loads_of(session, brand_id, held, giving))
    capacity = {duty.person_id: duty.capacity for duty in free if duty.person_id in held}
    wanted = [gift for gift in gifts if gift.person_id in capacity]
    locked = set(cases.lock_waiting(session, brand_id, [gift.case_id for gift in wanted], most=len(wanted)))
    given = []
    for gift in wanted:
        if gift.case_id in locked and loads[gift.person_id] + gift.weight <= capacity[gift.person_id]:
            loads[gift.person_id] += gift.weight
            given.append(gift)
    return given


def _why_back(case: Untouched, owner: Duty | None, team: Team, now: datetime) -> str:
    if owner is None:
        return "Nobody of the national team has it any more"
    if absence := owner.absence(now):
        return f"{owner.name} {absence}"
    if _is_ignored(case, owner, now):
        return f"{owner.name} has not looked at it for {int(UNTOUCHED.total_seconds() // 60)} minutes"
    since = case.waiting_since or case.untouched_since
    waiting = Waiting(case.id, case.queue, case.urgency_rank, case.language, since)
    return "" if may_keep(owner, waiting, team, now) else f"It needs somebody else now than {owner.name}"


def _is_ignored(case: Untouched, owner: Duty, now: datetime) -> bool:
    return now - max(case.untouched_since, owner.acted_at or case.untouched_since) > UNTOUCHED


def _there(duties: Iterable[Duty], present: Mapping[int, PresenceNow], now: datetime) -> list[Duty]:
    current = (_as_of_now(duty, present) for duty in duties if duty.person_id in present)
    return [duty for duty in current if duty.is_pushed and duty.is_willing and duty.is_there(now)]


def _as_of_now(duty: Duty, present: Mapping[int, PresenceNow]) -> Duty:
    """Somebody with what changes by the minute; who does not say they are there has left since."""
    said = present.get(duty.person_id)
    if said is None:
        return duty if duty.presence is not Presence.HERE else replace(duty, presence=Presence.AWAY)
    return replace(
        duty,
        presence=Presence(said.presence),
        last_seen_at=said.last_seen_at,
        is_willing=said.is_willing,
        given_at=said.given_at,
        acted_at=said.acted_at,
    )


def _loads(in_hand: Iterable[InHand], giving: Giving) -> dict[int, int]:
    loads: dict[int, int] = defaultdict(int)
    for each in in_hand:
        loads[each.owner_id] += each.cases * giving.weight_of(each.queue)
    return dict(loads)


def _read_by(session: Session, brand_id: int) -> frozenset[str]:
    return people.list_read_languages(session, brand_id)
