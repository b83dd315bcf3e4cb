"""What people do with a case: it moves, it says who moved it, and nobody loses a customer."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from localcare.cases import handling
from localcare.cases.core import Placement
from localcare.cases.models import Case
from localcare.cases.repository import load_cases, lock_conversations
from localcare.errors import ConflictError, ForbiddenError, NotFoundError
from localcare.stores.models import Region
from tests.factories import grant_role
from tests.stages.desk import Desk, Said

WAITING_FOR_US = text("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
BILLING = Said(text="Charged twice", author_id="u-2", topic="billing", matter="billing", tier=2)


def id_of(case: Case) -> int:
    assert case.id is not None
    return case.id


def test_a_claim_takes_the_case_and_stops_the_first_clock(desk: Desk) -> None:
    priya = desk.person("agent", name="Priya Nair", tier=2)
    case = desk.open_case(BILLING)
    with desk.acting(priya) as hand:
        handling.claim(hand, id_of(case))
    now = desk.now(case)
    assert (now.state, now.owner_id) == ("claimed", priya.id)
    assert "Priya Nair took the case." in desk.history_of(case)
    assert desk.running_clocks_of(case) == {"first_reply", "resolve"}


def test_a_second_claim_is_refused_and_names_who_has_it(desk: Desk) -> None:
    priya, bo = desk.person("agent", name="Priya Nair"), desk.person("agent", name="Bo Li")
    case = desk.open_case(BILLING)
    with desk.acting(priya) as hand:
        handling.claim(hand, id_of(case))
    with desk.acting(bo) as hand, pytest.raises(ConflictError, match="Priya Nair already has this case"):
        handling.claim(hand, id_of(case))


def test_a_hand_over_keeps_the_note_and_changes_the_owner(desk: Desk) -> None:
    priya, bo = desk.person("agent", name="Priya Nair"), desk.person("agent", name="Bo Li")
    case = desk.open_case(BILLING)
    assert bo.id is not None
    with desk.acting(priya) as hand:
        handling.hand_over(hand, id_of(case), to_id=bo.id, to_name=bo.name, note="She called twice.")
    assert desk.now(case).owner_id == bo.id
    assert "Priya Nair handed the case to Bo Li. “She called twice.”" in desk.history_of(case)


def test_a_case_sent_to_a_queue_is_nobodys_and_stays_where_a_person_put_it(desk: Desk) -> None:
    store = desk.store()
    ana = desk.person("manager", store=store)
    said = Said(external_id="p-1", thread_id="p-1")
    case = desk.open_case(said, store=store)
    with desk.acting(ana) as hand:
        handling.claim(hand, id_of(case))
        centre = Placement("tier1:billing", "the store asked the centre")
        handling.send_to_queue(hand, id_of(case), centre, to_name="Billing, tier 1", note="")
    desk.wait(minutes=5)
    desk.hear(
        Said(text="And the door is broken", topic="store-condition", kind="comment", thread_id="p-1"), store=store
    )
    now = desk.now(case)
    assert now.mention_count == 2
    assert (now.queue, now.owner_id, now.state, now.routed_by_hand) == ("tier1:billing", None, "queued", True)


def test_a_snoozed_case_comes_back_when_the_customer_writes_again(desk: Desk) -> None:
    store = desk.store()
    ana = desk.person("manager", store=store)
    case = desk.open_case(Said(external_id="p-1", thread_id="p-1"), store=store)
    with desk.acting(ana) as hand:
        handling.snooze(hand, id_of(case), until=desk.clock.now() + timedelta(hours=1))
    assert desk.now(case).state == "snoozed"
    desk.wait(minutes=2)
    desk.hear(Said(text="Hello?", kind="comment", thread_id="p-1"), store=store)
    assert desk.now(case).state == "queued"


def test_nobody_snoozes_into_the_past(desk: Desk) -> None:
    case = desk.open_case(BILLING)
    with desk.acting(desk.person("agent")) as hand, pytest.raises(ConflictError, match="in the future"):
        handling.snooze(hand, id_of(case), until=desk.clock.now())


def test_resolving_stops_every_clock_and_reopening_lets_them_run_on(desk: Desk) -> None:
    agent = desk.person("agent")
    case = desk.open_case(BILLING)
    with desk.acting(agent) as hand:
        handling.claim(hand, id_of(case))
    desk.wait(minutes=1)
    with desk.acting(agent) as hand:
        handling.resolve(hand, id_of(case), how="no-reply-needed")
    assert desk.running_clocks_of(case) == set()
    assert not desk.now(case).is_open
    with desk.acting(agent) as hand:
        handling.reopen(hand, id_of(case))
    now = desk.now(case)
    assert (now.state, now.is_open, now.closed_at) == ("queued", True, None)
    assert desk.running_clocks_of(case) == {"first_reply", "resolve"}, "the claim has met the first promise"


def test_a_case_reopened_long_after_waits_again(desk: Desk) -> None:
    store = desk.store()
    ana = desk.person("manager", store=store)
    case = desk.open_case(Said(external_id="p-2", thread_id="p-2"), store=store)
    with desk.acting(ana) as hand:
        handling.resolve(hand, id_of(case), how="no-reply-needed")
    desk.wait(minutes=1)
    desk.hear(Said(text="thx", kind="comment", thread_id="p-2", actionable=False), store=store)
    assert desk.now(case).waiting_since is None
    with desk.acting(ana) as hand:
        handling.reopen(hand, id_of(case))
    now = desk.now(case)
    assert (now.state, now.waiting_since) == ("queued", now.last_customer_at)


def test_what_is_closed_cannot_be_claimed_until_it_is_reopened(desk: Desk) -> None:
    case = desk.open_case(BILLING)
    with desk.acting(desk.person("agent")) as hand:
        handling.resolve(hand, id_of(case), how="spam")
        with pytest.raises(ConflictError, match="Reopen it first"):
            handling.claim(hand, id_of(case))


def test_a_manager_cannot_touch_another_stores_case(desk: Desk) -> None:
    ana = desk.person("manager", store=desk.store())
    case = desk.open_case(store=desk.store())
    with desk.acting(ana) as hand:
        for act in (handling.claim, handling.release, handling.reopen, handling.glance):
            with pytest.raises(NotFoundError):
                act(hand, id_of(case))
        with pytest.raises(NotFoundError):
            handling.note(hand, id_of(case), "I can see you")


def test_owning_a_case_does_not_open_another_stores_customers(desk: Desk) -> None:
    store = desk.store()
    ana = desk.person("manager", store=store)
    luis = desk.person("manager", store=desk.store(), name="Luis Vega")
    case = desk.open_case(store=store)
    assert luis.id is not None
    with desk.acting(ana) as hand:
        handling.hand_over(hand, id_of(case), to_id=luis.id, to_name="Luis Vega", note="")
    with desk.acting(luis) as hand, pytest.raises(NotFoundError):
        handling.release(hand, id_of(case))


def test_a_lead_works_on_the_stores_of_the_region(desk: Desk) -> None:
    inside, outside = desk.store(), desk.store()
    with desk.database.session(desk.brand_id) as session:
        region = session.get_one(Region, inside.region_id)
    cindy = desk.person("lead", name="Cindy Porter", region=region)
    mine, foreign = desk.open_case(store=inside), desk.open_case(Said(author_id="u-8"), store=outside)
    central = desk.open_case(BILLING)
    with desk.acting(cindy) as hand:
        assert handling.claim(hand, id_of(mine)).owner_id == cindy.id
        for case in (foreign, central):
            with pytest.raises(NotFoundError):
                handling.claim(hand, id_of(case))


def test_a_visit_from_a_digest_works_in_that_store_only(desk: Desk) -> None:
    one, two = desk.store(), desk.store()
    ana = desk.person("manager", store=one)
    with desk.database.session(desk.brand_id) as session:
        grant_role(session, ana, "manager", store=two)
    in_one, in_two = desk.open_case(store=one), desk.open_case(Said(author_id="u-9"), store=two)
    with desk.acting(ana, only=one) as hand:
        handling.claim(hand, id_of(in_one))
        with pytest.raises(NotFoundError):
            handling.claim(hand, id_of(in_two))


def test_who_only_reads_does_not_work_on_cases(desk: Desk) -> None:
    case = desk.open_case(BILLING)
    with desk.acting(desk.person("auditor")) as hand, pytest.raises(ForbiddenError, match="read this case"):
        handling.claim(hand, id_of(case))


def test_who_else_looks_is_known_for_two_minutes(desk: Desk) -> None:
    priya, bo = desk.person("agent", name="Priya Nair"), desk.person("agent", name="Bo Li")
    case = desk.open_case(BILLING)
    with desk.acting(priya) as hand:
        assert handling.glance(hand, id_of(case)) == []
    desk.wait(seconds=90)
    with desk.acting(bo) as hand:
        assert handling.glance(hand, id_of(case)) == ["Priya Nair"]
    desk.wait(seconds=40)
    with desk.acting(bo) as hand:
        assert handling.glance(hand, id_of(case)) == []


def test_people_and_the_pipeline_take_their_locks_in_one_order(desk: Desk) -> None:
    """The pipeline holds a conversation and then wants its case; whoever acts meanwhile waits, and nobody is aborted."""
    agent = desk.person("agent")
    case = desk.open_case(BILLING)

    def claim() -> str:
        with desk.acting(agent) as hand:
            return handling.claim(hand, id_of(case)).state

    with ThreadPoolExecutor(1) as pool:
        with desk.database.session(desk.brand_id) as session:
            lock_conversations(session, desk.brand_id, [case.conversation_key])
            claimed = pool.submit(claim)
            while not session.execute(WAITING_FOR_US).scalar_one():
                pass
            assert load_cases(session, desk.brand_id, [case.conversation_key])
        assert claimed.result(timeout=20) == "claimed"


@pytest.mark.parametrize("close", ["resolve", "not ours", "merge"])
def test_what_a_customer_opens_again_is_in_nobodys_hand(desk: Desk, close: str) -> None:
    priya, bo = desk.person("agent", name="Priya Nair"), desk.person("agent", name="Bo Li")
    first = replace(BILLING, external_id="t-1", thread_id="t-1")
    case, other = desk.open_case(first), desk.open_case(replace(BILLING, author_id="u-3"))
    with desk.acting(priya) as hand:
        handling.claim(hand, id_of(case))
        if close == "resolve":
            handling.resolve(hand, id_of(case), how="spam")
        elif close == "not ours":
            handling.not_ours(hand, id_of(case))
        else:
            handling.merge(hand, id_of(case), id_of(other))
    assert desk.now(case).owner_id == priya.id
    desk.wait(days=2)
    desk.hear(replace(BILLING, text="Nothing happened.", thread_id="t-1"))
    assert (desk.now(case).state, desk.now(case).owner_id) == ("queued", None)
    with desk.acting(bo) as hand:
        handling.claim(hand, id_of(case))
