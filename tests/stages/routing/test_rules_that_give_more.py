"""What the rules of a policy give a case beside its queue, and what they ask beside it, with the database."""

from dataclasses import replace
from datetime import timedelta

from localcare.routing.ruling import put_policy_in_force
from localcare.routing.service import shipped_policy_text, try_policy
from localcare.stores.models import StorePage
from tests.stages.desk import Desk, Said

HEAD = "rules:\n"
BILL = Said(topic="billing", matter="billing", tier=1, urgency="low")


def put_first(desk: Desk, rule: str) -> None:
    """A policy with this rule first is in force."""
    with desk.database.session(desk.brand_id) as session:
        body = shipped_policy_text().replace(HEAD, f"{HEAD}{rule}", 1)
        put_policy_in_force(session, desk.brand_id, body, created_by="Dana", now=desk.clock.now())


def test_a_priority_lists_a_case_as_that_urgent_and_stays_until_it_is_placed_anew(desk: Desk) -> None:
    put_first(
        desk, "  - {name: a, when: {urgencies: [low]}, to: crisis, priority: critical, approval: true, because: a}\n"
    )
    said = Said(topic="billing", matter="billing", urgency="low", external_id="p1", thread_id="t")
    case = desk.open_case(said)
    assert (case.urgency, case.urgency_rank, case.priority_rank, case.needs_approval) == ("low", 0, 0, True)
    desk.hear(Said(topic="billing", matter="billing", urgency="low", external_id="p2", thread_id="t", text="And?"))
    assert (desk.now(case).urgency_rank, desk.now(case).needs_approval) == (0, True)
    desk.hear(Said(topic="billing", matter="billing", urgency="normal", external_id="p3", thread_id="t", text="Well?"))
    now = desk.now(case)
    assert (now.queue, now.urgency_rank, now.priority_rank, now.needs_approval) == ("tier1:billing", 2, None, False)


def test_an_author_who_wrote_before_is_known(desk: Desk) -> None:
    put_first(
        desk, "  - {name: again, when: {earlier_cases: 2}, to: centre, skill: account, tier: 3, because: again}\n"
    )
    queues = [desk.open_case(BILL).queue for _ in range(3)]
    assert queues == ["tier1:billing", "tier1:billing", "tier3:account"]
    desk.wait(days=91)
    assert desk.open_case(BILL).queue == "tier1:billing"
    assert desk.open_case(Said(author_id="u-other", topic="billing", matter="billing")).queue == "tier1:billing"


def test_the_stars_that_came_with_it_are_known(desk: Desk) -> None:
    put_first(desk, "  - {name: few, when: {stars: [1, 2]}, to: centre, skill: orders, because: few stars}\n")
    assert desk.open_case(replace(BILL, rating=2, author_id="a", kind="review")).queue == "tier1:orders"
    assert desk.open_case(replace(BILL, recommends=False, author_id="b", kind="review")).queue == "tier1:orders"
    assert desk.open_case(replace(BILL, rating=4, author_id="c", kind="review")).queue == "tier1:billing"
    assert desk.open_case(replace(BILL, author_id="d")).queue == "tier1:billing"
    now = desk.clock.now()
    body = shipped_policy_text().replace(
        HEAD, f"{HEAD}  - {{name: a, when: {{stars: [4]}}, to: crisis, because: four}}\n", 1
    )
    with desk.database.session(desk.brand_id) as session:
        tried = try_policy(session, desk.brand_id, body, since=now - timedelta(days=30), now=now)
    assert [move.cases for move in tried.moves if move.after == "crisis"] == [1]


def test_a_store_s_own_page_is_told_from_the_brand_s(desk: Desk) -> None:
    put_first(desk, "  - {name: page, when: {page_kind: store}, to: centre, skill: orders, because: its own Page}\n")
    store = desk.store()
    with desk.database.session(desk.brand_id) as session:
        session.add(StorePage(brand_id=desk.brand_id, store_id=store.id, channel="facebook", page_id="77", name="Katy"))
    assert desk.open_case(Said(page_id="77"), store=store).queue == "tier1:orders"
    assert desk.open_case(Said(page_id="1", author_id="b"), store=store).queue == f"store:{store.number}"


def test_a_dry_run_asks_the_hour_and_the_history_of_then(desk: Desk) -> None:
    desk.open_case(BILL)
    desk.wait(days=2)
    case = desk.open_case(BILL)
    body = shipped_policy_text().replace(
        HEAD, f"{HEAD}  - {{name: a, when: {{earlier_cases: 1, hours: 00:00-24:00}}, to: crisis, because: again}}\n", 1
    )
    now = desk.clock.now()
    with desk.database.session(desk.brand_id) as session:
        tried = try_policy(session, desk.brand_id, body, since=now - timedelta(days=30), now=now)
    assert (tried.cases, tried.moved) == (2, 1)
    assert tried.moves[0].examples == (case.id,)
