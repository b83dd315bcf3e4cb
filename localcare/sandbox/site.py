"""Pages for people: find a Page, write on it as a customer, see what the brand answered. Works without JavaScript."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from urllib.parse import quote, unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from localcare.sandbox.acting import ACTIONS, Form
from localcare.sandbox.objects import Comment, Conversation, Page, Post
from localcare.sandbox.refusals import GraphRefusal
from localcare.sandbox.standing import Standing
from localcare.sandbox.world import World

Endpoint = Callable[[Request], Awaitable[Response]]
Build = Callable[[Standing, Request], tuple[str, object]]
SHOWN_PAGES = 60
SHOWN_POSTS = 50
LATEST_POSTS = 8
SOMEBODY = "Dana Reyes"


@dataclass(frozen=True, slots=True)
class IndexView:
    """`index.html`."""

    brand: Page
    store_count: int
    query: str
    found: int
    pages: list[Page]
    latest: list[Post]
    names: dict[str, str]
    webhooks: str


@dataclass(frozen=True, slots=True)
class PageView:
    """`page.html`. `threads` holds each post's comments, replies below the comment they answer."""

    page: Page
    address: str
    customer: str
    posts: list[Post]
    threads: dict[str, list[Comment]]
    conversations: list[Conversation]
    webhooks: str


@dataclass(frozen=True, slots=True)
class RefusedView:
    """`refused.html`."""

    reason: str
    webhooks: str


def site_routes(standing: Standing) -> list[Route]:
    """The list of Pages, each Page, and what can be done on it."""
    show = _showing(standing)
    return [
        Route("/", show(_index), methods=["GET"]),
        Route("/pages/{page_id}", show(_page), methods=["GET"]),
        *[
            Route(f"/pages/{{page_id}}/{name}", _acting(standing, act), methods=["POST"])
            for name, act in ACTIONS.items()
        ],
    ]


def in_threads(comments: list[Comment]) -> list[Comment]:
    """Top comments in order, each followed by its replies."""
    top = [comment for comment in comments if comment.parent_id is None]
    return [
        shown for comment in top for shown in [comment, *[reply for reply in comments if reply.parent_id == comment.id]]
    ]


def _showing(standing: Standing) -> Callable[[Build], Endpoint]:
    def show(build: Build) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                template, view = build(standing, request)
            except GraphRefusal as refusal:
                return _refused(standing, refusal)
            return HTMLResponse(_render(template, view))

        return endpoint

    return show


def _acting(standing: Standing, act: Callable[[World, Page, Form], str]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = Form({name: str(value) for name, value in (await request.form()).items()})
        try:
            page = standing.world.get_page(request.path_params["page_id"])
            anchor = act(standing.world, page, form)
        except GraphRefusal as refusal:
            return _refused(standing, refusal)
        response = RedirectResponse(f"/pages/{page.id}{anchor}", 303)
        if "author" in form:
            response.set_cookie("customer", quote(form["author"]), samesite="lax", httponly=True)
        return response

    return endpoint


def _refused(standing: Standing, refusal: GraphRefusal) -> Response:
    status = 404 if refusal.subcode == 33 else 422
    return HTMLResponse(_render("refused.html", RefusedView(refusal.message, _webhook_line(standing))), status)


def _render(template: str, view: object) -> str:
    return _TEMPLATES.get_template(template).render(view=view)


def _index(standing: Standing, request: Request) -> tuple[str, object]:
    world = standing.world
    query = request.query_params.get("q", "").strip()
    found = [page for page in world.pages.values() if _matches(page, query.casefold())]
    latest = list(islice(reversed(world.posts.values()), LATEST_POSTS))
    view = IndexView(
        brand=world.get_page(world.brand_id),
        store_count=len(world.store_pages()),
        query=query,
        found=len(found),
        pages=found[:SHOWN_PAGES],
        latest=latest,
        names={post.page_id: world.pages[post.page_id].name for post in latest},
        webhooks=_webhook_line(standing),
    )
    return "index.html", view


def _page(standing: Standing, request: Request) -> tuple[str, object]:
    page = standing.world.get_page(request.path_params["page_id"])
    place = page.location
    parts = (place.street, place.city, place.state, place.zip) if place else ()
    posts = page.posts[: -SHOWN_POSTS - 1 : -1]
    view = PageView(
        page=page,
        address=", ".join(part for part in parts if part),
        customer=unquote(request.cookies.get("customer", "")) or SOMEBODY,
        posts=posts,
        threads={post.id: in_threads(post.comments) for post in posts},
        conversations=sorted(page.conversations.values(), key=lambda thread: -thread.order),
        webhooks=_webhook_line(standing),
    )
    return "page.html", view


def _matches(page: Page, query: str) -> bool:
    place = page.location
    parts = [page.name, page.store_code, str(page.store_number or "")]
    parts += [place.city, place.zip] if place else []
    return any(query in part.casefold() for part in parts if part)


def _when(instant: datetime) -> str:
    return instant.strftime("%-d %b %Y, %H:%M UTC")


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["when"] = _when
    return environment


def _webhook_line(standing: Standing) -> str:
    sender, url = standing.sender, standing.world.callback_url
    if not url:
        return "no callback registered."
    return f"{sender.sent:,} sent, {sender.pending:,} waiting, {sender.dropped:,} dropped."


_TEMPLATES = _templates()
