"""The `/_sandbox` API: act as a customer, as the Page's staff, or as bad luck. Loopback only; there is no sign-in."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localcare.sandbox import posting, rights, schemas
from localcare.sandbox.delivery import Habits
from localcare.sandbox.faults import Fault
from localcare.sandbox.objects import Comment, Page, Place, Post
from localcare.sandbox.standing import Standing

Endpoint = Callable[[Request], Awaitable[Response]]
ALL_LISTED = 10_000


def admin_routes(standing: Standing) -> list[Route]:
    """Every switch and action, as resources."""
    actions: list[tuple[str, str, Callable[[Standing, Request], Awaitable[Response]]]] = [
        ("GET", "", _overview),
        ("GET", "/pages", _pages),
        ("GET", "/pages/{page_id}", _page),
        ("POST", "/pages/{page_id}/posts", _post),
        ("POST", "/comments", _comment),
        ("POST", "/messages", _message),
        ("POST", "/native-answers", _native_answer),
        ("POST", "/recommendations", _recommend),
        ("POST", "/tags", _tag),
        ("POST", "/reactions", _react),
        ("PATCH", "/objects/{object_id}", _change),
        ("DELETE", "/objects/{object_id}", _remove),
        ("GET", "/faults", _faults),
        ("POST", "/faults", _add_fault),
        ("DELETE", "/faults", _clear_faults),
        ("PUT", "/callback", _callback),
        ("GET", "/webhooks", _webhooks),
        ("PUT", "/webhooks", _set_webhooks),
        ("POST", "/token-failures", rights.break_token),
        ("POST", "/logins", rights.log_in),
        ("PATCH", "/pages/{page_id}", rights.set_rights),
        ("PUT", "/budgets", _budget),
        ("POST", "/forgeries", posting.forge),
        ("POST", "/signed-requests", posting.send_signed_request),
    ]
    return [Route("/_sandbox" + path, _bound(standing, act), methods=[method]) for method, path, act in actions]


def _bound(standing: Standing, act: Callable[[Standing, Request], Awaitable[Response]]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await act(standing, request)

    return endpoint


async def _overview(standing: Standing, _: Request) -> Response:
    world = standing.world
    app = world.app
    return JSONResponse(
        {
            "app": {"id": app.id, "secret": app.secret, "verify_token": app.verify_token, "token": world.app_token},
            "brand_page_id": world.brand_id,
            "system_user_token": world.system_token,
            "pages": len(world.pages),
            "posts": len(world.posts),
            "comments": len(world.comments),
            "conversations": len(world.conversations),
            "webhooks": _sending(standing),
        }
    )


async def _pages(standing: Standing, request: Request) -> Response:
    wanted = request.query_params.get("q", "").casefold()
    limit = int(request.query_params.get("limit", ALL_LISTED))
    found = [page for page in standing.world.pages.values() if wanted in page.name.casefold()]
    return JSONResponse({"data": [_shown_page(page) for page in found[:limit]]})


async def _page(standing: Standing, request: Request) -> Response:
    page = standing.world.get_page(request.path_params["page_id"])
    posts = [_shown(post) | {"comments": [_shown(comment) for comment in post.comments]} for post in page.posts]
    return JSONResponse(_shown_page(page) | {"posts": posts})


async def _post(standing: Standing, request: Request) -> Response:
    wanted = schemas.PostIn.model_validate_json(await request.body())
    place = Place(**wanted.place.model_dump()) if wanted.place else None
    await standing.sender.room()
    page_id = request.path_params["page_id"]
    post = standing.world.post(page_id, wanted.message, author=wanted.author, photo=wanted.photo, place=place)
    return JSONResponse(_shown(post), 201)


async def _comment(standing: Standing, request: Request) -> Response:
    wanted = schemas.CommentIn.model_validate_json(await request.body())
    await standing.sender.room()
    comment = standing.world.comment(wanted.target_id, wanted.message, author=wanted.author, photo=wanted.photo)
    return JSONResponse(_shown(comment), 201)


async def _message(standing: Standing, request: Request) -> Response:
    wanted = schemas.MessageIn.model_validate_json(await request.body())
    await standing.sender.room()
    message = standing.world.message(wanted.page_id, wanted.text, author=wanted.author, photo=wanted.photo)
    person = standing.world.person(wanted.page_id, wanted.author)
    return JSONResponse({"id": message.id, "person_id": person.id}, 201)


async def _native_answer(standing: Standing, request: Request) -> Response:
    wanted = schemas.NativeAnswerIn.model_validate_json(await request.body())
    message = standing.world.answer_natively(wanted.page_id, wanted.person_id, wanted.text)
    return JSONResponse({"id": message.id}, 201)


async def _recommend(standing: Standing, request: Request) -> Response:
    wanted = schemas.RecommendationIn.model_validate_json(await request.body())
    world = standing.world
    review = world.recommend(wanted.page_id, wanted.author, recommends=wanted.recommends, text=wanted.text)
    return JSONResponse({"id": review.story_id}, 201)


async def _tag(standing: Standing, request: Request) -> Response:
    wanted = schemas.TagIn.model_validate_json(await request.body())
    await standing.sender.room()
    tag = standing.world.mention(wanted.page_id, wanted.author, wanted.message, in_comment=wanted.in_comment)
    return JSONResponse({"post_id": tag.post_id, "comment_id": tag.comment_id}, 201)


async def _react(standing: Standing, request: Request) -> Response:
    wanted = schemas.ReactionIn.model_validate_json(await request.body())
    standing.world.react(wanted.target_id, wanted.author, wanted.reaction)
    return Response(status_code=204)


async def _change(standing: Standing, request: Request) -> Response:
    wanted = schemas.ChangeIn.model_validate_json(await request.body())
    object_id = request.path_params["object_id"]
    if wanted.message is not None:
        standing.world.edit(object_id, wanted.message)
    if wanted.is_hidden is not None:
        (standing.world.hide if wanted.is_hidden else standing.world.unhide)(object_id)
    return Response(status_code=204)


async def _remove(standing: Standing, request: Request) -> Response:
    standing.world.remove(request.path_params["object_id"])
    return Response(status_code=204)


async def _faults(standing: Standing, _: Request) -> Response:
    book = standing.graph.faults
    return JSONResponse({"waiting": [asdict(fault) for fault in book.waiting], "struck": book.struck})


async def _add_fault(standing: Standing, request: Request) -> Response:
    wanted = schemas.FaultIn.model_validate_json(await request.body())
    standing.graph.faults.add(Fault(**wanted.model_dump()))
    return Response(status_code=204)


async def _clear_faults(standing: Standing, _: Request) -> Response:
    standing.graph.faults.clear()
    return Response(status_code=204)


async def _callback(standing: Standing, request: Request) -> Response:
    wanted = schemas.CallbackIn.model_validate_json(await request.body())
    wrong = await standing.subscribe(wanted.url, wanted.fields, pages=wanted.pages)
    if wrong is not None:
        return JSONResponse({"error": wrong}, 502)
    return JSONResponse(_sending(standing))


async def _webhooks(standing: Standing, _: Request) -> Response:
    return JSONResponse(_sending(standing))


async def _set_webhooks(standing: Standing, request: Request) -> Response:
    wanted = schemas.HabitsIn.model_validate_json(await request.body())
    standing.sender.set_habits(Habits(**wanted.model_dump(exclude={"is_paused", "sends_ratings"})))
    standing.sender.is_paused = wanted.is_paused
    standing.world.sends_ratings = wanted.sends_ratings
    return JSONResponse(_sending(standing))


async def _budget(standing: Standing, request: Request) -> Response:
    wanted = schemas.BudgetIn.model_validate_json(await request.body())
    if wanted.of_app:
        standing.graph.meter.app_budget = wanted.calls
    elif wanted.page_id is None:
        standing.graph.meter.budget = wanted.calls
    else:
        standing.graph.meter.budgets[wanted.page_id] = wanted.calls
    return Response(status_code=204)


def _sending(standing: Standing) -> dict[str, object]:
    sender, world = standing.sender, standing.world
    return {
        "callback_url": world.callback_url or None,
        "fields": list(world.app_fields),
        "subscribed_pages": sum(bool(page.subscribed_fields) for page in world.pages.values()),
        "pending": sender.pending,
        "sent": sender.sent,
        "refused": sender.refused,
        "dropped": sender.dropped,
        "is_paused": sender.is_paused,
        "sends_ratings": world.sends_ratings,
        "habits": asdict(sender.habits),
    }


def _shown_page(page: Page) -> dict[str, object]:
    return {
        "id": page.id,
        "name": page.name,
        "store_number": page.store_number,
        "store_code": page.store_code,
        "access_token": page.access_token,
        "posts": len(page.posts),
    }


def _shown(thing: Post | Comment) -> dict[str, object]:
    return {
        "id": thing.id,
        "page_id": thing.page_id,
        "author": {"id": thing.author.id, "name": thing.author.name},
        "message": thing.message,
        "photo": thing.photo,
        "created_at": thing.created_at.isoformat(),
        "is_hidden": thing.is_hidden,
        "parent_id": thing.parent_id if isinstance(thing, Comment) else None,
    }
