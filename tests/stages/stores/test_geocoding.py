"""Asking a geocoder beside the pipeline: once for each address, at one pace for all workers, with a breaker."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from localcare.errors import ConfigurationError
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.stores.core.geocode import Failed, GeocodedPoint, NotFound, Reply, Trouble
from localcare.stores.core.geocode_terms import GeocoderChoice, choose
from localcare.stores.core.values import Place
from localcare.stores.geocoding import (
    ASK_TASK,
    MAX_TRIES,
    RESOLVE_AGAIN_TASK,
    WAITS_FOR,
    Asking,
    Pending,
    Unplaced,
    Whereabouts,
    ask_for_points,
    chosen_geocoder,
    forget_expired,
    geocoded_point,
    report_line,
    unpack,
)
from localcare.stores.tasks import ask_geocoder, asking_of, forget_geocodes
from tests.stages.stores.geocoder_server import KEY, GeocoderServer, serving

WORDS = "Rude at 1200 Main St, Katy, TX 77449. Never again"
POINT = GeocodedPoint(29.78, -95.82, 25.0, "door")


@dataclass
class ScriptedGeocoder:
    """Answers with the next reply, the last one for ever; keeps what it was asked."""

    replies: list[Reply]
    asked: list[str] = field(default_factory=list)
    on_ask: Callable[[], None] = lambda: None

    def ask(self, line: str) -> Reply:
        self.asked.append(line)
        self.on_ask()
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@dataclass
class Desk:
    """A brand whose pipeline and geocoding job are played by hand."""

    db: Database
    clock: SetClock
    brand_id: int
    choice: GeocoderChoice
    waited: list[float] = field(default_factory=list)

    def note(self, *mentions: tuple[int, str]) -> int:
        unplaced = [Unplaced(mention_id, Whereabouts(words)) for mention_id, words in mentions]
        with self.db.session(self.brand_id) as session:
            return ask_for_points(session, self.choice, self.brand_id, unplaced, now=self.clock.now())

    def work(self, geocoder: ScriptedGeocoder) -> None:
        """Work every asking job off that is on the queue, due or not, once."""
        jobs = self.jobs(ASK_TASK)
        self._run("delete from procrastinate_jobs where task_name = :task", task=ASK_TASK)
        for _, arguments in jobs:
            asking = Asking(self.db, self.clock, self.choice, geocoder, self.waited.append)
            asking.work(self.brand_id, unpack(arguments["pending"]))

    def point(self, words: str = WORDS) -> GeocodedPoint | None:
        with self.db.session(self.brand_id) as session:
            return geocoded_point(session, self.choice, text=words, place=None, now=self.clock.now())

    def jobs(self, task: str) -> list[tuple[datetime | None, dict[str, Any]]]:
        rows = self._run(
            "select scheduled_at, args from procrastinate_jobs where task_name = :task order by id", task=task
        )
        return [(row[0], row[1]) for row in rows]

    def resolved_again(self) -> list[list[int]]:
        return [arguments["mention_ids"] for _, arguments in self.jobs(RESOLVE_AGAIN_TASK)]

    def cached(self) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in self._run("select * from geocode_cache where key <> ''")]

    def end_rest(self) -> None:
        """Let the time pass that a line rests for: only the database's clock counts there."""
        past = "jsonb_build_object('resting_until', now() - interval '1 second')"
        self._run(f"update geocode_cache set answer = answer || {past} where key = ''")

    def state(self) -> str:
        with self.db.session(self.brand_id) as session:
            return report_line(session, self.choice).state

    def _run(self, statement: str, **values: object) -> list[Any]:
        with self.db.session(self.brand_id) as session:
            result = session.execute(text(statement), values)
            return list(result.all()) if statement.startswith("select") else []


@pytest.fixture
def desk(database: Database, brand: Brand, clock: SetClock) -> Desk:
    assert brand.id is not None
    return Desk(database, clock, brand.id, choose("google", per_second=1_000))


@pytest.fixture
def provider() -> Iterator[GeocoderServer]:
    with serving() as provider:
        yield provider


def test_an_address_is_asked_for_once_and_its_mentions_are_resolved_again(desk: Desk) -> None:
    geocoder = ScriptedGeocoder([POINT])
    assert desk.note((7, WORDS), (8, "what a store. 1200 main st katy tx 77449"), (9, "just bad")) == 2
    assert desk.point() is None
    desk.work(geocoder)
    assert sorted(geocoder.asked) == ["1200 Main St, Katy, TX 77449"]
    assert desk.resolved_again() == [[7, 8]]
    assert desk.point() == replace(POINT, attribution="Google Maps")
    assert desk.note((10, WORDS)) == 0
    assert desk.jobs(ASK_TASK) == []


def test_a_mention_that_comes_while_a_question_is_open_waits_for_the_same_answer(desk: Desk) -> None:
    geocoder = ScriptedGeocoder([POINT])
    desk.note((7, WORDS))
    assert desk.note((8, WORDS)) == 1
    desk.work(geocoder)
    assert len(geocoder.asked) == 1
    assert desk.resolved_again() == [[7], [8]]


