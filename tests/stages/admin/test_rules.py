"""The care team's rules on pages: found, written, tried, put in force, brought in a file, taken back."""

from html import unescape

import pytest

from localcare.kit.db import Database
from localcare.stores.models import Store
from localcare.triage import rule_repository, ruling
from localcare.triage.rule_shelf import rule_day
from tests.conftest import NOW
from tests.factories import make_brand
from tests.pageclient import PageClient
from tests.stages.admin.conftest import Office
from tests.stages.admin.rule_writing import LAUNCH, care, office, press, write
from tests.stages.desk import Said

__all__ = ["care", "office"]


def test_the_list_shows_the_shipped_rules_and_finds_them(care: PageClient) -> None:
    page = care.get("/admin/rules")
    assert page.h1 == "Rules"
    assert len(page.rows) == 50
    assert "Next" in page.links
    found = care.get("/admin/rules?q=overcharg&topic=billing&owner=care")
    assert [row[0] for row in found.rows if "en-billing" in row[0]]
    assert "not in 30 days" in found.rows[0][4]


def test_the_list_is_of_one_risk_and_has_those_first_that_fire_most(care: PageClient, office: Office) -> None:
    of_press = care.get("/admin/rules?risk=press")
    assert of_press.rows
    assert all("risk: press" in row[1] for row in of_press.rows)
    assert not any("en-billing" in row[0] for row in care.get("/admin/rules").rows)
    hit: dict[str, object] = {
        "brand_id": office.desk.brand_id, "on_day": rule_day(NOW), "key": "en-billing", "hits": 3, "last_at": NOW,
    }  # fmt: skip
    with office.desk.database.session(office.desk.brand_id) as session:
        rule_repository.add_hits(session, [hit], slot=1)
    page = care.get("/admin/rules?order=hits")
    assert "en-billing" in page.rows[0][0]
    assert "order=hits" in page.links["Next"]


def test_past_the_last_page_of_the_list_the_last_one_is_shown(care: PageClient) -> None:
    page = care.get("/admin/rules?page=9999")
    assert page.rows
    assert "Previous" in page.links
    assert "Next" not in page.links


@pytest.mark.parametrize(
    ("query", "says"),
    [("q=zzzz", "No rule here"), ("show=own", "No rule of your own yet"), ("topic=nothing", "No rule here")],
)
def test_an_empty_list_teaches(care: PageClient, query: str, says: str) -> None:
    assert says in care.get(f"/admin/rules?{query}").text


@pytest.mark.parametrize("query", ["show=nothing", "page=0", "q=" + "x" * 200, "page=abc"])
def test_an_odd_question_is_refused(care: PageClient, query: str) -> None:
    assert care.request("GET", f"/admin/rules?{query}").status_code == 422


def test_every_word_of_a_rule_can_be_read_without_changing_it(care: PageClient) -> None:
    page = care.get("/admin/rules/hurt-body")
    assert "a word of the list “body”" in page.text
    assert "wrist" in page.text


def test_a_rule_is_written_tried_and_put_in_force(care: PageClient, office: Office) -> None:
    tried = write(care, {**LAUNCH, "text": "Is the Pellora  One here?"}, do="try")
    assert "Fires when “Pellora One” or “pellora 1” stands in the text." in tried.text
    assert [mark.text for mark in tried.all("mark")] == ["Pellora  One"]
    assert ("1", "3") in [(old.text, new.text) for old, new in zip(tried.all("del"), tried.all("ins"), strict=True)]
    assert "The draft changes the verdict." in tried.text
    assert care.get("/admin/rules?show=draft").rows == []

    draft = write(care)
    assert draft.h1 == "Asks about the launch"
    assert "It counts for nothing yet." in draft.text
    assert "counts for what customers write or change from then on" in draft.text
    live = press(care, draft, "/asks-about-the-launch/live")
    assert "Every worker counts it within a few seconds." in live.text
    assert "Cases that are open already stay as they are." in live.text
    assert "Dana Whitfield put the draft in force" in live.text
    assert [action for action, _ in office.audit()] == ["wrote a rule", "put a rule in force"]

    back = press(care, live, "/undo")
    assert "Taken back" in back.text
    assert "The draft" in [element.text for element in back.all("h2")]


