"""What the forms of the stand-in's pages do: each takes a Page and a form, and returns the anchor to show next."""

from collections.abc import Callable

from localcare.sandbox.objects import Page
from localcare.sandbox.refusals import invalid
from localcare.sandbox.wire import as_bool
from localcare.sandbox.world import World


class Form(dict[str, str]):
    """A submitted form. A missing field is the visitor's mistake, not a crash."""

    def __missing__(self, name: str) -> str:
        raise invalid(f"The form lacks {name}")


def _post(world: World, page: Page, form: Form) -> str:
    author = None if page.is_on_instagram else form["author"]
    post = world.post(page.id, form.get("message", ""), author=author, photo=form.get("photo") or None)
    return f"#o{post.id}"


def _comment(world: World, _: Page, form: Form) -> str:
    return f"#o{world.comment(form['target_id'], form['message'], author=form['author']).id}"


def _native_comment(world: World, _: Page, form: Form) -> str:
    return f"#o{world.comment(form['target_id'], form['message']).id}"


def _message(world: World, page: Page, form: Form) -> str:
    world.message(page.id, form["message"], author=form["author"])
    return ""


def _native_answer(world: World, page: Page, form: Form) -> str:
    world.answer_natively(page.id, form["person_id"], form["message"])
    return ""


def _recommend(world: World, page: Page, form: Form) -> str:
    recommends = as_bool(form["recommends"])
    world.recommend(page.id, form["author"], recommends=recommends, text=form.get("message", ""))
    return ""


def _tag(world: World, page: Page, form: Form) -> str:
    world.mention(page.id, form["author"], form["message"], in_comment=page.is_on_instagram)
    return ""


def _edit(world: World, _: Page, form: Form) -> str:
    world.edit(form["object_id"], form["message"])
    return f"#o{form['object_id']}"


def _hide(world: World, _: Page, form: Form) -> str:
    (world.hide if as_bool(form["is_hidden"]) else world.unhide)(form["object_id"])
    return f"#o{form['object_id']}"


def _remove(world: World, _: Page, form: Form) -> str:
    world.remove(form["object_id"])
    return ""


ACTIONS: dict[str, Callable[[World, Page, Form], str]] = {
    "posts": _post,
    "comments": _comment,
    "native-comments": _native_comment,
    "messages": _message,
    "native-answers": _native_answer,
    "recommendations": _recommend,
    "tags": _tag,
    "edits": _edit,
    "hidings": _hide,
    "removals": _remove,
}
