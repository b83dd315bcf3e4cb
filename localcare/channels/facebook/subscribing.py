"""Having Meta send what happens: each Page subscribed and read back. What the app itself has is set apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from localcare.channels.facebook.batching import Question, ask_many
from localcare.channels.facebook.core.batch import Told
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.subscription import POST_FIELDS, page_fields
from localcare.channels.facebook.core.usage import Usage
from localcare.channels.facebook.session import GraphSession

LOST = "Facebook took the subscription and does not have it: it is tried again with the next run."


@dataclass(frozen=True, slots=True)
class PageKey:
    """A Page and its token."""

    page_id: str
    token: SecretStr


@dataclass(frozen=True, slots=True)
class PageSubscription:
    """What a Page is subscribed to, read back; or why it is not. `usage` is the Page's own budget."""

    page_id: str
    fields: tuple[str, ...]
    error: GraphError | None
    usage: Usage
    served_version: str | None


def subscribe_pages_at(graph: GraphSession, pages: Sequence[PageKey], fields: Sequence[str]) -> list[PageSubscription]:
    """Subscribe these Pages, then read back what they have; each has its own outcome."""
    told = _subscribe(graph, pages, fields)
    refused = [at for at, each in enumerate(told) if _wants_less(each, fields)]
    again = _subscribe(graph, [pages[at] for at in refused], POST_FIELDS)
    for at, each in zip(refused, again, strict=True):
        told[at] = each
    return [_outcome(set_, read) for set_, read in zip(told, read_subscriptions(graph, pages), strict=True)]


def read_subscriptions(graph: GraphSession, pages: Sequence[PageKey]) -> list[PageSubscription]:
    """What these Pages are subscribed to at our app."""
    asked = [Question("GET", (page.page_id, "subscribed_apps"), token=page.token) for page in pages]
    return [
        PageSubscription(
            page_id=page.page_id,
            fields=() if isinstance(told.answer, GraphError) else page_fields(told.answer, graph.access.app_id),
            error=told.error,
            usage=told.usage,
            served_version=told.served_version,
        )
        for page, told in zip(pages, ask_many(graph, asked), strict=True)
    ]


def _subscribe(graph: GraphSession, pages: Sequence[PageKey], fields: Sequence[str]) -> list[Told]:
    params = {"subscribed_fields": list(fields)}
    return ask_many(
        graph, [Question("POST", (page.page_id, "subscribed_apps"), params, token=page.token) for page in pages]
    )


def _wants_less(told: Told, fields: Sequence[str]) -> bool:
    """A Page without Messenger rights refuses all fields for one: posts are worth having without messages."""
    return told.error is not None and told.error.kind == "permission" and set(fields) > set(POST_FIELDS)


def _outcome(told: Told, read: PageSubscription) -> PageSubscription:
    error = None
    if read.error is not None or not set(POST_FIELDS) <= set(read.fields):
        error = told.error or read.error or GraphError("retry", detail=LOST)
    usage = max(told.usage, read.usage, key=lambda usage: (usage.regain_seconds, usage.page_percent))
    return PageSubscription(read.page_id, read.fields, error, usage, read.served_version or told.served_version)
