"""The map of stores: the page with its table, and what the script on it draws."""

import gzip
from datetime import timedelta
from typing import Literal

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.inbox.admin.dependencies import AdminReader
from localcare.inbox.admin.pages import frame
from localcare.inbox.admin.stores import map_repository as repository
from localcare.inbox.admin.stores.map_sheet import map_rows, state_lines
from localcare.inbox.admin.stores.pages import MapPage
from localcare.people.dependencies import CurrentSession, Now
from localcare.web.pages import render

router = APIRouter()
_VOICES_COUNT = timedelta(days=90)

Shown = Literal["all", "open", "closed", "no-page"]
Colour = Literal["state", "cases", "voices"]


@router.get("/map")
def show_map(
    request: Request,
    viewer: AdminReader,
    session: CurrentSession,
    now: Now,
    show: Shown = "open",
    colour: Colour = "state",
) -> Response:
    stores = repository.list_mapped(session, viewer.brand_id, today=now.date())
    page = MapPage(
        title="Map of stores", show=show, colour=colour, states=state_lines(stores), **frame(viewer, "/admin/stores")
    )
    return render(request, "admin/stores/map.html", page)


@router.get("/map/stores.json")
def give_stores(request: Request, viewer: AdminReader, session: CurrentSession, now: Now) -> Response:
    rows = map_rows(repository.list_mapped(session, viewer.brand_id, today=now.date()))
    return _json(request, {"stores": rows})


@router.get("/map/voices.json")
def give_voices(request: Request, viewer: AdminReader, session: CurrentSession, now: Now) -> Response:
    voices = repository.count_voices(session, viewer.brand_id, since=now - _VOICES_COUNT)
    return _json(request, {"voices": [(voice.store_id, voice.voices, voice.good) for voice in voices]})


def _json(request: Request, value: object) -> Response:
    """JSON, packed when the browser can unpack it: a large chain's stores are most of a megabyte otherwise."""
    body, headers = orjson.dumps(value), {"Cache-Control": "private, max-age=30", "Vary": "Accept-Encoding, Cookie"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers = gzip.compress(body, 4), {**headers, "Content-Encoding": "gzip"}
    return Response(body, media_type="application/json", headers=headers)
