"""Turning the pages of a list. The SDK's own cursor stops at the first empty page, so this is not left to it.

Only a missing `next` ends a list: pages may be short, empty, or lead to themselves; the host that `next` names is never
asked, for the token stays with ours.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import Json, node_at, nodes_at, text_at

Ask = Callable[[str, tuple[str, ...], Mapping[str, object]], Json]
PAUSES = (1.0, 3.0, 9.0)
"""Seconds between two tries of a page that could not be had just now, for whoever has the time."""

_SECRET_PARAMS = ("access_token", "appsecret_proof")
_STANDSTILLS = 3


def rows_of(
    ask: Ask, path: tuple[str, ...], params: Mapping[str, object], *, pauses: Sequence[float] = ()
) -> Iterator[Json]:
    """Rows of all pages in order, a row that Meta shows twice twice. `params` needs a limit, which is lowered on demand.

    Raises GraphError: of kind bug when the list leads in a circle, for then nobody knows what was left out.
    """
    asked: dict[str, object] = dict(params)
    been: set[tuple[tuple[str, str], ...]] = set()
    standstills = 0
    while True:
        been.add(_question(asked))
        answer = _page(ask, path, asked, pauses)
        yield from nodes_at(answer, "data")
        following = _following(answer, asked)
        if following is None:
            return
        if _question(following) in been:
            standstills += 1
        if standstills > _STANDSTILLS:
            raise GraphError("bug", detail="the list leads in a circle: the next page is one already read")
        asked = following


def _page(ask: Ask, path: tuple[str, ...], asked: dict[str, object], pauses: Sequence[float]) -> Json:
    """One page; when Meta finds it too much, `limit` is halved in place until it is not."""
    waits = iter(pauses)
    while True:
        try:
            answer = ask("GET", path, asked)
            if not isinstance(answer.get("data"), list):
                raise GraphError("retry", detail="a list without its data")
            return answer
        except GraphError as error:
            limit = int(str(asked["limit"]))
            if error.asks_for_less and limit > 1:
                asked["limit"] = limit // 2
                continue
            pause = next(waits, None) if error.kind == "retry" else None
            if pause is None:
                raise
        time.sleep(pause)


def _following(answer: Json, asked: Mapping[str, object]) -> dict[str, object] | None:
    """What to ask next. Only the question is taken from `next`, never its address or its limit."""
    given = text_at(node_at(answer, "paging"), "next")
    if not given:
        return None
    question = {key: part for key, part in parse_qsl(urlsplit(given).query) if key not in _SECRET_PARAMS}
    return {**asked, **question, "limit": asked["limit"]}


def _question(asked: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """What tells one page from another: how many rows it may have does not."""
    return tuple(sorted((key, str(value)) for key, value in asked.items() if key not in ("limit", "pretty")))
