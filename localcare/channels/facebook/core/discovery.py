"""Pages found by several ways, put together: each once, with the best token, and by which ways it was found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import SecretStr

from localcare.channels.facebook.core.read import Json, id_at, secret_at, text_at

Way = Literal["accounts", "owned", "client", "locations"]

PAGE_FIELDS = "id,name,store_number,store_code,access_token"
WAY_WORDS: dict[Way, str] = {
    "accounts": "Pages given to the token's owner",
    "owned": "Pages the business owns",
    "client": "Pages others gave to the business",
    "locations": "Stores below the brand's Page",
}


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A Page as one way shows it; tasks are None where that way does not tell."""

    page_id: str
    name: str = ""
    token: SecretStr | None = None
    tasks: tuple[str, ...] | None = None
    store_number: str | None = None
    store_code: str | None = None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A Page as all ways together show it."""

    page_id: str
    name: str
    token: SecretStr | None
    tasks: tuple[str, ...]
    ways: tuple[Way, ...]
    store_number: str | None
    store_code: str | None


@dataclass(frozen=True, slots=True)
class WayTold:
    """What one way gave: Pages, how many of them with a token, how many that no other way gave; or why it gave none."""

    way: Way
    pages: int = 0
    tokens: int = 0
    alone: int = 0
    error: str = ""


def seen_page(row: Json) -> SeenPage | None:
    """A row of any of the lists; None when it does not name its Page."""
    page_id = id_at(row, "id")
    if page_id is None:
        return None
    tasks = row.get("tasks")
    return SeenPage(
        page_id=page_id,
        name=text_at(row, "name") or "",
        token=secret_at(row, "access_token"),
        tasks=tuple(task for task in tasks if isinstance(task, str)) if isinstance(tasks, list) else None,
        store_number=id_at(row, "store_number"),
        store_code=id_at(row, "store_code"),
    )


def unite(seen: Mapping[Way, Sequence[SeenPage]]) -> list[FoundPage]:
    """Every Page once, in the order first seen. A token that came with tasks leads: it is known what it may do."""
    by_page: dict[str, dict[Way, SeenPage]] = {}
    for way in get_args(Way):
        for page in seen.get(way, ()):
            by_page.setdefault(page.page_id, {}).setdefault(way, page)
    return [_united(page_id, views) for page_id, views in by_page.items()]


def told_of(way: Way, seen: Mapping[Way, Sequence[SeenPage]], error: str = "") -> WayTold:
    """What this way gave beside the others."""
    pages = {page.page_id: page for page in seen.get(way, ())}
    elsewhere = {page.page_id for other, listed in seen.items() if other != way for page in listed}
    tokens = sum(page.token is not None for page in pages.values())
    return WayTold(way, len(pages), tokens, len(pages.keys() - elsewhere), error)


def _united(page_id: str, views: Mapping[Way, SeenPage]) -> FoundPage:
    pages = list(views.values())
    return FoundPage(
        page_id=page_id,
        name=_first(page.name for page in pages) or page_id,
        token=next((page.token for page in pages if page.token is not None), None),
        tasks=next((page.tasks for page in pages if page.tasks is not None), ()),
        ways=tuple(views),
        store_number=_first(page.store_number for page in pages),
        store_code=_first(page.store_code for page in pages),
    )


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
