"""Buttons for what people with power over the app and the Pages do: let it in, take it away, give and take tasks."""

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localcare.sandbox import schemas
from localcare.sandbox.objects import TokenKind
from localcare.sandbox.standing import Standing
from localcare.sandbox.tokens import find_token, make_login


async def break_token(standing: Standing, request: Request) -> Response:
    """A token dies; what it gave dies with it."""
    wanted = schemas.TokenFailureIn.model_validate_json(await request.body())
    if wanted.token is not None:
        find_token(standing.world, wanted.token).broken = wanted.subcode
    if wanted.page_id is not None:
        standing.world.break_token(wanted.page_id, wanted.subcode)
    return Response(status_code=204)


async def log_in(standing: Standing, request: Request) -> Response:
    """Somebody lets the app in; the answer is their token."""
    wanted = schemas.LoginIn.model_validate_json(await request.body())
    now = standing.world.clock.now()
    token = make_login(
        standing.world,
        kind=TokenKind(wanted.kind),
        name=wanted.name,
        scopes=wanted.scopes,
        pages=wanted.pages,
        expires_at=_after(now, wanted.expires_in_seconds),
        data_access_expires_at=_after(now, wanted.data_access_in_seconds),
        app_id=wanted.app_id,
    )
    return JSONResponse({"token": token.value, "user_id": token.user_id}, 201)


async def set_rights(standing: Standing, request: Request) -> Response:
    """Tasks on a Page are given or taken, and with them the Page itself."""
    wanted = schemas.PageRightsIn.model_validate_json(await request.body())
    page = standing.world.get_page(request.path_params["page_id"])
    page.tasks = page.tasks if wanted.tasks is None else wanted.tasks
    page.is_assigned = page.is_assigned if wanted.is_assigned is None else wanted.is_assigned
    page.is_owned = page.is_owned if wanted.is_owned is None else wanted.is_owned
    return Response(status_code=204)


def _after(now: datetime, seconds: int | None) -> datetime | None:
    return None if seconds is None else now + timedelta(seconds=seconds)
