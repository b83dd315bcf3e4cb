"""What time does to cases: snoozes end, silent hands are emptied, answered and quiet cases close."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from localcare.cases.models import Case, CaseEvent
from localcare.cases.tasks import CENTRAL_SILENCE, SILENCE, wake
from localcare.kit.clock import SetClock
from localcare.kit.runtime import Runtime
from localcare.mentions.models import MentionKey
from localcare.people.models import Brand
from tests.conftest import NOW
from tests.factories import make_person

CENTRAL = "tier1:general"


@pytest.mark.parametrize(
    ("state", "waits", "queue", "after", "becomes"),
    [
        ("snoozed", True, CENTRAL, timedelta(hours=2), "queued"),
        ("snoozed", True, CENTRAL, timedelta(minutes=30), "snoozed"),
        ("claimed", True, "store:4001", SILENCE + timedelta(minutes=1), "queued"),
        ("claimed", True, "store:4001", SILENCE - timedelta(minutes=1), "claimed"),
        ("claimed", True, CENTRAL, CENTRAL_SILENCE + timedelta(minutes=1), "queued"),
        ("claimed", True, CENTRAL, CENTRAL_SILENCE - timedelta(minutes=1), "claimed"),
        ("waiting", False, CENTRAL, timedelta(days=4), "resolved"),
        ("waiting", False, CENTRAL, timedelta(days=2), "waiting"),
    ],
)
def test_time_moves_what_nobody_moves(
    runtime: Runtime, clock: SetClock, brand: Brand, state: str, waits: bool, queue: str, after: timedelta, becomes: str
) -> None:
    with runtime.db.session(brand.id) as session:
        make_case(session, brand, state=state, waits=waits, queue=queue)
    clock.advance(after)
    moved = wake(runtime)
    with runtime.db.session(brand.id) as session:
        case = session.exec(select(Case)).one()
        lines = session.exec(select(CaseEvent)).all()
    assert case.state == becomes
    assert moved == len(lines) == (0 if state == becomes else 1)


def test_no_open_case_stays_with_a_silent_owner_whatever_its_state_says(
    runtime: Runtime, clock: SetClock, brand: Brand
) -> None:
    """Cases that customers opened again have been left queued and owned: nobody was given them."""
    with runtime.db.session(brand.id) as session:
        make_case(session, brand, state="claimed", waits=True, queue=CENTRAL)
        session.exec(select(Case)).one().state = "queued"
    clock.advance(CENTRAL_SILENCE + timedelta(minutes=1))
    assert wake(runtime) == 1
    with runtime.db.session(brand.id) as session:
        assert session.exec(select(Case)).one().owner_id is None


def make_case(session: Session, brand: Brand, *, state: str, waits: bool, queue: str) -> None:
    key = MentionKey(brand_id=brand.id, channel="facebook", external_id="1_1", received_at=NOW)  # type: ignore[arg-type]
    session.add(key)
    session.flush()
    case = Case(
        brand_id=brand.id, conversation_key="k", channel="facebook", state=state, is_open=True, queue=queue,
        topic="other", tier=1, matter="other", sentiment="neutral", urgency="normal", urgency_rank=2,
        lead_mention_id=key.id, opened_at=NOW, last_customer_at=NOW, updated_at=NOW,
        waiting_since=NOW if waits else None, answered_at=None if waits else NOW,
        snoozed_until=NOW + timedelta(hours=1) if state == "snoozed" else None,
        owner_id=make_person(session, brand, "agent").id if state == "claimed" else None,
    )  # fmt: skip
    session.add(case)
