"""Buttons that make something reach the callbacks out of turn: forged webhooks, and Meta's wishes to delete or let go."""

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localcare.sandbox import schemas
from localcare.sandbox.sender import Forgery
from localcare.sandbox.standing import Standing


async def forge(standing: Standing, request: Request) -> Response:
    """Somebody who is not Meta posts to the callback; the answer says with which status it was met."""
    wanted = schemas.ForgeryIn.model_validate_json(await request.body())
    if not standing.world.callback_url:
        return JSONResponse({"error": "no callback registered"}, 409)
    try:
        return JSONResponse({"status": await standing.sender.forge(Forgery(wanted.kind))})
    except httpx.HTTPError as error:
        return JSONResponse({"error": type(error).__name__}, 502)


async def send_signed_request(standing: Standing, request: Request) -> Response:
    """A person removes the app, or wants their data deleted; the answer is what the callback answered."""
    wanted = schemas.SignedRequestIn.model_validate_json(await request.body())
    try:
        answer = await standing.sender.ask_for_deletion(wanted.url, wanted.user_id)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return JSONResponse({"error": type(error).__name__}, 502)
    return JSONResponse({"status": answer.status_code, "body": answer.text})
