"""Whatever goes wrong with a call, no token is in what is raised, logged, or rendered with the locals of its frames."""

import hashlib
import hmac
import io
import json
import logging
import socket
import struct
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from localcare.channels.facebook.app_subscription import AppWish, ensure_app_subscribed
from localcare.channels.facebook.batching import Question, ask_many
from localcare.channels.facebook.client import GraphAccess, GraphError, PageClient
from localcare.channels.facebook.discovering import Doors, discover
from localcare.channels.facebook.session import GraphSession
from localcare.channels.facebook.subscribing import PageKey

PAGE, APP = "1017", "77"
# none of them looks like Meta's, so that only knowing them helps
OWN, OTHER, CHILD, APP_SECRET = "own~token~0001", "other~token~0002", "child~token~0003", "the~app~secret~0004"
PROOF = hmac.new(APP_SECRET.encode(), OWN.encode(), hashlib.sha256).hexdigest()
SECRETS = (OWN, OTHER, CHILD, APP_SECRET, PROOF)
ECHO = f"Malformed token @@ at ?access_token={CHILD}&x=1"
"""The server puts in the place of @@ every secret that the request brought."""
ROWS = [{"id": "9", "access_token": CHILD}, {"id": "9"}]
BODIES = (
    b"", b"[]", b"false", b"<html>502</html>", ECHO.encode(), b'{"success": false}', b"[null]",
    json.dumps({"error": {"message": ECHO, "code": 190, "error_subcode": 460}}).encode(),
    json.dumps({"error": {"message": ECHO, "code": 2, "error_data": ECHO}}).encode(),
    json.dumps({"data": ROWS, "paging": {"next": f"http://x/?access_token={OWN}&after=A"}}).encode(),
    json.dumps({"data": ROWS, "paging": {"next": f"http://x/?access_token={OWN}"}}).encode(),
    json.dumps([{"code": 400, "body": json.dumps({"error": {"message": ECHO, "code": 200}})}] * 3).encode(),
    json.dumps([{"code": 200, "body": ECHO}, {"code": 200, "body": json.dumps({"data": ROWS})}, None]).encode(),
    json.dumps({"id": [], "access_token": CHILD, "name": {"deep": [{"page_token": CHILD}]}}).encode(),
)  # fmt: skip
ACCESS: list[GraphAccess] = []
ANSWERS: list[tuple[int, str, bytes, bool]] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        brought = [secret for secret in SECRETS if secret in unquote(unquote(self.path + form))]
        status, content_type, body, is_cut = ANSWERS[0]
        body = body.replace(b"@@", " ".join([*brought, *map(quote, brought)]).encode())
        promised = len(body) + (20 if is_cut else 0)
        head = (
            f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {promised}\r\nX-Odd: {OWN}\r\n\r\n"
        )
        self.connection.sendall(head.encode() + body)
        if is_cut:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[None]:
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    ACCESS.append(GraphAccess(f"http://127.0.0.1:{listening.server_port}", "v26.0", APP, APP_SECRET))
    yield
    ACCESS.clear()
    listening.shutdown()
    listening.server_close()


def page() -> PageClient:
    return PageClient(ACCESS[0], PAGE, SecretStr(OWN))


def key() -> PageKey:
    return PageKey(PAGE, SecretStr(OTHER))


def raise_all() -> None:
    """What a batch brings is not raised: here it is, as whoever cares would."""
    asked = [Question("GET", ("debug_token",), {"input_token": SecretStr(OTHER)})] * 3
    for told in ask_many(GraphSession(ACCESS[0], SecretStr(OWN)), asked, pauses=()):
        if isinstance(told.answer, GraphError):
            raise told.answer
    raise RuntimeError("all were answered")


def subscribe() -> None:
    wish = AppWish("https://care.example/webhooks/facebook", SecretStr(OTHER), ("feed",))
    ensure_app_subscribed(ACCESS[0], wish)


VERBS: dict[str, Callable[[], object]] = {
    "check": lambda: page().check(),
    "comment": lambda: page().post_comment("1_2", "Sorry!"),
    "look": lambda: page().find_own_message("5", "Sorry!", since=datetime(2026, 11, 1, tzinfo=UTC)),
    "stores": lambda: list(page().list_locations()),
    "token": lambda: page().find_page_token(),
    "discover": lambda: discover(ACCESS[0], SecretStr(OWN), Doors((PAGE,), "5")),
    "debug": lambda: GraphSession(ACCESS[0], SecretStr(OWN)).ask(
        "GET", ("debug_token",), {"input_token": SecretStr(OTHER)}
    ),
    "batch": raise_all,
    "subscribe": subscribe,
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verb=st.sampled_from(sorted(VERBS)),
    status=st.sampled_from([200, 201, 302, 400, 401, 403, 404, 429, 500, 502, 503]),
    content_type=st.sampled_from(["application/json; charset=UTF-8", "text/html", "text/javascript", ""]),
    body=st.one_of(st.sampled_from(BODIES), st.binary(max_size=40)),
    is_cut=st.booleans(),
)
def test_no_failure_spells_a_token(verb: str, status: int, content_type: str, body: bytes, is_cut: bool) -> None:
    ANSWERS[:] = [(status, content_type, body, is_cut)]
    with _logged() as log, pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.sleep", lambda _: None)
        outcome = _outcome_of(verb)
    found = [secret for secret in SECRETS if secret in f"{outcome}\n{log.getvalue()}"]
    assert found == []


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_server_that_is_not_there_spells_none_either(verb: str) -> None:
    known = ACCESS[0]
    ACCESS[0] = GraphAccess("http://127.0.0.1:9", "v26.0", APP, APP_SECRET)
    with _logged() as log, pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.sleep", lambda _: None)
        outcome = _outcome_of(verb)
    ACCESS[0] = known
    assert [secret for secret in SECRETS if secret in f"{outcome}\n{log.getvalue()}"] == []


def test_the_log_still_says_where_was_asked() -> None:
    ANSWERS[:] = [(200, "application/json", b'{"id": "1017"}', False)]
    with _logged() as log:
        page().check()
    assert "/v26.0/1017?" in log.getvalue()
    assert "access_token=[token]" in log.getvalue()


def test_nobody_sees_a_token_by_printing_what_holds_it() -> None:
    assert [secret for secret in SECRETS if secret in repr((page(), key(), ACCESS, vars(key) or key()))] == []


def _outcome_of(verb: str) -> str:
    """What the verb returns or raises, rendered in every way that shows the most."""
    try:
        return repr(VERBS[verb]())
    except Exception as error:  # noqa: BLE001 (any)
        lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()
        seen = [repr(error), str(error), repr(error.args), repr(vars(error)), *lines]
        return "\n".join([*seen, repr(error.__cause__), repr(error.__context__)])


class _logged:  # noqa: N801
    """Everything that anybody logs, at its most talkative."""

    def __enter__(self) -> io.StringIO:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.root = logging.getLogger()
        self.level = self.root.level
        self.root.addHandler(self.handler)
        self.root.setLevel(logging.DEBUG)
        return self.stream

    def __exit__(self, *_: object) -> None:
        self.root.removeHandler(self.handler)
        self.root.setLevel(self.level)
