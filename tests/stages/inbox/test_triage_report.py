"""The page on how triage does: what people corrected, and taking it back from there."""

from localcare.inbox.service import correcting
from localcare.routing.service import PolicyShelf
from tests.stages.desk import Desk, Said
from tests.stages.inbox.conftest import SignIn


def test_supervisors_read_corrections_and_take_one_back(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(Said(text="Charged <twice>", page_id=None))
    with desk.acting(desk.person("agent", name="Bo Chen")) as hand:
        correcting.set_topic(hand, case.id or 0, "billing", PolicyShelf().policy_of(hand.session, desk.brand_id))
    boss = sign_in(desk.person("supervisor"))
    page = boss.get("/supervise/triage")
    assert "Bo Chen:" in page.text
    assert "Charged &lt;twice&gt;" in page.html
    after = boss.post_form(page, f"/supervise/triage/{case.id}/withdrawal", {})
    assert "taken back by" in after.text
    assert desk.now(case).topic == "waiting"


def test_an_empty_report_says_what_will_be_there(desk: Desk, sign_in: SignIn) -> None:
    page = sign_in(desk.person("supervisor")).get("/supervise/triage")
    assert "Nobody has corrected triage" in page.text
    assert "Too little was written" in page.text


def test_agents_do_not_see_it(desk: Desk, sign_in: SignIn) -> None:
    sign_in(desk.person("agent")).get("/supervise/triage", status=403)
