"""What was learned of stores' other names: what is believed, who taught it when, and what a person can say to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.inbox.core.words import words_of
from localcare.people.core import Viewer
from localcare.stores.core.learning import VOICES_NEEDED, AliasState, LearnedAlias, ShownVote
from localcare.stores.learning import LearnedPage
from localcare.web.pages import Page
from localcare.web.parts import Link, Tab
from localcare.web.words import plural

LEARNED_URL = "/supervise/learned"
_STATES: dict[AliasState, str] = {"active": "In use", "proposed": "Proposed", "retired": "Given up"}
_EMPTY: dict[AliasState, tuple[str, str]] = {
    "active": ("No name is in use yet", f"A name is used once {VOICES_NEEDED} people or customers agree on it."),
    "proposed": ("Nothing is proposed", "What agents and customers call a store before saying which it is comes here."),
    "retired": ("Nothing was given up", "Names that people contradicted, or that you stopped, come here."),
}


@dataclass(frozen=True, slots=True)
class VoteLine:
    """One vote: who said what when; `undo_url` is empty once it was taken back."""

    who: str
    what: str
    at: datetime
    case_href: str
    undo_url: str
    is_undone: bool
    is_for: bool


@dataclass(frozen=True, slots=True)
class LearnedName:
    """A name with the store it means, its votes, and what a person can do: (label, state to send)."""

    id: int
    words: str
    kind: str
    beside: str
    store: str
    store_href: str
    counts: str
    decided: str
    decided_at: datetime | None
    votes: tuple[VoteLine, ...]
    actions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class LearnedNamesPage(Page):
    """`supervise/learned.html`."""

    tabs: tuple[Tab, ...]
    names: tuple[LearnedName, ...]
    empty: tuple[str, str]
    state: str


def learned_page(viewer: Viewer, learned: LearnedPage, state: AliasState) -> LearnedNamesPage:
    """The learned names in one state."""
    return LearnedNamesPage(
        title="Learned names of stores",
        viewer=viewer,
        crumbs=(Link("Queues", "/supervise"),),
        tabs=tuple(
            Tab(label, f"{LEARNED_URL}?state={each}", learned.counts.get(each, 0), current=each == state)
            for each, label in _STATES.items()
        ),
        names=tuple(_name(alias, learned.votes[alias.id]) for alias in learned.aliases),
        empty=_EMPTY[state],
        state=state,
    )


def read_state(text: str) -> AliasState:
    """The state that a page was asked for; what is in use unless it names another."""
    return next((each for each in _STATES if each == text), "active")


def _name(alias: LearnedAlias, votes: Sequence[ShownVote]) -> LearnedName:
    return LearnedName(
        id=alias.id,
        words=alias.words,
        kind=words_of(alias.kind),
        beside=f"only beside {alias.city}" if alias.city else "",
        store=f"{alias.store_name}, #{alias.store_number}",
        store_href=f"/stores/{alias.store_number}",
        counts=f"{plural(alias.supports, 'independent voice')} for it, {alias.contradictions} against",
        decided=_decided(alias),
        decided_at=alias.decided_at,
        votes=tuple(_vote(each) for each in votes),
        actions=_actions(alias),
    )


def _decided(alias: LearnedAlias) -> str:
    verb = {"active": "put it in use", "retired": "gave it up", "proposed": "set it back"}[alias.state]
    if alias.decided_by:
        return f"{alias.decided_by} {verb}"
    return f"The votes {verb}" if alias.decided_at else ""


def _vote(vote: ShownVote) -> VoteLine:
    is_for = vote.verdict == "supports"
    return VoteLine(
        who=vote.person_name or "A customer",
        what="said that it is this store" if is_for else "said that it is not this store",
        at=vote.at,
        case_href=f"/cases/{vote.case_id}" if vote.case_id else "",
        undo_url="" if vote.undone_at else f"{LEARNED_URL}/votes/{vote.id}/withdrawal",
        is_undone=vote.undone_at is not None,
        is_for=is_for,
    )


def _actions(alias: LearnedAlias) -> tuple[tuple[str, str], ...]:
    actions = [("Use it", "active"), ("Do not use it", "retired"), ("Let the votes decide", "")]
    current = alias.state if alias.decided_by else None
    return tuple(
        (label, state)
        for label, state in actions
        if (state != current if state else current is not None) and not (state == alias.state == "active")
    )
