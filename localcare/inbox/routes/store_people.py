"""Who answers at a store: the page, an absence written down, ended, restored."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.errors import ConflictError, InvalidError
from localcare.inbox.dependencies import ActingHand, Chosen, Named, RowId
from localcare.inbox.pages.store_people import store_people_page
from localcare.inbox.service import store_people as service
from localcare.people.core.receiving import day_words
from localcare.people.dependencies import CurrentSession, CurrentViewer, Now
from localcare.web.pages import render, see_other
from localcare.web.parts import Flash

router = APIRouter()
_PAGE = "inbox/store_people.html"


@router.get("/stores/{number}/people")
def show_store_people(
    request: Request, session: CurrentSession, viewer: CurrentViewer, now: Now, number: Named
) -> Response:
    people = service.open_store_people(session, viewer, number, now=now)
    return render(request, _PAGE, store_people_page(viewer, people))


@router.post("/stores/{number}/absences")
def say_away(
    request: Request,
    hand: ActingHand,
    number: Named,
    person: Chosen = "",
    from_on: Chosen = "",
    to_on: Chosen = "",
    stand_in: Chosen = "",
    note: Chosen = "",
) -> Response:
    """Write down who is away. When it is refused, the form comes back with what was typed and why."""
    try:
        absence = service.say_away(hand, number, person, from_on, to_on, stand_in, note)
    except (InvalidError, ConflictError) as refusal:
        typed = {"person": person, "from_on": from_on, "to_on": to_on, "stand_in": stand_in, "note": note}
        people = service.open_store_people(hand.session, hand.viewer, number, now=hand.now)
        page = store_people_page(hand.viewer, people, values=typed, error=refusal.message)
        return render(request, _PAGE, page, status=refusal.status)
    said = f"Written down, until {day_words(absence.to_on)}. The page says who answers."
    undo = Flash(said, "good", "Undo", f"/stores/{number}/absences/{absence.id}/end")
    return see_other(request, f"/stores/{number}/people", undo)


@router.post("/stores/{number}/absences/{absence_id}/end")
def end_absence(request: Request, hand: ActingHand, number: Named, absence_id: RowId) -> Response:
    service.end_absence(hand, number, absence_id)
    undo = f"/stores/{number}/absences/{absence_id}/restoration"
    return see_other(request, f"/stores/{number}/people", Flash("The absence is ended.", "info", "Undo", undo))


@router.post("/stores/{number}/absences/{absence_id}/restoration")
def restore_absence(request: Request, hand: ActingHand, number: Named, absence_id: RowId) -> Response:
    service.restore_absence(hand, number, absence_id)
    return see_other(request, f"/stores/{number}/people", Flash("The absence holds again.", "info"))
