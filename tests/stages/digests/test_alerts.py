"""Alerts: who must know at once, told once."""

from datetime import timedelta
from itertools import count

from sqlmodel import Session, select

from localcare.cases.models import Case
from localcare.digests.alerts import raise_alerts
from localcare.digests.models import Alert, MailOptOut
from localcare.mentions.models import MentionKey
from localcare.people.models import Brand, Person
from localcare.stores.models import Store
from tests.conftest import NOW
from tests.factories import make_person, make_region, make_store

_numbers = count(1)


def make_crisis(session: Session, brand: Brand, store: Store | None) -> tuple[int, int | None]:
    key = MentionKey(brand_id=brand.id or 0, channel="facebook", external_id=f"c{next(_numbers)}", received_at=NOW)
    session.add(key)
    session.flush()
    case = Case(
        brand_id=brand.id or 0, conversation_key=f"facebook:{key.external_id}", channel="facebook", state="queued",
        is_open=True, queue="crisis", topic="staff-service", tier=3, matter="store", sentiment="negative",
        urgency="critical", urgency_rank=0, risks=["injury"], excerpt="My son was hurt by the falling display.",
        store_id=store.id if store else None, lead_mention_id=key.id or 0, author_name="Dana Reyes",
        opened_at=NOW, last_customer_at=NOW, waiting_since=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(case)
    session.flush()
    return case.id or 0, case.store_id


def told(session: Session, *, case_id: int | None = None) -> set[int]:
    query = select(Alert.person_id)
    return set(session.exec(query if case_id is None else query.where(Alert.case_id == case_id)))


def ids(*people: Person) -> set[int]:
    return {person.id or 0 for person in people}


def test_store_region_and_nation_are_told_and_nobody_else(session: Session, brand: Brand) -> None:
    nation = make_region(session, brand)
    south, north = (make_region(session, brand, name=name, parent=nation) for name in ("South", "North"))
    houston = make_region(session, brand, name="Houston", parent=south)
    store = make_store(session, brand, region=houston)
    others = make_store(session, brand, region=houston)
    concerned = [
        make_person(session, brand, "supervisor", name="Sol"),
        make_person(session, brand, "lead", name="Lea", region=houston),
        make_person(session, brand, "lead", name="Lou", region=south),
        make_person(session, brand, "manager", name="Ana", store=store),
        make_person(session, brand, "deputy", name="Dee", store=store),
    ]
    make_person(session, brand, "lead", name="Nora", region=north)
    make_person(session, brand, "manager", name="Max", store=others)
    make_person(session, brand, "agent", name="Amy")
    make_person(session, brand, "administrator", name="Ada")

    raise_alerts(session, brand.id or 0, [make_crisis(session, brand, store)], now=NOW)

    assert told(session) == ids(*concerned)


def test_a_crisis_without_a_store_goes_to_the_nation(session: Session, brand: Brand) -> None:
    supervisor = make_person(session, brand, "supervisor")
    region = make_region(session, brand)
    make_person(session, brand, "lead", region=region)
    make_person(session, brand, "manager", store=make_store(session, brand, region=region))
    raise_alerts(session, brand.id or 0, [make_crisis(session, brand, None)], now=NOW)
    assert told(session) == ids(supervisor)


def test_raised_twice_it_is_owed_once_with_the_same_message_id(session: Session, brand: Brand) -> None:
    make_person(session, brand, "supervisor")
    crisis = make_crisis(session, brand, None)
    raise_alerts(session, brand.id or 0, [crisis, crisis], now=NOW)
    before = [alert.message_id for alert in session.exec(select(Alert))]
    raise_alerts(session, brand.id or 0, [crisis], now=NOW + timedelta(minutes=5))
    assert [alert.message_id for alert in session.exec(select(Alert))] == before
    assert len(before) == 1


def test_those_who_left_or_want_none_are_not_told(session: Session, brand: Brand) -> None:
    yesterday = NOW.date() - timedelta(days=1)
    make_person(session, brand, "supervisor", name="Former", valid_to=yesterday)
    gone = make_person(session, brand, "supervisor", name="Gone")
    gone.deactivated_at = NOW
    quiet = make_person(session, brand, "supervisor", name="Quiet")
    session.add(MailOptOut(person_id=quiet.id or 0, brand_id=brand.id or 0, kind="alert", since=NOW))
    here = make_person(session, brand, "supervisor", name="Here", valid_from=yesterday)
    raise_alerts(session, brand.id or 0, [make_crisis(session, brand, None)], now=NOW)
    assert told(session) == ids(here)