def test_what_is_not_found_is_remembered_too(desk: Desk) -> None:
    geocoder = ScriptedGeocoder([NotFound()])
    desk.note((7, WORDS))
    desk.work(geocoder)
    assert desk.note((8, WORDS)) == 0
    assert desk.resolved_again() == []
    desk.clock.advance(desk.choice.terms.keep_none + timedelta(seconds=1))
    assert desk.note((9, WORDS)) == 1


def test_coordinates_are_forgotten_when_their_provider_wants_it(desk: Desk) -> None:
    desk.note((7, WORDS))
    desk.work(ScriptedGeocoder([POINT]))
    desk.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert desk.point() is not None
    desk.clock.advance(timedelta(seconds=1))
    assert desk.point() is None
    with desk.db.session(desk.brand_id) as session:
        assert forget_expired(session, now=desk.clock.now()) == 1
    assert desk.cached() == []
    assert desk.state() == "working"


def test_the_cache_keeps_nothing_that_a_customer_wrote(desk: Desk) -> None:
    desk.note((7, WORDS), (8, "see 9 Nowhere Ln, Waco, TX"))
    desk.work(ScriptedGeocoder([POINT, NotFound()]))
    assert sorted(row["status"] for row in desk.cached()) == ["found", "none"]
    assert "main" not in str(desk.cached()).lower()
    assert "nowhere" not in str(desk.cached()).lower()


def test_without_a_geocoder_nothing_is_asked_and_nothing_is_looked_up(desk: Desk) -> None:
    with desk.db.session(desk.brand_id) as session:
        unplaced = [Unplaced(7, Whereabouts(WORDS))]
        assert ask_for_points(session, None, desk.brand_id, unplaced, now=desk.clock.now()) == 0
        assert geocoded_point(session, None, text=WORDS, place=None, now=desk.clock.now()) is None
    assert desk.jobs(ASK_TASK) == []


def test_a_mention_with_a_fix_keeps_it(desk: Desk) -> None:
    desk.note((7, WORDS))
    desk.work(ScriptedGeocoder([POINT]))
    with desk.db.session(desk.brand_id) as session:
        fixed = Place(street="1200 Main St", city="Katy", state="TX", zip="77449", lat=29.1, lng=-95.1)
        assert geocoded_point(session, desk.choice, text=WORDS, place=fixed, now=desk.clock.now()) is None
        tagged = replace(fixed, lat=None, lng=None)
        assert geocoded_point(session, desk.choice, text="", place=tagged, now=desk.clock.now()) is not None


def test_after_five_failures_the_provider_is_left_in_peace(desk: Desk) -> None:
    down = ScriptedGeocoder([Failed(Trouble.UNAVAILABLE, "HTTP 503")])
    desk.note(*((at, f"at {at} Main St, Katy, TX 77449") for at in range(1, 9)))
    desk.work(down)
    assert len(down.asked) == 5
    assert desk.state() == "resting"
    desk.work(down)
    assert len(down.asked) == 5
    assert len(desk.jobs(ASK_TASK)) == 1
    assert desk.jobs(ASK_TASK)[0][0] is not None


def test_after_its_rest_one_question_tries_and_an_answer_heals_the_line(desk: Desk) -> None:
    geocoder = ScriptedGeocoder([Failed(Trouble.DENIED, "no such key")])
    desk.note(*((at, f"at {at} Main St, Katy, TX 77449") for at in range(1, 4)))
    desk.work(geocoder)
    assert len(geocoder.asked) == 1
    desk.end_rest()
    assert desk.state() == "trying"
    desk.work(geocoder)
    assert len(geocoder.asked) == 2
    assert desk.state() == "resting"
    desk.end_rest()
    desk.work(ScriptedGeocoder([POINT]))
    assert desk.state() == "working"
    assert sorted(mention for batch in desk.resolved_again() for mention in batch) == [1, 2, 3]


def test_a_question_that_fails_again_and_again_is_given_up(desk: Desk) -> None:
    geocoder = ScriptedGeocoder([Failed(Trouble.BAD_ANSWER, "no JSON"), POINT])
    desk.note((7, WORDS))
    for _ in range(MAX_TRIES + 1):
        geocoder.replies[:0] = [] if len(geocoder.replies) > 1 else [Failed(Trouble.BAD_ANSWER, "no JSON")]
        desk.work(geocoder)
        desk.end_rest()
    assert len(geocoder.asked) == MAX_TRIES
    assert desk.cached()[0]["status"] == "failed"
    assert desk.jobs(ASK_TASK) == []
    assert desk.note((8, WORDS)) == 0


def test_a_mention_does_not_wait_for_ever(desk: Desk) -> None:
    geocoder = ScriptedGeocoder([POINT])
    desk.note((7, WORDS))
    desk.clock.advance(WAITS_FOR)
    desk.work(geocoder)
    assert geocoder.asked == []
    assert desk.jobs(ASK_TASK) == []


