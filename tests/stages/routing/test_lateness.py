"""A broken promise is told of once, after a reminder, and the case moves on as the policy says."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from localcare.cases import handling
from localcare.cases.lateness import DUE_SOON, LATE
from localcare.digests.alert_repository import insert_alerts
from localcare.digests.alerting import send_alerts
from localcare.digests.lateness import tell_of_late
from localcare.digests.models import Alert, MailOptOut
from localcare.kit.clock import SetClock
from localcare.kit.mail import MailList
from localcare.kit.runtime import Runtime
from localcare.people.models import Person
from localcare.routing.core import Policy
from localcare.routing.lateness import escalate_late, remind
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text
from localcare.routing.tasks import escalate
from localcare.stores.models import Store
from tests.factories import make_region, make_store
from tests.stages.desk import Desk, Said
from tests.stages.routing.centre import Centre, billing

SHIPPED = read_policy(shipped_policy_text())
WEDNESDAY = datetime(2026, 11, 18, 16, tzinfo=UTC)  # ten in the morning in Houston


@pytest.fixture
def policy() -> Policy:
    """The shipped one, with late cases of tier 3 going to the crisis team."""
    return replace(SHIPPED, escalation=dict(SHIPPED.escalation) | {"tier3": "crisis"})


def tell(desk: Desk, policy: Policy = SHIPPED) -> int:
    with desk.database.session(desk.brand_id) as session:
        return escalate_late(session, desk.brand_id, policy, now=desk.clock.now())


def test_a_late_case_is_told_of_once_and_stays_where_nobody_above_has_room(desk: Desk, runtime: Runtime) -> None:
    case = desk.open_case(billing("u-1"))
    desk.wait(minutes=29)
    assert escalate(runtime) == 0
    desk.wait(minutes=2)
    assert escalate(runtime) == 1
    assert escalate(runtime) == 0
    assert desk.history_of(case)[-1] == "Somebody to take it is late."
    assert desk.now(case).queue == "tier2:billing"
    desk.wait(minutes=90)
    assert escalate(runtime) == 1
    assert desk.history_of(case)[-1] == "The first reply is late. Nobody in tier 3 has room: it stays for now."
    told = len(desk.history_of(case))
    desk.wait(minutes=6)
    assert escalate(runtime) == 1, "it is looked at again"
    assert len(desk.history_of(case)) == told, "and told of once"


def test_it_moves_up_from_tier_to_tier_and_who_works_there_gets_it(desk: Desk, centre: Centre, policy: Policy) -> None:
    case = desk.open_case(billing("u-1", tier=1))
    second, third = centre.agent("Bo", tier=2), centre.agent("Cy", tier=3)
    desk.wait(minutes=61)
    centre.say_here(second, third)
    tell(desk, policy)
    now = desk.now(case)
    assert (now.queue, now.tier, now.state) == ("tier2:billing", 2, "escalated")
    assert "The first reply is late. It goes to tier2:billing." in desk.history_of(case)
    desk.wait(minutes=119)
    centre.say_here(second, third)
    tell(desk, policy)
    assert desk.now(case).queue == "tier2:billing"
    desk.wait(minutes=2)
    tell(desk, policy)
    assert desk.now(case).queue == "tier3:billing"
    assert desk.history_of(case)[-1] == "The first reply is still late. It goes to tier3:billing."
    desk.wait(minutes=241)
    tell(desk, policy)
    assert desk.now(case).queue == "crisis"
    assert centre.next_of(third) == case.id


def test_no_more_go_up_than_those_who_are_there_have_room_for(desk: Desk, centre: Centre) -> None:
    cases = [desk.open_case(billing(f"u-{n}", tier=1)) for n in range(4)]
    bo = centre.agent("Bo", tier=2, capacity=2)
    desk.wait(minutes=61)
    centre.say_here(bo)
    tell(desk)
    assert sorted(desk.now(case).queue for case in cases) == ["tier1:billing"] * 2 + ["tier2:billing"] * 2


def test_one_that_somebody_has_in_hand_stays_theirs_and_is_told_of(desk: Desk, centre: Centre, policy: Policy) -> None:
    case = desk.open_case(billing("u-1"))
    ana = centre.agent("Ana")
    centre.next_of(ana)
    desk.wait(minutes=121)
    assert tell(desk, policy) == 1
    assert centre.held() == {case.id: "Ana"}
    assert desk.now(case).queue == "tier2:billing"


def test_one_that_is_settled_is_not_late(desk: Desk, centre: Centre, policy: Policy) -> None:
    case = desk.open_case(billing("u-1"))
    with desk.acting(centre.agent("Ana")) as hand:
        handling.resolve(hand, case.id or 0, how="answered")
    desk.wait(days=3)
    assert tell(desk, policy) == 0


class House:
    """A store of Kim's in Lea's district, and Rae above her."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with desk.database.session(desk.brand_id) as session:
            region = make_region(session, desk.brand)
            self.district = make_region(session, desk.brand, parent=region)
            self.store: Store = make_store(session, desk.brand, region=self.district)
        self.kim = desk.person("manager", store=self.store, name="Kim Tran")
        self.lea = desk.person("lead", region=self.district, name="Lea Dorn")
        self.rae = desk.person("lead", region=region, name="Rae Holt")

    def told(self, what: str) -> list[int | None]:
        """Who is owed a mail, in order."""
        with self.desk.database.session(self.desk.brand_id) as session:
            return list(session.exec(select(Alert.person_id).where(Alert.kind == what).order_by(Alert.id)))  # type: ignore[arg-type]

    def mail(self, runtime: Runtime, what: str, *case_ids: int | None) -> int:
        return tell_of_late(runtime, self.desk.brand_id, [each or 0 for each in case_ids], what=what)


