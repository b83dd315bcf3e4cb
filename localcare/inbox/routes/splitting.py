"""Two matters of one customer: make a second case, unite them, choose which answers in public."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import topic_name
from localcare.inbox.dependencies import ActingHand, Chosen, CurrentPolicy, RowId
from localcare.inbox.service.splitting import also_about, unite
from localcare.replies.voice import take_voice
from localcare.web.pages import see_other
from localcare.web.parts import Flash

router = APIRouter()


@router.post("/cases/{case_id}/second-matter")
def split(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId, topic: Chosen = "") -> Response:
    other = also_about(hand, case_id, topic, policy)
    words = (
        f"Case {other.id} about {topic_name(topic).lower()} is with {queue_name(other.queue)}. This one stays as it is."
    )
    return see_other(request, f"/cases/{case_id}", Flash(words, "good", "Undo", f"/cases/{case_id}/one-matter"))


@router.post("/cases/{case_id}/one-matter")
def join(request: Request, hand: ActingHand, policy: CurrentPolicy, case_id: RowId) -> Response:
    main = unite(hand, case_id, policy)
    return see_other(
        request, f"/cases/{main.id}", Flash("One matter again: the second case is merged into this one.", "info")
    )


@router.post("/cases/{case_id}/voice")
def speak(request: Request, hand: ActingHand, case_id: RowId) -> Response:
    take_voice(hand, case_id)
    return see_other(request, f"/cases/{case_id}", Flash("You answer this customer in public from here.", "good"))
