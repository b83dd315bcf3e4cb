"""Manager, deputy, absence and vacancy: a store's matters always have somebody who sees them, and everybody sees who."""

from datetime import date, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from localcare.cases import handling
from localcare.cases.tasks import wake
from localcare.digests.alert_repository import insert_alerts
from localcare.digests.models import Alert
from localcare.digests.recipients import list_recipients
from localcare.inbox.supervise_routes import router as board_router
from localcare.kit.runtime import Runtime
from localcare.people.models import Absence, AuditEntry, Person
from localcare.people.receiving import list_receiving
from tests.factories import make_region, make_store
from tests.pageclient import PageClient
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn

TODAY, LAST = date(2026, 11, 20), date(2026, 12, 3)  # the tests' clock stands at that Friday in Houston
WHY = "Kim Tran is away until December 3"


class District:
    """Two stores: Kim's with a case, and Ana's; Lea leads the district, Rae the region, Nia supervises the nation."""

    def __init__(self, desk: Desk, sign_in: SignIn) -> None:
        self.desk, self.sign_in = desk, sign_in
        with desk.database.session(desk.brand_id) as session:
            self.region = make_region(session, desk.brand)
            self.district = make_region(session, desk.brand, parent=self.region)
            self.store = make_store(session, desk.brand, region=self.district)
            self.other = make_store(session, desk.brand, region=self.district)
        self.kim = desk.person("manager", store=self.store, name="Kim Tran")
        self.ana = desk.person("manager", store=self.other, name="Ana Ortiz")
        self.lea = desk.person("lead", region=self.district, name="Lea Dorn")
        self.rae = desk.person("lead", region=self.region, name="Rae Holt")
        self.nia = desk.person("supervisor", name="Nia Vance")
        self.case = desk.open_case(store=self.store)

    @property
    def url(self) -> str:
        return f"/stores/{self.store.number}"

    def receiving(self) -> tuple[str, str]:
        """Who receives Kim's store's matters now, and why."""
        store_id = self.store.id or 0
        with self.desk.database.session(self.desk.brand_id) as session:
            found = list_receiving(session, [store_id], now=self.desk.clock.now())[store_id]
        return found.names, found.why

    def send(self, person: Person, action: str, values: dict[str, str] | None = None) -> httpx.Response:
        """What a person sends; the answer as it is."""
        client: PageClient = self.sign_in(person)
        token = client.get("/cases").one("body").get("hx-headers", "").split('"')[3]
        data = {"csrf_token": token} | (values or {})
        return client.request("POST", f"{self.url}/{action}", data=data, follow=False)

    def say_away(
        self, who: Person, *, since: date = TODAY, until: date = LAST, stand_in: Person | None = None
    ) -> httpx.Response:
        """Kim, or whoever it is, says on the page that they are away."""
        return self.send(who, "absences", away(who, since=since, until=until, stand_in=stand_in))


def away(who: Person, *, since: date = TODAY, until: date = LAST, stand_in: Person | None = None) -> dict[str, str]:
    """The form as they fill it in."""
    return {
        "person": str(who.id),
        "from_on": since.isoformat(),
        "to_on": until.isoformat(),
        "stand_in": str(stand_in.id) if stand_in else "",
        "note": "Family visit",
    }


@pytest.fixture
def district(desk: Desk, sign_in: SignIn) -> District:
    return District(desk, sign_in)


def test_a_manager_says_on_the_page_that_they_are_away_and_who_stands_in(district: District, sign_in: SignIn) -> None:
    kim = sign_in(district.kim)
    page = kim.get(f"{district.url}/people")
    assert "Kim Tran answers here." in page.text
    values = {"to_on": LAST.isoformat(), "stand_in": str(district.ana.id)}
    sees = f"Ana Ortiz sees this store’s matters while {WHY}."
    written = kim.post_form(page, f"{district.url}/absences", values)
    assert sees in written.text
    assert sees in sign_in(district.lea).get(district.url).text
    assert sees in kim.get("/").text
    undone = kim.post_form(written, "/end")
    assert "Kim Tran answers here." in undone.text


