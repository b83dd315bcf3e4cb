"""The doors: Meta's webhook and the signed sources. A 200 is given only after the raw body is durable."""

import asyncio
import hmac
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy.exc import DBAPIError

from localcare.channels.facebook.service import app_secrets
from localcare.channels.facebook.signature import verify_signature
from localcare.channels.reading import FACEBOOK, signed_source
from localcare.channels.signed_source import read_signed_delivery
from localcare.errors import ForbiddenError, TooLargeError, UnauthenticatedError, UnavailableError
from localcare.intake.core import Delivery, Lane
from localcare.intake.group_commit import GroupCommit
from localcare.intake.models import Source
from localcare.intake.service import get_source
from localcare.kit.db import ALL_BRANDS, is_outage
from localcare.kit.runtime import Runtime

MAX_BYTES = 16 * 2**20

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


@router.get("/facebook", response_class=PlainTextResponse)
def verify_subscription(request: Request) -> str:
    """Meta's handshake: the challenge, word for word, when the verify token is ours; 403 otherwise."""
    settings = _runtime(request).settings
    expected = settings.facebook_verify_token
    given = request.query_params.get("hub.verify_token", "")
    is_ours = expected is not None and hmac.compare_digest(given.encode(), expected.get_secret_value().encode())
    if request.query_params.get("hub.mode") != "subscribe" or not is_ours:
        raise ForbiddenError("The verify token is not the one in LOCALCARE_FACEBOOK_VERIFY_TOKEN.")
    return request.query_params.get("hub.challenge", "")


@router.post("/facebook")
async def receive_facebook(request: Request) -> Response:
    """A delivery for any Page of any brand. 401 for a signature that is not Meta's, 413 over 16 MiB, 503 when too busy."""
    body = await read_capped(request)
    if not verify_signature(body, request.headers.get("x-hub-signature-256"), app_secrets(_runtime(request).settings)):
        raise UnauthenticatedError("The signature does not match the body under the app secret.")
    await _store(request, Delivery(Lane.WEBHOOK, FACEBOOK, body, _now(request)))
    return Response(status_code=200)


@router.post("/mentions/{name}")
async def receive_signed(request: Request, name: str) -> Response:
    """Mentions from a listening tool, signed with its secret; stored as they came, at most 1,000 at once."""
    body = await read_capped(request)
    runtime = _runtime(request)
    source, secret = await asyncio.to_thread(_read_source, runtime, name)
    if not verify_signature(body, request.headers.get("x-localcare-signature-256"), [secret]):
        raise UnauthenticatedError("The signature does not match the body under this source's secret.")
    count = len(read_signed_delivery(body).mentions)
    label = signed_source(source.channel, name)
    await _store(request, Delivery(Lane.WEBHOOK, label, body, _now(request), brand_id=source.brand_id))
    return JSONResponse({"accepted": count})


async def read_capped(request: Request) -> bytes:
    """The raw bytes, exactly as signed; refuses before it has read too much."""
    too_large = TooLargeError(f"A delivery may have at most {MAX_BYTES // 2**20} MiB.")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_BYTES:
        raise too_large
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise too_large
    return b"".join(parts)


def _read_source(runtime: Runtime, name: str) -> tuple[Source, str]:
    try:
        with runtime.db.session(ALL_BRANDS) as session:
            return get_source(session, name, runtime.cipher)
    except DBAPIError as error:
        if not is_outage(error):
            raise
        raise UnavailableError("The delivery could not be stored; send it again later.") from error


async def _store(request: Request, delivery: Delivery) -> None:
    group_commit: GroupCommit = request.app.state.group_commit
    await group_commit.store(delivery)


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def _now(request: Request) -> datetime:
    return _runtime(request).clock.now()