def test_a_worker_that_dies_while_asking_leaves_the_question_to_the_next(desk: Desk) -> None:
    def die() -> None:
        raise RuntimeError("killed")

    desk.note((7, WORDS))
    [(_, arguments)] = desk.jobs(ASK_TASK)
    with pytest.raises(RuntimeError):
        desk.work(ScriptedGeocoder([POINT], on_ask=die))
    second, third = ScriptedGeocoder([POINT]), ScriptedGeocoder([POINT])
    pending = unpack(arguments["pending"])
    Asking(desk.db, desk.clock, desk.choice, second, desk.waited.append).work(desk.brand_id, pending)
    assert second.asked == []
    desk.clock.advance(timedelta(minutes=3))
    Asking(desk.db, desk.clock, desk.choice, third, desk.waited.append).work(desk.brand_id, pending)
    assert len(third.asked) == 1
    assert desk.resolved_again() == [[7]]


def test_no_transaction_is_open_while_the_provider_is_asked(desk: Desk) -> None:
    open_ones: list[int] = []
    query = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"

    def look() -> None:
        open_ones.append(desk._run(query)[0][0])

    desk.note((7, WORDS))
    desk.work(ScriptedGeocoder([POINT], on_ask=look))
    assert open_ones == [0]


def test_a_day_has_only_so_many_questions(desk: Desk) -> None:
    desk.choice = choose("google", per_second=1_000, per_day=3)
    geocoder = ScriptedGeocoder([POINT])
    desk.note(*((at, f"at {at} Main St, Katy, TX 77449") for at in range(1, 9)))
    desk.work(geocoder)
    desk.work(geocoder)
    assert len(geocoder.asked) == 3
    [(not_before, _)] = desk.jobs(ASK_TASK)
    assert not_before is not None
    assert (not_before.hour, not_before.minute) == (0, 0)


def test_a_slow_pace_is_waited_for_a_little_and_then_the_job_makes_room(desk: Desk) -> None:
    desk.choice = choose("nominatim", contact="care@brand.example")
    geocoder = ScriptedGeocoder([POINT])
    desk.note(*((at, f"at {at} Main St, Katy, TX 77449") for at in range(1, 6)))
    desk.work(geocoder)
    assert geocoder.asked
    assert all(seconds <= 1.5 for seconds in desk.waited)
    assert max(desk.waited) > 1.0
    assert len(desk.jobs(ASK_TASK)) == 1


def test_all_workers_together_keep_the_pace(desk: Desk, provider: GeocoderServer, runtime: Runtime) -> None:
    settings = runtime.settings.model_copy(
        update={"geocoder": "nominatim", "geocoder_url": provider.url, "geocoder_per_second": 25.0}
    )
    working = replace(runtime, settings=settings)
    asking = asking_of(working)
    assert asking is not None
    desk.choice = asking.choice
    desk.note(*((at, f"at {at} Main St, Katy, TX 77449") for at in range(1, 13)))
    [(_, arguments)] = desk.jobs(ASK_TASK)
    pending = unpack(arguments["pending"])
    with ThreadPoolExecutor(3) as workers:
        list(workers.map(lambda part: asking.work(desk.brand_id, part), [pending[:4], pending[4:8], pending[8:]]))
    arrivals = sorted(asked.at for asked in provider.asked)
    assert len(arrivals) == 12
    assert arrivals[-1] - arrivals[0] >= 11 / 25 - 0.1


def test_the_job_asks_the_server_of_the_settings(desk: Desk, provider: GeocoderServer, runtime: Runtime) -> None:
    settings = runtime.settings.model_copy(
        update={"geocoder": "google", "geocoder_url": provider.url, "geocoder_key": SecretStr(KEY)}
    )
    choice = chosen_geocoder(settings)
    assert choice is not None
    desk.choice = choice
    desk.note((7, WORDS))
    [(_, arguments)] = desk.jobs(ASK_TASK)
    ask_geocoder(replace(runtime, settings=settings), **arguments)
    assert desk.resolved_again() == [[7]]
    point = desk.point()
    assert point is not None
    assert (point.accuracy_m, point.attribution) == (25.0, "Google Maps")
    assert forget_geocodes(runtime) == 0


def test_a_job_left_over_from_when_there_was_a_geocoder_does_nothing(desk: Desk, runtime: Runtime) -> None:
    desk.note((7, WORDS))
    ask_geocoder(runtime, brand_id=desk.brand_id, pending="1:7")
    public = runtime.settings.model_copy(update={"geocoder": "nominatim"})
    with pytest.raises(ConfigurationError, match="LOCALCARE_GEOCODER_CONTACT"):
        asking_of(replace(runtime, settings=public))
    ask_geocoder(replace(runtime, settings=public), brand_id=desk.brand_id, pending="1:7")


def test_a_question_to_one_provider_is_never_put_to_another(desk: Desk) -> None:
    desk.note((7, WORDS))
    desk.choice = choose("opencage", per_second=1_000)
    other = ScriptedGeocoder([POINT])
    desk.work(other)
    assert other.asked == []
    assert desk.resolved_again() == []
    assert desk.point() is None
    assert desk.note((8, WORDS)) == 1


def test_pendings_travel_as_ids() -> None:
    assert unpack("12:77 13:78") == [Pending(12, 77), Pending(13, 78)]
    assert unpack("") == []
