"""One Graph call in, one answer out: version, token, budget, faults, dispatch, headers. No I/O."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from localcare.sandbox.access import Caller, identify
from localcare.sandbox.edges import Thing
from localcare.sandbox.faults import Fault, FaultBook, FaultKind
from localcare.sandbox.metering import Meter
from localcare.sandbox.minting import trace_id
from localcare.sandbox.nodes import Me, Scope
from localcare.sandbox.objects import Comment, Page, Post, Tag
from localcare.sandbox.paging import WHOLE, Trap
from localcare.sandbox.reading import read_edge, read_node
from localcare.sandbox.refusals import (
    OAUTH,
    GraphRefusal,
    app_throttled,
    missing_permission,
    throttled,
    unknown_object,
    unsupported,
)
from localcare.sandbox.subscribing import debug_token, subscribe_app, subscribed_apps, subscriptions, unsubscribe_app
from localcare.sandbox.thread_nodes import Said
from localcare.sandbox.tokens import exchange
from localcare.sandbox.versions import serving_version
from localcare.sandbox.wire import graph_json
from localcare.sandbox.world import World
from localcare.sandbox.writing import write

MAX_BATCH = 50
TOO_MUCH_DATA = "Please reduce the amount of data you're asking for, then retry your request"
HTML_502 = (
    b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)
JSON_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class GraphCall:
    """A request as Graph sees it: `path` without the version; `params` of query and body together, the body winning."""

    method: str
    path: tuple[str, ...]
    params: Mapping[str, str]
    version: str | None = None
    address: str = "https://graph.facebook.com"

    @property
    def edge(self) -> str:
        """The edge asked for, "" for a node itself."""
        return self.path[1] if len(self.path) > 1 else ""


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """A response. `delay` seconds pass before it; a cut one breaks off in the middle of its body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    is_cut: bool = False


class Graph:
    """The API of one world. Faults and budgets can be changed while it runs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults = FaultBook()
        self.meter = Meter()
        self._calls = 0

    def answer(self, call: GraphCall) -> GraphAnswer:
        """Answer one call; every refusal becomes Graph's error body."""
        if call.method == "POST" and not call.path:
            return self._answer_batch(call)
        version = serving_version(call.version, self.world.clock.now().date())
        page_id: str | None = None
        minutes = 0
        fault: Fault | None = None
        try:
            caller = identify(self.world, dict(call.params))
            page_id = self._page_of(call, caller)
            self._charge(page_id)
            fault = self.faults.strike(call.method, call.edge, page_id)
            body = self._perform(call, Scope(self.world, caller, version, call.address, _trap(fault)), fault)
            status = 200
        except GraphRefusal as refusal:
            body, status, minutes = refusal.body(self._trace()), refusal.status, refusal.minutes or 0
        headers = self._headers(version, page_id, minutes, body if status != 200 else None)
        return _distort(GraphAnswer(status, graph_json(body), headers), fault)

    def _perform(self, call: GraphCall, scope: Scope, fault: Fault | None) -> dict[str, object]:
        match fault:
            case Fault(kind=FaultKind.RATE_LIMITED):
                raise throttled(fault.minutes)
            case Fault(kind=FaultKind.ERROR):
                raise _planned(fault)
            case Fault(kind=FaultKind.TOO_MUCH_DATA) if _limit(call) > fault.rows:
                raise GraphRefusal(1, TOO_MUCH_DATA, status=500)
            case Fault(kind=FaultKind.RESET | FaultKind.BAD_GATEWAY | FaultKind.EMPTY):
                return {}
            case Fault(kind=FaultKind.ERROR_BUT_DONE):
                self._dispatch(call, scope)
                raise unsupported(call.method) if fault.code is None else _planned(fault)
            case _:
                return self._dispatch(call, scope)

    def _dispatch(self, call: GraphCall, scope: Scope) -> dict[str, object]:
        if not call.path or len(call.path) > 2:
            raise GraphRefusal(2500, f"Unknown path components: /{'/'.join(call.path)}")
        special = self._special(call, scope)
        if special is not None:
            return special
        thing = self._find(call.path[0], call.method, scope.caller)
        if call.method != "GET":
            return write(self.world, call.method, thing, call.edge, call.params, scope)
        if isinstance(thing, Page) and call.edge == "subscribed_apps":
            return subscribed_apps(thing, scope)
        if isinstance(thing, Tag):
            raise missing_permission("pages_read_engagement")
        return read_edge(thing, call.edge, call.params, scope) if call.edge else read_node(thing, call.params, scope)

    def _special(self, call: GraphCall, scope: Scope) -> dict[str, object] | None:
        match call.method, call.path:
            case "GET", ("oauth", "access_token"):
                return exchange(self.world, call.params)
            case "GET", ("debug_token",):
                return debug_token(self.world, call.params, scope)
            case "GET", (app_id, "subscriptions") if app_id == self.world.app.id:
                return subscriptions(self.world, scope)
            case "POST", (app_id, "subscriptions") if app_id == self.world.app.id:
                return subscribe_app(self.world, call.params, scope)
            case "DELETE", (app_id, "subscriptions") if app_id == self.world.app.id:
                return unsubscribe_app(self.world, scope)
            case _:
                return None

    def _find(self, object_id: str, method: str, caller: Caller) -> Thing:
        world = self.world
        if object_id == "me" and caller.page_id:
            object_id = caller.page_id
        if object_id == world.app.business_id:
            return Me(object_id, "business")
        login = world.tokens[caller.token]
        if object_id in ("me", world.app.system_user_id, login.user_id):
            return Me(login.user_id or world.app.system_user_id, login.user_name or "localcare system user")
        thing: Thing | None = world.pages.get(object_id) or world.find_object(object_id)
        thing = thing or self._find_private(object_id, caller) or self._find_tag(object_id, caller)
        if thing is None:
            raise unknown_object(object_id, method)
        if isinstance(thing, Post | Comment):
            caller.require_reading(thing.page_id)
        return thing

    def _find_private(self, object_id: str, caller: Caller) -> Thing | None:
        conversation = self.world.conversations.get(object_id)
        said = self.world.messages.get(object_id)
        if said is not None:
            conversation = said[1]
        if conversation is not None:
            caller.require_owning(conversation.page_id)
        return Said(*said) if said else conversation

    def _find_tag(self, object_id: str, caller: Caller) -> Tag | None:
        page = self.world.pages.get(caller.page_id or "")
        return next((tag for tag in page.tags if tag.post_id == object_id), None) if page else None

    def _page_of(self, call: GraphCall, caller: Caller) -> str | None:
        first = call.path[0] if call.path else ""
        if first in self.world.pages:
            return first
        thing = self.world.find_object(first)
        return thing.page_id if thing else caller.page_id

    def _charge(self, page_id: str | None) -> None:
        now = self.world.clock.now()
        if self.meter.count(page_id, now) > 100:
            raise throttled(self.meter.minutes_left(page_id, now)) if page_id else app_throttled()

    def _answer_batch(self, call: GraphCall) -> GraphAnswer:
        try:
            requests = json.loads(call.params.get("batch", ""))
        except ValueError:
            requests = None
        if not isinstance(requests, list) or len(requests) > MAX_BATCH:
            message = f"Too many requests in batch message. Maximum batch size is {MAX_BATCH}"
            refusal = GraphRefusal(
                -3, message if requests else "batch parameter must be a JSON array", kind="GraphBatchException"
            )
            return GraphAnswer(400, graph_json(refusal.body(self._trace())), {"content-type": JSON_TYPE})
        body = [self._answer_item(call, item) for item in requests]
        return GraphAnswer(200, graph_json(body), {"content-type": JSON_TYPE})

    def _answer_item(self, call: GraphCall, item: dict[str, str]) -> dict[str, object] | None:
        shared = {name: value for name, value in call.params.items() if name in ("access_token", "appsecret_proof")}
        url = urlsplit(item.get("relative_url", ""))
        path, version = split_version(url.path)
        params = {**shared, **dict(parse_qsl(url.query)), **dict(parse_qsl(item.get("body", "")))}
        if "access_token" in item:
            params = {**params, "access_token": item["access_token"]}
        inner = GraphCall(item.get("method", "GET"), path, params, version or call.version, call.address)
        answer = self.answer(inner)
        if answer.is_cut or not answer.body:
            return None
        headers = [{"name": name, "value": value} for name, value in answer.headers.items()]
        return {"code": answer.status, "headers": headers, "body": answer.body.decode()}

    def _trace(self) -> str:
        self._calls += 1
        return trace_id(self._calls)

    def _headers(
        self, version: str, page_id: str | None, minutes: int, refusal: dict[str, object] | None
    ) -> dict[str, str]:
        headers = {
            "content-type": JSON_TYPE,
            "facebook-api-version": version,
            "x-fb-trace-id": self._trace(),
            "x-fb-rev": "1031000000",
            **self.meter.headers(page_id, minutes=minutes),
        }
        error = refusal.get("error") if refusal else None
        if isinstance(error, dict) and error.get("type") == OAUTH:
            said = " ".join(str(error["message"]).encode("ascii", "replace").decode().split())
            headers["www-authenticate"] = f'OAuth "Facebook Platform" "invalid_request" "{said}"'
        return headers


