"""What only the demo serves: sign-in links that last, and the photos its customers post. Mounted in development only."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from localcare.demo.links import LINK_LIFE, read_demo_link
from localcare.demo.reading import list_names, read_text
from localcare.errors import NotFoundError
from localcare.kit.runtime import Runtime
from localcare.people.core.links import Link
from localcare.people.dependencies import CurrentRuntime, MaybeViewer, Now, OpenTransaction
from localcare.people.pages import continue_page
from localcare.people.service import create_session, viewer_of_person
from localcare.web.pages import render, see_other
from localcare.web.security import SecurityPolicy

router = APIRouter(prefix="/dev", include_in_schema=False)


@router.get("/sign-in/{token}")
def show_link(
    request: Request, session: OpenTransaction, runtime: CurrentRuntime, viewer: MaybeViewer, token: str
) -> Response:
    link = _get_link(session, runtime, token)
    if viewer is not None and viewer.person_id == link.person_id and viewer.limited_to_store is None:
        return see_other(request, "/")
    return render(request, "people/continue.html", continue_page(link, action=request.url.path, target="/"))


@router.post("/sign-in/{token}")
def use_link(request: Request, session: OpenTransaction, runtime: CurrentRuntime, now: Now, token: str) -> Response:
    link = _get_link(session, runtime, token)
    response = see_other(request, "/")
    policy: SecurityPolicy = request.app.state.security
    response.set_cookie(
        policy.session_cookie,
        create_session(session, link, now),
        max_age=int(link.session_life.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=policy.is_https,
    )
    return response


@router.get("/photos/{name}.svg")
def show_photo(name: str) -> Response:
    file = f"photos/{name}.svg"
    if file not in list_names("photos", ".svg"):
        raise NotFoundError("There is no such photo.")
    return Response(read_text(file), media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


def _get_link(session: Session, runtime: Runtime, token: str) -> Link:
    now = runtime.clock.now()
    viewer = viewer_of_person(session, read_demo_link(runtime, token), now)
    if viewer is None or viewer.person_id is None:
        raise NotFoundError("This link is of another demo. Take one that this one has printed.")
    return Link(
        person_id=viewer.person_id,
        person_name=viewer.name,
        brand_id=viewer.brand_id,
        purpose="demo",
        target="/",
        store_id=None,
        expires_at=now + LINK_LIFE,
        used_at=None,
    )
