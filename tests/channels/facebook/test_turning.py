"""Turning the pages of a list: what is waited for, and what is given up."""

from collections.abc import Mapping

import pytest

from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import Json
from localcare.channels.facebook.turning import rows_of


class Script:
    """Answers in order; an error is raised."""

    def __init__(self, *answers: Json | GraphError) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, object]] = []

    def ask(self, method: str, path: tuple[str, ...], params: Mapping[str, object]) -> Json:
        assert (method, path) == ("GET", ("1", "locations"))
        self.asked.append(dict(params))
        answer = self.answers.pop(0)
        if isinstance(answer, GraphError):
            raise answer
        return answer


def rows(script: Script, *pauses: float) -> list[Json]:
    return list(rows_of(script.ask, ("1", "locations"), {"limit": 8}, pauses=pauses))


def page(number: int, following: str | None = None) -> Json:
    paging: Json = (
        {"next": f"https://graph.facebook.com/1/locations?after={following}&access_token=x"} if following else {}
    )
    return {"data": [{"id": number}], "paging": paging}


def test_what_passes_is_waited_for_and_each_page_has_its_own_patience() -> None:
    passing = GraphError("retry")
    script = Script(passing, passing, page(1, "a"), {"no": "data"}, passing, page(2))
    assert rows(script, 0, 0) == [{"id": 1}, {"id": 2}]
    with pytest.raises(GraphError):
        rows(Script(passing, passing, passing), 0, 0)
    with pytest.raises(GraphError):
        rows(Script(passing))


@pytest.mark.parametrize("kind", ["token", "quota", "permission"])
def test_what_does_not_pass_is_not_waited_for(kind: str) -> None:
    with pytest.raises(GraphError) as refused:
        rows(Script(GraphError(kind)), 0, 0)  # type: ignore[arg-type]
    assert refused.value.kind == kind


def test_a_page_too_large_is_asked_for_in_halves_down_to_one_row() -> None:
    too_much = GraphError("retry", detail="Please reduce the amount of data you're asking for")
    script = Script(too_much, too_much, too_much, page(1, "a"), page(2))
    assert rows(script) == [{"id": 1}, {"id": 2}]
    assert [asked["limit"] for asked in script.asked] == [8, 4, 2, 1, 1]
    with pytest.raises(GraphError):
        rows(Script(*[too_much] * 4))


def test_no_circle_is_walked_for_ever() -> None:
    with pytest.raises(GraphError, match="circle"):
        rows(Script(*[page(n, "ab"[n % 2]) for n in range(20)]))