def test_drafts_of_which_one_is_wrong_by_now_stay_drafts_and_the_page_says_which(
    care: PageClient, office: Office
) -> None:
    store = office.desk.store()
    write(care, {**LAUNCH, "id": "launch", "stores": store.number})
    with office.desk.database.session(office.desk.brand_id) as session:
        session.get_one(Store, store.id).number = "9999"
    after = press(care, care.get("/admin/rules/drafts"), "/drafts/live")
    assert "Not done. The rule launch cannot be put in force." in after.text
    assert "There is no store" in after.text
    assert after.h1 == "Drafts"


def test_open_cases_are_judged_again_when_somebody_wants_it(care: PageClient, office: Office) -> None:
    office.desk.open_case(Said(text="Where is my Pellora One?"))
    write(care, {**LAUNCH, "id": "launch"})
    live = press(care, care.get("/admin/rules/launch"), "/launch/live")
    asked = press(care, live, "/launch/judgement")
    assert "Workers judge 1 mention of open cases again" in asked.text
    assert office.audit()[-1][0] == "had open cases judged again"
    write(care, {**LAUNCH, "id": "later", "any": "Pellora Two"})
    later = press(care, care.get("/admin/rules/later"), "/later/live")
    assert "Its words stand in no open case." in press(care, later, "/later/judgement").text


def test_a_rule_of_one_channel_and_one_store_is_tried_where_it_is_asked(care: PageClient, office: Office) -> None:
    store = office.desk.store().number
    facts = {**LAUNCH, "channel_x": "yes", "stores": store, "text": "Is the Pellora One here?"}
    assert "The draft changes the verdict." in write(care, facts, do="try").text
    write(care, {**LAUNCH, "id": "launch", "channel_x": "yes"})
    press(care, care.get("/admin/rules/launch"), "/launch/live")
    page = care.get("/admin/rules/try")
    for channel, fires in (("facebook", False), ("x", True)):
        tried = care.post_form(page, "/admin/rules/try", {"text": "Pellora One?", "channel": channel})
        assert ("/admin/rules/launch" in tried.links.values()) == fires


