"""`POST /webhooks/mail`: a mail as it is, from our own mail server or a provider that passes mails on.

The body is the mail's source (message/rfc822). The secret comes as `Authorization: Bearer …`, or as a Basic password.
"""

import asyncio
import binascii
import hmac
from base64 import b64decode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from localcare.errors import ForbiddenError, UnauthenticatedError
from localcare.intake.mail_taking import take_in
from localcare.intake.routes import read_capped
from localcare.kit.runtime import Runtime

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


@router.post("/mail")
async def receive_mail(request: Request) -> JSONResponse:
    """One mail. 200 says what became of it, also when it was refused, so that nothing is bounced to a forged sender.

    401 for a wrong secret, 403 while none is set, 413 over 16 MiB, 503 when it could not be stored.
    """
    runtime: Runtime = request.app.state.runtime
    _require_secret(request, runtime)
    raw = await read_capped(request)
    outcome = await asyncio.to_thread(take_in, runtime, raw)
    return JSONResponse({"outcome": outcome.became, "why": outcome.why})


def _require_secret(request: Request, runtime: Runtime) -> None:
    expected = runtime.settings.inbound_mail_secret
    if expected is None:
        raise ForbiddenError("No mail is taken in: LOCALCARE_INBOUND_MAIL_SECRET is not set.")
    given = _given_secret(request.headers.get("authorization", ""))
    if not hmac.compare_digest(given.encode(), expected.get_secret_value().encode()):
        raise UnauthenticatedError("The secret is not the one in LOCALCARE_INBOUND_MAIL_SECRET.")


def _given_secret(header: str) -> str:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    try:
        decoded = b64decode(rest.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return decoded.partition(":")[2]
