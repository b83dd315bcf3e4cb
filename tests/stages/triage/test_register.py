"""The life of a model: who put which where, the way back, and a worker that never stands still for want of one."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.people.models import Brand
from localcare.triage import register, switching
from localcare.triage.artefact import MODEL_FILE
from localcare.triage.models import TriageModel, VerdictRow
from localcare.triage.register import SHARE, GateKept, GateTask, Who
from localcare.triage.switching import Off
from tests.conftest import NOW
from tests.deliveries import fresh_id, post
from tests.factories import make_brand
from tests.stages.pipeline.conftest import STORE_PAGE, Town, town, triager
from tests.stages.triage.models import HELD_BACK, PASSED, trained

__all__ = ["town", "triager"]

DANA = Who("Dana")


class Shelf:
    """A brand's register, one transaction a verb."""

    def __init__(self, database: Database, brand_id: int, folder: Path) -> None:
        self.database, self.brand_id, self.folder = database, brand_id, folder

    def train(self, version: str, *, gate: GateKept = PASSED, asks: float = 5.0) -> int:
        with self.database.session(self.brand_id) as session:
            done = trained(self.folder, version, gate=gate, asks=asks)
            model = register.add_candidate(session, self.brand_id, done, who=DANA, now=NOW)
            assert model.id is not None
            return model.id

    def promote(self, model_id: int, reason: str = "") -> None:
        with self.database.session(self.brand_id) as session:
            register.promote(session, self.brand_id, model_id, who=DANA, now=NOW, reason=reason)

    def roll_back(self) -> tuple[str, str]:
        with self.database.session(self.brand_id) as session:
            return register.roll_back(session, self.brand_id, who=DANA, now=NOW)

    def states(self) -> dict[str, str]:
        with self.database.session(self.brand_id) as session:
            return {each.version: each.state for each in register.list_models(session, self.brand_id)}

    def undo_last(self) -> None:
        with self.database.session(self.brand_id) as session:
            changes = register.list_changes(session, self.brand_id)
            last = register.last_change(changes)
            assert last is not None
            assert last.id is not None
            register.undo(session, self.brand_id, last.id, who=DANA, now=NOW)

    def switch(self, *, on: bool) -> None:
        with self.database.session(self.brand_id) as session:
            if on:
                switching.switch_on(session, self.brand_id, who=DANA, now=NOW)
            else:
                switching.switch_off(session, self.brand_id, who=DANA, now=NOW, why="it sees crises everywhere")


@pytest.fixture
def shelf(database: Database, brand: Brand, tmp_path: Path) -> Shelf:
    assert brand.id is not None
    return Shelf(database, brand.id, tmp_path / "trained")


def test_one_model_is_live_at_a_time_and_rolling_back_ends_at_the_shipped_one(shelf: Shelf) -> None:
    for name in ("own1", "own2"):
        shelf.promote(shelf.train(name))
    assert shelf.states() == {"own1": "retired", "own2": "live"}
    assert shelf.roll_back() == ("own2", "own1")
    assert shelf.states() == {"own1": "live", "own2": "retired"}
    assert shelf.roll_back() == ("own1", "shipped")
    with pytest.raises(ConflictError, match="nothing to go back to"):
        shelf.roll_back()


def test_what_the_gate_held_back_judges_only_with_a_reason_on_record(shelf: Shelf, database: Database) -> None:
    model_id = shelf.train("own1", gate=HELD_BACK)
    with pytest.raises(InvalidError, match="Say why"):
        shelf.promote(model_id)
    assert shelf.states() == {"own1": "candidate"}
    shelf.promote(model_id, "the launch cannot wait")
    with database.session(shelf.brand_id) as session:
        assert session.exec(select(TriageModel.override_reason)).one() == "the launch cannot wait"
        change = register.list_changes(session, shelf.brand_id)[0]
    assert (change.kind, change.reason, change.by) == ("promote", "the launch cannot wait", "Dana")


def test_every_change_can_be_taken_back_in_turn(shelf: Shelf) -> None:
    shelf.promote(shelf.train("own1"))
    shelf.promote(shelf.train("own2"))
    shelf.undo_last()
    assert shelf.states() == {"own1": "live", "own2": "candidate"}
    with pytest.raises(ConflictError, match="Only the last"):
        shelf.undo_last()  # what comes before is that own2 was trained
    shelf.roll_back()
    shelf.undo_last()
    assert shelf.states() == {"own1": "live", "own2": "candidate"}


def test_only_one_model_judges_in_the_shadow(shelf: Shelf, database: Database) -> None:
    first, second = shelf.train("own1"), shelf.train("own2")
    with database.session(shelf.brand_id) as session:
        model = register.start_shadow(session, shelf.brand_id, first, who=DANA, now=NOW)
        assert (model.state, model.share) == ("shadow", SHARE)
    with database.session(shelf.brand_id) as session:
        with pytest.raises(ConflictError, match="own1 is in the shadow"):
            register.start_shadow(session, shelf.brand_id, second, who=DANA, now=NOW)
        with pytest.raises(InvalidError, match="share"):
            register.start_shadow(session, shelf.brand_id, second, who=DANA, now=NOW, share=0)


