"""The Monday mail on triage: counted once, told to supervisors, again when it could not be sent."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from localcare.digests import triage_report
from localcare.errors import UnavailableError
from localcare.inbox.service import correcting
from localcare.kit.mail import Mail, MailList
from localcare.kit.runtime import Runtime
from localcare.routing.service import PolicyShelf
from localcare.triage import reporting
from tests.stages.desk import Desk, Said

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


class BrokenMail:
    """A mail server that does not answer."""

    def send_many(self, mails: list[Mail]) -> list[str | None]:
        raise UnavailableError("The mail server does not answer.")


@pytest.fixture
def week_of_work(desk: Desk) -> Desk:
    """Friday: three that ask, one of them corrected, one that does not."""
    for number in range(2):
        desk.hear(Said(author_id=f"u{number}", page_id=None))
    desk.hear(Said(actionable=False, topic="praise", author_id="u9"))
    case = desk.open_case(Said(author_id="u2", page_id=None, text="Charged twice."))
    with desk.acting(desk.person("agent")) as hand:
        policy = PolicyShelf().policy_of(hand.session, desk.brand_id)
        correcting.set_topic(hand, case.id or 0, "billing", policy)
    return desk


def test_supervisors_are_told_once_when_the_week_is_over(
    week_of_work: Desk, runtime: Runtime, outbox: MailList
) -> None:
    boss = week_of_work.person("supervisor")
    week_of_work.clock.move_to(TUESDAY)
    assert triage_report.report_due_weeks(runtime) == 1
    assert triage_report.report_due_weeks(runtime) == 0
    (mail,) = outbox.sent
    assert mail.to == boss.email
    assert "1 correction" in mail.subject
    assert "“Waiting” was said, “Billing” is right: 1 time" in mail.text
    assert "/supervise/triage?week=2026-11-16" in mail.html
    with week_of_work.database.session(week_of_work.brand_id) as session:
        (figures,) = reporting.list_weeks(session, week_of_work.brand_id)
    assert (figures.actionable, figures.corrected) == (3, 1)


def test_a_week_whose_mail_could_not_be_sent_is_told_later(week_of_work: Desk, runtime: Runtime) -> None:
    week_of_work.person("supervisor")
    week_of_work.clock.move_to(TUESDAY)
    assert triage_report.report_due_weeks(replace(runtime, mail=BrokenMail())) == 0
    assert triage_report.report_due_weeks(runtime) == 1


def test_a_brand_without_any_mention_gets_no_mail(desk: Desk, runtime: Runtime) -> None:
    desk.person("supervisor")
    assert triage_report.report_due_weeks(runtime) == 0
