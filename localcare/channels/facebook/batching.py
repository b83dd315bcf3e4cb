"""Many small calls in few requests: the SDK's batches of fifty, whose answers are judged one by one.

Source: https://developers.facebook.com/docs/graph-api/batch-requests. Meta answers in the order of the calls, with null
for one that took too long; each call counts on its own budget, and may bring a token of its own.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import orjson
from pydantic import SecretStr

from localcare.channels.facebook.core.batch import Told
from localcare.channels.facebook.core.graph_error import GraphError, broken_off, redact
from localcare.channels.facebook.session import GraphAccess, GraphSession
from localcare.channels.facebook.turning import PAUSES
from localcare.channels.facebook.veiling import bare, unveil

MOST_AT_ONCE = 50
AT_THE_SAME_TIME = 4

_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Question:
    """One call of a batch; without a token of its own it is asked with that of the batch."""

    method: str
    path: tuple[str, ...]
    params: Mapping[str, object] = field(default_factory=dict)
    token: SecretStr | None = None


def ask_many(graph: GraphSession, questions: Sequence[Question], *, pauses: Sequence[float] = PAUSES) -> list[Told]:
    """What each question brought, in their order: an answer or its own error; nothing is raised.

    Asked again, up to once per pause: items left unanswered, and whole batches that could not be had just now. So put only
    what may be done twice into a batch.
    """
    told: list[Told] = []
    for start in range(0, len(questions), MOST_AT_ONCE):
        told += _ask_chunk(graph, questions[start : start + MOST_AT_ONCE], pauses)
    return told


def ask_in_parallel(
    access: GraphAccess, token: SecretStr, things: Sequence[_T], ask: Callable[[GraphSession, Sequence[_T]], _R], *, size: int
) -> Iterator[_R]:  # fmt: skip
    """Results of `ask` for `size` things at a time, in order; a few batches are under way at once, each in its session."""
    chunks = [things[start : start + size] for start in range(0, len(things), size)]
    with ThreadPoolExecutor(AT_THE_SAME_TIME, thread_name_prefix="graph") as pool:
        yield from pool.map(partial(_with_session, access, token, ask), chunks)


def _with_session(
    access: GraphAccess, token: SecretStr, ask: Callable[[GraphSession, Sequence[_T]], _R], chunk: Sequence[_T]
) -> _R:
    return ask(GraphSession(access, token), chunk)


def _ask_chunk(graph: GraphSession, questions: Sequence[Question], pauses: Sequence[float]) -> list[Told]:
    told: list[Told | None] = [None] * len(questions)
    waits = iter(pauses)
    while missing := [at for at, each in enumerate(told) if each is None]:
        asked = [questions[at] for at in missing]
        failure = _ask_once(graph, asked, missing, told)
        pause = next(waits, None)
        if failure is not None and (failure.kind not in ("retry", "unknown_result") or pause is None):
            return [each or Told(failure) for each in told]
        if pause is None:
            break
        if any(each is None for each in told):
            time.sleep(pause)
    return [
        each or Told(broken_off(question.method, "left unanswered in a batch"))
        for each, question in zip(told, questions, strict=True)
    ]


def _ask_once(
    graph: GraphSession, questions: Sequence[Question], places: Sequence[int], told: list[Told | None]
) -> GraphError | None:
    """Put what was told to its places; returns why the batch failed as a whole, if it did."""
    try:
        answers = graph.ask_batch([question.method for question in questions], _as_json(graph, questions))
    except GraphError as error:
        _hide(error, questions)
        return error
    for place, question, answer in zip(places, questions, answers, strict=True):
        if answer is not None and answer.error is not None:
            _hide(answer.error, [question])
        told[place] = answer
    return None


def _as_json(graph: GraphSession, questions: Sequence[Question]) -> SecretStr:
    batch = graph.new_batch()
    return SecretStr(orjson.dumps([_added(batch.add, graph.access, question) for question in questions]).decode())


def _added(add: Callable[..., dict[str, str]], access: GraphAccess, question: Question) -> dict[str, str]:
    params = dict(question.params)
    if question.token is not None:
        params["access_token"] = question.token
        proof = access.proof(question.token)
        params |= {"appsecret_proof": proof} if proof else {}
    return add(question.method, question.path, unveil(params))


def _hide(error: GraphError, questions: Sequence[Question]) -> None:
    """Meta may repeat a token in its own words."""
    held = [part for each in questions for part in (each.token, *each.params.values())]
    error.detail = redact(error.detail, [bare(part) for part in held if isinstance(part, SecretStr)])