def test_a_model_is_found_by_the_end_of_its_version(shelf: Shelf, database: Database) -> None:
    shelf.train("2026.11.2-own1")
    with database.session(shelf.brand_id) as session:
        assert register.get_model(session, shelf.brand_id, "own1").version == "2026.11.2-own1"
        with pytest.raises(NotFoundError, match="There is no model own9"):
            register.get_model(session, shelf.brand_id, "own9")


def say(town: Town, clock: SetClock, words: str = "We saw your new sign by the road.") -> str:
    """Somebody posts; returns which model judged."""
    town.tell(post(STORE_PAGE, clock.now(), words, post_id=fresh_id(STORE_PAGE), author=fresh_id("u")))
    with town.pipeline.db.session(town.brand_id) as session:
        return session.exec(select(VerdictRow.model).order_by(VerdictRow.id.desc())).first() or ""  # type: ignore[union-attr]


def test_a_worker_takes_up_a_change_in_its_next_batch(town: Town, shelf: Shelf, clock: SetClock) -> None:
    assert say(town, clock) == "rules-only"
    shelf.promote(shelf.train("own1"))
    assert say(town, clock) == "own1-fast"
    shelf.promote(shelf.train("own2"))
    assert say(town, clock) == "own2-fast"
    shelf.roll_back()
    assert say(town, clock) == "own1-fast"


def test_switched_off_rules_judge_alone_until_it_is_switched_on(town: Town, shelf: Shelf, clock: SetClock) -> None:
    shelf.promote(shelf.train("own1"))
    shelf.switch(on=False)
    assert say(town, clock) == "rules-only"
    shelf.promote(shelf.train("own2"))
    assert say(town, clock) == "rules-only"
    shelf.switch(on=True)
    assert say(town, clock) == "own2-fast"


def test_switching_off_wants_a_reason_and_is_done_once(shelf: Shelf, database: Database) -> None:
    with database.session(shelf.brand_id) as session:
        with pytest.raises(InvalidError, match="Say why"):
            switching.switch_off(session, shelf.brand_id, who=DANA, now=NOW, why=" ")
        with pytest.raises(ConflictError, match="on already"):
            switching.switch_on(session, shelf.brand_id, who=DANA, now=NOW)
    shelf.switch(on=False)
    with database.session(shelf.brand_id) as session:
        assert switching.find_off(session, shelf.brand_id) == Off(NOW, "Dana", "it sees crises everywhere")
        with pytest.raises(ConflictError, match="off already"):
            switching.switch_off(session, shelf.brand_id, who=DANA, now=NOW, why="it sees crises everywhere")


def test_what_was_done_to_a_model_before_it_was_switched_off_can_still_be_taken_back(shelf: Shelf) -> None:
    shelf.promote(shelf.train("own1"))
    shelf.switch(on=False)
    shelf.undo_last()
    assert shelf.states() == {"own1": "candidate"}


def test_a_file_that_is_gone_or_spoilt_on_a_host_comes_anew_from_the_database(
    town: Town, shelf: Shelf, clock: SetClock, tmp_path: Path
) -> None:
    shelf.promote(shelf.train("own1"))
    say(town, clock)
    file = tmp_path / "models" / str(shelf.brand_id) / "own1" / MODEL_FILE
    whole = file.read_bytes()
    for spoil in (lambda: file.write_bytes(b"PK nothing"), file.unlink):
        spoil()
        shelf.promote(shelf.train(fresh_id("own")))
        shelf.roll_back()
        assert say(town, clock) == "own1-fast"
        assert file.read_bytes() == whole


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ("update triage_model_file set content = 'nothing'", "spoilt"),
        (
            "update triage_model_file set content = 'nothing', sha256 = encode(sha256('nothing'), 'hex')",
            "cannot be read",
        ),
        ("delete from triage_model_file", "no longer kept"),
        ("update triage_model set features = 'older'", "train a new one"),
    ],
)
def test_a_model_that_cannot_run_leaves_the_shipped_one_and_says_why(
    town: Town, shelf: Shelf, clock: SetClock, database: Database, harm: str, why: str
) -> None:
    shelf.promote(shelf.train("own1"))
    with database.session(shelf.brand_id) as session:
        session.execute(text(harm))
    assert say(town, clock) == "rules-only"
    with database.session(shelf.brand_id) as session:
        assert why in (session.exec(select(TriageModel.trouble)).one() or "")
    assert shelf.roll_back() == ("own1", "shipped")


def test_another_brands_model_is_never_run(town: Town, shelf: Shelf, clock: SetClock, database: Database) -> None:
    with database.session(ALL_BRANDS) as session:
        stranger = make_brand(session)
    assert stranger.id is not None
    other = Shelf(database, stranger.id, shelf.folder)
    other.promote(other.train("own1"))
    assert say(town, clock) == "rules-only"
    with database.session(shelf.brand_id) as session:
        assert register.list_models(session, stranger.id) == []


@pytest.mark.parametrize(
    ("high", "not_worse", "says"),
    [(0.01, True, "not worse"), (-0.02, True, "steady enough"), (-0.02, False, "may be worse")],
)
def test_what_moved_but_is_let_pass_is_not_called_not_worse(high: float, not_worse: bool, says: str) -> None:
    task = GateTask(task="t", old=1, new=0.95, difference=-0.05, low=-0.1, high=high, texts=9, not_worse=not_worse)
    assert task.finding == says
