"""Finding a brand's Pages by every way that a token opens: its owner's list, the business's, the brand Page's stores.

Each way may be closed: it then says why, and the others still count. Sources: Meta's references of `/me/accounts`,
`/{business}/owned_pages`, `/{business}/client_pages` and `/{page}/locations`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import get_args

from pydantic import SecretStr

from localcare.channels.facebook.batching import MOST_AT_ONCE, Question, ask_many
from localcare.channels.facebook.core.discovery import (
    PAGE_FIELDS,
    FoundPage,
    SeenPage,
    Way,
    WayTold,
    seen_page,
    told_of,
    unite,
)
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import id_at, node_at, nodes_at, text_at
from localcare.channels.facebook.session import GraphAccess, GraphSession
from localcare.channels.facebook.turning import PAUSES, rows_of

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Doors:
    """Where to look beside the token's own list; what is not given is looked for."""

    brand_pages: tuple[str, ...] = ()
    business_id: str | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """All Pages found, what each way gave, and which Pages are the brand's own: those with stores below them."""

    pages: list[FoundPage]
    ways: tuple[WayTold, ...]
    brand_pages: tuple[str, ...]


@dataclass
class Search:
    """A search under way: what was seen so far by which way, and what closed a way."""

    access: GraphAccess
    token: SecretStr
    on_seen: Callable[[int], None] | None = None
    seen: dict[Way, list[SeenPage]] = field(default_factory=dict)
    errors: dict[Way, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph = GraphSession(self.access, self.token)

    def read(self, way: Way, path: tuple[str, ...], fields: str, graph: GraphSession | None = None) -> None:
        """Read one list to its end, or write down why it cannot be."""
        try:
            for row in rows_of((graph or self.graph).ask, path, {"fields": fields, "limit": AT_ONCE}, pauses=PAUSES):
                self.note(way, seen_page(row))
        except GraphError as error:
            self.errors[way] = str(error)

    def token_of(self, page_id: str) -> SecretStr | None:
        """The token of a Page that was seen already."""
        return next((page.token for page in self.seen.get("accounts", ()) if page.page_id == page_id), None)

    def note(self, way: Way, page: SeenPage | None) -> None:
        """Remember a Page, and tell how many so far."""
        if page is not None:
            self.seen.setdefault(way, []).append(page)
            if self.on_seen:
                self.on_seen(sum(map(len, self.seen.values())))


def discover(
    access: GraphAccess, token: SecretStr, doors: Doors, *, on_seen: Callable[[int], None] | None = None
) -> Discovery:
    """Every Page that this token opens, by all ways together. Raises GraphError when the token itself is dead."""
    search = Search(access, token, on_seen)
    me = search.graph.ask("GET", ("me",), {"fields": "id,name"})
    if id_at(me, "id") in doors.brand_pages:
        search.note("accounts", SeenPage(id_at(me, "id") or "", text_at(me, "name") or "", token))
    search.read("accounts", ("me", "accounts"), f"{PAGE_FIELDS},tasks")
    brand_pages = doors.brand_pages or _pages_with_stores(search)
    _read_locations(search, brand_pages)
    _read_business(search, doors.business_id, brand_pages)
    ways = tuple(told_of(way, search.seen, search.errors.get(way, "")) for way in get_args(Way))
    return Discovery(unite(search.seen), ways, tuple(brand_pages))


def _read_locations(search: Search, brand_pages: Sequence[str]) -> None:
    for page_id in brand_pages:
        own = search.token_of(page_id)
        graph = GraphSession(search.access, own) if own else search.graph
        search.read("locations", (page_id, "locations"), PAGE_FIELDS, graph)
    if not brand_pages:
        search.errors["locations"] = "The brand's own Page is not known: name it to read the stores below it."


def _read_business(search: Search, business_id: str | None, brand_pages: Sequence[str]) -> None:
    """What the business owns, and what franchisees and agencies have given into its hands."""
    ways: tuple[tuple[Way, str], ...] = (("owned", "owned_pages"), ("client", "client_pages"))
    business = business_id or _business_of(search, brand_pages)
    for way, edge in ways:
        if business is None:
            search.errors[way] = "The business is not known, or business_management is missing: name the business's id."
        else:
            search.read(way, (business, edge), PAGE_FIELDS)


def _pages_with_stores(search: Search) -> tuple[str, ...]:
    """Which Pages have stores below them; those without a store number are asked, in one batch, if one is enough."""
    few = [page for page in search.seen.get("accounts", []) if not (page.store_number or page.store_code)]
    if not 0 < len(few) <= MOST_AT_ONCE:
        return ()
    asked = [Question("GET", (page.page_id, "locations"), {"fields": "id", "limit": 1}) for page in few]
    told = ask_many(search.graph, asked)
    return tuple(
        page.page_id
        for page, each in zip(few, told, strict=True)
        if not isinstance(each.answer, GraphError) and nodes_at(each.answer, "data")
    )


def _business_of(search: Search, brand_pages: Sequence[str]) -> str | None:
    for page_id in brand_pages[:1]:
        try:
            return id_at(node_at(search.graph.ask("GET", (page_id,), {"fields": "business"}), "business"), "id")
        except GraphError:
            return None
    return None
