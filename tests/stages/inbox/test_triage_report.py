"""The page on how triage does: what people corrected, and taking it back from there."""

from datetime import timedelta

from sqlmodel import select

from localcare.inbox.service import correcting
from localcare.routing.service import PolicyShelf
from localcare.triage import reporting, switching
from localcare.triage.correcting import take_back
from localcare.triage.models import TriageLabel
from localcare.triage.register import Who
from localcare.triage.rule_repository import add_hits
from localcare.triage.shipped import load_rules
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


SHOCK = next(rule.id for rule in load_rules().rules if rule.risk)
BILLS = next(rule.id for rule in load_rules().rules if rule.topic == "billing" and not rule.risk)


def call_it_no_crisis(desk: Desk, number: int, *fired: str) -> None:
    said = Said(author_id=f"u{number}", risks=("injury",), urgency="critical", tier=3, fired=fired, page_id=None)
    case = desk.open_case(said)
    with desk.acting(desk.person("agent", tier=3)) as hand:
        correcting.is_no_crisis(hand, case.id or 0, PolicyShelf().policy_of(hand.session, desk.brand_id))


def test_false_alarms_are_counted_and_the_rule_that_raised_most_of_them_is_named_first(
    desk: Desk, sign_in: SignIn
) -> None:
    for number in range(3):
        call_it_no_crisis(desk, number, SHOCK, BILLS)
    case = desk.open_case(Said(author_id="u9", topic="billing", fired=(SHOCK, BILLS), page_id=None))
    with desk.acting(desk.person("agent")) as hand:
        correcting.set_topic(hand, case.id or 0, "waiting", PolicyShelf().policy_of(hand.session, desk.brand_id))
    with desk.database.session(desk.brand_id) as session:
        add_hits(
            session,
            [{"brand_id": desk.brand_id, "on_day": desk.clock.now().date().isoformat(), "key": SHOCK, "hits": 40,
              "last_at": desk.clock.now().isoformat()}],
            slot=1,
        )  # fmt: skip
        figures = reporting.count_week(session, desk.brand_id, reporting.this_week(desk.clock.now()))
    assert figures.false_alarms == 3
    assert [(each.key, each.wrong, each.fired) for each in figures.wrong_rules] == [(SHOCK, 3, 40), (BILLS, 1, 0)]
    assert {(each.said, each.right): each.count for each in figures.corrections}["injury", "no risk"] == 3
    page = sign_in(desk.person("supervisor")).get("/supervise/triage")
    assert f'href="/admin/rules/{SHOCK}"' in page.html
    assert "no risk, where triage saw injury" in page.text.lower()


def test_what_was_taken_back_blames_no_rule(desk: Desk) -> None:
    call_it_no_crisis(desk, 1, SHOCK)
    with desk.database.session(desk.brand_id) as session:
        label = session.exec(select(TriageLabel)).one()
        take_back(session, desk.brand_id, [label.mention_id], by="Sol", now=desk.clock.now())
        figures = reporting.count_week(session, desk.brand_id, reporting.this_week(desk.clock.now()))
    assert (figures.false_alarms, figures.wrong_rules) == (0, ())


def test_where_no_rule_had_spoken_the_model_is_named(desk: Desk, sign_in: SignIn) -> None:
    case = desk.open_case(Said(topic="billing", page_id=None))
    call_it_no_crisis(desk, 2, BILLS)
    assert case.topic == "billing"
    assert "No rule had said so" in sign_in(desk.person("supervisor")).get("/supervise/triage").text


def test_earlier_weeks_are_a_page_each(desk: Desk, sign_in: SignIn) -> None:
    call_it_no_crisis(desk, 1, SHOCK)
    first = reporting.this_week(desk.clock.now())
    desk.wait(days=7)
    with desk.database.session(desk.brand_id) as session:
        reporting.keep_week(session, desk.brand_id, first, now=desk.clock.now())
    boss = sign_in(desk.person("supervisor"))
    now = boss.get("/supervise/triage")
    assert f'href="/supervise/triage?week={first}"' in now.html
    assert "The week after" not in now.text
    then = boss.get(f"/supervise/triage?week={first + timedelta(days=3)}")
    assert f"The week of {first:%B} {first.day}, {first.year}" in then.text
    assert f'href="/admin/rules/{SHOCK}"' in then.html
    assert f'href="/admin/rules/{SHOCK}"' not in now.html
    assert "The week after" in then.text
    assert "This week" not in then.links
    assert boss.get(f"/supervise/triage?week={first - timedelta(days=21)}").links["This week"] == "/supervise/triage"
    for odd in ("nonsense", "9999-12-31", "0001-01-01"):
        assert "The week after" not in boss.get(f"/supervise/triage?week={odd}").text


def test_the_report_says_that_the_model_is_off(desk: Desk, sign_in: SignIn) -> None:
    boss = sign_in(desk.person("supervisor"))
    assert "Rules judge alone" not in boss.get("/supervise/triage").text
    with desk.database.session(desk.brand_id) as session:
        switching.switch_off(session, desk.brand_id, who=Who("Sue"), now=desk.clock.now(), why="it cries wolf")
    assert "Sue switched the model off: “it cries wolf”." in boss.get("/supervise/triage").text
