"""Surges over HTTP: what comes in beside its forecast, and switching them by hand and by date, each with its way back."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from localcare.errors import InvalidError
from localcare.inbox import surge_service as surges
from localcare.inbox.dependencies import Chosen, RowId, Typed, UsualPolicy
from localcare.inbox.surge_pages import SURGE_URL, surge_page
from localcare.people.core import Viewer
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.web.pages import render, see_other, wants_fragment
from localcare.web.parts import Flash

router = APIRouter(include_in_schema=False)


@router.get(SURGE_URL)
def show_surges(
    request: Request, session: CurrentSession, viewer: CurrentViewer, policy: UsualPolicy, now: Now
) -> Response:
    view = surges.open_surges(session, viewer, policy, now, tries=not wants_fragment(request))
    return render(request, "supervise/surge.html", surge_page(viewer, view), fragment="supervise/_surge.html")


@router.post(SURGE_URL)
def begin(
    request: Request, session: CurrentSession, viewer: CurrentViewer, now: Now, until: Chosen, why: Typed = ""
) -> Response:
    surge_id = surges.begin(session, viewer, until=_moment(until, viewer), why=why, now=now)
    flash = Flash("The surge is on, from the next case on.", "good", "Undo", f"{SURGE_URL}/{surge_id}/retraction")
    return see_other(request, SURGE_URL, flash)


@router.post(f"{SURGE_URL}/end")
def end(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    now: Now,
    rests: Annotated[Literal["0", "2", "24", "168"], Form()] = "2",
    why: Typed = "",
) -> Response:
    surge_id = surges.end(session, viewer, rests=timedelta(hours=int(rests)), why=why, now=now)
    words = "The surge is over. What stores were sent and nobody took goes back within a minute."
    return see_other(request, SURGE_URL, Flash(words, "good", "Undo", f"{SURGE_URL}/{surge_id}/resumption"))


@router.post(f"{SURGE_URL}/plans")
def plan(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    now: Now,
    since: Chosen,
    until: Chosen,
    why: Typed = "",
) -> Response:
    begins, ends = _moment(since, viewer), _moment(until, viewer)
    surge_id = surges.plan(session, viewer, since=begins, until=ends, why=why, now=now)
    flash = Flash("The surge is planned.", "good", "Undo", f"{SURGE_URL}/{surge_id}/withdrawal")
    return see_other(request, SURGE_URL, flash)


@router.post(f"{SURGE_URL}/rule")
def wake_rule(request: Request, session: CurrentSession, viewer: CurrentViewer, now: Now) -> Response:
    surges.wake_rule(session, viewer, now=now)
    return see_other(request, SURGE_URL, Flash("The rule watches again."))


@router.post(f"{SURGE_URL}/{{surge_id}}/{{deed}}")
def undo_or_withdraw(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    now: Now,
    surge_id: RowId,
    deed: Literal["retraction", "resumption", "withdrawal", "plan"],
) -> Response:
    match deed:
        case "retraction":
            why = "Its beginning was taken back."
            surges.end(session, viewer, rests=timedelta(0), why=why, now=now, only=surge_id)
            flash = Flash("It is off again.")
        case "resumption":
            surges.take_back_end(session, viewer, surge_id, now=now)
            flash = Flash("The surge goes on.")
        case "withdrawal":
            surges.withdraw(session, viewer, surge_id, now=now)
            flash = Flash("The plan is dropped.", "good", "Undo", f"{SURGE_URL}/{surge_id}/plan")
        case "plan":
            surges.plan_again(session, viewer, surge_id, now=now)
            flash = Flash("The plan stands again.")
    return see_other(request, SURGE_URL, flash)


def _moment(typed: str, viewer: Viewer) -> datetime:
    """A moment as a browser sends it, on the clock of whoever typed it."""
    try:
        moment = datetime.fromisoformat(typed.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(viewer.timezone))).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # a year at the end of the calendar has no hour elsewhere
        raise InvalidError("Choose a day and a time.") from error
