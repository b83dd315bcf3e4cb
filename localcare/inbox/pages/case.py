"""The case page."""

from dataclasses import dataclass
from datetime import datetime

from localcare.cases.core.approval import approvers_of, in_words
from localcare.cases.core.states import CLOSED, State
from localcare.cases.crisis import CallState
from localcare.cases.undoing import what_was_done
from localcare.inbox.core.moments import wall_time
from localcare.inbox.core.queues import GENERAL, TIERS, queue_name, served_queues, skill_name
from localcare.inbox.core.words import CLOSING_REASONS, KINDS, name_of, topic_name, words_of
from localcare.inbox.pages.answer import AnswerBox, Draft, answer_box
from localcare.inbox.pages.capabilities import CapabilityPanel, capability_panel
from localcare.inbox.pages.correcting import Chips, Corrected, chips_of, correction_of
from localcare.inbox.pages.deeds import REASONS
from localcare.inbox.pages.page_state import PageState, page_state
from localcare.inbox.pages.promises import PromisePanel, promise_panel
from localcare.inbox.pages.reasons import Reasons, reasons_of
from localcare.inbox.pages.store_people import covered_words
from localcare.inbox.pages.thread import ThreadItem, history_of, thread_of
from localcare.inbox.pages.which_store import NO_SEARCH, StoreSearch, WhichStorePanel, which_store_panel
from localcare.inbox.repository.case import RelatedCase
from localcare.inbox.service.case import CaseFile
from localcare.inbox.service.moves import escalation_targets
from localcare.inbox.service.splitting import other_topics
from localcare.people.core import Viewer
from localcare.routing.core import CRISIS
from localcare.web.pages import Page
from localcare.web.parts import ClockFace, Link, Option, TimelineEntry

_NOTHING_LEFT = "The customer has removed their words. There is nothing to answer."


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
    related: tuple[Option, ...]
    undo_label: str
    other_topics: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """Another case that belongs to this one: what they have to do with each other, and what it says."""

    href: str
    how: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class TwinCase:
    """The case of the other matter in the same words: where it lies, and which of both answers in public."""

    href: str
    about: str
    where: str
    state: str
    owner: str
    voice: str
    is_silent: bool
    may_unite: bool
    may_speak: bool


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
    promises: PromisePanel | None
    covering: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    thread: tuple[ThreadItem, ...]
    answer: AnswerBox | None
    answer_closed: str
    page_state: PageState | None
    hiding_reasons: tuple[Option, ...]
    moves: Moves
    which_store: WhichStorePanel | None
    reasons: Reasons
    wrong: tuple[Chips, ...]
    correction: Corrected | None
    capabilities: CapabilityPanel | None
    history: tuple[TimelineEntry, ...]
    live_url: str
    call: CallState | None
    may_acknowledge: bool
    no_crisis: str
    approval_note: str
    linked: tuple[LinkedCase, ...]
    twin: TwinCase | None


@dataclass(frozen=True, kw_only=True)
class CaseGlancePage(Page):
    """`inbox/_others.html`: who else has the case on the screen."""

    others: tuple[str, ...]


def case_page(viewer: Viewer, file: CaseFile, draft: Draft, now: datetime, search: StoreSearch = NO_SEARCH) -> CasePage:
    """The case as a page; `draft` is what stands in the answer box, `search` what was looked for among stores."""
    case = file.case
    may_act = viewer.may_answer(case.store_id)
    answer = answer_box(viewer, file, draft) if may_act else None
    promises = promise_panel(file)
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
        clock=_running(promises) if case.waiting_since else None,
        promises=promises,
        covering=covered_words([file.covered] if file.covered else []),
        facts=tuple(_facts(file, now)),
        thread=thread_of(viewer, file, now),
        answer=answer,
        answer_closed="" if answer or not may_act else _NOTHING_LEFT,
        page_state=page_state(viewer, file.obstacle, case.page_id) if answer else None,
        hiding_reasons=REASONS,
        moves=_moves(viewer, file, may_act=may_act),
        which_store=which_store_panel(viewer, file, search),
        reasons=reasons_of(file),
        wrong=chips_of(file) if may_act else (),
        correction=correction_of(file),
        capabilities=capability_panel(file.turn),
        history=history_of(file.history),
        live_url=f"/cases/{case.id}",
        call=file.call,
        may_acknowledge=may_act and file.call is not None and file.call.is_ringing,
        no_crisis=_no_crisis(file) if may_act else "",
        approval_note=_approval_note(file),
        linked=_merged(file),
        twin=_twin(viewer, file),
    )


def _running(promises: PromisePanel | None) -> ClockFace | None:
    return next((face for face in promises.faces if face.met_at is None), None) if promises else None


def _no_crisis(file: CaseFile) -> str:
    """What one tap says of a risk that is none; "" where triage sees none, or the case has ended."""
    case = file.case
    if case.part or not case.is_open or not case.risks:
        return ""
    return "It is no crisis" if case.queue == CRISIS else "There is no risk"


