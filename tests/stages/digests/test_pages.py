"""Pages about mail: leaving by one click or one button, coming back, and the sink's web view."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from localcare.digests import dev_routes, routes
from localcare.digests.models import MailOptOut
from localcare.digests.unsubscribing import unsubscribe_url
from localcare.kit.mail import Mail, SmtpTransport
from localcare.kit.mail_sink import MailSink
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand, Person
from localcare.web.errors import add_error_handlers
from localcare.web.security import SecurityMiddleware, SecurityPolicy
from tests.conftest import SECRET
from tests.factories import make_person
from tests.pageclient import PageClient


@pytest.fixture
def client(runtime: Runtime) -> PageClient:
    app = FastAPI()
    app.state.runtime = runtime
    policy = SecurityPolicy(SECRET, "http://testserver", csrf_exempt=("/digests/unsubscribe/",))
    app.state.security = policy
    app.include_router(routes.router)
    app.include_router(dev_routes.router)
    app.add_middleware(SecurityMiddleware, policy=policy)
    add_error_handlers(app)
    return PageClient(app)


@pytest.fixture
def ana(runtime: Runtime, brand: Brand) -> Person:
    with runtime.db.session(None) as session:
        return make_person(session, brand, role=None)


@pytest.fixture
def path(runtime: Runtime, ana: Person) -> str:
    return unsubscribe_url(runtime, ana.id or 0, "digest").removeprefix("http://localhost:8000")


@pytest.fixture
def sink(runtime: Runtime) -> Iterator[MailSink]:
    with MailSink(runtime.settings.data_dir / dev_routes.SINK_FOLDER) as sink:
        yield sink


def is_out(runtime: Runtime, person: Person) -> bool:
    with runtime.db.session(None) as session:
        return session.get(MailOptOut, (person.id, "digest")) is not None


def test_one_click_needs_neither_cookie_nor_token_and_twice_is_once(
    client: PageClient, runtime: Runtime, ana: Person, path: str
) -> None:
    for _ in range(2):
        answer = client.request("POST", path, data={"List-Unsubscribe": "One-Click"}, headers={"Accept": "*/*"})
        assert answer.status_code == 200
    assert is_out(runtime, ana)


def test_opening_the_link_changes_nothing_and_shows_one_button(
    client: PageClient, runtime: Runtime, ana: Person, path: str
) -> None:
    page = client.get(path)
    assert page.h1 == "Stop the daily digest?"
    assert ana.email in page.text
    assert not is_out(runtime, ana)


def test_the_button_stops_it_and_undo_brings_it_back(
    client: PageClient, runtime: Runtime, ana: Person, path: str
) -> None:
    page = client.post_form(client.get(path), "/end")
    assert page.h1 == "You do not get the daily digest"
    assert is_out(runtime, ana)
    page = client.post_form(page, "/renewal")
    assert page.h1 == "Stop the daily digest?"
    assert not is_out(runtime, ana)


def test_a_made_up_link_is_refused(client: PageClient, path: str) -> None:
    assert client.request("POST", f"{path}x").status_code == 403
    assert client.get(f"{path}x", status=403)


def test_the_button_is_refused_from_another_site(client: PageClient, runtime: Runtime, ana: Person, path: str) -> None:
    token = path.rpartition("/")[2]
    answer = client.request("POST", f"/digests/subscription/{token}/end", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not is_out(runtime, ana)


def send(
    sink: MailSink, to: str, subject: str, html: str = "<html><head></head><body><h1>Hello</h1></body></html>"
) -> None:
    mail = Mail(
        to, "Ana Ortiz", subject, "Hello text", html, f"{subject}-{to}@test", datetime(2026, 11, 20, tzinfo=UTC)
    )
    SmtpTransport(sink.url, "localcare <care@localhost>").send_many([mail])


def test_sent_mail_is_listed_found_by_recipient_and_shown(client: PageClient, sink: MailSink) -> None:
    assert "No mail yet" in client.get("/dev/mail").text
    send(sink, "ana@pellora.example.com", "2 customers wait ¡señor!")
    send(sink, "ben@pellora.example.com", "Nobody waits")
    send(sink, "ben@pellora.example.com", "Nobody waits")
    page = client.get("/dev/mail")
    assert "came 2 times" in page.text
    found = client.get("/dev/mail?to=ANA@")
    assert "2 customers wait ¡señor!" in found.links
    assert "Nobody waits" not in found.links
    mail = client.get(found.links["2 customers wait ¡señor!"])
    assert mail.h1 == "2 customers wait ¡señor!"
    assert "Hello text" in client.get(f"{mail.url}?part=text").text
    assert "Message-ID" in client.get(f"{mail.url}?part=headers").text
    assert "No mail to that recipient" in client.get("/dev/mail?to=zoe").text


def test_a_mails_html_is_shown_in_a_frame_where_nothing_runs(client: PageClient, sink: MailSink) -> None:
    send(sink, "ana@pellora.example.com", "Evil", "<html><head></head><body><script>alert(1)</script></body></html>")
    page = client.get(client.get("/dev/mail").links["Evil"])
    frame = page.one("iframe")
    assert "allow-scripts" not in frame.get("sandbox", "")
    body = client.request("GET", frame.get("src", ""))
    policy = body.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("key", ["0" * 32, "..", "..%2f..%2fetc%2fpasswd", "x"])
def test_a_mail_that_is_not_there_is_not_found(client: PageClient, sink: MailSink, key: str) -> None:
    assert client.request("GET", f"/dev/mail/{key}").status_code == 404
