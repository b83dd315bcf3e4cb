"""`localcare digest`, as people run it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from localcare.kit.db import Database
from localcare.kit.mail_sink import MailSink
from localcare.people.models import Brand
from tests.factories import make_person, make_store
from tests.stages.cli.conftest import Run
from tests.stages.digests.furnish import make_mention


@pytest.fixture
def furnished(database: Database, brand: Brand) -> str:
    """A store whose digest is due by the real clock, since commands know no other; its manager's address."""
    now = datetime.now(UTC)
    with database.session(None) as session:
        store = make_store(session, brand, number="4012")
        store.next_digest_at = now - timedelta(minutes=1)
        make_mention(session, store, "Lovely.", at=now - timedelta(hours=2))
        return make_person(session, brand, store=store).email


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "mail") as sink:
        yield sink


def test_a_preview_is_printed_and_its_html_written(run: Run, furnished: str, tmp_path: Path) -> None:
    printed = run("digest", "preview", "--store", "4012", "--html", str(tmp_path / "digest.html")).stdout
    assert f"To: Ana Ortiz <{furnished}>\nSubject: 1 customer said something kind" in printed
    assert "Lovely." in (tmp_path / "digest.html").read_text(encoding="utf-8")
    (mail,) = json.loads(run("digest", "preview", "--person", furnished, "--json").stdout)
    assert mail["to"] == furnished


def test_send_due_sends_once(run: Run, furnished: str, sink: MailSink) -> None:
    assert run("digest", "send", "--due", SMTP_URL=sink.url).stdout == "1 digest was sent.\n"
    assert json.loads(run("digest", "send", "--due", "--json", SMTP_URL=sink.url).stdout) == {"sent": 0}
    assert [mail.to for mail in sink.folder.list_mails()] == [f"Ana Ortiz <{furnished}>"]


def test_what_cannot_be_done_is_one_sentence(run: Run, furnished: str) -> None:
    assert "either --store N or --person E" in run("digest", "preview", status=1).stderr
    assert "no store 9" in run("digest", "preview", "--store", "9", status=1).stderr
    assert "LOCALCARE_SMTP_URL" in run("digest", "send", "--due", status=1).stderr
    assert "There is nothing to say" in run("digest", "preview", "--store", "4012", "--date", "2026-01-05").stdout
