"""Crises posted to an address: signed, tried again, given up after a day, each with a state."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlmodel import select

from localcare.errors import InvalidError
from localcare.kit.runtime import Runtime
from localcare.routing import hooks
from localcare.routing.hooks import WAITS, HttpPoster, sign
from localcare.routing.models import HookPost
from tests.stages.desk import Desk, Said


@dataclass
class Address:
    """Takes posts, or says why not."""

    answers: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> str:
        self.bodies.append(body)
        self.headers.append(headers)
        return self.answers.pop(0) if self.answers else ""


def set_hook(runtime: Runtime, desk: Desk) -> str:
    with runtime.db.session(desk.brand_id) as session:
        return hooks.set_hook(
            session, desk.brand_id, "https://ops.pellora.example/crisis", runtime.cipher, by="Dana",
            now=desk.clock.now(), dev=False,
        )  # fmt: skip


def owe(desk: Desk, case_id: int | None) -> int:
    with desk.database.session(desk.brand_id) as session:
        return hooks.owe_posts(session, desk.brand_id, [case_id], event=hooks.RAISED, wave=1, now=desk.clock.now())


def posts(desk: Desk) -> list[HookPost]:
    with desk.database.session(desk.brand_id) as session:
        return list(session.exec(select(HookPost).order_by(HookPost.id)))  # type: ignore[arg-type]


def test_a_post_tells_the_case_and_is_signed_with_the_secret_of_the_brand(runtime: Runtime, desk: Desk) -> None:
    secret, address = set_hook(runtime, desk), Address()
    store = desk.store()
    case = desk.open_case(Said(risks=("injury",)), store=store)
    assert owe(desk, case.id) == 1
    assert hooks.send_posts(runtime, desk.brand_id, address) == 1
    told = json.loads(address.bodies[0])
    assert (told["event"], told["wave"], told["case"]["id"], told["case"]["risks"]) == (
        "crisis.raised", 1, case.id, ["injury"],
    )  # fmt: skip
    assert told["case"]["store"]["number"] == store.number
    assert address.headers[0][hooks.SIGNATURE] == sign(address.bodies[0], secret)
    assert [post.state for post in posts(desk)] == ["sent"]
    assert hooks.send_posts(runtime, desk.brand_id, address) == 0


def test_a_post_that_fails_is_tried_again_later_and_the_case_s_history_says_so(runtime: Runtime, desk: Desk) -> None:
    set_hook(runtime, desk)
    case = desk.open_case(Said(risks=("injury",)))
    owe(desk, case.id)
    address = Address(["It answered 503."])
    assert hooks.send_posts(runtime, desk.brand_id, address) == 0
    (post,) = posts(desk)
    assert (post.state, post.error, post.next_at) == ("due", "It answered 503.", desk.clock.now() + WAITS[0])
    assert any("was not taken. It answered 503." in line for line in desk.history_of(case))
    with desk.database.session(desk.brand_id) as session:
        assert hooks.count_failing(session, desk.brand_id)[0] == 1
    assert hooks.send_posts(runtime, desk.brand_id, address) == 0
    desk.wait(seconds=11)
    assert hooks.send_posts(runtime, desk.brand_id, address) == 1
    assert json.loads(address.bodies[1])["attempt"] == 2
    assert address.headers[0]["X-Localcare-Delivery"] == address.headers[1]["X-Localcare-Delivery"]


def test_after_a_day_of_failures_it_is_given_up_and_can_be_tried_again_by_hand(runtime: Runtime, desk: Desk) -> None:
    set_hook(runtime, desk)
    owe(desk, None)
    address = Address(["No answer (ConnectError)."] * (len(WAITS) + 1))
    for _ in range(len(WAITS) + 1):
        hooks.send_posts(runtime, desk.brand_id, address)
        desk.wait(hours=1)
    (post,) = posts(desk)
    assert (post.state, post.attempts) == ("failed", len(WAITS) + 1)
    assert sum(WAITS, timedelta()) > timedelta(hours=23)
    with desk.database.session(desk.brand_id) as session:
        hooks.try_again(session, desk.brand_id, post.id or 0, now=desk.clock.now())
    assert hooks.send_posts(runtime, desk.brand_id, address) == 1


def test_what_a_dead_process_was_sending_is_sent_by_another(runtime: Runtime, desk: Desk) -> None:
    set_hook(runtime, desk)
    owe(desk, None)

    class Dead(Address):
        def post(self, url: str, body: bytes, headers: dict[str, str]) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hooks.send_posts(runtime, desk.brand_id, Dead())
    assert hooks.send_posts(runtime, desk.brand_id, Address()) == 0
    desk.wait(minutes=3)
    assert hooks.send_posts(runtime, desk.brand_id, Address()) == 1


def test_without_an_address_nothing_is_owed(desk: Desk) -> None:
    assert owe(desk, None) == 0
    assert posts(desk) == []


@pytest.mark.parametrize(
    "url", ["http://ops.example/x", "ftp://ops.example", "https://a:b@ops.example", "https://", ""]
)
def test_an_address_that_is_not_safe_is_refused(runtime: Runtime, desk: Desk, url: str) -> None:
    with runtime.db.session(desk.brand_id) as session, pytest.raises(InvalidError, match="https"):
        hooks.set_hook(session, desk.brand_id, url, runtime.cipher, by="Dana", now=desk.clock.now(), dev=False)


class _Receiver(BaseHTTPRequestHandler):
    """Takes what is posted to /ok, sends elsewhere from /moved."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response({"/ok": 204, "/moved": 302}.get(self.path, 500))
        self.send_header("Location", "/ok")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_over_http_only_a_2xx_is_taken_and_no_redirect_is_followed() -> None:
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    thread = Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        answers = [HttpPoster(5).post(address + path, b"{}", {}) for path in ("/ok", "/moved", "/broken")]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert answers == ["", "It answered 302.", "It answered 500."]
    assert HttpPoster(5).post(address + "/ok", b"{}", {}) == "No answer (ConnectError)."
