"""The pages of the routing policy: read, written, tried, signed off, scheduled, rolled back."""

from dataclasses import replace

import pytest

from localcare.kit.runtime import Runtime
from localcare.routing.service import PolicyShelf, shipped_policy_text
from tests.pageclient import OpenedPage, PageClient
from tests.stages.admin.conftest import Office, make_app
from tests.stages.desk import Said

SHIPPED = shipped_policy_text()
CHANGED = SHIPPED.replace("name: crisis", "name: on fire", 1)
EDIT = "/admin/policy/edit"


def active(office: Office) -> str:
    """The first rule in force."""
    with office.desk.database.session(office.desk.brand_id) as session:
        return PolicyShelf().policy_of(session, office.desk.brand_id).rules[0].name


def write(browser: PageClient, do: str, body: str = CHANGED, *, status: int = 200, **more: str) -> OpenedPage:
    """The form is sent with this text."""
    typed = {"body": body.replace("\n", "\r\n"), "do": do, **more}
    return browser.post_form(browser.get(EDIT), EDIT, typed, status=status)


def test_the_policy_is_read_in_words(admin: PageClient) -> None:
    page = admin.get("/admin/policy")
    assert "The shipped one is in force." in page.text
    assert (
        "network : A case about the matter network goes to the network queue of its tier and is answered" in page.text
    )
    assert ["tier2", "30 min", "2 h", "2 h", "2 d"] in page.rows


def test_a_policy_is_checked_put_in_force_and_rolled_back(office: Office, admin: PageClient) -> None:
    checked = write(admin, "check")
    assert "No faults." in checked.text
    assert "Rule “on fire” is new" in checked.text
    assert active(office) == "crisis"
    done = write(admin, "apply", why="A drill")
    assert "Version 1 is in force." in done.text
    assert "A drill" in done.text
    assert active(office) == "on fire"
    back = admin.post_form(done, "/admin/policy/rollback")
    assert "as version 2" in back.text
    assert active(office) == "crisis"
    again = admin.post_form(back, "/versions/1/restoration")
    assert "Version 1 is in force again, as version 3." in again.text
    assert [action for action, _ in office.audit()] == [
        "put a policy in force", "rolled the policy back", "put a policy in force",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "why"),
    [("rules: [", "not readable YAML"), ("{}", "skills: Field required"), ("", "This is no policy")],
)
def test_a_faulty_policy_is_named_and_the_old_one_stays(office: Office, admin: PageClient, body: str, why: str) -> None:
    for do in ("check", "apply", "draft", "try"):
        refused = write(admin, do, body, status=422)
        assert why in refused.text
        assert refused.form(EDIT).values["body"].strip() == body
    assert office.audit() == []
    assert active(office) == "crisis"


def test_faults_stand_with_their_lines(admin: PageClient) -> None:
    page = write(admin, "check", SHIPPED.replace("skill: billing", "skill: biling"), status=422)
    assert "Line 23: Rule “billing” sends to the skill “biling”" in page.text


def test_queues_that_nobody_of_the_team_serves_are_named(office: Office, admin: PageClient) -> None:
    assert "Nobody works the national team’s desk yet" in write(admin, "check").text
    office.desk.person("agent", name="Kim Lee", tier=1, skills=("network",))
    told = write(admin, "check").text
    assert "Rule “network” can send to tier2:network, tier3:network, which nobody of the team serves today." in told
    assert "Rule “billing” can send to tier1:billing, tier2:billing, tier3:billing, which nobody" in told


def test_stores_and_regions_that_are_not_there_are_named(admin: PageClient) -> None:
    rule = "  - {name: far, when: {stores: ['9999'], regions: [atlantis]}, to: store, because: far away}\n"
    told = write(admin, "check", SHIPPED.replace("rules:\n", f"rules:\n{rule}", 1)).text
    assert "Rule “far” asks for store 9999: no such store is there." in told
    assert "Rule “far” asks for the region atlantis: no such store is there." in told


