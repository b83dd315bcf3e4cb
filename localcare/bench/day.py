"""`localcare bench day`: a simulated day at the desk, ten times as busy as usual, with absences and a crash in its middle."""

import multiprocessing
import os
import random
import signal
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from localcare.bench.at_hand import bench_runtime
from localcare.bench.crowd import load_crowd
from localcare.bench.day_scene import MINUTE, Day, hire
from localcare.bench.desk_scene import DeskScene
from localcare.bench.ground import Ground, bench_ground
from localcare.bench.progress import note, steps
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.cases.tasks import wake
from localcare.kit.clock import SetClock
from localcare.kit.db import connect_database
from localcare.kit.mail import NoTransport
from localcare.kit.runtime import Runtime
from localcare.people import duty as people
from localcare.routing import giving, surging
from localcare.routing.assigner import Assigner
from localcare.routing.core import Policy
from localcare.routing.ruling import By
from localcare.routing.schemas import read_policy
from localcare.routing.service import PolicyShelf, shipped_policy_text
from localcare.routing.tasks import escalate, watch_surges

DEFINITION = (
    "A day in steps of a minute on a clock that is set: cases arrive by the hour's share, two in five for the national "
    "team (three tiers, six skills, some in Spanish, some crises), the others for stores. Agents work in three shifts, "
    "one after the other in about 3 min each, with room for five; one in ten does not come, one in ten is gone for an "
    "hour or two without a word. They settle, escalate (8 %) or put back (2 %). Managers settle after 2.5 h on average, "
    "one case in twenty never. From two to five in the afternoon a surge is on. At noon the giver dies by SIGKILL with "
    "cases given and not committed, and everybody is cut off for 15 minutes. Every ten minutes, and at the end, SQL "
    "counts: cases that are nowhere (lost), in a hand and a queue or in neither (misplaced), people over their room, "
    "clocks that ran out more than a minute ago without an escalation on record (late_untold). The reference is how many "
    "given cases were pushed per second of real time."
)
MINUTES, NOON, CUT_OFF = 1440, 720, 15
SURGE = range(840, 1020)
_CHECK_EVERY = 10
_STARTS = datetime(2026, 11, 23, tzinfo=UTC)

_PLACES = """
    select count(*), count(*) filter (where is_open),
        count(*) filter (where is_open and (state = 'claimed') <> (owner_id is not null)),
        count(*) filter (where is_open and queue !~ '^(store|tier[123]):.|^crisis$|^which-store$')
    from care_case
"""
_FULL = """
    select count(*) from (
        select owner_id from care_case where is_open and owner_id is not null and waiting_since is not null
        group by owner_id having count(*) > 5
    ) over_room
"""
_UNTOLD = """
    select count(*) from case_clock k join care_case c on c.id = k.case_id
    where c.is_open and c.waiting_since is not null and k.stopped_at is null
        and k.due_at < cast(:now as timestamptz) - interval '61 seconds'
        and not exists (select from case_event e where e.case_id = c.id and e.kind = 'escalated' and e.at >= k.due_at)
"""
_WAITS = """
    select percentile_cont(0.5) within group (order by w), percentile_cont(0.95) within group (order by w), count(*) from (
        select extract(epoch from min(e.at) - min(c.opened_at)) / 60 as w
        from case_event e join care_case c on c.id = e.case_id where e.kind = 'given' group by e.case_id
    ) each
"""
_LINES = "select kind, count(*) from case_event where kind in ('given', 'taken-back', 'escalated') group by kind"


@dataclass(slots=True)
class Wrongs:
    """What must never be, counted over the whole day."""

    lost: int = 0
    misplaced: int = 0
    over_room: int = 0
    late_untold: int = 0
    checks: int = 0

    def check(self, day: Day) -> None:
        """Look at every case as it stands."""
        ((total, is_open, misplaced, nowhere),) = day.scene.ask(_PLACES)
        self.lost += abs(day.arrived - _int(total)) + abs(day.arrived - day.settled - _int(is_open))
        self.misplaced += _int(misplaced) + _int(nowhere)
        self.over_room += _int(day.scene.ask(_FULL)[0][0])
        self.late_untold += _int(day.scene.ask(_UNTOLD, now=day.clock.now())[0][0])
        self.checks += 1


@dataclass(slots=True)
class _Pace:
    """Real seconds spent giving out, and what was given in them."""

    seconds: float = 0.0
    given: int = field(default=0)


