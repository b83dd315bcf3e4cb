"""Which things hang on which: the lists behind `/{id}/{edge}` and behind an edge named in `fields`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from localcare.sandbox.nodes import Me, Scope
from localcare.sandbox.objects import Comment, Conversation, Page, Post, Recommendation, Tag, TokenKind
from localcare.sandbox.refusals import invalid, may_not_write, removed, unknown_field
from localcare.sandbox.thread_nodes import Said
from localcare.sandbox.tokens import opens

Thing: TypeAlias = Page | Post | Comment | Tag | Conversation | Said | Recommendation | Me
Params: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """The whole list of an edge in the order it is shown, and the fields each thing shows by default, if others."""

    things: Sequence[Thing]
    newest_first: bool = False
    defaults: tuple[str, ...] = ()
    total: int | None = None


PAGE_EDGES: dict[str, Callable[[Page, Params, Scope], Listing]] = {}
ACCOUNT_EDGES: dict[str, Callable[[Page, Params, Scope], Listing]] = {}
_ACCOUNT_DEFAULTS = ("access_token", "category", "category_list", "name", "id", "tasks")


def list_edge(thing: Thing, edge: str, params: Params, scope: Scope) -> Listing | None:
    """The things behind an edge, or None where this kind of thing has no such edge. May refuse."""
    match thing:
        case Page():
            lister = (ACCOUNT_EDGES if thing.is_on_instagram else PAGE_EDGES).get(edge)
            return lister(thing, params, scope) if lister else None
        case Post() | Comment() if edge == _answers_edge(thing, scope):
            return _comments(thing, params, scope)
        case Conversation() if edge == "messages":
            scope.caller.require_owning(thing.page_id)
            said = [Said(message, thing) for message in reversed(thing.messages)]
            return Listing(said, newest_first=True)
        case Me() if edge in ("accounts", "assigned_pages"):
            return _accounts(scope)
        case Me() if edge in ("owned_pages", "client_pages"):
            return _of_business(thing, edge, scope)
        case _:
            return None


def _accounts(scope: Scope) -> Listing:
    """Without `pages_show_list` the list is silently empty."""
    login = scope.state.tokens[scope.caller.token]
    pages = [page for page in scope.state.pages.values() if opens(login, page) and not page.is_on_instagram]
    return Listing(pages if "pages_show_list" in scope.caller.scopes else [], defaults=_ACCOUNT_DEFAULTS)


def _of_business(business: Me, edge: str, scope: Scope) -> Listing:
    """The Pages that a business owns or was given by another, with tokens of those that the caller has."""
    if business.id != scope.state.app.business_id:
        raise unknown_field(edge, "User")
    if scope.caller.kind is TokenKind.PAGE or "business_management" not in scope.caller.scopes:
        raise may_not_write("Requires business_management permission to manage the object")
    wanted = [
        page for page in scope.state.pages.values() if (page.is_client if edge == "client_pages" else page.is_owned)
    ]
    return Listing(wanted, defaults=("id", "name"))


def _locations(page: Page, _: Params, scope: Scope) -> Listing:
    """The store Pages of a brand. No public recording of this edge exists; its fields follow the reference."""
    return Listing([other for other in scope.state.pages.values() if other.parent_id == page.id])


def _feed(page: Page, _: Params, scope: Scope) -> Listing:
    scope.caller.require_reading(page.id)
    return Listing(page.posts[::-1], newest_first=True)


def _own_posts(page: Page, _: Params, scope: Scope) -> Listing:
    scope.caller.require_reading(page.id)
    return Listing([post for post in reversed(page.posts) if post.author.id == page.id], newest_first=True)


def _tagged(page: Page, _: Params, scope: Scope) -> Listing:
    """Posts only: a comment that names the Page is told by webhook alone."""
    scope.caller.require_reading(page.id)
    return Listing([tag for tag in reversed(page.tags) if tag.comment_id is None], newest_first=True)


def _conversations(page: Page, params: Params, scope: Scope) -> Listing:
    """Of Messenger, or with `platform=instagram` of the Page's account there."""
    scope.caller.require_owning(page.id)
    is_instagram = params.get("platform", "messenger").lower() == "instagram"
    scope.caller.require_scope("instagram_manage_messages" if is_instagram else "pages_messaging")
    if is_instagram and page.instagram_id is None:
        return Listing([])
    page = scope.state.pages[page.instagram_id] if is_instagram and page.instagram_id else page
    threads = sorted(page.conversations.values(), key=lambda thread: -thread.order)
    return Listing(threads, newest_first=True)


def _ratings(page: Page, _: Params, scope: Scope) -> Listing:
    """Gone for every version; only legacy mode shows what it was."""
    if not scope.state.sends_ratings:
        raise removed("Page recommendations", "v22.0")
    scope.caller.require_owning(page.id)
    return Listing(page.recommendations[::-1], newest_first=True)


def _comments(thing: Post | Comment, params: Params, scope: Scope) -> Listing:
    """Without the Page's own token the list is silently empty, as Graph answers the wrong kind of token."""
    post = thing if isinstance(thing, Post) else scope.state.posts[thing.post_id]
    scope.caller.require_reading(post.page_id)
    if scope.state.pages[post.page_id].is_on_instagram:
        return _instagram_comments(thing, post)
    order = params.get("order", "chronological")
    if order not in ("chronological", "reverse_chronological", "ranked"):
        raise invalid("Param order must be one of {CHRONOLOGICAL, REVERSE_CHRONOLOGICAL}")
    comments = _levels(thing, post, params.get("filter", "toplevel"))
    if scope.caller.kind is not TokenKind.PAGE:
        comments = []
    newest_first = order == "reverse_chronological"
    return Listing(comments[::-1] if newest_first else comments, newest_first=newest_first, total=len(comments))


def _instagram_comments(thing: Post | Comment, post: Post) -> Listing:
    """Instagram knows neither filter nor order: comments of the first level newest first, replies oldest first."""
    comments = _levels(thing, post, "toplevel")
    return Listing(comments, total=None) if isinstance(thing, Comment) else Listing(comments[::-1], newest_first=True)


def _media(account: Page, _: Params, scope: Scope) -> Listing:
    scope.caller.require_reading(account.id)
    return Listing([post for post in reversed(account.posts) if post.author.id == account.id], newest_first=True)


def _tags(account: Page, _: Params, scope: Scope) -> Listing:
    """Media of others in which the account is tagged; a comment that names it is in no list."""
    scope.caller.require_reading(account.id)
    scope.caller.require_scope("instagram_manage_comments")
    return Listing([tag for tag in reversed(account.tags) if tag.comment_id is None], newest_first=True)


def _answers_edge(thing: Post | Comment, scope: Scope) -> str:
    """Instagram calls the comments below a comment replies."""
    is_reply = isinstance(thing, Comment) and scope.state.pages[thing.page_id].is_on_instagram
    return "replies" if is_reply else "comments"


def _levels(thing: Post | Comment, post: Post, level: str) -> list[Comment]:
    if isinstance(thing, Comment):
        return [comment for comment in post.comments if comment.parent_id == thing.id]
    if level == "stream":
        return post.comments
    if level != "toplevel":
        raise invalid("Param filter must be one of {STREAM, TOPLEVEL}")
    return [comment for comment in post.comments if comment.parent_id is None]


ACCOUNT_EDGES |= {"media": _media, "tags": _tags}
PAGE_EDGES |= {
    "locations": _locations,
    "feed": _feed,
    "posts": _own_posts,
    "published_posts": _own_posts,
    "tagged": _tagged,
    "conversations": _conversations,
    "ratings": _ratings,
}