def test_the_stand_in_sees_and_answers_the_stores_matters_on_those_days_and_reads_why(
    desk: Desk, district: District, sign_in: SignIn
) -> None:
    case = f"/cases/{district.case.id}"
    sign_in(district.ana).get(case, status=404)
    district.say_away(district.kim, stand_in=district.ana)
    start = sign_in(district.ana).get("/")
    assert f"You see store {district.store.number}’s matters while {WHY}." in start.text
    assert case in start.links.values()
    assert f"You see store {district.store.number}’s matters while {WHY}." in sign_in(district.ana).get(case).text
    assert "You see store" not in sign_in(district.lea).get(case).text
    with desk.acting(district.ana) as hand:
        handling.claim(hand, district.case.id or 0)
    desk.wait(days=14)
    sign_in(district.ana).get(case, status=404)
    assert district.receiving() == ("Kim Tran", "")


def test_without_a_stand_in_the_deputy_then_the_leads_above_and_at_last_the_nation(
    desk: Desk, district: District, sign_in: SignIn
) -> None:
    dee = desk.person("deputy", store=district.store, name="Dee Park")
    district.say_away(district.kim)
    assert district.receiving() == ("Dee Park", WHY)
    district.say_away(dee)
    assert district.receiving() == ("Lea Dorn", WHY)
    for lead, following in ((district.lea, "Rae Holt"), (district.rae, "Nia Vance")):
        with desk.database.session(desk.brand_id) as session:
            session.get_one(Person, lead.id).deactivated_at = desk.clock.now()
        assert district.receiving() == (following, WHY)
    assert "Nia Vance sees this store’s matters" in sign_in(district.nia).get(f"{district.url}/people").text


def test_a_vacant_stores_matters_are_on_the_first_page_of_its_lead_until_somebody_is_named(
    desk: Desk, district: District, sign_in: SignIn
) -> None:
    with desk.database.session(desk.brand_id) as session:
        vacant = make_store(session, desk.brand, region=district.district)
    case = desk.open_case(Said(author_id="v"), store=vacant)
    start = sign_in(district.lea).get("/")
    assert f"You see store {vacant.number}’s matters while it has no manager." in start.text
    assert f"/cases/{case.id}" in start.links.values()
    desk.person("manager", store=vacant, name="New Person")
    answer = sign_in(district.lea).request("GET", "/", follow=False)
    assert answer.headers["location"].startswith("/regions/")


def test_digests_and_alerts_go_to_who_receives(desk: Desk, district: District) -> None:
    district.say_away(district.kim, stand_in=district.ana)
    store_id, now = district.store.id or 0, desk.clock.now()
    with desk.database.session(desk.brand_id) as session:
        assert list_recipients(session, [store_id], now) == [(store_id, district.ana.id)]
        insert_alerts(session, desk.brand_id, [(district.case.id or 0, store_id)], kind="crisis", now=now)
        told = set(session.exec(select(Alert.person_id)))
    assert told == {each.id for each in (district.ana, district.lea, district.rae, district.nia)}


def test_what_they_had_in_hand_goes_back_on_the_first_day_and_what_they_take_later_stays(
    desk: Desk, district: District, runtime: Runtime
) -> None:
    def claim() -> None:
        with desk.acting(district.kim) as hand:
            handling.claim(hand, district.case.id or 0)

    claim()
    district.say_away(district.kim, since=TODAY + timedelta(days=1))
    wake(runtime)
    assert desk.now(district.case).owner_id == district.kim.id
    desk.wait(days=1)
    wake(runtime)
    assert desk.now(district.case).owner_id is None
    assert desk.history_of(district.case)[-1] == f"{WHY}: back in the store’s inbox."
    claim()
    wake(runtime)
    assert desk.now(district.case).owner_id == district.kim.id


