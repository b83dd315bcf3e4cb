"""Short ways to ask a world's Graph in tests."""

import json
from urllib.parse import parse_qsl

from localcare.sandbox.graph import Graph, GraphAnswer, GraphCall
from localcare.sandbox.world import World
from tests.sandbox.conftest import STORE

Body = dict[str, object]


def ask(
    graph: Graph, method: str, path: str, *, token: str | None = None, version: str = "v26.0", **params: str
) -> GraphAnswer:
    """The raw answer, asked with the first store's own token unless another is given."""
    where, _, query = path.partition("?")
    given = {"access_token": token or graph.world.pages[STORE].access_token, **dict(parse_qsl(query)), **params}
    parts = tuple(part for part in where.split("/") if part)
    return graph.answer(GraphCall(method, parts, given, version))


def body_of(answer: GraphAnswer) -> Body:
    """The answer's JSON object."""
    loaded: Body = json.loads(answer.body)
    return loaded


def get(world: World, path: str, *, token: str | None = None) -> Body:
    """Read from a fresh Graph in front of this world."""
    return body_of(ask(Graph(world), "GET", path, token=token))


def error_of(answer: GraphAnswer) -> tuple[object, object]:
    """Code and subcode of a refusal."""
    error = body_of(answer)["error"]
    assert isinstance(error, dict)
    return error["code"], error.get("error_subcode")


def ids_in(body: Body) -> list[str]:
    """The ids of a list."""
    data = body["data"]
    assert isinstance(data, list)
    return [item["id"] for item in data]
