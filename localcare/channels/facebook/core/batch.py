"""One item of a batch's answer: a whole HTTP answer inside another. Source: Meta's guide to batch requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from localcare.channels.facebook.core.graph_error import GraphError, read_answer
from localcare.channels.facebook.core.read import Json, nodes_at, text_at
from localcare.channels.facebook.core.usage import Usage, parse_usage


@dataclass(frozen=True, slots=True)
class Told:
    """What one call of a batch brought: an answer or why there is none, and what its headers say."""

    answer: Json | GraphError
    usage: Usage = Usage()  # noqa: RUF009 (frozen)
    served_version: str | None = None

    @property
    def error(self) -> GraphError | None:
        """Why there is no answer, if there is none."""
        return self.answer if isinstance(self.answer, GraphError) else None


def read_items(methods: Sequence[str], listed: Sequence[object]) -> list[Told | None]:
    """What each call brought, in the order of the calls; None for those that Meta left unanswered."""
    padded = [*listed, *[None] * (len(methods) - len(listed))]
    return [_read_item(method, item) for method, item in zip(methods, padded, strict=False)]


def _read_item(method: str, item: object) -> Told | None:
    if not isinstance(item, dict):
        return None
    headers = _headers(item)
    status = item.get("code")
    body = (text_at(item, "body") or "").encode()
    answer: Json | GraphError
    try:
        answer = read_answer(method, status if isinstance(status, int) else 0, body, headers)
    except GraphError as error:
        # without the frames that hold the answer's text
        error.__traceback__ = None
        answer = error
    return Told(answer, parse_usage(headers), headers.get("Facebook-Api-Version"))


def _headers(item: Mapping[str, object]) -> dict[str, str]:
    """Names in one spelling: they come in any."""
    pairs = ((text_at(each, "name") or "", text_at(each, "value") or "") for each in nodes_at(dict(item), "headers"))
    return {"-".join(part.capitalize() for part in name.split("-")): value for name, value in pairs}
