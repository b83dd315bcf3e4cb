"""Merged, not ours, taken back: each is a move like any other, linked, on record, and undone to what was."""

import pytest
from sqlmodel import col, select

from localcare.cases import handling
from localcare.cases.core import Placement
from localcare.cases.models import Case, CaseClock
from localcare.cases.undoing import undo
from localcare.errors import ConflictError, ForbiddenError, NotFoundError
from localcare.people.models import Person
from tests.stages.desk import Desk, Said

BILL = Said(text="Charged twice", topic="billing", matter="billing", external_id="p-1", thread_id="p-1")


@pytest.fixture
def bo(desk: Desk) -> Person:
    return desk.person("agent", name="Bo Li")


@pytest.fixture
def case(desk: Desk) -> Case:
    return desk.open_case(BILL)


def clocks_of(desk: Desk, case: Case) -> list[tuple[object, ...]]:
    with desk.database.session(desk.brand_id) as session:
        rows = session.exec(select(CaseClock).where(CaseClock.case_id == case.id).order_by(col(CaseClock.kind)))
        return [(row.kind, row.started_at, row.due_at, row.stopped_at) for row in rows]


def test_a_hand_over_to_the_centre_is_taken_back_to_where_it_was(desk: Desk) -> None:
    store = desk.store()
    ana = desk.person("manager", store=store)
    case = desk.open_case(store=store)
    with desk.acting(ana) as hand:
        handling.claim(hand, case.id or 0)
    before, clocks = desk.now(case), clocks_of(desk, case)
    desk.wait(minutes=3)
    with desk.acting(ana) as hand:
        handling.send_to_queue(hand, case.id or 0, Placement("tier1:general", "Ana asked"), to_name="General", note="")
    with desk.acting(ana) as hand:
        undo(hand, case.id or 0)
    now = desk.now(case)
    assert (now.queue, now.owner_id, now.state, now.routed_by_hand, now.route_reason) == (
        before.queue, ana.id, "claimed", False, before.route_reason,
    )  # fmt: skip
    assert clocks_of(desk, case) == clocks
    assert desk.history_of(case)[-1] == "Ana Ortiz took back: handed the case to General."


def test_what_somebody_else_has_touched_since_is_not_taken_back(desk: Desk, case: Case, bo: Person) -> None:
    priya = desk.person("agent", name="Priya Nair")
    with desk.acting(bo) as hand:
        handling.escalate(hand, case.id or 0, Placement("tier2:billing", "up"), tier=2, note="")
    with desk.acting(priya) as hand, pytest.raises(ForbiddenError, match="Only Bo Li or a supervisor"):
        undo(hand, case.id or 0)
    desk.hear(Said(external_id="p-2", thread_id="p-1", text="Well?", urgency="high"))
    with desk.acting(bo) as hand, pytest.raises(ConflictError, match="Something else has happened"):
        undo(hand, case.id or 0)


def test_a_merged_case_closes_and_both_say_so_and_a_new_question_opens_it(desk: Desk, case: Case, bo: Person) -> None:
    other = desk.open_case(Said(text="Twice!", external_id="q-1", thread_id="q-1"))
    with desk.acting(bo) as hand:
        handling.merge(hand, other.id or 0, case.id or 0, note="Same bill.")
    now = desk.now(other)
    assert (now.state, now.is_open, now.merged_into, now.closed_how) == ("merged", False, case.id, "merged")
    assert desk.running_clocks_of(other) == set()
    assert desk.history_of(other)[-1] == f"Bo Li merged this into case {case.id}. “Same bill.”"
    assert desk.history_of(case)[-1] == f"Bo Li merged case {other.id} into this one."
    desk.wait(minutes=4)
    desk.hear(Said(text="And now three times!", external_id="q-2", thread_id="q-1"))
    again = desk.now(other)
    assert (again.state, again.merged_into) == ("queued", None)


def test_a_merge_is_taken_back(desk: Desk, case: Case, bo: Person) -> None:
    other = desk.open_case(Said(text="Twice!", external_id="q-1", thread_id="q-1"))
    clocks = clocks_of(desk, other)
    with desk.acting(bo) as hand:
        handling.merge(hand, other.id or 0, case.id or 0)
    with desk.acting(bo) as hand:
        undo(hand, other.id or 0)
    now = desk.now(other)
    assert (now.state, now.is_open, now.merged_into, now.closed_at) == ("queued", True, None, None)
    assert clocks_of(desk, other) == clocks
    assert desk.history_of(case)[-1] == f"Bo Li took case {other.id} out of this one again."


def test_what_cannot_be_merged_is_refused(desk: Desk, case: Case, bo: Person) -> None:
    other = desk.open_case(Said(external_id="q-1"))
    with desk.acting(bo) as hand, pytest.raises(ConflictError, match="into itself"):
        handling.merge(hand, case.id or 0, case.id or 0)
    with desk.acting(bo) as hand:
        handling.resolve(hand, other.id or 0, how="answered")
    with desk.acting(bo) as hand, pytest.raises(ConflictError, match="is closed"):
        handling.merge(hand, case.id or 0, other.id or 0)
    ana = desk.person("manager", store=desk.store())
    mine = desk.open_case(Said(external_id="r-1"), store=desk.store())
    with desk.acting(ana) as hand, pytest.raises(NotFoundError):
        handling.merge(hand, mine.id or 0, case.id or 0)


def test_what_is_not_ours_closes_and_is_taken_back(desk: Desk, case: Case, bo: Person) -> None:
    with desk.acting(bo) as hand:
        handling.not_ours(hand, case.id or 0, note="It is Telmore's.")
    assert (desk.now(case).state, desk.now(case).is_open) == ("not-ours", False)
    assert desk.history_of(case)[-1] == "Bo Li says that this is not about us. “It is Telmore's.”"
    with desk.acting(bo) as hand:
        undo(hand, case.id or 0)
    assert desk.now(case).state == "queued"


def test_who_claims_a_case_that_waits_for_the_customer_leaves_it_with_them(desk: Desk, case: Case, bo: Person) -> None:
    desk.answer_natively("p-1", page_id="990000000000001")
    with desk.acting(bo) as hand:
        handling.claim(hand, case.id or 0)
    assert (desk.now(case).state, desk.now(case).owner_id) == ("waiting", bo.id)