@pytest.fixture
def house(desk: Desk, clock: SetClock) -> House:
    clock.move_to(WEDNESDAY)
    return House(desk)


def test_a_stores_late_case_reminds_its_people_then_tells_the_nearest_lead_then_goes_to_the_centre(
    desk: Desk, house: House, runtime: Runtime
) -> None:
    case = desk.open_case(store=house.store)
    desk.wait(hours=5, minutes=59)
    assert soon(desk) == 0
    desk.wait(minutes=2)
    assert (soon(desk), soon(desk)) == (1, 0)
    assert house.mail(runtime, DUE_SOON, case.id) == 1
    assert house.told(DUE_SOON) == [house.kim.id]
    desk.wait(hours=2)
    tell(desk)
    assert desk.history_of(case)[-1] == "The first reply is late."
    assert house.mail(runtime, LATE, case.id) == 1
    assert house.told(LATE) == [house.lea.id]
    assert desk.history_of(case)[-1] == "Told Lea Dorn: it is late."
    desk.wait(hours=23)
    tell(desk)
    assert desk.now(case).queue == f"store:{house.store.number}"
    desk.wait(hours=2)
    tell(desk)
    now = desk.now(case)
    assert (now.queue, now.state) == ("tier1:general", "escalated")
    assert now.route_reason == f"store {house.store.number} did not answer it in time"


def test_one_that_a_manager_has_in_hand_does_not_go_to_the_centre(desk: Desk, house: House) -> None:
    case = desk.open_case(store=house.store)
    desk.wait(hours=8, minutes=1)
    tell(desk)
    desk.wait(hours=24)
    with desk.acting(house.kim) as hand:
        handling.claim(hand, case.id or 0)
    tell(desk)
    assert desk.now(case).queue == f"store:{house.store.number}"


def test_a_lead_gets_one_mail_of_many_late_cases_and_not_another_one_soon(
    desk: Desk, house: House, runtime: Runtime
) -> None:
    with desk.database.session(desk.brand_id) as session:
        second = make_store(session, desk.brand, region=house.district)
    cases = [desk.open_case(Said(author_id=f"u-{n}"), store=house.store) for n in range(3)]
    other = desk.open_case(Said(author_id="u-o"), store=second)
    desk.wait(hours=8, minutes=1)
    tell(desk)
    assert house.mail(runtime, LATE, *(each.id for each in cases), other.id) == 1
    assert house.mail(runtime, LATE, *(each.id for each in cases)) == 0
    desk.wait(hours=5)
    assert house.mail(runtime, LATE, other.id) == 1
    assert house.told(LATE) == [house.lea.id] * 2


def test_the_next_lead_is_told_when_the_nearest_has_left(desk: Desk, house: House, runtime: Runtime) -> None:
    case = desk.open_case(store=house.store)
    with desk.database.session(desk.brand_id) as session:
        session.get_one(Person, house.lea.id).deactivated_at = desk.clock.now()
    desk.wait(hours=8, minutes=1)
    house.mail(runtime, LATE, case.id)
    assert house.told(LATE) == [house.rae.id]


def test_what_was_answered_meanwhile_is_told_to_nobody(desk: Desk, house: House, runtime: Runtime) -> None:
    case = desk.open_case(Said(external_id="p1"), store=house.store)
    desk.answer_natively("p1", page_id="990000000000001")
    assert house.mail(runtime, LATE, case.id) == 0


def soon(desk: Desk) -> int:
    with desk.database.session(desk.brand_id) as session:
        return remind(session, desk.brand_id, SHIPPED, now=desk.clock.now())


def test_the_mail_says_what_is_late_and_leaving_it_leaves_no_crisis(
    desk: Desk, house: House, runtime: Runtime, outbox: MailList
) -> None:
    case, other = (desk.open_case(Said(author_id=f"u-{n}"), store=house.store) for n in range(2))
    desk.wait(hours=8, minutes=1)
    tell(desk)
    house.mail(runtime, LATE, case.id)
    assert send_alerts(runtime, desk.brand_id) == 1
    (mail,) = outbox.sent
    assert mail.subject == "Late: Pellora Memorial City has not answered Marcus Bell"
    assert "1 other case of this store is late too." in mail.text
    assert "Unsubscribe from mails about late replies" in mail.text
    desk.wait(hours=5)
    with desk.database.session(desk.brand_id) as session:
        left = MailOptOut(person_id=house.lea.id or 0, brand_id=desk.brand_id, kind="late", since=desk.clock.now())
        session.add(left)
    assert house.mail(runtime, LATE, other.id) == 0
    with desk.database.session(desk.brand_id) as session:
        crisis = [(other.id or 0, house.store.id)]
        assert insert_alerts(session, desk.brand_id, crisis, kind="crisis", now=desk.clock.now()) == 3