def test_a_text_that_is_too_long_to_try_is_cut_and_the_page_says_so(care: PageClient) -> None:
    page = care.post_form(care.get("/admin/rules/try"), "/admin/rules/try", {"text": "rude " * 30_000})
    assert "Only the first 100,000 letters were read." in page.text


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"any": ""}, "Give words: without any the rule never fires."),
        ({"any": "the"}, "stands in nearly every text"),
        ({"any": "ab*"}, "a stem has 3 letters at least"),
        ({"any": "pel\x00lora"}, "holds a character that nobody can see"),
        ({"any": "\n".join(f"word {n}" for n in range(10_000))}, "2,000 phrases at most; these are 10,000"),
        ({"any": "…"}, "has no word, digit or emoji"),
        ({"near_left": "phone"}, "Give words for both sides"),
        ({"topic": "", "tier_at_least": "", "actionable": "0", "urgency": ""}, "Choose what the rule says"),
        ({"topic": "weather"}, "There is no topic"),
        ({"urgency": "extreme"}, "Choose one of the list."),
        ({"weight": "nan"}, "A weight is a number between"),
        ({"actionable": "inf"}, "is a number between"),
        ({"precedence": "9" * 30}, "A precedence is between"),
        ({"within": "many"}, "Write a whole number."),
        ({"since": "tomorrow"}, "Write a day such as"),
        ({"since": "2026-12-02", "until": "2026-12-01"}, "It ends before it begins."),
        ({"group": "region:nowhere"}, "There is no region nowhere in the directory."),
        ({"stores": "9999"}, "There is no store 9999 in the directory."),
        ({"because": ""}, "the reason that agents read"),
        ({"id": "Not An Id"}, "small letters, digits and dashes"),
        ({"id": "drafts"}, "is the name of a page"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(care: PageClient, values: dict[str, str], says: str) -> None:
    page = write(care, {**LAUNCH, **values}, status=422)
    assert says in page.text
    assert page.form("/admin/rules/new").values["tier_at_least"] == values.get("tier_at_least", "3")


def test_only_supervisors_and_administrators_write_rules_and_auditors_read(office: Office) -> None:
    auditor = office.browser("auditor")
    assert "Write a rule" not in auditor.get("/admin/rules").links
    assert auditor.request("GET", "/admin/rules/new").status_code == 403
    for role in ("agent", "lead", "manager"):
        facts = {"store": office.desk.store()} if role == "manager" else {}
        assert office.browser(role, **facts).request("GET", "/admin/rules").status_code == 403
    assert list(office.browser("supervisor").get("/admin/rules").links).count("Events") == 0
    assert "Events" in office.browser("administrator").get("/admin/rules").links


def test_a_supervisor_cannot_open_the_rest_of_the_administration(care: PageClient) -> None:
    assert care.request("GET", "/admin/people").status_code == 403


def test_conflicts_are_shown_while_a_rule_is_written(care: PageClient) -> None:
    write(care, {**LAUNCH, "id": "first", "final": "yes"})
    press(care, care.get("/admin/rules/first"), "/first/live")
    page = write(care, {**LAUNCH, "because": "again", "topic": "waiting"}, do="try")
    assert "has the last word: this rule is never heard." in page.text


def test_a_rule_that_fires_on_too_many_is_called_too_broad(care: PageClient, office: Office) -> None:
    for number in range(21):
        office.desk.hear(Said(text="hello there" if number < 3 else "something else", author_id=f"u{number}"))
    page = write(care, {**LAUNCH, "any": "hello"}, do="try")
    assert "It would fire on 3 of the last 21 mentions." in page.text


def test_a_mention_of_late_is_tried(care: PageClient, office: Office) -> None:
    mention = office.desk.hear(Said(text="My Pellora One is late"))
    page = write(care, {**LAUNCH, "mention": str(mention)}, do="try")
    assert [mark.text for mark in page.all("mark")] == ["Pellora One"]
    tried = care.post_form(care.get("/admin/rules/try"), "/admin/rules/try", {"text": "I want a refund for my bill"})
    assert "en-billing" in {link.rpartition("/")[2] for link in tried.links.values()}


def test_the_meaning_is_a_fragment_for_those_who_type(care: PageClient) -> None:
    token = care.get("/admin/rules/new").form("/new").values["csrf_token"]
    answer = care.request(
        "POST", "/admin/rules/new", data={**LAUNCH, "csrf_token": token}, headers={"HX-Request": "true"}
    )
    assert "What it means" in answer.text
    assert "<html" not in answer.text


def test_a_shipped_rule_is_switched_off_changed_and_comes_back(care: PageClient) -> None:
    off = press(care, care.get("/admin/rules/en-billing"), "/en-billing/off")
    assert "Switched off" in off.text
    on = press(care, off, "/en-billing/on")
    assert "As shipped" in on.text
    form = care.get("/admin/rules/en-billing/edit")
    changed = care.post_form(form, "/edit", {"tier_at_least": "3", "do": "save"})
    live = press(care, changed, "/en-billing/live")
    assert "it goes to tier 3" in live.text
    assert "As shipped" in press(care, live, "/en-billing/discard").text


def test_two_people_at_one_rule_do_not_overwrite_each_other(care: PageClient, office: Office) -> None:
    write(care, {**LAUNCH, "id": "launch"})
    mine, theirs = care.get("/admin/rules/launch/edit"), office.browser("administrator", name="Eli Park")
    theirs.post_form(theirs.get("/admin/rules/launch/edit"), "/edit", {"tier_at_least": "2", "do": "save"})
    refused = care.post_form(mine, "/edit", {"tier_at_least": "1", "do": "save"}, status=422)
    assert "Eli Park has changed this rule meanwhile" in refused.text


def test_nobody_puts_in_force_what_somebody_else_wrote_meanwhile(care: PageClient, office: Office) -> None:
    mine, theirs = write(care, {**LAUNCH, "id": "launch"}), office.browser("administrator", name="Eli Park")
    all_mine = care.get("/admin/rules/drafts")
    theirs.post_form(theirs.get("/admin/rules/launch/edit"), "/edit", {"tier_at_least": "2", "do": "save"})
    assert "Eli Park has changed this rule meanwhile" in press(care, mine, "/launch/live").text
    assert "Somebody has changed the drafts meanwhile" in press(care, all_mine, "/drafts/live").text
    assert care.get("/admin/rules?show=live").rows == []


def test_what_is_not_right_before_a_shipped_rules_words_stays_when_it_is_changed(
    care: PageClient, office: Office
) -> None:
    form = care.get("/admin/rules/hurt-body/edit")
    press(care, care.post_form(form, "/edit", {"owner": "Dana", "do": "save"}), "/hurt-body/live")
    with office.desk.database.session(office.desk.brand_id) as session:
        live = ruling.get_rule(session, office.desk.brand_id, "hurt-body").live
    assert live is not None
    assert live == ruling.shipped_entries()["hurt-body"].model_copy(update={"owner": "Dana"})


FILE = """
rules:
  - {id: one, because: asks for one, any: ["pellora one"], topic: product-stock}
  - {id: two, because: asks for two, any: ["pellora two"], topic: product-stock}
"""


def test_a_file_comes_in_as_drafts_that_go_live_together(care: PageClient, office: Office) -> None:
    brought = care.post_form(care.get("/admin/rules/bring"), "/bring", {"text": FILE})
    assert brought.h1 == "Drafts"
    assert "2 new drafts." in brought.text
    live = press(care, brought, "/drafts/live")
    assert "2 rules in force." in live.text
    out = care.request("GET", "/admin/rules/export.yaml?which=own")
    assert out.headers["content-disposition"] == 'attachment; filename="rules.yaml"'
    again = care.post_form(care.get("/admin/rules/bring"), "/bring", {"text": out.text})
    assert "2 as before." in again.text
    sheet = care.request("GET", "/admin/rules/export.csv?which=all").text
    assert sheet.count("\n") > 100


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Choose a file, or paste rules."),
        ("rules: [", "not readable YAML"),
        ("rules: [{id: one}]", "“because” is missing."),
        ("rules: [{id: one, because: b, any: [the], topic: billing}]", "stands in nearly every text"),
        ("id,because,any,topic\none,b,a*,billing\n", "a stem has 3 letters at least"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(care: PageClient, text: str, says: str) -> None:
    answer = care.get("/admin/rules/bring")
    page = care.request("POST", "/admin/rules/bring", data={**answer.form("/bring").values, "text": text})
    assert says in page.text
    assert text in unescape(page.text)  # what was pasted is still there to mend
    assert page.status_code in (200, 422)


def test_hits_are_shown_by_day(care: PageClient, office: Office, database: Database) -> None:
    row = {"brand_id": office.desk.brand_id, "on_day": rule_day(NOW), "key": "en-billing", "hits": 1234, "last_at": NOW}
    with database.session(office.desk.brand_id) as session:
        rule_repository.add_hits(session, [row], slot=1)
        rule_repository.add_hits(session, [row], slot=2)
    assert care.get("/admin/rules?q=en-billing").rows[0][3].startswith("2,468")
    assert "2,468 hits in 30 days" in care.get("/admin/rules/en-billing").text


def test_rules_of_another_brand_are_not_to_be_found(care: PageClient, office: Office, database: Database) -> None:
    with database.session(None) as session:
        stranger = make_brand(session)
    assert stranger.id is not None
    entry = ruling.shipped_entries()["en-billing"].model_copy(update={"id": "theirs"})
    with database.session(stranger.id) as session:
        ruling.save_draft(session, stranger.id, entry, by="Eli", now=NOW)
        change = ruling.history_of(session, stranger.id, "theirs")[0]
    assert care.request("GET", "/admin/rules/theirs").status_code == 404
    page = care.get("/admin/rules/new")
    token = {"csrf_token": page.form("/new").values["csrf_token"]}
    assert care.request("POST", f"/admin/rules/changes/{change.id}/undo", data=token).status_code == 404
    for act in ("live", "off", "on", "discard", "dry-run"):
        assert care.request("POST", f"/admin/rules/theirs/{act}", data=token).status_code in (404, 200)
    with database.session(stranger.id) as session:
        assert ruling.get_rule(session, stranger.id, "theirs").kept == "draft"
