"""After a surge: what it sent to stores and nobody took goes back to where the policy puts it otherwise.

What a store has in hand or has answered stays there, so nothing is lost and nothing answered twice. A case that somebody
touches at this moment is looked at again for `LOOKS_BACK`; a worker that has just started looks `FAR_BACK`, for none may
have run when it ended.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.cases import returning
from localcare.cases.core import Placement
from localcare.cases.returning import UntakenCase
from localcare.routing import repository, surge_repository
from localcare.routing.core import Policy, place
from localcare.routing.core.conditions import NOTHING_BESIDE
from localcare.routing.models import Surge
from localcare.stores.shelf import stand_today

LOOKS_BACK, FAR_BACK = timedelta(minutes=15), timedelta(days=14)
_AT_ONCE = 500
_SKEW = timedelta(minutes=1)  # a batch that read the policy before the end is written after it, by another host's clock


def return_cases(
    session: Session, brand_id: int, policy: Policy, *, now: datetime, back: timedelta = LOOKS_BACK
) -> int:
    """Send back what surges that ended lately have put into stores' inboxes; returns how many. Nothing while one is on."""
    over = surge_repository.list_over(session, brand_id, since=now - back)
    if not over or surge_repository.is_on(session, brand_id):
        return 0
    return sum(_return_from(session, brand_id, surge, policy, now) for surge in over)


def _return_from(session: Session, brand_id: int, surge: Surge, policy: Policy, now: datetime) -> int:
    begun, ended = surge.begun_at or surge.begins_at, (surge.ended_at or now) + _SKEW
    after, returned = 0, 0
    while True:
        some = returning.list_untaken(
            session, brand_id, since=begun, until=ended, after=after, most=_AT_ONCE
        )  # fmt: skip
        placed = _placed(session, brand_id, some, policy, now)
        returning.place_anew(session, brand_id, placed, why="the surge is over", now=now)
        returned += len(placed)
        if len(some) < _AT_ONCE:
            break
        after = some[-1].id
    if returned:
        surge_repository.note_returned(session, surge.id or 0, returned)
    return returned


def _placed(
    session: Session, brand_id: int, some: Sequence[UntakenCase], policy: Policy, now: datetime
) -> dict[int, Placement]:
    """Where those go that only a surge sends to their store."""
    if not some:
        return {}
    stores = stand_today(session, brand_id, now=now)
    asked = [
        repository.Asked(str(each.id), each.conversation_key, each.channel, each.page_id, each.author_external_id)
        for each in some
    ]
    known = repository.look_beside(session, brand_id, asked, now=now) if policy.asks_beside else {}
    surging, placed = policy.in_surge(), {}
    for each in some:
        store, beside = stores.get(each.store_id or 0), known.get(str(each.id), NOTHING_BESIDE)
        usual = place(each, store, policy, beside)
        if usual.queue != each.queue and place(each, store, surging, beside).queue == each.queue:
            placed[each.id] = usual
    return placed
