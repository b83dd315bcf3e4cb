"""Leaving and rejoining digests by the signed link of a mail, without signing in.

The mail's own address takes the one POST that mail programs send (RFC 8058: no cookie, no form token); people are led on to a
page with a button, because scanners open every link of a mail.
"""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from localcare.digests.pages import SubscriptionPage
from localcare.digests.unsubscribing import read_subscription, subscribe_again, unsubscribe
from localcare.people.dependencies import CurrentRuntime, Now, OpenTransaction
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter(prefix="/digests", include_in_schema=False)


@router.get("/unsubscribe/{token}")
def lead_to_subscription(token: str) -> RedirectResponse:
    return RedirectResponse(_address(token), status_code=303)


@router.post("/unsubscribe/{token}")
def unsubscribe_with_one_click(session: OpenTransaction, runtime: CurrentRuntime, now: Now, token: str) -> Response:
    unsubscribe(session, read_subscription(session, runtime.signer, token), now)
    return Response("Unsubscribed.\n", media_type="text/plain")


@router.get("/subscription/{token}")
def show_subscription(request: Request, session: OpenTransaction, runtime: CurrentRuntime, token: str) -> Response:
    found = read_subscription(session, runtime.signer, token)
    title = f"Stop {found.what}?" if found.is_active else f"You do not get {found.what}"
    page = SubscriptionPage(
        title=title,
        what=found.what,
        email=found.email,
        is_active=found.is_active,
        action=f"{_address(token)}/{'end' if found.is_active else 'renewal'}",
    )
    return render(request, "digests/subscription.html", page)


@router.post("/subscription/{token}/end")
def end_subscription(
    request: Request, session: OpenTransaction, runtime: CurrentRuntime, now: Now, token: str
) -> Response:
    found = read_subscription(session, runtime.signer, token)
    unsubscribe(session, found, now)
    flash = Flash(
        f"Done: {found.what} will not come to {found.email} any more.",
        action_label="Undo",
        action_url=f"{_address(token)}/renewal",
    )
    return see_other(request, _address(token), flash)


@router.post("/subscription/{token}/renewal")
def renew_subscription(request: Request, session: OpenTransaction, runtime: CurrentRuntime, token: str) -> Response:
    found = read_subscription(session, runtime.signer, token)
    subscribe_again(session, found)
    return see_other(request, _address(token), Flash(f"Done: {found.what} will come to {found.email} again."))


def _address(token: str) -> str:
    return f"/digests/subscription/{token}"
