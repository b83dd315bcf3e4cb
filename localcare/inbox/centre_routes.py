"""The centre's pages, one agent's desk, and what an agent says of their own presence."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from localcare.errors import InvalidError
from localcare.inbox.centre_pages import CENTRE_URL, agent_desk_page, centre_page
from localcare.inbox.centre_service import open_agent_desk, open_centre, require_supervisor
from localcare.inbox.dependencies import ActingHand, CurrentPolicy, RowId
from localcare.people import duty as people
from localcare.people.core.duty import Presence
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.people.duty import DutyForm, RefusedFieldError
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter(include_in_schema=False)

_SAID = {
    Presence.HERE: Flash("You are there: cases come to you as they arrive.", "good"),
    Presence.AWAY: Flash("You are away: no case comes to you. What you have not looked at goes back.", "info"),
    Presence.OFFLINE: Flash("You are off work. What you have not looked at goes back to its queue.", "info"),
}


@router.get(CENTRE_URL)
def show_centre(
    request: Request, session: CurrentSession, viewer: CurrentViewer, policy: CurrentPolicy, now: Now
) -> Response:
    page = centre_page(viewer, open_centre(session, viewer, policy, now))
    return render(request, "supervise/centre.html", page, fragment="supervise/_centre.html")


@router.get(f"{CENTRE_URL}/{{person_id}}")
def show_agent_desk(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    policy: CurrentPolicy,
    now: Now,
    person_id: RowId,
) -> Response:
    page = agent_desk_page(viewer, open_agent_desk(session, viewer, policy, person_id, now))
    return render(request, "supervise/agent_desk.html", page)


async def read_fields(request: Request) -> dict[str, str]:
    """What was typed, as it was: it comes back with the page when something of it cannot be."""
    form = await request.form()
    return {name: value.strip()[:500] for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(read_fields)]


@router.post(f"{CENTRE_URL}/{{person_id}}")
def edit_agent_desk(
    request: Request,
    session: CurrentSession,
    viewer: CurrentViewer,
    policy: CurrentPolicy,
    now: Now,
    person_id: RowId,
    values: Fields,
) -> Response:
    require_supervisor(viewer)
    try:
        people.edit_duty(session, viewer, person_id, _form_of(values), now=now)
    except RefusedFieldError as refused:
        view, errors = open_agent_desk(session, viewer, policy, person_id, now), {refused.field: refused.message}
        page = agent_desk_page(viewer, view, values=values, errors=errors)
        return render(request, "supervise/agent_desk.html", page, status=422)
    return see_other(request, CENTRE_URL, Flash("The desk is changed, from the next case on."))


@router.post(f"{CENTRE_URL}/{{person_id}}/days")
def edit_agent_day(
    request: Request, session: CurrentSession, viewer: CurrentViewer, now: Now, person_id: RowId, values: Fields
) -> Response:
    require_supervisor(viewer)
    try:
        day = date.fromisoformat(values.get("on_day", ""))
    except ValueError as error:
        raise InvalidError("Choose a day.") from error
    hours = people.edit_day(session, viewer, person_id, day, values.get("hours", ""), now=now)
    words = {"": f"{day} is as usual again.", "off": f"{day} is free."}.get(hours, f"On {day} it is {hours}.")
    return see_other(request, f"{CENTRE_URL}/{person_id}", Flash(words))


@router.post("/presence")
def say_presence(request: Request, hand: ActingHand, presence: Annotated[Presence, Form()]) -> Response:
    people.say_presence(hand.session, hand.viewer, presence, now=hand.now)
    return see_other(request, "/", _SAID[presence])


@router.post("/presence/sign-of-life")
def show_sign_of_life(request: Request, hand: ActingHand) -> Response:
    """Sent by the agent's first page while it is open."""
    people.note_sign_of_life(hand.session, hand.viewer, now=hand.now)
    return Response(status_code=204) if request.headers.get("HX-Request") else see_other(request, "/")


def _form_of(values: dict[str, str]) -> DutyForm:
    return DutyForm(
        skills=values.get("skills", ""),
        second_skills=values.get("second_skills", ""),
        languages=values.get("languages", ""),
        tier=_number(values, "tier"),
        capacity=_number(values, "capacity"),
        shifts=values.get("shifts", ""),
        timezone=values.get("timezone", ""),
        is_pushed="is_pushed" in values,
    )


def _number(values: dict[str, str], name: str) -> int:
    text = values.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
