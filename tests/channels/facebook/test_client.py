"""The client against a small scripted server that speaks HTTP: what Meta sends on good days and bad ones."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from facebook_business.api import FacebookAdsApi

from localcare.channels.facebook.client import GraphAccess, GraphError, PageClient

PAGE, TOKEN, SECRET = "1017", "EAABwzLixnjYBO0123456789abcdef", "app-secret"
JSON = "application/json; charset=UTF-8"
Answer = tuple[int, str, bytes, dict[str, str]]


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    form: dict[str, list[str]]


@dataclass
class ScriptedGraph:
    """Answers in the order of the script; `None` drops the connection after reading the request."""

    url: str = ""
    script: list[Answer | None] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def says(self, *bodies: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.script += [(status, JSON, json.dumps(body).encode(), headers or {}) for body in bodies]

    def refuses(self, code: int, subcode: int | None = None, *, status: int = 400, **more: Any) -> None:
        headers = more.pop("headers", None)
        error = {"message": f"(#{code}) no", "type": "OAuthException", "code": code, "fbtrace_id": "A", **more}
        self.says(
            {"error": {**error, **({"error_subcode": subcode} if subcode else {})}}, status=status, headers=headers
        )


def _handler(graph: ScriptedGraph) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            graph.asked.append(Asked(self.command, url.path, parse_qs(url.query), parse_qs(form)))
            answer = graph.script.pop(0)
            if answer is None:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            status, content_type, body, headers = answer
            lines = {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}
            head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
            self.connection.sendall(head.encode() + b"\r\n" + body)
            self.close_connection = "Content-Length" in headers

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def graph() -> Iterator[ScriptedGraph]:
    scripted = ScriptedGraph()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(scripted))
    server.daemon_threads = True
    scripted.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield scripted
    server.shutdown()
    server.server_close()
    assert not scripted.script, "the client asked less often than expected"


@pytest.fixture
def page(graph: ScriptedGraph) -> PageClient:
    return PageClient(GraphAccess(graph.url, "v26.0", "77", SECRET), PAGE, TOKEN)


def refusal(call: Callable[[], object]) -> GraphError:
    with pytest.raises(GraphError) as caught:
        call()
    assert TOKEN not in f"{caught.value} {caught.value.detail} {caught.value.__cause__} {caught.value.__context__}"
    return caught.value


def test_a_reply_is_posted_with_the_pages_token_and_its_proof(graph: ScriptedGraph, page: PageClient) -> None:
    graph.says({"id": "245778718206154_229887283291835"})
    assert page.post_comment("77_88", "Danke für den Hinweis & sorry!") == "245778718206154_229887283291835"
    (asked,) = graph.asked
    assert (asked.method, asked.path) == ("POST", "/v26.0/77_88/comments")
    assert asked.form == {"message": ["Danke für den Hinweis & sorry!"]}
    assert asked.query["access_token"] == [TOKEN]
    assert len(asked.query["appsecret_proof"][0]) == 64


@pytest.mark.parametrize(
    ("human_agent", "how"),
    [(False, {"messaging_type": ["RESPONSE"]}), (True, {"messaging_type": ["MESSAGE_TAG"], "tag": ["HUMAN_AGENT"]})],
)
def test_a_message_is_sent_to_one_person(
    graph: ScriptedGraph, page: PageClient, human_agent: bool, how: dict[str, list[str]]
) -> None:
    graph.says({"recipient_id": "42", "message_id": "m_1"})
    assert page.send_message("42", "We are open.", human_agent=human_agent) == "m_1"
    form = graph.asked[0].form
    assert json.loads(form.pop("recipient")[0]) == {"id": "42"}
    assert json.loads(form.pop("message")[0]) == {"text": "We are open."}
    assert form == how


UNREADABLE: list[Answer | None] = [
    (502, "text/html", b"<html>Bad Gateway, no success</html>", {}),
    (500, "text/html", b'{"id":"1"}', {}),
    (200, "text/html; charset=utf-8", b"<html>Sorry, something went wrong</html>", {}),
    (200, JSON, b"", {}),
    (200, JSON, b"[]", {}),
    (200, JSON, b"false", {}),
    (200, JSON, b"{}", {}),
    (200, JSON, b'{"id":null}', {}),
    (200, JSON, b'{"id":"77_9', {"Content-Length": "200"}),
    (200, JSON, b'{"success":false}', {}),
    (503, "text/plain", b"Service Unavailable", {}),
    (408, "text/html", b"<html>Request Timeout</html>", {}),
    (500, JSON, b"", {}),
    (500, JSON, b'{"error":{"message":"An unknown error occurred","code":1,"is_transient":true}}', {}),
    (500, JSON, b'{"error":{"message":"x","code":2,"error_data":"not json"}}', {}),
    (400, JSON, b'{"error":{"message":"Unsupported request - method type: post","code":100}}', {}),
    None,
]


@pytest.mark.parametrize("answer", UNREADABLE)
def test_a_post_without_a_clear_answer_may_have_been_published(
    graph: ScriptedGraph, page: PageClient, answer: Answer | None
) -> None:
    graph.script.append(answer)
    assert refusal(lambda: page.post_comment("77_88", "Sorry!")).kind == "unknown_result"


@pytest.mark.parametrize(
    "answer", [answer for answer in UNREADABLE if answer is None or b"method type" not in answer[2]]
)
def test_a_read_without_a_clear_answer_is_tried_again(
    graph: ScriptedGraph, page: PageClient, answer: Answer | None
) -> None:
    graph.script.append(answer)
    assert refusal(lambda: page.find_own_comment("77_88", "Sorry!")).kind == "retry"


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (3, None, "permission"),
        (4, None, "quota"),
        (10, None, "permission"),
        (10, 2018278, "unsendable"),
        (12, None, "bug"),
        (17, None, "quota"),
        (32, None, "quota"),
        (100, None, "bug"),
        (100, 33, "gone"),
        (102, None, "token"),
        (190, 463, "token"),
        (200, None, "permission"),
        (283, None, "permission"),
        (341, None, "quota"),
        (506, None, "duplicate"),
        (551, None, "unsendable"),
        (613, None, "quota"),
        (803, None, "gone"),
        (2500, None, "bug"),
        (80001, None, "quota"),
        (1545041, None, "unsendable"),
        (424242, None, "bug"),
    ],
)
def test_a_refusal_says_what_to_do(
    graph: ScriptedGraph, page: PageClient, code: int, subcode: int | None, kind: str
) -> None:
    graph.refuses(code, subcode)
    error = refusal(lambda: page.post_comment("77_88", "Sorry!"))
    assert (error.kind, error.code, error.subcode) == (kind, code, subcode)
    assert error.message
    assert error.status == 502


@pytest.mark.parametrize("status", [400, 200])
def test_an_error_body_counts_whatever_the_status_claims(graph: ScriptedGraph, page: PageClient, status: int) -> None:
    graph.refuses(190, status=status)
    assert refusal(page.check).kind == "token"


def test_a_spent_budget_says_how_long_to_wait(graph: ScriptedGraph, page: PageClient) -> None:
    meter = {"type": "pages", "call_count": 100, "total_cputime": 3, "estimated_time_to_regain_access": 7}
    graph.refuses(80001, headers={"X-Business-Use-Case-Usage": json.dumps({PAGE: [meter]})})
    assert refusal(page.check).retry_after_seconds == 7 * 60
    assert page.usage.percent == 100


def test_a_429_without_a_body_is_a_spent_budget_too(graph: ScriptedGraph, page: PageClient) -> None:
    graph.script.append((429, "text/plain", b"slow down", {"Retry-After": "30"}))
    error = refusal(page.check)
    assert (error.kind, error.retry_after_seconds) == ("quota", 30)


def test_being_blocked_for_policy_pauses_for_hours(graph: ScriptedGraph, page: PageClient) -> None:
    graph.refuses(368)
    error = refusal(lambda: page.post_comment("77_88", "Sorry!"))
    assert error.kind == "quota"
    assert (error.retry_after_seconds or 0) >= 3600


def test_a_redirect_is_not_followed_with_the_token(graph: ScriptedGraph, page: PageClient) -> None:
    graph.script.append((302, "text/html", b"", {"Location": f"{graph.url}/elsewhere"}))
    assert refusal(lambda: page.post_comment("77_88", "Sorry!")).kind == "bug"
    assert len(graph.asked) == 1


def test_a_server_that_is_not_there_has_published_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = PageClient(GraphAccess(f"http://127.0.0.1:{taken.getsockname()[1]}", "v26.0", None), PAGE, TOKEN)
        assert refusal(lambda: nobody.post_comment("77_88", "Sorry!")).kind == "retry"


def test_metas_own_words_lose_their_token(graph: ScriptedGraph, page: PageClient) -> None:
    graph.refuses(190, message=f"Malformed access token {TOKEN}")
    assert refusal(page.check).detail == "Malformed access token [token]"


def test_the_usage_of_the_fullest_meter_is_kept(graph: ScriptedGraph, page: PageClient) -> None:
    business = {PAGE: [{"type": "pages", "call_count": 12, "total_time": 61, "estimated_time_to_regain_access": 0}]}
    headers = {
        "X-App-Usage": '{"call_count":28}',
        "X-Business-Use-Case-Usage": json.dumps(business),
        "X-Page-Usage": "?",
    }
    graph.says({"id": PAGE, "name": "Elm Street"}, headers={**headers, "Facebook-Api-Version": "v25.0"})
    assert page.check().served_version == "v25.0"
    assert (page.usage.percent, page.usage.regain_seconds) == (61, 0)


def test_a_comment_that_stands_already_is_found_by_its_words(graph: ScriptedGraph, page: PageClient) -> None:
    rows = [
        {"id": "1", "from": {"id": "555"}, "message": "Sorry about that."},
        {"id": "2", "from": {"id": PAGE}, "message": "Something else."},
        {"id": "3", "message": "Sorry about that."},
        {"id": "4", "from": {"id": int(PAGE)}, "message": "Sorry  about\nthat. "},
        {"id": "5", "from": {"id": PAGE}, "message": "Sorry about that."},
    ]
    graph.says({"data": rows}, {"data": rows[:3]})
    assert page.find_own_comment("77_88", "Sorry about that.") == "4"
    assert page.find_own_comment("77_88", "Sorry about that.") is None
    query = graph.asked[0].query
    assert (query["filter"], query["order"], query["limit"]) == (["stream"], ["reverse_chronological"], ["25"])


def test_a_message_that_was_sent_is_found_by_person_words_and_time(graph: ScriptedGraph, page: PageClient) -> None:
    def row(mid: str, to: str, hour: int, author: str = PAGE) -> dict[str, Any]:
        created = f"2026-11-20T{hour:02}:00:00+0000"
        people = {"data": [{"id": to}]}
        return {"id": mid, "from": {"id": author}, "to": people, "message": "We are open.", "created_time": created}

    messages = [row("m_1", "43", 12), row("m_2", "42", 11, "42"), row("m_3", "42", 10), row("m_4", "42", 8)]
    graph.says(*[{"data": [{"id": "t_1", "messages": {"data": messages}}]}] * 2)
    since = datetime(2026, 11, 20, 10, 0, 0, 900, tzinfo=UTC)
    assert page.find_own_message("42", "We are open.", since=since) == "m_3"
    assert page.find_own_message("42", "We are open.", since=since.replace(hour=11)) is None


def locations(graph: ScriptedGraph, ids: list[int], following: str | None) -> dict[str, Any]:
    rows = [{"id": str(n), "store_number": n, "store_code": f"0{n}", "location": {"zip": "75201"}} for n in ids]
    return {"data": rows, "paging": {"next": following} if following else {}}


def test_only_a_missing_next_ends_the_list_of_stores(graph: ScriptedGraph, page: PageClient) -> None:
    elsewhere = "https://elsewhere.example/v26.0/1017/locations?access_token=stolen&limit=100"
    graph.says(
        locations(graph, [1, 2], f"{elsewhere}&after=a"),
        locations(graph, [], f"{elsewhere}&after=b"),
        locations(graph, [3], f"{elsewhere}&until=1700000000"),
        locations(graph, [4], None),
    )
    rows = list(page.list_locations())
    assert [row.page_id for row in rows] == ["1", "2", "3", "4"]
    assert (rows[0].store_number, rows[0].store_code, rows[0].zip) == ("1", "01", "75201")
    assert {tuple(asked.query["access_token"]) for asked in graph.asked} == {(TOKEN,)}
    assert [asked.query.get("after") for asked in graph.asked] == [None, ["a"], ["b"], ["b"]]
    assert graph.asked[3].query["until"] == ["1700000000"]


def test_a_list_that_turns_in_a_circle_is_noticed(graph: ScriptedGraph, page: PageClient) -> None:
    graph.says(*[locations(graph, [1], f"https://x.example/?after={after}") for after in "ababab"])
    assert refusal(lambda: list(page.list_locations())).kind == "bug"


def test_a_page_that_leads_to_itself_is_read_again(graph: ScriptedGraph, page: PageClient) -> None:
    stuck, well = (locations(graph, [2], f"https://x.example/?after={after}") for after in "ab")
    graph.says(locations(graph, [1], "https://x.example/?after=a"), stuck, well, locations(graph, [3], None))
    assert [row.page_id for row in page.list_locations()] == ["1", "2", "2", "3"]


def test_too_much_data_at_once_is_asked_for_in_smaller_pages(graph: ScriptedGraph, page: PageClient) -> None:
    graph.refuses(1, status=500, message="Please reduce the amount of data you're asking for, then retry your request")
    graph.says(locations(graph, [1], "https://x.example/?after=a&limit=100"), locations(graph, [2], None))
    assert [row.page_id for row in page.list_locations()] == ["1", "2"]
    assert [asked.query["limit"] for asked in graph.asked] == [["100"], ["50"], ["50"]]


def test_a_location_never_shows_its_token(graph: ScriptedGraph, page: PageClient) -> None:
    graph.says({"data": [{"id": 9, "access_token": TOKEN, "hours": {"mon_1_open": "09:00"}}, {"name": "no id"}]})
    (row,) = page.list_locations()
    assert row.access_token is not None
    assert (row.access_token.get_secret_value(), row.hours) == (TOKEN, (("mon_1_open", "09:00"),))
    assert TOKEN not in repr(row)


def test_subscribing_and_hiding_are_acknowledged(graph: ScriptedGraph, page: PageClient) -> None:
    graph.says({"success": True}, {"success": True}, {"success": True})
    page.subscribe(["feed", "mention", "messages"])
    page.hide_comment("77_88")
    page.hide_comment("77_88", hidden=False)
    assert [asked.path for asked in graph.asked] == ["/v26.0/1017/subscribed_apps", "/v26.0/77_88", "/v26.0/77_88"]
    assert json.loads(graph.asked[0].form["subscribed_fields"][0]) == ["feed", "mention", "messages"]
    assert [asked.form["is_hidden"] for asked in graph.asked[1:]] == [["true"], ["false"]]


def test_two_pages_never_share_a_token_and_nothing_is_global(graph: ScriptedGraph, page: PageClient) -> None:
    other = PageClient(GraphAccess(graph.url, "v26.0", None), "2034", "EAAother")
    graph.says({"id": "2034"}, {"id": PAGE})
    other.check()
    page.check()
    assert [asked.query["access_token"] for asked in graph.asked] == [["EAAother"], [TOKEN]]
    assert "appsecret_proof" not in graph.asked[0].query
    assert FacebookAdsApi.get_default_api() is None
