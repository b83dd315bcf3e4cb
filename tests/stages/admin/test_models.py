"""Models on their page: seen, put in the shadow, let judge, rolled back, taken back, by those who may."""

from dataclasses import replace
from pathlib import Path

import pytest

from localcare.app import navigation
from localcare.triage import register
from localcare.triage.models import TriageShadow
from localcare.triage.register import GateKept, Who
from tests.conftest import NOW
from tests.pageclient import OpenedPage, PageClient, text_of
from tests.stages.admin.conftest import Office
from tests.stages.desk import Said
from tests.stages.triage.models import HELD_BACK, PASSED, trained

PAGE = "/admin/models"


@pytest.fixture
def care(office: Office) -> PageClient:
    """A care supervisor's browser."""
    return office.browser("supervisor")


def train(office: Office, folder: Path, version: str, gate: GateKept = PASSED) -> int:
    desk = office.desk
    with desk.database.session(desk.brand_id) as session:
        model = register.add_candidate(
            session, desk.brand_id, trained(folder, version, gate=gate), who=Who("Ana"), now=NOW
        )
        assert model.id is not None
        return model.id


def press(client: PageClient, action: str, values: dict[str, str] | None = None) -> OpenedPage:
    return client.post_form(client.get(PAGE), f"{PAGE}/{action}", values or {})


def test_before_anything_was_trained_the_shipped_model_is_there(care: PageClient) -> None:
    page = care.get(PAGE)
    assert page.h1 == "Models"
    assert "it came with the software" in page.text
    assert "Nobody has corrected triage yet" in page.text


@pytest.mark.parametrize("place", ["/admin/rules", PAGE])
def test_a_supervisor_sees_in_the_navigation_where_they_are(care: PageClient, office: Office, place: str) -> None:
    office.app.state.shell = replace(office.app.state.shell, navigation=navigation)
    here = [text_of(link) for link in care.get(place).all("a", class_="shell__link") if link.get("aria-current")]
    assert here == ["Rules"]


def test_a_model_is_let_judge_and_taken_back_at_once(care: PageClient, office: Office, tmp_path: Path) -> None:
    model_id = train(office, tmp_path, "own1")
    page = press(care, f"{model_id}/promotion")
    assert "own1 judges from now on" in page.text
    undo = next(form.get("action") for form in page.all("form") if "undo" in str(form.get("action")))
    assert "as they were before" in care.post_form(page, str(undo)).text
    assert "own1 judges" not in care.get(PAGE).text
    assert office.audit()[-1][0] == "took back a change of models"


def test_rolling_back_is_one_button(care: PageClient, office: Office, tmp_path: Path) -> None:
    for version in ("own1", "own2"):
        press(care, f"{train(office, tmp_path, version)}/promotion")
    assert "own2 is retired, own1 judges again" in press(care, "rollback").text
    told = press(care, "rollback").text
    assert "own1 is retired" in told
    assert "judges again" in told


def test_what_the_gate_held_back_wants_a_reason(care: PageClient, office: Office, tmp_path: Path) -> None:
    model_id = train(office, tmp_path, "own1", HELD_BACK)
    assert "Held back by the gate" in care.get(PAGE).text
    assert "Say why" in press(care, f"{model_id}/promotion", {"reason": ""}).text
    page = press(care, f"{model_id}/promotion", {"reason": "the launch week needs it"})
    assert "the launch week needs it" in page.text


def test_one_in_the_shadow_is_shown_and_retired(care: PageClient, office: Office, tmp_path: Path) -> None:
    office.desk.hear(Said())
    model_id = train(office, tmp_path, "own1")
    page = press(care, f"{model_id}/shadow", {"share": "0.5"})
    assert "judges along on 50% of what comes in: none yet" in page.text
    assert "Nothing judged along yet" in page.text
    assert "Retired" in press(care, f"{model_id}/retirement").text


def test_a_live_model_that_cannot_be_run_is_told(care: PageClient, office: Office, tmp_path: Path) -> None:
    model_id = train(office, tmp_path, "own1")
    press(care, f"{model_id}/promotion")
    with office.desk.database.session(office.desk.brand_id) as session:
        model = register.get_model(session, office.desk.brand_id, "own1")
        model.trouble = "its file cannot be read (BadZipFile)"
        session.add(model)
    assert "The shipped model stands in" in care.get(PAGE).text
    told = office.browser("administrator", name="Max").get("/admin").text
    assert "The model own1 cannot be run" in told
    assert "its file cannot be read" in told


def test_auditors_read_and_others_do_not(office: Office, tmp_path: Path) -> None:
    model_id = train(office, tmp_path, "own1")
    auditor = office.browser("auditor")
    page = auditor.get(PAGE)
    assert "own1" in page.text
    assert not [form for form in page.all("form") if PAGE in str(form.get("action"))]
    assert auditor.request("POST", f"{PAGE}/{model_id}/promotion").status_code == 403
    for role in ("agent", "manager"):
        assert office.browser(role, name=f"a {role}").request("GET", PAGE).status_code == 403


def test_the_model_is_switched_off_with_a_reason_that_the_page_says_and_on_again(
    care: PageClient, office: Office
) -> None:
    assert "Say why" in press(care, "off", {"reason": ""}).text
    page = press(care, "off", {"reason": "it sees crises everywhere"})
    assert "Rules judge alone" in page.text
    assert "it sees crises everywhere" in care.get(PAGE).text
    assert office.audit()[-1][0] == "switched the model off"
    assert "Triage judges by rules alone" in office.browser("administrator", name="Max").get("/admin").text
    assert "Rules judge alone" not in press(care, "on").text
    assert "switched the model on" in care.get(PAGE).text


def test_a_text_is_tried_by_rules_alone_while_the_model_is_off(care: PageClient) -> None:
    press(care, "off", {"reason": "it sees crises everywhere"})
    tried = care.post_form(care.get("/admin/rules/try"), "/admin/rules/try", {"text": "My bill is wrong."})
    assert "Judged by rules-only" in tried.text


def test_who_would_be_alarmed_by_the_shadow_is_there_to_read(care: PageClient, office: Office, tmp_path: Path) -> None:
    desk = office.desk
    calm, grave = (
        desk.hear(Said(text=words, author_id=words)) for words in ("It killed me, haha.", "She is bleeding.")
    )
    model_id = train(office, tmp_path, "own1")
    press(care, f"{model_id}/shadow", {"share": "1.0"})
    with desk.database.session(desk.brand_id) as session:
        for mention_id, live, shadow in ((calm, "injury safety", "none"), (grave, "none", "injury")):
            session.add(
                TriageShadow(
                    brand_id=desk.brand_id, model_id=model_id, mention_id=mention_id, at=NOW, said={"risk": live},
                    differs={"risk": shadow},
                )
            )  # fmt: skip
    page = care.get(PAGE)
    assert "a risk in 1 mention in which the live model sees none; none in 1 mention" in page.text
    lines = [text_of(line) for line in page.all("ul", class_="moved")]
    assert any("It killed me, haha." in line and "injury and safety → no risk" in line for line in lines)
    assert any("She is bleeding." in line and "no risk → injury" in line for line in lines)
