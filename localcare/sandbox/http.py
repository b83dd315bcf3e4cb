"""Graph's HTTP: a request becomes a GraphCall, an answer becomes a response, a cut one breaks the connection."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from localcare.sandbox.access import identify
from localcare.sandbox.graph import JSON_TYPE, GraphAnswer, GraphCall, split_version
from localcare.sandbox.refusals import GraphRefusal
from localcare.sandbox.standing import Standing
from localcare.sandbox.wire import graph_json

Endpoint = Callable[[Request], Awaitable[Response]]


class CutResponse(Response):
    """Promises more bytes than it sends and then gives up: the server closes the connection under the client."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        headers = [(b"content-type", JSON_TYPE.encode()), (b"content-length", str(len(self.body) + 512).encode())]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": self.body[: len(self.body) // 2], "more_body": True})


def graph_endpoint(standing: Standing) -> Endpoint:
    """The catch-all behind which Graph lives, with and without a version and a trailing slash."""

    async def endpoint(request: Request) -> Response:
        path, version = split_version(request.path_params["path"])
        params = {**dict(request.query_params), **await _body_params(request)}
        address = f"{request.url.scheme}://{request.url.netloc}"
        call = GraphCall(request.method, path, params, version, address)
        refusal = await _refused_callback(standing, call)
        if refusal is not None:
            return Response(graph_json(refusal.body("A")), refusal.status, media_type=JSON_TYPE)
        return await _respond(standing.graph.answer(call))

    return endpoint


async def _respond(answer: GraphAnswer) -> Response:
    if answer.delay:
        await asyncio.sleep(answer.delay)
    if answer.is_cut:
        return CutResponse(answer.body, answer.status)
    response = Response(answer.body, answer.status)
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response


async def _body_params(request: Request) -> dict[str, str]:
    if request.method not in ("POST", "DELETE"):
        return {}
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("multipart/"):
        form = await request.form()
        return {name: value for name, value in form.items() if not isinstance(value, UploadFile)}
    body = await request.body()
    if content_type.startswith("application/json"):
        return _json_params(body)
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def _json_params(body: bytes) -> dict[str, str]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(value, dict):
        return {}
    return {name: part if isinstance(part, str) else json.dumps(part) for name, part in value.items()}


async def _refused_callback(standing: Standing, call: GraphCall) -> GraphRefusal | None:
    """Meta calls the callback before it accepts a subscription; a callback that fails is refused with 2200."""
    if call.method != "POST" or call.edge != "subscriptions":
        return None
    try:
        identify(standing.world, dict(call.params))
    except GraphRefusal as refusal:
        return refusal
    url, token = call.params.get("callback_url", ""), call.params.get("verify_token", "")
    wrong = await standing.sender.handshake(url, token)
    if wrong is None:
        return None
    return GraphRefusal(2200, f"(#2200) Callback verification failed with the following errors: {wrong}")
