"""Everything there is to know about one case, for those who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.cases.crisis import CallState, find_call
from localcare.cases.handling import find_case, find_owner_name, find_twin
from localcare.cases.models import Case, CaseClock, CaseEvent
from localcare.cases.undoing import find_undoable
from localcare.channels.facebook.incidents import Obstacle, find_obstacle
from localcare.errors import NotFoundError
from localcare.inbox.repository import case as repository
from localcare.inbox.repository import stores as store_repository
from localcare.inbox.repository.case import Colleague, Reasoning, RelatedCase, ThreadWord, VerdictThen
from localcare.inbox.repository.stores import StoreCard
from localcare.inbox.service.store_people import Covered, find_covered
from localcare.people.core import Viewer
from localcare.replies import service as replies
from localcare.replies.core import Capability, Turn
from localcare.replies.models import Reply, SavedReply
from localcare.routing.core import Policy
from localcare.triage import correcting
from localcare.triage.core.correction import PERSON, Part


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its thread, reasons, promises, answers and history. `stores` has the store and the candidates.

    `usual` and `private` are the ways in which the turn can be answered now; `covered` says that the viewer stands in.
    """

    case: Case
    owner_name: str | None
    store: StoreCard | None
    stores: dict[int, StoreCard]
    thread: Sequence[ThreadWord]
    reasonings: Sequence[Reasoning]
    clocks: Sequence[CaseClock]
    history: Sequence[CaseEvent]
    answers: Sequence[Reply]
    saved: Sequence[SavedReply]
    colleagues: Sequence[Colleague]
    turn: Turn | None
    verdicts: Sequence[VerdictThen] = ()
    deeds: Sequence[Reply] = ()
    usual: Capability | None = None
    private: Capability | None = None
    obstacle: Obstacle | None = None
    call: CallState | None = None
    policy: Policy | None = None
    related: Sequence[RelatedCase] = ()
    merged: Sequence[RelatedCase] = ()
    undoable: CaseEvent | None = None
    twin: Case | None = None
    covered: Covered | None = None
    corrected: frozenset[Part] = frozenset()

    @property
    def placing(self) -> Reasoning | None:
        """The word by which the case was placed: a person's decision before the resolver's, then the surest."""
        strength = {"exact": 3, "likely": 2, "ambiguous": 1}
        placed = [each for each in self.reasonings if each.status is not None]
        return max(
            placed,
            key=lambda each: (each.decided_by != "resolver", strength.get(each.status or "", 0), each.created_at),
            default=None,
        )

    @property
    def leading(self) -> Reasoning | None:
        """The word that decides how urgent the case is."""
        found = (each for each in self.reasonings if each.mention_id == self.case.lead_mention_id)
        return next(found, self.reasonings[-1] if self.reasonings else None)

    @property
    def zone(self) -> str | None:
        """The store's time zone; None without a store."""
        return self.store.timezone if self.store else None


def open_case(
    session: Session, viewer: Viewer, case_id: int, *, now: datetime, policy: Policy | None = None
) -> CaseFile:
    """A case with everything around it. NotFoundError when there is none for this viewer."""
    case = find_case(session, viewer, case_id)
    if case is None:
        raise NotFoundError("There is no such case, or it belongs to another store.")
    reasonings = repository.list_reasonings(session, case)
    stores = _stores_around(session, viewer, case, reasonings, now)
    may_act = viewer.may_answer(case.store_id)
    turn = replies.find_turn(session, case_id)
    usual, private = replies.ways_of(session, turn, case_id, now=now) if turn else (None, None)
    return CaseFile(
        case=case,
        owner_name=find_owner_name(session, case),
        store=stores.get(case.store_id or 0),
        stores=stores,
        thread=repository.list_thread(session, case),
        reasonings=reasonings,
        clocks=repository.list_clocks(session, case_id),
        history=repository.list_history(session, case_id),
        answers=replies.list_case_replies(session, case_id),
        saved=replies.list_saved_replies(session, viewer.brand_id) if may_act else [],
        colleagues=repository.list_colleagues(session, viewer, case, now) if may_act else [],
        turn=turn,
        verdicts=repository.list_verdicts(session, case),
        deeds=replies.list_case_deeds(session, case_id),
        usual=usual,
        private=private,
        obstacle=find_obstacle(session, case.page_id, now=now) if case.page_id else None,
        call=find_call(session, case_id),
        related=repository.list_related(session, viewer, case) if may_act and case.is_open else [],
        twin=_twin(session, viewer, case),
        merged=repository.list_merged(session, viewer, case),
        undoable=find_undoable(session, viewer, case) if may_act else None,
        policy=policy,
        corrected=_corrected(session, reasonings),
        covered=find_covered(session, viewer, stores.get(case.store_id or 0), now=now),
    )


def _corrected(session: Session, reasonings: Sequence[Reasoning]) -> frozenset[Part]:
    """What people have corrected of what triage says; most cases are asked nothing."""
    ids = [each.mention_id for each in reasonings if any(said["from"] == PERSON for said in each.reasons or ())]
    return correcting.parts_that_hold(session, ids) if ids else frozenset()


def _twin(session: Session, viewer: Viewer, case: Case) -> Case | None:
    """The case of the same words' other matter, for those who see it; one that was merged back stands among the merged."""
    twin = find_twin(session, case)
    is_shown = (
        twin is not None and viewer.may_see_store(twin.store_id) and twin.closed_how not in ("withdrawn", "merged")
    )
    return twin if is_shown else None


def _stores_around(
    session: Session, viewer: Viewer, case: Case, reasonings: Sequence[Reasoning], now: datetime
) -> dict[int, StoreCard]:
    """The case's store and the candidates, of those that the viewer may see."""
    wanted = {case.store_id} if case.store_id is not None else set()
    for reasoning in reasonings:
        wanted |= {candidate_store(candidate) for candidate in reasoning.candidates or ()}
    found = store_repository.list_stores(session, viewer, {store for store in wanted if store}, now) if wanted else []
    return {store.id: store for store in found}


def candidate_store(candidate: dict[str, object]) -> int:
    """The store of a stored candidate; 0 when it names none."""
    store_id = candidate.get("store_id")
    return store_id if isinstance(store_id, int) else 0
