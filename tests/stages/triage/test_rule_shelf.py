"""A brand's own rules in the pipeline: at once, for that brand alone, where its stores are, and counted."""

from datetime import timedelta

from sqlmodel import select

from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.triage import rule_repository as repository
from localcare.triage.core import Item, Triager
from localcare.triage.models import TriageRuleHitDay, VerdictRow
from localcare.triage.rule_shelf import RuleShelf, load_brand_rules, rule_day
from tests.conftest import NOW
from tests.deliveries import fresh_id, post
from tests.factories import make_brand
from tests.stages.pipeline.conftest import BRAND_PAGE, OTHER_STORE_PAGE, STORE_PAGE, Town, town, triager

__all__ = ["town", "triager"]

TEXT = "Will the Pellora One be here soon?"


def keep(database: Database, brand_id: int, key: str, *, state: str = "live", **form: object) -> None:
    body = {"id": key, "because": "asks about the launch", "any": ["pellora one"], **form} if form else None
    with database.session(brand_id) as session:
        row: repository.Form = {"key": key, "state": state, "live": body, "draft": None}
        repository.save_rules(session, brand_id, [row], by="Dana", now=NOW)


def say(town: Town, page_id: str, text: str = TEXT) -> VerdictRow:
    """Somebody posts on a Page; returns the verdict."""
    town.tell(post(page_id, NOW, text, post_id=fresh_id(page_id), author=fresh_id("u")))
    with town.pipeline.db.session(town.brand_id) as session:
        return session.exec(select(VerdictRow).order_by(VerdictRow.id.desc())).first()  # type: ignore[union-attr,return-value]


def test_a_rule_that_goes_live_is_heard_by_the_next_batch(town: Town, database: Database) -> None:
    assert say(town, STORE_PAGE).tier == 1
    keep(database, town.brand_id, "launch", tier_at_least=3)
    assert say(town, STORE_PAGE).tier == 3
    keep(database, town.brand_id, "launch", state="off", tier_at_least=3)
    assert say(town, STORE_PAGE).tier == 1


def test_a_rule_counts_for_its_group_of_stores_only(town: Town, database: Database) -> None:
    keep(database, town.brand_id, "launch", tier_at_least=3, places=["store:4001", "region:nowhere"])
    assert [say(town, page).tier for page in (STORE_PAGE, OTHER_STORE_PAGE, BRAND_PAGE)] == [3, 1, 1]
    keep(database, town.brand_id, "launch", tier_at_least=3, places=["state:TX"])
    assert [say(town, page).tier for page in (STORE_PAGE, OTHER_STORE_PAGE, BRAND_PAGE)] == [3, 3, 1]


def test_rules_of_another_brand_never_fire(town: Town, database: Database) -> None:
    with database.session(ALL_BRANDS) as session:
        stranger = make_brand(session)
    assert stranger.id is not None
    keep(database, stranger.id, "launch", tier_at_least=3)
    assert say(town, STORE_PAGE).tier == 1
    with database.session(town.brand_id) as session:
        assert repository.list_rules(session, stranger.id) == []
        assert repository.list_decided(session, stranger.id) == []


def test_a_dated_rule_begins_and_ends_with_its_days(town: Town, database: Database, clock: SetClock) -> None:
    today = rule_day(NOW)
    tomorrow = (today + timedelta(days=1)).isoformat()
    keep(database, town.brand_id, "launch", tier_at_least=3, since=tomorrow, until=tomorrow)
    tiers = [say(town, STORE_PAGE).tier]
    for _ in range(2):
        clock.advance(timedelta(days=1))
        tiers.append(say(town, STORE_PAGE).tier)
    assert tiers == [1, 3, 1]


def test_a_shipped_rule_is_replaced_or_switched_off_by_its_id(town: Town, database: Database, triager: Triager) -> None:
    keep(database, town.brand_id, "en-billing", topic="billing")
    keep(database, town.brand_id, "en-order", state="off")
    with database.session(town.brand_id) as session:
        rules = load_brand_rules(session, town.brand_id, triager.rules.rules, on=rule_day(NOW)).rules
    by_id = {rule.id: rule for rule in rules}
    assert by_id["en-billing"].any_of == ("pellora one",)
    assert "en-order" not in by_id
    assert len(by_id) == len(rules) == len(triager.rules.rules) - 1


def test_a_rule_that_cannot_be_read_stops_nobody(town: Town, database: Database) -> None:
    keep(database, town.brand_id, "broken", topic="billing", weight="heavy")
    keep(database, town.brand_id, "unknown-list", any=["{nobody}"], tier_at_least=2)
    keep(database, town.brand_id, "launch", tier_at_least=3)
    assert say(town, STORE_PAGE).tier == 3


def test_hits_are_counted_by_day_with_the_batch_that_made_them(town: Town, database: Database, clock: SetClock) -> None:
    keep(database, town.brand_id, "launch", tier_at_least=3)
    say(town, STORE_PAGE)
    say(town, STORE_PAGE)
    clock.advance(timedelta(days=1))
    say(town, STORE_PAGE)
    with database.session(town.brand_id) as session:
        hits = repository.list_hits(session, town.brand_id, since=rule_day(NOW))
        assert sorted((day, count) for key, day, count, _ in hits if key == "launch") == [
            (rule_day(NOW), 2),
            (rule_day(clock.now()), 1),
        ]
        assert {row.slot for row in session.exec(select(TriageRuleHitDay))} <= set(range(16))


def test_a_batch_that_fails_counts_nothing(town: Town, database: Database, triager: Triager) -> None:
    shelf = RuleShelf()
    shelf.count(town.brand_id, triager.judge_many([Item(id="1", text="my bill is wrong")]))
    with database.session(ALL_BRANDS) as session:
        shelf.refresh(session)
        shelf.save_hits(session, now=NOW)
    with database.session(town.brand_id) as session:
        assert session.exec(select(TriageRuleHitDay)).all() == []
