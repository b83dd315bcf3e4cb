"""Drafts, what is in force, switching off, taking back, files, dry runs: of one brand, without touching another's."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from localcare.errors import ConflictError, InvalidError, NotFoundError
from localcare.inbox.admin.rules.tasks import dry_run
from localcare.kit.clock import SetClock
from localcare.kit.db import Database, Session
from localcare.kit.jobs import run_jobs
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand
from localcare.triage import rule_repository as repository
from localcare.triage import rule_trial_repository, ruling
from localcare.triage.core import Item, Triager
from localcare.triage.models import TriageDryRun
from localcare.triage.rule_files import RuleReading, read_rules, write_yaml
from localcare.triage.rule_shelf import rule_day
from localcare.triage.rule_trial import (
    Change,
    ask_dry_run,
    change_of,
    find_dry_run,
    reach_of,
    stop_dry_run,
    trial_rules,
    try_text,
    work_dry_run,
)
from localcare.triage.schemas import RuleEntry
from tests.conftest import NOW
from tests.factories import make_brand, make_region
from tests.journeys.serving import until
from tests.stages.desk import Desk, Said
from tests.stages.pipeline.conftest import triager

__all__ = ["triager"]

TODAY = rule_day(NOW)


def entry(**facts: object) -> RuleEntry:
    return RuleEntry.model_validate(
        {"id": "launch", "because": "asks about the launch", "any": ["pellora one"], "tier_at_least": 3, **facts}
    )


@pytest.fixture
def brand_id(brand: Brand) -> int:
    assert brand.id is not None
    return brand.id


def write(session: Session, brand_id: int, *, live: bool = True, **facts: object) -> None:
    ruling.save_draft(session, brand_id, entry(**facts), by="Dana", now=NOW)
    if live:
        assert ruling.go_live(session, brand_id, [entry(**facts).id], by="Dana", now=NOW)


def state(session: Session, brand_id: int, key: str = "launch") -> str:
    return ruling.get_rule(session, brand_id, key).state_on(TODAY)


def test_a_draft_counts_for_nothing_until_it_goes_live(session: Session, brand_id: int) -> None:
    write(session, brand_id, live=False)
    assert state(session, brand_id) == "draft"
    assert repository.list_decided(session, brand_id) == []
    assert ruling.go_live(session, brand_id, ["launch"], by="Dana", now=NOW) == ["launch"]
    assert state(session, brand_id) == "live"
    assert ruling.go_live(session, brand_id, ["launch"], by="Dana", now=NOW) == []


def test_a_live_rule_stays_as_it_is_while_its_change_is_a_draft(session: Session, brand_id: int) -> None:
    write(session, brand_id)
    write(session, brand_id, live=False, tier_at_least=2)
    rule = ruling.get_rule(session, brand_id, "launch")
    assert rule.live is not None
    assert rule.draft is not None
    assert (rule.live.tier_at_least, rule.draft.tier_at_least) == (3, 2)
    ruling.discard(session, brand_id, "launch", by="Dana", now=NOW)
    assert ruling.get_rule(session, brand_id, "launch").draft is None
    assert state(session, brand_id) == "live"


@pytest.mark.parametrize(("since", "until", "expected"), [(1, 2, "scheduled"), (-2, -1, "ended"), (0, 0, "live")])
def test_days_make_a_live_rule_scheduled_or_ended(
    session: Session, brand_id: int, since: int, until: int, expected: str
) -> None:
    days: dict[str, Any] = {"since": str(TODAY + timedelta(days=since)), "until": str(TODAY + timedelta(days=until))}
    write(session, brand_id, **days)
    assert state(session, brand_id) == expected


def test_a_rule_goes_off_and_on_shipped_or_not(session: Session, brand_id: int) -> None:
    write(session, brand_id)
    for key, on in (("launch", "live"), ("en-billing", "shipped")):
        ruling.switch_off(session, brand_id, key, by="Dana", now=NOW)
        assert state(session, brand_id, key) == "off"
        with pytest.raises(InvalidError, match="off already"):
            ruling.switch_off(session, brand_id, key, by="Dana", now=NOW)
        ruling.switch_on(session, brand_id, key, by="Dana", now=NOW)
        assert state(session, brand_id, key) == on
        with pytest.raises(InvalidError, match="not switched off"):
            ruling.switch_on(session, brand_id, key, by="Dana", now=NOW)


def test_a_shipped_rule_is_written_anew_and_comes_back(session: Session, brand_id: int) -> None:
    write(session, brand_id, live=False, id="en-billing", topic="billing")
    assert state(session, brand_id, "en-billing") == "shipped"
    ruling.go_live(session, brand_id, ["en-billing"], by="Dana", now=NOW)
    assert state(session, brand_id, "en-billing") == "live"
    ruling.discard(session, brand_id, "en-billing", by="Dana", now=NOW)
    assert state(session, brand_id, "en-billing") == "shipped"


def test_every_change_is_written_down_and_the_last_can_be_taken_back(session: Session, brand_id: int) -> None:
    write(session, brand_id)
    ruling.switch_off(session, brand_id, "launch", by="Eli", now=NOW)
    off, live, wrote = ruling.history_of(session, brand_id, "launch")
    assert [(c.kind, c.recorded_by) for c in (off, live, wrote)] == [
        ("switched off", "Eli"), ("put in force", "Dana"), ("wrote", "Dana"),
    ]  # fmt: skip
    assert (off.before or {})["state"] == "live"
    with pytest.raises(ConflictError, match="later changes back first"):
        ruling.undo(session, brand_id, live.id, by="Eli", now=NOW)
    states = []
    for change in (off, live, wrote):
        ruling.undo(session, brand_id, change.id, by="Eli", now=NOW)
        row = repository.find_rule(session, brand_id, "launch")
        states.append(row.state if row else None)
    assert states == ["live", "draft", None]
    with pytest.raises(ConflictError, match="taken this back already"):
        ruling.undo(session, brand_id, wrote.id, by="Eli", now=NOW)


def test_two_people_never_overwrite_each_other_unseen(session: Session, brand_id: int) -> None:
    write(session, brand_id)
    seen = ruling.get_rule(session, brand_id, "launch").version
    ruling.save_draft(session, brand_id, entry(tier_at_least=2), by="Eli", now=NOW, seen_version=seen)
    with pytest.raises(ConflictError, match="Eli has changed this rule meanwhile"):
        ruling.save_draft(session, brand_id, entry(tier_at_least=1), by="Dana", now=NOW, seen_version=seen)


def test_of_two_who_write_a_new_rule_at_once_the_second_is_told(database: Database, brand_id: int) -> None:
    def write_second() -> None:
        with database.session(brand_id) as session:
            ruling.save_draft(session, brand_id, entry(tier_at_least=1), by="Dana", now=NOW, seen_version=0)

    with ThreadPoolExecutor(1) as pool:
        with database.session(brand_id) as session:
            ruling.save_draft(session, brand_id, entry(tier_at_least=2), by="Eli", now=NOW, seen_version=0)
            second = pool.submit(write_second)
            until(lambda: _somebody_waits(database, brand_id))
        with pytest.raises(ConflictError, match="Eli has changed this rule meanwhile"):
            second.result(timeout=20)


def _somebody_waits(database: Database, brand_id: int) -> bool:
    with database.session(brand_id) as session:
        return bool(session.scalar(text("""
            select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
        """)))  # fmt: skip


@pytest.mark.parametrize(
    "facts", [{"any": []}, {"any": ["the"]}, {"places": ["region:nowhere"]}, {"id": "No Spaces"}, {"topic": "weather"}]
)
def test_a_faulty_draft_is_not_kept(session: Session, brand_id: int, facts: dict[str, object]) -> None:
    with pytest.raises(InvalidError):
        write(session, brand_id, live=False, **facts)
    assert repository.list_rules(session, brand_id) == []


def test_a_draft_whose_region_has_gone_since_is_not_put_in_force(session: Session, brand_id: int) -> None:
    region = make_region(session, brand_id, slug="gulf")
    write(session, brand_id, live=False)
    write(session, brand_id, live=False, id="storm", places=["region:gulf"])
    session.delete(region)
    session.flush()
    with pytest.raises(InvalidError, match="storm cannot be put in force"):
        ruling.go_live(session, brand_id, ["launch", "storm"], by="Dana", now=NOW)
    assert (state(session, brand_id), state(session, brand_id, "storm")) == ("draft", "draft")


def test_a_rule_whose_region_has_gone_since_comes_in_force_again_by_no_way(session: Session, brand_id: int) -> None:
    region = make_region(session, brand_id, slug="gulf")
    write(session, brand_id, places=["region:gulf"])
    write(session, brand_id)  # everywhere, in its place
    anywhere, *_ = ruling.history_of(session, brand_id, "launch")
    write(session, brand_id, id="storm", places=["region:gulf"])
    ruling.switch_off(session, brand_id, "storm", by="Dana", now=NOW)
    off, *_ = ruling.history_of(session, brand_id, "storm")
    session.delete(region)
    session.flush()
    with pytest.raises(InvalidError, match="There is no region gulf in the directory"):
        ruling.switch_on(session, brand_id, "storm", by="Eli", now=NOW)
    for change in (anywhere, off):
        with pytest.raises(InvalidError, match="cannot be put in force"):
            ruling.undo(session, brand_id, change.id, by="Eli", now=NOW)
    assert (state(session, brand_id), state(session, brand_id, "storm")) == ("live", "off")
    assert ruling.get_rule(session, brand_id, "launch").entry.places == ()


def test_a_draft_is_taken_back_beside_a_rule_in_force_whose_region_has_gone(session: Session, brand_id: int) -> None:
    region = make_region(session, brand_id, slug="gulf")
    write(session, brand_id, places=["region:gulf"])
    write(session, brand_id, live=False, because="asks again")
    session.delete(region)
    session.flush()
    wrote, *_ = ruling.history_of(session, brand_id, "launch")
    ruling.undo(session, brand_id, wrote.id, by="Eli", now=NOW)
    assert ruling.get_rule(session, brand_id, "launch").draft is None


def test_another_brands_rules_are_not_there(database: Database, brand_id: int) -> None:
    with database.session(None) as session:
        stranger = make_brand(session)
    assert stranger.id is not None
    with database.session(stranger.id) as session:
        write(session, stranger.id)
        change = ruling.history_of(session, stranger.id, "launch")[0]
    with database.session(brand_id) as session:
        with pytest.raises(NotFoundError):
            ruling.get_rule(session, brand_id, "launch")
        with pytest.raises(NotFoundError):
            ruling.undo(session, brand_id, change.id, by="Eli", now=NOW)
        assert ruling.history_of(session, stranger.id, "launch") == []


def test_a_file_of_rules_comes_in_as_drafts_or_in_force(session: Session, brand_id: int) -> None:
    write(session, brand_id, id="kept")
    entries = [entry(id="kept"), entry(id="fresh"), entry(id="empty", any=[]), entry(id="far", places=["state:ZZ"])]
    done = ruling.bring(session, brand_id, RuleReading(entries), by="Dana", now=NOW)
    assert (done.new, done.changed, done.unchanged) == (["fresh"], [], ["kept"])
    assert [refused.which for refused in done.refused] == ["empty", "far"]
    assert state(session, brand_id, "fresh") == "draft"
    text = write_yaml(
        rule.draft or rule.entry for rule in ruling.list_rules(session, brand_id) if rule.kept != "shipped"
    )
    done = ruling.bring(session, brand_id, read_rules(text, "yaml"), by="Dana", now=NOW, in_force=True)
    assert (done.changed, state(session, brand_id, "fresh")) == (["fresh"], "live")


def test_thousands_of_rules_come_in_by_a_few_statements(session: Session, brand_id: int) -> None:
    entries = [entry(id=f"rule-{n}", any=[f"pellora number {n}"]) for n in range(2_000)]
    done = ruling.bring(session, brand_id, RuleReading(entries), by="Dana", now=NOW, in_force=True)
    assert len(done.new) == len(repository.list_decided(session, brand_id)) == 2_000


def test_conflicts_with_rules_in_force_are_found(session: Session, brand_id: int) -> None:
    write(session, brand_id, topic="waiting", final=True)
    found = ruling.conflicts_with(session, brand_id, entry(id="other", topic="billing"))
    assert [(each.kind, each.with_id) for each in found] == [("unheard", "launch")]
    assert ruling.conflicts_with(session, brand_id, entry(id="bill", any=["overcharged"], topic="waiting"))
    ruling.switch_off(session, brand_id, "launch", by="Dana", now=NOW)
    assert ruling.conflicts_with(session, brand_id, entry(id="other", topic="billing")) == []


def test_a_text_is_tried_with_and_without_the_draft(session: Session, brand_id: int, triager: Triager) -> None:
    change = Change("launch", None, entry(since="2030-01-01"))
    pair = trial_rules(session, brand_id, triager, [change], now=NOW)
    trial = try_text(pair, Item(id="", text="Where is my Pellora  One?"), marked=["launch"])
    assert (trial.before.tier, trial.after.tier) == (1, 3)
    assert "launch" in {fired.rule.id for fired in trial.fired}
    assert [part.text for part in trial.stretches if part.marked] == ["Pellora  One"]


def test_a_dry_run_counts_what_would_change_and_changes_nothing(
    desk: Desk, database: Database, clock: SetClock, triager: Triager
) -> None:
    texts = ["Where is my Pellora One?", "Pellora One, pellora one!", "My bill is wrong", ""]
    ids = [desk.hear(Said(text=text, author_id=f"u{n}")) for n, text in enumerate(texts)]
    desk.hear(Said(text="Pellora One long ago", author_id="old"), at=clock.now())
    with database.session(desk.brand_id) as session:
        write(session, desk.brand_id, live=False)
        rule = ruling.get_rule(session, desk.brand_id, "launch")
        assert reach_of(session, desk.brand_id, entry(), now=clock.now()) == (3, 5)
        run_id = ask_dry_run(session, desk.brand_id, "launch", [change_of(rule)], by="Dana", now=clock.now())
    work_dry_run(database, clock, triager, desk.brand_id, run_id)
    with database.session(desk.brand_id) as session:
        run = find_dry_run(session, desk.brand_id, "launch")
        assert run is not None
        assert (run.state, run.read, run.total, run.report.fired) == ("done", 5, 5, 3)
        assert run.report.effects["tier"] >= 1
        assert ids[0] in {sample.mention_id for sample in run.report.samples}
        assert state(session, desk.brand_id) == "draft"
        kept = session.get_one(TriageDryRun, run_id)
        assert "Pellora" not in str(kept.report)


def test_a_dry_run_of_a_danger_counts_it_in_disguise_too(
    desk: Desk, database: Database, clock: SetClock, triager: Triager
) -> None:
    for number, words in enumerate(["The zorblatine is leaking", "z0rblatine everywhere", "Nothing of it"]):
        desk.hear(Said(text=words, author_id=f"u{number}"))
    with database.session(desk.brand_id) as session:
        write(session, desk.brand_id, live=False, any=["zorblatine"], risk="safety")
        rule = ruling.get_rule(session, desk.brand_id, "launch")
        run_id = ask_dry_run(session, desk.brand_id, "launch", [change_of(rule)], by="Dana", now=clock.now())
    work_dry_run(database, clock, triager, desk.brand_id, run_id)
    with database.session(desk.brand_id) as session:
        run = find_dry_run(session, desk.brand_id, "launch")
    assert run is not None
    assert run.report.fired == 2


def test_a_dry_run_can_be_stopped_and_a_new_one_stops_the_old(
    desk: Desk, database: Database, clock: SetClock, triager: Triager
) -> None:
    change = Change("launch", None, entry())
    with database.session(desk.brand_id) as session:
        first, second = (ask_dry_run(session, desk.brand_id, "launch", [change], by="Dana", now=NOW) for _ in range(2))
        assert session.get_one(TriageDryRun, first).state == "stopped"
        stop_dry_run(session, desk.brand_id, "launch", now=NOW)
    work_dry_run(database, clock, triager, desk.brand_id, second)
    with database.session(desk.brand_id) as session:
        run = find_dry_run(session, desk.brand_id, "launch")
        assert run is not None
        assert (run.state, run.read) == ("stopped", 0)


def test_a_worker_does_the_dry_run_as_a_job(desk: Desk, runtime: Runtime) -> None:
    desk.hear(Said(text="Where is my Pellora One?"))
    with desk.database.session(desk.brand_id) as session:
        change = Change("launch", None, entry(topic="billing", final=True))
        ask_dry_run(session, desk.brand_id, "launch", [change], by="Dana", now=desk.clock.now())
    import_module("localcare.inbox.admin.rules.tasks")
    asyncio.run(run_jobs(desk.database, runtime, concurrency=1, wait=False))
    with desk.database.session(desk.brand_id) as session:
        run = find_dry_run(session, desk.brand_id, "launch")
    assert run is not None
    assert (run.state, run.report.fired) == ("done", 1)
    assert ("queue", "tier3:billing") in {(what, after) for what, _, after, _ in run.report.moves}


def test_a_dry_run_that_breaks_off_says_so(desk: Desk, runtime: Runtime) -> None:
    with desk.database.session(desk.brand_id) as session:
        broken: list[dict[str, object]] = [{"key": "launch", "before": None, "after": {"id": "launch"}}]
        rows = rule_trial_repository.ask_run(session, desk.brand_id, "launch", broken, days=30, by="Dana", now=NOW)
    with pytest.raises(ValidationError):
        dry_run(runtime, brand_id=desk.brand_id, run_id=rows.id)
    with desk.database.session(desk.brand_id) as session:
        assert session.get_one(TriageDryRun, rows.id).state == "failed"


def test_switching_a_rule_off_is_tried_too(desk: Desk, database: Database, clock: SetClock, triager: Triager) -> None:
    desk.hear(Said(text="Where is my Pellora One?"))
    with database.session(desk.brand_id) as session:
        write(session, desk.brand_id)
        change = change_of(ruling.get_rule(session, desk.brand_id, "launch"))
        run_id = ask_dry_run(session, desk.brand_id, "launch", [change], by="Dana", now=clock.now())
    work_dry_run(database, clock, triager, desk.brand_id, run_id)
    with database.session(desk.brand_id) as session:
        run = find_dry_run(session, desk.brand_id, "launch")
        assert run is not None
        assert (run.report.fired, run.report.changed) == (0, 1)
        assert run.report.moves == (("tier", "3", "1", 1),)