def test_minutes_and_rules_are_written_by_form(office: Office, admin: PageClient) -> None:
    clocks = {"queue": "tier1", "acknowledge": "5", "first_reply": "30", "next_reply": "30", "resolve": "600"}
    page = write(admin, "clocks", SHIPPED, **clocks)
    assert "In tier1 a case is answered within 30 min instead of 1 h." in page.text
    typed = page.form(EDIT).values["body"]
    rule = {"rule_name": "pickups", "rule_before": "orders", "rule_matter": "product", "rule_to": "centre",
            "rule_skill": "orders", "rule_tier": "2", "rule_because": "they are late"}  # fmt: skip
    page = write(admin, "rule", typed, **rule)
    assert "Rule “pickups” is new: A case about the matter product goes to tier 2, orders" in page.text
    assert (
        "Give whole minutes for: first reply."
        in write(admin, "clocks", SHIPPED, **clocks | {"first_reply": "-3"}, status=422).text
    )
    endless = write(admin, "clocks", SHIPPED, **clocks | {"resolve": "9" * 5000}, status=422)
    assert "Give whole minutes for: resolve." in endless.text
    assert active(office) == "crisis"


def test_a_dry_run_shows_what_would_move(office: Office, admin: PageClient) -> None:
    case = office.desk.open_case(Said(topic="billing", matter="billing", tier=2), store=office.desk.store())
    page = write(admin, "try", SHIPPED.replace("{matters: [billing]}", "{matters: [billing], urgencies: [high]}"))
    assert page.rows[0][:3] == ["tier2:billing", "store", "1"]
    assert f"/cases/{case.id}" in page.links.values() or f"case {case.id}" in page.text


def test_a_draft_is_signed_off_by_somebody_else_scheduled_and_withdrawn(office: Office, runtime: Runtime) -> None:
    settings = runtime.settings.model_copy(update={"policy_second_person": True})
    strict = Office(office.desk, make_app(replace(runtime, settings=settings)))
    author, second = strict.browser(), strict.browser(name="Lee Park")
    assert "a second person signs" in write(author, "apply", status=422).text
    draft = write(author, "draft")
    assert "kept as a draft" in draft.text
    assert "Somebody else than Dana Whitfield has to sign it off." in draft.text
    signed = second.post_form(second.get("/admin/policy/versions/1"), "/versions/1/sign-off")
    assert "signed off by Lee Park" in signed.text
    beyond = second.post_form(signed, "/versions/1/schedule", {"since": "9999-12-31T23:59"}, status=422)
    assert "is no date and time" in beyond.text
    planned = second.post_form(
        signed, "/versions/1/schedule", {"since": "2031-01-01T09:00", "until": "2031-01-08T09:00"}
    )
    assert "Version 1 is scheduled." in planned.text
    assert "scheduled" in planned.text
    page = author.get("/admin/policy/versions/1")
    author.post_form(page, "/versions/1/withdrawal")
    assert "withdrawn" in author.get("/admin/policy/versions/1").text
    assert active(office) == "crisis"


def test_a_text_is_tried(office: Office, admin: PageClient) -> None:
    number = office.desk.store().number
    page = admin.get(f"/admin/policy/try?text=I+waited+50+minutes+and+nobody+helped+me&store={number}")
    assert f"store:{number}" in page.text
    assert "By the rule “store”" in page.text
    assert (
        "There is no store with the number “9999999”."
        in admin.get("/admin/policy/try?text=hello&store=9999999", status=422).text
    )


def test_auditors_read_and_change_nothing(office: Office) -> None:
    auditor = office.browser("auditor")
    page = auditor.get("/admin/policy")
    assert not any(form.action.startswith("/admin/policy") for form in page.forms)
    auditor.get(EDIT)
    auditor.get("/admin/policy/versions/0")
