"""The case page."""

from dataclasses import dataclass
from datetime import datetime

from localcare.cases.core.states import CLOSED, State
from localcare.inbox.core.drafts import fill_in, first_name
from localcare.inbox.core.moments import wall_time
from localcare.inbox.core.queues import SKILL_NAMES, national_queues, queue_name, skill_name
from localcare.inbox.core.words import CLOCK_NAMES, CLOSING_REASONS, KINDS, name_of, topic_name, words_of
from localcare.inbox.pages.reasons import Reasons, reasons_of
from localcare.inbox.pages.rows import clock_warning
from localcare.inbox.pages.thread import ThreadItem, history_of, thread_of
from localcare.inbox.pages.which_store import NO_SEARCH, StoreSearch, WhichStorePanel, which_store_panel
from localcare.inbox.service.case import CaseFile
from localcare.inbox.service.moves import escalation_targets
from localcare.people.core import Viewer
from localcare.replies.core import COMMENT_LIMIT, MESSAGE_LIMIT, ReplyState, Way, way_to_answer
from localcare.replies.models import SavedReply
from localcare.web.pages import Page
from localcare.web.parts import ClockFace, Link, Option, TimelineEntry

_ON_ITS_WAY = (ReplyState.QUEUED, ReplyState.SENDING)
_GONE = (ReplyState.FAILED, ReplyState.UNDONE)


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the answer box: typed words that came back, or a saved reply; `refusal` says why it came back."""

    text: str = ""
    saved_id: int | None = None
    refusal: str = ""
    somebody_was_first: bool = False


@dataclass(frozen=True, slots=True)
class AnswerBox:
    """The answer box: how the answer travels, what stands in it, whether the turn is answered already."""

    action: str
    text: str
    limit: int
    how: str
    by_hand: str
    open_url: str
    open_label: str
    is_answered: bool
    is_on_its_way: bool
    may_add: bool
    saved: tuple[Option, ...]
    saved_id: str
    refusal: str
    somebody_was_first: bool
    customer: str


@dataclass(frozen=True, slots=True)
class Moves:
    """What can be done with the case now."""

    may_act: bool
    may_claim: bool
    is_mine: bool
    is_closed: bool
    skills: tuple[Option, ...]
    people: tuple[Option, ...]
    targets: tuple[Option, ...]
    closing_reasons: tuple[Option, ...]
    may_take_next: bool


@dataclass(frozen=True, kw_only=True)
class CasePage(Page):
    """`inbox/case.html`: the customer's words, the answer, why it is here, what can be done, what happened."""

    case_id: int
    state: str
    urgency: str
    risks: tuple[str, ...]
    lead: str
    owner: str
    clock: ClockFace | None
    clocks: tuple[ClockFace, ...]
    facts: tuple[tuple[str, str], ...]
    thread: tuple[ThreadItem, ...]
    answer: AnswerBox | None
    answer_closed: str
    moves: Moves
    which_store: WhichStorePanel | None
    reasons: Reasons
    history: tuple[TimelineEntry, ...]
    live_url: str


@dataclass(frozen=True, kw_only=True)
class CaseGlancePage(Page):
    """`inbox/_others.html`: who else has the case on the screen."""

    others: tuple[str, ...]


def case_page(viewer: Viewer, file: CaseFile, draft: Draft, now: datetime, search: StoreSearch = NO_SEARCH) -> CasePage:
    """The case as a page; `draft` is what stands in the answer box, `search` what was looked for among stores."""
    case = file.case
    may_act = viewer.may_answer(case.store_id)
    answer = _answer_box(viewer, file, draft) if may_act else None
    clocks = _clocks(file) if case.is_open else ()
    return CasePage(
        title=name_of(case.author_name),
        viewer=viewer,
        crumbs=_crumbs(viewer, file),
        case_id=case.id or 0,
        state=case.state,
        urgency=case.urgency,
        risks=tuple(case.risks),
        lead=_lead(file),
        owner="You" if case.owner_id is not None and case.owner_id == viewer.person_id else file.owner_name or "",
        clock=next((face for face in clocks if face.met_at is None), None) if case.waiting_since else None,
        clocks=clocks,
        facts=tuple(_facts(file, now)),
        thread=thread_of(viewer, file, now),
        answer=answer,
        answer_closed=""
        if answer or not may_act
        else "The customer has removed their words. There is nothing to answer.",
        moves=_moves(viewer, file, may_act=may_act),
        which_store=which_store_panel(viewer, file, search),
        reasons=reasons_of(file),
        history=history_of(file.history),
        live_url=f"/cases/{case.id}",
    )


def _lead(file: CaseFile) -> str:
    case = file.case
    where = f" about {file.store.name}" if file.store else ""
    count = f" and {case.mention_count - 1} more" if case.mention_count > 1 else ""
    kind = KINDS.get(file.turn.kind if file.turn else "post", "post").capitalize()
    return f"{kind}{count}{where}. {topic_name(case.topic)}."


def _crumbs(viewer: Viewer, file: CaseFile) -> tuple[Link, ...]:
    queue = file.case.queue
    if queue.startswith("store:") and file.store:
        return (Link("Cases", "/cases"), Link(file.store.name, f"/stores/{file.store.number}"))
    if viewer.store_ids is None:
        return (Link("Cases", "/cases"), Link(queue_name(queue), f"/cases?queue={queue}"))
    return (Link("Cases", "/cases"),)


