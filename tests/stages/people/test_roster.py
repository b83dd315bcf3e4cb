"""Who holds which role where: imports, appointments, and the questions other stages ask."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from localcare.errors import InvalidError
from localcare.kit.clock import SetClock
from localcare.kit.db import Session
from localcare.people import roster, service
from localcare.people.core import SystemViewer
from localcare.people.models import Brand
from localcare.people.roster import NewManager
from localcare.stores.models import Region, Store
from tests.factories import grant_role, make_person, make_region, make_store

HEADER = "email,name,role,scope,skills,tier,capacity,from,to,locale\n"
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "people.csv"
TODAY = date(2026, 11, 20)


@pytest.fixture
def houston(session: Session, brand: Brand) -> Region:
    south = make_region(session, brand, slug="south-central", name="South Central")
    return make_region(session, brand, slug="houston", name="Houston", parent=south)


@pytest.fixture
def stores(session: Session, brand: Brand, houston: Region) -> dict[str, Store]:
    return {number: make_store(session, brand, number=number, region=houston) for number in ("4460", "1045", "1081")}


@pytest.fixture
def system(brand: Brand) -> SystemViewer:
    assert brand.id is not None
    return SystemViewer(brand.id)


def roles_of(session: Session, email: str) -> list[tuple[str, int | None, date | None]]:
    rows = session.execute(
        text(
            "select g.role, g.store_id, g.valid_to from role_grant g join person p on p.id = g.person_id"
            " where p.email = :email order by g.valid_to nulls last, g.role desc, g.store_id"
        ),
        {"email": email},
    )
    return [tuple(row) for row in rows]


@pytest.mark.usefixtures("stores")
def test_the_example_file_makes_everybody_and_twice_changes_nothing(
    session: Session, system: SystemViewer, clock: SetClock
) -> None:
    rows = EXAMPLE.read_text(encoding="utf-8")
    first = roster.import_people(session, system, rows, now=clock.now())
    assert first.refused == ()
    assert (first.rows, first.change.persons_added, first.change.roles_added) == (10, 10, 11)
    again = roster.import_people(session, system, rows, now=clock.now()).change
    assert again == roster.RosterChange(0, 0, 0, 0, 0)


def test_five_bad_rows_are_named_and_the_rest_is_taken(
    session: Session, system: SystemViewer, clock: SetClock, stores: dict[str, Store]
) -> None:
    bad = ["nobody,X,agent,nation", "a@x.example,X,chief,nation", "b@x.example,X,manager,1", "c@x.example,X,lead,moon",
           "d@x.example,X,agent,nation,,9"]  # fmt: skip
    report = roster.import_people(
        session, system, HEADER + "\n".join([*bad, "ana@x.example,Ana,manager,4460"]) + "\n", now=clock.now()
    )
    assert [(row.line, row.column) for row in report.refused] == [
        (2, "email"), (3, "role"), (4, "scope"), (5, "scope"), (6, "tier"),
    ]  # fmt: skip
    assert roles_of(session, "ana@x.example") == [("manager", stores["4460"].id, None)]


def test_a_new_file_ends_the_roles_it_no_longer_names_and_keeps_their_history(
    session: Session, system: SystemViewer, clock: SetClock, stores: dict[str, Store]
) -> None:
    roster.import_people(session, system, HEADER + "ana@x.example,Ana,manager,4460 1045\n", now=clock.now())
    change = roster.import_people(session, system, HEADER + "ana@x.example,Ana O.,manager,1045 1081\n", now=clock.now())
    assert change.change == roster.RosterChange(0, 1, 1, 0, 1)
    assert roles_of(session, "ana@x.example") == [
        ("manager", stores["4460"].id, date(2026, 11, 19)),
        ("manager", stores["1045"].id, None),
        ("manager", stores["1081"].id, None),
    ]


@pytest.mark.usefixtures("stores")
def test_a_typing_mistake_in_one_row_ends_nobodys_role(session: Session, system: SystemViewer, clock: SetClock) -> None:
    both = "ana@x.example,Ana,manager,4460\nana@x.example,Ana,deputy,1045\n"
    roster.import_people(session, system, HEADER + both, now=clock.now())
    spoiled = both.replace("deputy,1045", "deputy,1O45")
    report = roster.import_people(session, system, HEADER + spoiled, now=clock.now())
    assert (len(report.refused), report.change.roles_ended) == (1, 0)


@pytest.mark.usefixtures("stores")
def test_adding_a_person_adds_a_role_and_ends_none(session: Session, system: SystemViewer, clock: SetClock) -> None:
    row = {"email": "ana@x.example", "name": "Ana", "role": "manager", "scope": "4460"}
    roster.add_person(session, system, row, now=clock.now())
    roster.add_person(session, system, {**row, "role": "auditor", "scope": "nation"}, now=clock.now())
    assert [role for role, _, ended in roles_of(session, "ana@x.example") if ended is None] == ["manager", "auditor"]
    with pytest.raises(InvalidError, match="role “boss” must be one of"):
        roster.add_person(session, system, {**row, "role": "boss"}, now=clock.now())


def test_a_new_manager_follows_the_former_one(
    session: Session, system: SystemViewer, clock: SetClock, stores: dict[str, Store], brand: Brand
) -> None:
    make_person(session, brand, "manager", email="luis@x.example", store=stores["4460"])
    change = roster.appoint_managers(
        session, system, [NewManager("4460", "Ana@x.example", "Ana Ortiz"), NewManager("1045", "no address", None)],
        now=clock.now(),
    )  # fmt: skip
    assert (change.persons_added, change.roles_added, change.roles_ended) == (1, 1, 1)
    assert roles_of(session, "luis@x.example") == [("manager", stores["4460"].id, date(2026, 11, 19))]


def test_who_managed_a_store_is_known_for_every_day(
    session: Session, system: SystemViewer, clock: SetClock, stores: dict[str, Store], brand: Brand
) -> None:
    make_person(session, brand, "manager", email="luis@x.example", store=stores["4460"])
    for manager in (
        NewManager("4460", "ana@x.example", "Ana", since=date(2026, 6, 1)),
        NewManager("4460", "ana@x.example", "Ana"),
        NewManager("4460", "bo@x.example", "Bo"),
        NewManager("4460", "bo@x.example", "Bo"),
        NewManager("1045", "cy@x.example", "Cy"),
    ):
        roster.appoint_managers(session, system, [manager], now=clock.now())
    store_id = stores["4460"].id
    assert store_id is not None
    managers = {}
    for day in (date(2026, 5, 31), date(2026, 6, 1), TODAY - timedelta(days=1), TODAY):
        found = roster.responsible_for(session, system, [store_id], roles={"manager"}, day=day)
        managers[day] = [contact.name for contact in found[store_id]]
    assert [names for _, names in sorted(managers.items())] == [["Ana Ortiz"], ["Ana"], ["Ana"], ["Bo"]]
    assert roles_of(session, "cy@x.example") == [("manager", stores["1045"].id, None)]


def test_a_store_has_its_own_people_and_those_of_every_region_above(
    session: Session, system: SystemViewer, stores: dict[str, Store], brand: Brand, houston: Region
) -> None:
    make_person(session, brand, "manager", email="ana@x.example", store=stores["4460"])
    make_person(session, brand, "manager", email="gone@x.example", store=stores["4460"], valid_to=date(2026, 11, 19))
    make_person(session, brand, "lead", email="lead@x.example", region=houston)
    make_person(session, brand, "supervisor", email="super@x.example")
    ids = [store.id for store in stores.values() if store.id is not None]
    found = roster.responsible_for(session, system, ids, roles={"manager", "lead"}, day=TODAY)
    assert {store_id: [contact.email for contact in contacts] for store_id, contacts in found.items()} == {
        stores["4460"].id: ["lead@x.example", "ana@x.example"],
        stores["1045"].id: ["lead@x.example"],
        stores["1081"].id: ["lead@x.example"],
    }
    national = roster.list_national_contacts(session, system, roles={"supervisor"}, day=TODAY)
    assert [contact.email for contact in national] == ["super@x.example"]


def test_agents_come_with_what_they_can_take_on(session: Session, system: SystemViewer, brand: Brand) -> None:
    make_person(session, brand, "agent", name="Priya Nair", skills=("billing", "general"), tier=1, capacity=6)
    (agent,) = roster.list_agents(session, system, day=TODAY)
    assert (agent.name, agent.skills, agent.tier, agent.capacity) == (
        "Priya Nair", frozenset({"billing", "general"}), 1, 6,
    )  # fmt: skip


def test_a_lead_sees_the_stores_of_every_region_below(
    session: Session, brand: Brand, stores: dict[str, Store], clock: SetClock
) -> None:
    south = session.get_one(Region, session.get_one(Region, stores["4460"].region_id).parent_id)
    elsewhere = make_store(session, brand)
    lead = make_person(session, brand, "lead", region=south)
    grant_role(session, lead, "auditor", region=make_region(session, brand), valid_to=date(2026, 1, 1))
    assert lead.id is not None
    viewer = service.viewer_of_person(session, lead.id, clock.now())
    assert viewer is not None
    assert sorted(viewer.store_ids or ()) == sorted(store.id or 0 for store in stores.values())
    assert not viewer.may_see_store(elsewhere.id)
    assert viewer.region_ids == {south.id}
    assert viewer.timezone == "America/Chicago"
