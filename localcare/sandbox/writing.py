"""POST and DELETE: what an app may change for a Page, and how Graph refuses the rest."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from localcare.sandbox.edges import Params, Thing
from localcare.sandbox.nodes import Scope
from localcare.sandbox.objects import Comment, Page, Post
from localcare.sandbox.reading import read_node
from localcare.sandbox.refusals import duplicate, invalid, may_not_write, unsupported
from localcare.sandbox.subscribing import subscribe_page, unsubscribe_page
from localcare.sandbox.wire import as_bool, as_object
from localcare.sandbox.world import World

DUPLICATE_WINDOW = timedelta(minutes=10)
MAX_MESSAGE = 2000
Answer = dict[str, object]
Action = Callable[[World, Post | Comment, Params, Scope], Answer]
DONE: Answer = {"success": True}


def write(world: World, method: str, thing: Thing, edge: str, params: Params, scope: Scope) -> Answer:
    """Do what is asked and answer as Graph does. Raises GraphRefusal; then nothing has changed."""
    match thing:
        case Page():
            return _write_page(world, method, thing, edge, params, scope)
        case Post() | Comment():
            scope.caller.require_task(world, thing.page_id, "MODERATE")
            action = _actions_of(world, thing).get((method, edge))
            if action is None:
                raise unsupported(method)
            return action(world, thing, params, scope)
        case _:
            raise unsupported(method)


def _write_page(world: World, method: str, page: Page, edge: str, params: Params, scope: Scope) -> Answer:
    match method, edge:
        case "POST", "feed":
            scope.caller.require_task(world, page.id, "CREATE_CONTENT")
            return _publish(world, page, params)
        case "POST", "messages":
            scope.caller.require_task(world, page.id, "MESSAGING")
            return _send(world, page, params)
        case "POST", "subscribed_apps":
            scope.caller.require_owning(page.id)
            return subscribe_page(page, params, scope)
        case "DELETE", "subscribed_apps":
            scope.caller.require_owning(page.id)
            return unsubscribe_page(page)
        case _:
            raise unsupported(method)


def _actions_of(world: World, thing: Post | Comment) -> Mapping[tuple[str, str], Action]:
    """Instagram answers under another edge, edits nothing and likes nothing."""
    if not world.pages[thing.page_id].is_on_instagram:
        return _ACTIONS
    return _INSTAGRAM_COMMENT if isinstance(thing, Comment) else _INSTAGRAM_POST


def _publish(world: World, page: Page, params: Params) -> Answer:
    message = params.get("message", "")
    since = world.clock.now() - DUPLICATE_WINDOW
    own = [post for post in page.posts if post.author.id == page.id and post.created_at > since]
    if any(post.message == message for post in own):
        raise duplicate()
    world.bursts.count(page.id, world.clock.now())
    return {"id": world.post(page.id, message).id}


def _comment(world: World, thing: Post | Comment, params: Params, scope: Scope) -> Answer:
    message, photo = params.get("message", ""), params.get("attachment_url")
    _refuse_repetition(world, thing, message)
    world.bursts.count(thing.page_id, world.clock.now())
    comment = world.comment(thing.id, message, photo=photo)
    # with `fields`, Graph reads what it has just written
    return read_node(comment, params, scope) if params.get("fields") else {"id": comment.id}


def _refuse_repetition(world: World, thing: Post | Comment, message: str) -> None:
    post = thing if isinstance(thing, Post) else world.posts[thing.post_id]
    parent_id = (thing.parent_id or thing.id) if isinstance(thing, Comment) else None
    since = world.clock.now() - DUPLICATE_WINDOW
    for other in reversed(post.comments):
        if other.created_at < since:
            return
        if (other.author.id, other.parent_id, other.message) == (post.page_id, parent_id, message):
            raise duplicate()


def _change(world: World, thing: Post | Comment, params: Params, _: Scope) -> Answer:
    if "is_hidden" in params:
        if thing.author.id == thing.page_id:
            raise may_not_write("You can not hide your own content")
        (world.hide if as_bool(params["is_hidden"]) else world.unhide)(thing.id)
        return DONE
    if "message" not in params:
        raise unsupported("post")
    if thing.author.id != thing.page_id:
        raise may_not_write("You do not have sufficient permissions to edit this content")
    world.edit(thing.id, params["message"])
    return DONE


def _hide_on_instagram(world: World, thing: Post | Comment, params: Params, _: Scope) -> Answer:
    if "hide" not in params or thing.author.id == thing.page_id:
        raise unsupported("post")
    (world.hide if as_bool(params["hide"]) else world.unhide)(thing.id)
    return DONE


def _delete(world: World, thing: Post | Comment, _: Params, __: Scope) -> Answer:
    if thing.author.id != thing.page_id:
        raise may_not_write("You do not have sufficient permissions to delete this content")
    world.remove(thing.id)
    return DONE


def _like(world: World, thing: Post | Comment, _: Params, __: Scope) -> Answer:
    if thing.page_id not in thing.likes:
        world.react(thing.id, None)
    return DONE


def _unlike(world: World, thing: Post | Comment, _: Params, __: Scope) -> Answer:
    if thing.page_id in thing.likes:
        world.react(thing.id, None, thing.likes[thing.page_id])
    return DONE


def _send(world: World, page: Page, params: Params) -> Answer:
    recipient = as_object("recipient", params.get("recipient"))
    text = str(as_object("message", params.get("message")).get("text", ""))
    if not text:
        raise invalid("Empty message")
    if len(text) > MAX_MESSAGE:
        raise invalid(f"Length of param message[text] must be less than or equal to {MAX_MESSAGE}")
    world.bursts.count(page.id, world.clock.now())
    target_id = recipient.get("comment_id") or recipient.get("post_id")
    if target_id is not None:
        return _reply_privately(world, page, str(target_id), text)
    person_id = str(recipient.get("id", ""))
    message = world.send(_inbox_of(world, page, person_id).id, person_id, text, by_human=_is_by_human(params))
    return {"recipient_id": person_id, "message_id": message.id}


def _reply_privately(world: World, page: Page, target_id: str, text: str) -> Answer:
    target = world.get_object(target_id)
    if target.page_id not in (page.id, page.instagram_id):
        raise may_not_write("Permissions error")
    person, message = world.reply_privately(target.page_id, target, text)
    return {"recipient_id": person.id, "message_id": message.id}


def _inbox_of(world: World, page: Page, person_id: str) -> Page:
    """A Page writes to people on Instagram under its own id: whom it writes to tells where."""
    account = world.pages.get(page.instagram_id or "")
    return account if account is not None and person_id in account.conversations else page


def _is_by_human(params: Params) -> bool:
    if params.get("messaging_type", "RESPONSE") != "MESSAGE_TAG":
        return False
    if params.get("tag") != "HUMAN_AGENT":
        raise invalid("Invalid message tag. Only HUMAN_AGENT can be used.")
    return True


_ACTIONS: Mapping[tuple[str, str], Action] = {
    ("POST", "comments"): _comment,
    ("POST", "likes"): _like,
    ("DELETE", "likes"): _unlike,
    ("POST", ""): _change,
    ("DELETE", ""): _delete,
}
_INSTAGRAM_POST = {("POST", "comments"): _comment}
_INSTAGRAM_COMMENT = {("POST", "replies"): _comment, ("POST", ""): _hide_on_instagram, ("DELETE", ""): _delete}