def test_an_absence_is_ended_restored_and_stays_to_be_read(desk: Desk, district: District, sign_in: SignIn) -> None:
    district.send(
        district.lea, "absences", {"person": str(district.kim.id), "from_on": "2026-11-20", "to_on": "2026-12-03"}
    )
    page = sign_in(district.kim).get(f"{district.url}/people")
    assert "I am back" in page.text
    assert "Written down by Lea Dorn" in page.text
    with desk.database.session(desk.brand_id) as session:
        absence_id = session.exec(select(Absence.id)).one()
    assert district.send(district.kim, f"absences/{absence_id}/end").status_code == 303
    assert district.receiving() == ("Kim Tran", "")
    assert district.send(district.kim, f"absences/{absence_id}/end").status_code == 409
    assert "Ended by Kim Tran" in sign_in(district.kim).get(f"{district.url}/people").text
    assert district.send(district.kim, f"absences/{absence_id}/restoration").status_code == 303
    assert district.receiving() == ("Lea Dorn", WHY)
    with desk.database.session(desk.brand_id) as session:
        acts = session.exec(select(AuditEntry.action).where(AuditEntry.subject == f"absence:{absence_id}"))
        assert set(acts) == {"wrote down an absence", "ended an absence", "restored an absence"}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"to_on": "2026-11-19"}, "The last day away is before the first."),
        ({"from_on": "2026-11-01", "to_on": "2026-11-02"}, "These days are over."),
        ({"to_on": ""}, "Choose the last day away."),
        ({"to_on": "2028-01-01"}, "name another manager instead"),
        ({"person": "999999"}, "Choose who of this store is away."),
        ({"stand_in": "999999"}, "Choose somebody of this district"),
    ],
)
def test_what_cannot_be_is_refused_and_the_form_keeps_what_was_typed(
    district: District, changed: dict[str, str], says: str
) -> None:
    answer = district.send(district.kim, "absences", away(district.kim) | changed)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Family visit" in answer.text
    assert district.receiving() == ("Kim Tran", "")


def test_two_absences_do_not_hold_on_the_same_day(district: District) -> None:
    district.say_away(district.kim)
    again = district.say_away(district.kim, since=LAST, until=LAST + timedelta(days=3))
    assert again.status_code == 409
    assert "November 20 to December 3" in again.text


def test_a_lead_who_is_away_is_passed_over_and_says_so_on_the_page_of_any_of_their_stores(
    desk: Desk, district: District, sign_in: SignIn
) -> None:
    district.say_away(district.kim)
    district.say_away(district.lea)
    assert district.receiving() == ("Rae Holt", WHY)
    assert "Lea Dorn" in sign_in(district.kim).get(f"{district.url}/people").text
    with desk.database.session(desk.brand_id) as session:
        absence_id = session.exec(select(Absence.id).where(Absence.person_id == district.lea.id)).one()
    assert district.send(district.kim, f"absences/{absence_id}/end").status_code == 404
    assert district.send(district.nia, f"absences/{absence_id}/end").status_code == 303
    assert district.receiving() == ("Lea Dorn", WHY)
    assert district.send(district.kim, "absences", away(district.lea)).status_code == 422
    named = district.send(district.lea, "absences", away(district.lea, stand_in=district.ana))
    assert "the next lead above sees the stores’ matters" in named.text


def test_others_arrange_nothing_there(desk: Desk, district: District) -> None:
    values = {"person": str(district.kim.id), "from_on": "2026-11-20", "to_on": "2026-12-03"}
    for person, status in ((district.ana, 404), (desk.person("agent", name="Cy"), 403)):
        assert district.send(person, "absences", values).status_code == status
    assert district.receiving() == ("Kim Tran", "")


def test_the_board_names_stores_without_their_manager(app: FastAPI, district: District, sign_in: SignIn) -> None:
    app.include_router(board_router)
    assert "Without their manager" not in sign_in(district.nia).get("/supervise").text
    district.say_away(district.kim, stand_in=district.ana)
    assert f"Ana Ortiz sees this store’s matters while {WHY}." in sign_in(district.nia).get("/supervise").text
