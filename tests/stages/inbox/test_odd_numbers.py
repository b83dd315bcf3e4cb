"""Signs that are called digits and are no number: pages answer in words and do not fall over."""

import pytest

from localcare.people.models import Person
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn

ODD = "²"


@pytest.fixture
def agent(desk: Desk) -> Person:
    return desk.person("agent", name="Priya Nair", skills=("billing",))


def test_an_address_with_odd_digits_opens_the_page_as_without(desk: Desk, sign_in: SignIn, agent: Person) -> None:
    case = desk.open_case(Said(matter="billing"))
    browser = sign_in(agent)
    browser.get(f"/cases?owner={ODD}&page={ODD}")
    browser.get(f"/cases/{case.id}?draft={ODD}&saved={ODD}")


@pytest.mark.parametrize(("path", "values"), [("/handover", {"to": f"person:{ODD}"}), ("/merging", {"into": ODD})])
def test_a_form_with_odd_digits_is_refused_in_words(
    desk: Desk, sign_in: SignIn, agent: Person, path: str, values: dict[str, str]
) -> None:
    case = desk.open_case(Said(matter="billing"))
    browser = sign_in(agent)
    token = browser.get(f"/cases/{case.id}").form(f"/cases/{case.id}/notes").values["csrf_token"]
    answer = browser.request("POST", f"/cases/{case.id}{path}", data={"csrf_token": token, **values})
    assert answer.status_code == 422
