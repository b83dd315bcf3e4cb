"""The mail sink: real SMTP in, files out, one mail per Message-ID."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from localcare.kit.mail import Mail, SmtpTransport
from localcare.kit.mail_sink import MailFolder, MailSink


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "mail", keep=3) as sink:
        yield sink


def send(sink: MailSink, *message_ids: str) -> list[str | None]:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    mails = [
        Mail("ana@x.example", "Ana", f"Ünique {name}", "text\n.\nend", "<p>html</p>", name, at) for name in message_ids
    ]
    return SmtpTransport(sink.url, "localcare <care@localhost>").send_many(mails)


def subjects(sink: MailSink) -> list[str]:
    return sorted(mail.subject for mail in sink.folder.list_mails())


def test_a_message_id_sent_again_is_counted_and_not_kept_twice(sink: MailSink) -> None:
    assert send(sink, "a@x", "b@x", "a@x", "a@x") == [None] * 4
    assert (sink.folder.count(), sink.folder.count_repeats()) == (2, 2)
    assert {mail.subject: mail.repeats for mail in sink.folder.list_mails()} == {"Ünique a@x": 2, "Ünique b@x": 0}


def test_only_the_newest_are_kept(sink: MailSink) -> None:
    send(sink, *(f"{number}@x" for number in range(6)))
    assert subjects(sink) == ["Ünique 3@x", "Ünique 4@x", "Ünique 5@x"]


def test_a_sink_on_the_same_folder_remembers_what_it_had(sink: MailSink) -> None:
    send(sink, "a@x")
    with MailSink(sink.folder.path) as second:
        send(second, "a@x", "b@x")
        assert (second.folder.count(), second.folder.count_repeats()) == (2, 1)


def test_a_mail_comes_out_as_it_went_in(sink: MailSink) -> None:
    send(sink, "a@x")
    (kept,) = sink.folder.list_mails(to="ana")
    mail = sink.folder.find_mail(kept.key)
    assert mail is not None
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    assert body.get_content().split() == ["text", ".", "end"]


def test_two_mails_without_a_message_id_are_two(sink: MailSink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port) as connection:
        for text in ("one", "two"):
            connection.sendmail("a@x", ["b@x"], f"Subject: {text}\r\n\r\n{text}\r\n")
    assert subjects(sink) == ["one", "two"]


def test_an_empty_folder_lists_nothing(tmp_path: Path) -> None:
    assert MailFolder(tmp_path / "nowhere").list_mails() == []
