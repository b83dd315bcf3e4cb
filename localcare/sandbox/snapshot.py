"""A world as JSON and back, so that what was written before a restart can still be answered after it."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from localcare.kit.clock import Clock
from localcare.sandbox.objects import App, Page, Token
from localcare.sandbox.world import World


@dataclass(slots=True)
class Snapshot:
    """All of a world that is not derived from the rest."""

    app: App
    brand_id: str
    callback_url: str
    app_fields: tuple[str, ...]
    system_token: str
    tokens: list[Token]
    pages: list[Page]
    instagram_fields: tuple[str, ...] = ()


_JSON = TypeAdapter(Snapshot)


def dump_world(world: World) -> bytes:
    """The world as JSON; updates not yet sent are not in it."""
    snapshot = Snapshot(
        app=world.app,
        brand_id=world.brand_id,
        callback_url=world.callback_url,
        app_fields=world.app_fields,
        system_token=world.system_token,
        tokens=list(world.tokens.values()),
        pages=list(world.pages.values()),
        instagram_fields=world.instagram_fields,
    )
    return _JSON.dump_json(snapshot)


def load_world(data: bytes, *, clock: Clock | None = None) -> World:
    """The world that was dumped, with every id and token as it was. Raises pydantic's ValidationError for other JSON."""
    snapshot = _JSON.validate_json(data)
    world = World(clock=clock, app=snapshot.app)
    world.brand_id = snapshot.brand_id
    world.callback_url, world.app_fields = snapshot.callback_url, snapshot.app_fields
    world.instagram_fields = snapshot.instagram_fields
    world.system_token = snapshot.system_token
    world.tokens |= {token.value: token for token in snapshot.tokens}
    for page in snapshot.pages:
        _adopt(world, page)
    return world


def _adopt(world: World, page: Page) -> None:
    world.pages[page.id] = page
    for post in page.posts:
        world.posts[post.id] = post
        world.comments |= {comment.id: comment for comment in post.comments}
    for conversation in page.conversations.values():
        world.conversations[conversation.id] = conversation
        world.messages |= {message.id: (message, conversation) for message in conversation.messages}
