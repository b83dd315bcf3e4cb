"""The answer box of the case page: how an answer travels and until when, what stands in the box, how far the last has come."""

from dataclasses import dataclass
from datetime import timedelta

from localcare.inbox.core.drafts import fill_in, first_name
from localcare.inbox.core.moments import wall_time
from localcare.inbox.core.words import words_of
from localcare.inbox.service.case import CaseFile
from localcare.people.core import Viewer
from localcare.replies.core import GONE, ON_ITS_WAY, Capability, ReplyState, Way, limit_of
from localcare.replies.models import Reply, SavedReply
from localcare.replies.service import is_unsent
from localcare.web.parts import ClockFace, Option

_GONE = (*GONE, ReplyState.DELETED)
_WARN = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the answer box: typed words that came back, or a saved reply; `refusal` says why it came back."""

    text: str = ""
    saved_id: int | None = None
    refusal: str = ""
    somebody_was_first: bool = False
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class AnswerBox:
    """The answer box: how the answer travels, what stands in it, whether the turn is answered already.

    `window` is the clock after which the network delivers no answer, or only a person's; `window_note` says what then.
    """

    action: str
    text: str
    limit: int
    how: str
    ways: tuple[Option, ...]
    way: str
    private_closed: str
    window: ClockFace | None
    window_note: str
    by_hand: str
    open_url: str
    open_label: str
    is_answered: bool
    is_on_its_way: bool
    is_busy: bool
    is_held: bool
    waits_for: str
    send_label: str
    may_add: bool
    saved: tuple[Option, ...]
    saved_id: str
    refusal: str
    somebody_was_first: bool
    customer: str


def answer_box(viewer: Viewer, file: CaseFile, draft: Draft) -> AnswerBox | None:
    """The box; None when the customer has removed their words."""
    turn, case = file.turn, file.case
    if turn is None or file.usual is None:
        return None
    usual, private = file.usual, file.private
    zone = file.zone or viewer.timezone
    customer = first_name(case.author_name) or "the customer"
    is_answered = _is_answered(file, turn.mention_id)
    is_held = any(reply.state == ReplyState.HELD for reply in file.answers)
    return AnswerBox(
        action=f"/cases/{case.id}/replies",
        text=draft.text or _saved_text(viewer, file, draft.saved_id),
        limit=limit_of(usual.way, turn.channel),
        how=_how(usual.way, customer),
        ways=_ways(private, customer, zone) if usual.way is Way.COMMENT else (),
        way=Way.PRIVATE if draft.is_private else Way.COMMENT,
        private_closed=private.why if private else "",
        window=_window(usual),
        window_note=_window_note(usual, zone),
        by_hand=usual.why if usual.way is Way.BY_HAND else "",
        open_url=turn.permalink or "",
        open_label="Open on Facebook" if turn.channel == "facebook" else f"Open on {words_of(turn.channel)}",
        is_answered=is_answered,
        is_on_its_way=any(reply.state in ON_ITS_WAY for reply in file.answers),
        is_busy=any(_is_moving(reply) for reply in (*file.answers, *file.deeds)),
        is_held=is_held,
        waits_for=_waits_for(viewer, file),
        send_label="Ask for approval" if case.needs_approval else "Send",
        may_add=is_answered and not is_held and case.owner_id in (None, viewer.person_id),
        saved=_saved_options(file),
        saved_id=str(draft.saved_id or ""),
        refusal=draft.refusal,
        somebody_was_first=draft.somebody_was_first,
        customer=customer,
    )


def _waits_for(viewer: Viewer, file: CaseFile) -> str:
    """What an answer waits for that somebody has yet to decide or to post, and whose it is."""
    awaiting = [reply for reply in file.answers if reply.state == ReplyState.AWAITING]
    if any(reply.author_id == viewer.person_id for reply in awaiting):
        return "Your answer waits for approval"
    if awaiting:
        return f"{awaiting[0].author_name}’s answer waits for approval"
    is_approved = any(reply.state == ReplyState.APPROVED for reply in file.answers)
    return "The answer is approved: post it there" if is_approved else ""


def _how(way: Way, customer: str) -> str:
    return f"A private message to {customer}." if way is Way.MESSAGE else f"Public, under {customer}’s words."


def _ways(private: Capability | None, customer: str, zone: str) -> tuple[Option, ...]:
    """The choice between public and private, where there is one."""
    if private is None or private.why:
        return ()
    until = f" Possible until {wall_time(private.until, zone)}." if private.until else ""
    return (
        Option(Way.COMMENT, "In public", f"Under {customer}’s words, for everybody to read."),
        Option(Way.PRIVATE, "In private", f"One message to {customer}; more when they answer.{until}"),
    )


def _window(usual: Capability) -> ClockFace | None:
    """The next limit that the network sets: first the free day, then the week in which a person may answer."""
    if usual.way is not Way.MESSAGE or usual.until is None or usual.free_until is None:
        return None
    due_at = usual.until if usual.note else usual.free_until
    return ClockFace("Facebook’s deadline", due_at, warn=_WARN)


def _window_note(usual: Capability, zone: str) -> str:
    if usual.way is not Way.MESSAGE or usual.until is None:
        return ""
    last = f"Nothing can be sent after {wall_time(usual.until, zone)}, unless the customer writes again."
    if usual.note:
        return f"{usual.note} {last}"
    return f"After that, only an answer that a person writes is delivered. {last}"


def _is_answered(file: CaseFile, turn_id: int) -> bool:
    case = file.case
    replies = [reply for reply in file.answers if reply.turn_id == turn_id]
    if any(reply.state not in _GONE for reply in replies):
        return True
    if any(reply.state == ReplyState.DELETED for reply in replies):
        return False
    return case.waiting_since is None and case.answered_at is not None


def _is_moving(reply: Reply) -> bool:
    """Whether it is worth looking again in a moment: what waits for a pause to end is not."""
    return reply.state in ON_ITS_WAY and not (is_unsent(reply) and reply.error)


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