def _clocks(file: CaseFile) -> tuple[ClockFace, ...]:
    warn = clock_warning(file.case.queue)
    return tuple(
        ClockFace(CLOCK_NAMES.get(clock.kind, words_of(clock.kind)), clock.due_at, clock.stopped_at, warn=warn)
        for clock in file.clocks
    )


def _facts(file: CaseFile, now: datetime) -> list[tuple[str, str]]:
    case, zone = file.case, file.zone
    facts = [("Lies with", queue_name(case.queue))]
    if file.store and zone:
        facts.append(("Store", f"{file.store.name}, #{file.store.number}"))
        facts.append(("Time there", wall_time(now, zone)))
        facts.append(("Written there", wall_time(case.last_customer_at, zone)))
    if case.snoozed_until and case.state == State.SNOOZED:
        facts.append(("Back", wall_time(case.snoozed_until, zone or "UTC")))
    if case.closed_how:
        facts.append(("Closed as", CLOSING_REASONS.get(case.closed_how, words_of(case.closed_how))))
    return facts


def _answer_box(viewer: Viewer, file: CaseFile, draft: Draft) -> AnswerBox | None:
    turn, case = file.turn, file.case
    if turn is None:
        return None
    capability = way_to_answer(turn)
    is_answered = _is_answered(file, turn.mention_id)
    is_message = capability.way is Way.MESSAGE
    customer = first_name(case.author_name) or "the customer"
    return AnswerBox(
        action=f"/cases/{case.id}/replies",
        text=draft.text or _saved_text(viewer, file, draft.saved_id),
        limit=MESSAGE_LIMIT if is_message else COMMENT_LIMIT,
        how=f"A private message to {customer}." if is_message else f"Public, under {customer}’s words.",
        by_hand=capability.why if capability.way is Way.BY_HAND else "",
        open_url=turn.permalink or "",
        open_label="Open on Facebook" if turn.channel == "facebook" else f"Open on {words_of(turn.channel)}",
        is_answered=is_answered,
        is_on_its_way=any(reply.state in _ON_ITS_WAY for reply in file.answers),
        may_add=is_answered and case.owner_id in (None, viewer.person_id),
        saved=_saved_options(file),
        saved_id=str(draft.saved_id or ""),
        refusal=draft.refusal,
        somebody_was_first=draft.somebody_was_first,
        customer=customer,
    )


def _is_answered(file: CaseFile, turn_id: int) -> bool:
    case = file.case
    has_reply = any(reply.turn_id == turn_id and reply.state not in _GONE for reply in file.answers)
    return has_reply or (case.waiting_since is None and case.answered_at is not None)


def _saved_options(file: CaseFile) -> tuple[Option, ...]:
    """The saved replies for this topic and language first."""
    case = file.case
    ranked = sorted(file.saved, key=lambda each: (each.topic != case.topic, each.language != case.language, each.title))
    return tuple(Option(str(each.id), _saved_title(each)) for each in ranked)


def _saved_title(saved: SavedReply) -> str:
    return saved.title if saved.language == "en" else f"{saved.title} ({saved.language})"


def _saved_text(viewer: Viewer, file: CaseFile, saved_id: int | None) -> str:
    chosen = next((each for each in file.saved if each.id == saved_id), None) if saved_id else None
    if chosen is None:
        return ""
    store = file.store
    return fill_in(
        chosen.body,
        {
            "customer": first_name(file.case.author_name),
            "manager": first_name(viewer.name),
            "store": store.name if store else "",
            "phone": (store.phone or "") if store else "",
            "hours": (store.hours or "") if store else "",
        },
    )


def _moves(viewer: Viewer, file: CaseFile, *, may_act: bool) -> Moves:
    case = file.case
    is_closed = State(case.state) in CLOSED
    is_mine = case.owner_id is not None and case.owner_id == viewer.person_id
    return Moves(
        may_act=may_act,
        may_claim=may_act and not is_closed and case.owner_id is None,
        is_mine=is_mine,
        is_closed=is_closed,
        skills=_skills(),
        people=_people(viewer, file),
        targets=tuple(Option(target.queue, queue_name(target.queue)) for target in escalation_targets(case)),
        closing_reasons=tuple(Option(slug, words) for slug, words in CLOSING_REASONS.items()),
        may_take_next=viewer.is_central,
    )


def _skills() -> tuple[Option, ...]:
    """What the centre can be asked for."""
    helps = {
        "billing": "Bills, refunds, charges",
        "network": "Signal, outages",
        "account": "Log-in, PIN, fraud, privacy",
        "technical": "Set-up, repair",
        "orders": "Online orders, pickup",
        "general": "Anything else",
    }
    return tuple(Option(slug, skill_name(slug), text) for slug, text in helps.items())


def _people(viewer: Viewer, file: CaseFile) -> tuple[Option, ...]:
    people = [Option(f"person:{each.id}", f"{each.name} ({each.role})") for each in file.colleagues]
    queues = national_queues(SKILL_NAMES) if viewer.is_central else ()
    return (*people, *(Option(queue, queue_name(queue)) for queue in queues if queue != file.case.queue))