def _approval_note(file: CaseFile) -> str:
    case = file.case
    if not (case.needs_approval and case.is_open):
        return ""
    return f"An answer to this case goes out when {in_words(approvers_of(case.queue, case.approvers))} has approved it."


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


def _facts(file: CaseFile, now: datetime) -> list[tuple[str, str]]:
    case, zone = file.case, file.zone
    facts = [("Lies with", queue_name(case.queue))]
    if file.store and zone:
        facts.append(("Store", f"{file.store.name}, #{file.store.number}"))
        facts.append(("Time there", wall_time(now, zone)))
        facts.append(("Written there", wall_time(case.last_customer_at, zone)))
    if given := _how_given(file):
        facts.append(("Given", given))
    if case.snoozed_until and case.state == State.SNOOZED:
        facts.append(("Back", wall_time(case.snoozed_until, zone or "UTC")))
    if case.closed_how:
        facts.append(("Closed as", CLOSING_REASONS.get(case.closed_how, words_of(case.closed_how))))
    return facts


def _how_given(file: CaseFile) -> str:
    """How the desk gave the case to who has it; empty when it did not, or somebody else has it since."""
    if file.case.owner_id is None:
        return ""
    taken = (line for line in file.history if line.kind in ("given", "claimed", "handed-over"))
    last = max(taken, key=lambda line: line.id or 0, default=None)
    return last.detail if last and last.kind == "given" and last.person_id == file.case.owner_id else ""


def _moves(viewer: Viewer, file: CaseFile, *, may_act: bool) -> Moves:
    case = file.case
    is_closed = State(case.state) in CLOSED
    is_mine = case.owner_id is not None and case.owner_id == viewer.person_id
    return Moves(
        may_act=may_act,
        may_claim=may_act and not is_closed and case.owner_id is None,
        is_mine=is_mine,
        is_closed=is_closed,
        skills=_skills(file),
        people=_people(viewer, file),
        targets=tuple(
            Option(target.queue, queue_name(target.queue)) for target in escalation_targets(case, file.policy)
        ),
        closing_reasons=tuple(Option(slug, words) for slug, words in CLOSING_REASONS.items()),
        may_take_next=viewer.is_central,
        related=tuple(Option(str(each.id), _related_words(each)) for each in file.related),
        other_topics=()
        if file.twin or case.part
        else tuple(Option(slug, topic_name(slug)) for slug in other_topics(case)),
        undo_label=f"Take back: {what_was_done(file.undoable)}" if file.undoable else "",
    )


def _related_words(each: RelatedCase) -> str:
    words = each.excerpt if len(each.excerpt) <= 60 else f"{each.excerpt[:59]}…"
    return f"Case {each.id}, {name_of(each.author_name)}: “{words}”"


def _twin(viewer: Viewer, file: CaseFile) -> TwinCase | None:
    twin, case = file.twin, file.case
    if twin is None:
        return None
    may_act = viewer.may_answer(case.store_id) and viewer.may_answer(twin.store_id)
    is_silent = case.is_silent and twin.is_open
    voice = "That case answers the customer in public." if is_silent else "This case answers the customer in public."
    return TwinCase(
        href=f"/cases/{twin.id}",
        about=topic_name(twin.topic).lower(),
        where=queue_name(twin.queue),
        state=twin.state,
        owner="in somebody’s hand" if twin.owner_id and twin.is_open else "",
        voice=voice,
        is_silent=is_silent,
        may_unite=may_act and case.is_open and twin.is_open,
        may_speak=may_act and is_silent and case.is_open,
    )


def _merged(file: CaseFile) -> tuple[LinkedCase, ...]:
    into = file.case.merged_into
    return tuple(
        LinkedCase(
            f"/cases/{each.id}", "Merged into" if each.id == into else "Merged in", _related_words(each), each.state
        )
        for each in file.merged
    )


def _skills(file: CaseFile) -> tuple[Option, ...]:
    """What the centre can be asked for, the general team last."""
    helps = {
        "billing": "Bills, refunds, charges",
        "network": "Signal, outages",
        "account": "Log-in, PIN, fraud, privacy",
        "technical": "Set-up, repair",
        "orders": "Online orders, pickup",
        "general": "Anything else",
    }
    policy = file.policy
    known = [skill for skill in policy.skills if any(policy.serves(tier, skill) for tier in TIERS)] if policy else []
    order = [*helps][:-1]
    ranked = sorted(known, key=lambda skill: (skill == GENERAL, order.index(skill) if skill in order else 99, skill))
    return tuple(Option(slug, skill_name(slug), helps.get(slug, "")) for slug in ranked)


def _people(viewer: Viewer, file: CaseFile) -> tuple[Option, ...]:
    people = [Option(f"person:{each.id}", f"{each.name} ({each.role})") for each in file.colleagues]
    queues = served_queues(file.policy) if viewer.is_central and file.policy else ()
    return (*people, *(Option(queue, queue_name(queue)) for queue in queues if queue != file.case.queue))
