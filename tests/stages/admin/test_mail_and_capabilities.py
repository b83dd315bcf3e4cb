"""What can be done where, with reasons; and mails that are tried, wait, and are read once templates are better."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from localcare.channels.facebook.models import CapabilityProbe
from localcare.channels.mail.templates import SHIPPED
from localcare.intake.mail import MailRules, accept_mail
from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime
from tests.channels.mail.letters import RELAY, letter
from tests.stages.admin.conftest import Office, make_app


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(SHIPPED.read_text("utf-8"), "utf-8")
    return file


@pytest.fixture
def with_mail(runtime: Runtime, templates: Path, office: Office) -> Office:
    changed = {"mail_templates": templates, "mail_relay": RELAY, "inbound_mail_secret": SecretStr("s" * 32)}
    settings = runtime.settings.model_copy(update=changed)
    return replace(office, app=make_app(replace(runtime, settings=settings)))


def test_a_mail_is_tried_and_nothing_of_it_kept(with_mail: Office) -> None:
    browser = with_mail.browser()
    page = browser.post_form(
        browser.get("/admin/mail"), "/admin/mail/readings", {"source": letter().decode()}, status=200
    )
    for shown in ("Ana Pérez", "Pellora Memorial City", "Patient with every question I had.", "recommends"):
        assert shown in page.text
    assert "No mail waits" in page.text


def test_a_mail_that_is_not_known_says_why(with_mail: Office) -> None:
    browser = with_mail.browser()
    source = letter("Hello", results=None).decode()
    page = browser.post_form(browser.get("/admin/mail"), "/admin/mail/readings", {"source": source}, status=200)
    assert "No template has a subject like this." in page.text


def test_mails_that_waited_are_read_with_better_templates(with_mail: Office, templates: Path) -> None:
    with with_mail.desk.database.session(ALL_BRANDS) as session:
        raw = letter("Ana lobt Pellora", "Ana lobt Pellora.\nSehr gut.\nSee recommendation")
        rules = MailRules.of(templates, RELAY)
        assert accept_mail(session, raw, rules, now=with_mail.desk.clock.now()).became == "set-aside"
        session.commit()
    with with_mail.desk.database.session(ALL_BRANDS) as session:
        from_log = "insert into event_issue (event_id, position, kind, what, why, noticed_at)"
        session.connection().exec_driver_sql(f"{from_log} select id, 0, 'set-aside', 'mail', 'x', now() from event")
    browser = with_mail.browser()
    page = browser.get("/admin/mail")
    assert "Ana lobt Pellora" in page.text
    edited = templates.read_text("utf-8").replace("{author} recommends {page}", "{author} lobt {page}")
    templates.write_text(edited, "utf-8")
    done = browser.post_form(page, "/admin/mail/runs", {})
    assert "1 mail read now; 0 still wait" in done.text
    assert "No mail waits" in done.text


def test_the_matrix_and_the_last_probe_are_shown(office: Office) -> None:
    page = office.browser("auditor").get("/admin/capabilities")
    assert "Answer from here: no" in page.text
    assert "Nobody has asked yet" in page.text
    with office.desk.database.session(office.desk.brand_id) as session:
        session.add(
            CapabilityProbe(
                brand_id=office.desk.brand_id, what="ratings", page_id="1", at=office.desk.clock.now(), outcome="answers",
                detail="Facebook answered with recommendations, as v26.0.",
            )
        )  # fmt: skip
    browser = office.browser()
    assert "Facebook answers again" in browser.get("/admin/capabilities").text
    assert "Facebook answers for recommendations again" in browser.get("/admin").text