def split_version(path: str) -> tuple[tuple[str, ...], str | None]:
    """The parts of a URL path, with the version taken off if it leads."""
    parts = tuple(part for part in path.split("/") if part)
    if parts and parts[0][0] == "v" and parts[0][1:].replace(".", "", 1).isdecimal():
        return parts[1:], parts[0]
    return parts, None


def _limit(call: GraphCall) -> int:
    given = call.params.get("limit", "")
    return int(given) if given.isdecimal() else 0


def _trap(fault: Fault | None) -> Trap:
    match fault:
        case Fault(kind=FaultKind.EMPTY_PAGE):
            return Trap(keep=0.0)
        case Fault(kind=FaultKind.SHORT_PAGE):
            return Trap(keep=0.5)
        case Fault(kind=FaultKind.REPEATED_CURSOR):
            return Trap(is_stuck=True)
        case Fault(kind=FaultKind.REPEATED_ROWS):
            return Trap(repeated=fault.rows)
        case Fault(kind=FaultKind.LOWERED_LIMIT):
            return Trap(most=fault.rows)
        case _:
            return WHOLE


def _planned(fault: Fault) -> GraphRefusal:
    code = 2 if fault.code is None else fault.code
    return GraphRefusal(
        code, fault.message, subcode=fault.subcode, status=fault.status, is_transient=fault.is_transient
    )


def _distort(answer: GraphAnswer, fault: Fault | None) -> GraphAnswer:
    match fault:
        case Fault(kind=FaultKind.SLOW):
            return GraphAnswer(answer.status, answer.body, answer.headers, delay=fault.seconds)
        case Fault(kind=FaultKind.BAD_GATEWAY):
            return GraphAnswer(502, HTML_502, {"content-type": "text/html"})
        case Fault(kind=FaultKind.EMPTY):
            return GraphAnswer(200, b"", {"content-type": JSON_TYPE})
        case Fault(kind=FaultKind.RESET | FaultKind.RESET_BUT_DONE | FaultKind.NULL_BATCH_ITEM):
            return GraphAnswer(answer.status, answer.body, answer.headers, is_cut=True)
        case _:
            return answer