def run_day(
    *, cases: int = 33_000, agents: int = 100, stores: int = 3_000, first: int = 0, minutes: int = MINUTES
) -> Result:
    """Run the bench on a database of its own; from another `first` minute on it is a part of the day."""
    machine, began = describe_machine(), time.perf_counter()
    wrongs, pace = Wrongs(), _Pace()
    with bench_ground(brand=load_crowd(stores), with_people=False) as ground:
        note(f"a day with {cases:,} cases …")
        day = _begin(ground, cases=cases, agents=agents, first=first)
        runtime = _runtime(ground, day.clock)
        with steps("minutes", minutes) as advance:
            for minute in range(first, first + minutes):
                _live(day, runtime, minute, pace)
                if minute % _CHECK_EVERY == 0 or minute == first + minutes - 1:
                    wrongs.check(day)
                advance(1)
        figures = _figures(day)
    return Result(
        bench="day",
        figures={**figures, **asdict(wrongs), "real_seconds": round(time.perf_counter() - began, 1)},
        reference={"given_per_real_second": round(pace.given / max(pace.seconds, 1e-9), 1)},
        definition=DEFINITION,
        machine=machine,
        broken=find_broken(
            no_case_is_lost=wrongs.lost == 0,
            every_case_is_in_one_queue_or_hand=wrongs.misplaced == 0,
            nobody_has_more_than_room_for=wrongs.over_room == 0,
            none_is_late_without_an_escalation=wrongs.late_untold == 0,
            cases_were_given=figures["given"] > 0,
        ),
    )


def _figures(day: Day) -> dict[str, float]:
    ((median, p95, given_cases),) = day.scene.ask(_WAITS)
    lines = {str(kind): _int(count) for kind, count in day.scene.ask(_LINES)}
    return {
        "cases": day.arrived,
        "settled": day.settled,
        "given_cases": _int(given_cases),
        "given": lines.get("given", 0),
        "taken_back": lines.get("taken-back", 0),
        "escalated": lines.get("escalated", 0),
        "wait_p50_min": round(float(str(median or 0)), 2),
        "wait_p95_min": round(float(str(p95 or 0)), 2),
    }


def _begin(ground: Ground, *, cases: int, agents: int, first: int) -> Day:
    rng, clock = random.Random(1), SetClock(_STARTS + first * MINUTE)
    scene = DeskScene(ground.database, ground.brand_id)
    scene.begin(clock.now())
    workers = hire(scene, agents, clock.now(), rng)
    stores = [
        (_int(n), str(number), str(zone)) for n, number, zone in scene.ask("select id, number, timezone from store")
    ]
    return Day(scene, clock, _policy(), stores, workers, rng, cases)


def _live(day: Day, runtime: Runtime, minute: int, pace: _Pace) -> None:
    """One minute: time first, then customers, then the desk, then people."""
    day.clock.advance(MINUTE)
    day.let_arrive(minute)
    escalate(runtime)
    wake(runtime)
    _let_surge(day, runtime, minute)
    if NOON <= minute < NOON + CUT_OFF:
        if minute == NOON:
            _crash(day)
        return
    day.show_life(minute)
    began = time.perf_counter()
    assigner = runtime.workbench.take(Assigner, lambda: Assigner(runtime.db, runtime.clock))
    while given := assigner.take_turn():
        pace.given += given
    pace.seconds += time.perf_counter() - began
    day.work(minute)
    day.settle_in_stores(minute)


def _let_surge(day: Day, runtime: Runtime, minute: int) -> None:
    """A surge is switched on by hand and ends at its time, by the worker's clock; the policy is what holds then."""
    brand_id = day.scene.brand_id
    if minute == SURGE.start:
        with runtime.db.session(brand_id, viewer="bench") as session:
            until = day.clock.now() + len(SURGE) * MINUTE
            surging.switch_on(session, brand_id, By("bench", day.clock.now()), until=until, why="A launch")
    watch_surges(runtime)
    with runtime.db.session(brand_id, viewer="bench") as session:
        day.policy = runtime.workbench.take(PolicyShelf, PolicyShelf).policy_of(session, brand_id)


def _crash(day: Day) -> None:
    """The giver is killed after it has given cases and before it has said so."""
    context = multiprocessing.get_context("spawn")
    day.show_life(NOON)
    giver = context.Process(target=_give_and_die, args=(day.scene.database.url, day.scene.brand_id, day.clock.now()))
    giver.start()
    giver.join()
    if giver.exitcode != -signal.SIGKILL:
        raise AssertionError(f"The giver was to be killed in the middle; it ended with {giver.exitcode}.")


def _give_and_die(url: str, brand_id: int, now: datetime) -> None:
    policy = _policy()
    with connect_database(url).session(brand_id, viewer="desk") as session:
        duties = people.list_duties(session, brand_id, day=now.date())
        giving.take_back_untouched(session, brand_id, duties, policy.giving, now=now)
        giving.push(session, brand_id, duties, policy.giving, now=now)
        os.kill(os.getpid(), signal.SIGKILL)


def _runtime(ground: Ground, clock: SetClock) -> Runtime:
    made = bench_runtime(ground.database, ground.data_dir, NoTransport())
    return Runtime(
        settings=made.settings, db=made.db, clock=clock, mail=made.mail, cipher=made.cipher, signer=made.signer
    )  # fmt: skip


def _policy() -> Policy:
    return read_policy(shipped_policy_text())


def _int(value: object) -> int:
    return int(str(value))
