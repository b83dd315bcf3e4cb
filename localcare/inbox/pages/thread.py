"""The thread of a case: the customer's words and every answer, in the order they were said; and the case's history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.cases.models import CaseEvent
from localcare.inbox.core.moments import wall_time
from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import name_of, sentence, words_of
from localcare.inbox.pages.approvals import ApprovalBox, approval_box
from localcare.inbox.pages.deeds import Deeds, deeds_on_answer, deeds_on_words
from localcare.inbox.pages.rows import page_language, photos_of
from localcare.inbox.repository.case import ThreadWord
from localcare.inbox.service.case import CaseFile
from localcare.people.core import Viewer
from localcare.replies.core import (
    ON_ITS_WAY,
    STANDING,
    AfterFailure,
    Button,
    Remedy,
    ReplyState,
    Way,
    remedy_in,
)
from localcare.replies.models import Reply
from localcare.replies.service import is_unsent
from localcare.web.parts import Link, Quote, TimelineEntry, Tone

_HISTORY: dict[str, tuple[str, Tone]] = {
    "opened": ("inbox", "brand"),
    "joined": ("message-square", "info"),
    "routed": ("route", "neutral"),
    "given": ("user-check", "info"),
    "claimed": ("hand", "info"),
    "released": ("undo-2", "neutral"),
    "handed-over": ("arrow-right", "info"),
    "escalated": ("megaphone", "warn"),
    "snoozed": ("moon", "neutral"),
    "resolved": ("circle-check", "good"),
    "reopened": ("rotate-ccw", "warn"),
    "withdrawn": ("ban", "neutral"),
    "answered": ("reply", "good"),
    "unanswered": ("clock", "warn"),
    "replied": ("send", "good"),
    "reply-failed": ("circle-alert", "bad"),
    "reply-held": ("pause", "warn"),
    "reply-dropped": ("undo-2", "neutral"),
    "insisted": ("send", "warn"),
    "approval-asked": ("pause", "warn"),
    "approved": ("circle-check", "good"),
    "approval-undone": ("undo-2", "neutral"),
    "approval-returned": ("undo-2", "warn"),
    "approval-retracted": ("undo-2", "neutral"),
    "reply-edit": ("pencil", "neutral"),
    "reply-delete": ("trash-2", "warn"),
    "reply-hide": ("eye-off", "warn"),
    "reply-unhide": ("eye", "neutral"),
    "reply-like": ("thumbs-up", "good"),
    "reply-unlike": ("thumbs-up", "neutral"),
    "rejudged": ("sliders-horizontal", "neutral"),
    "split": ("split", "info"),
    "voice": ("megaphone", "info"),
    "merged": ("merge", "neutral"),
    "not-ours": ("ban", "neutral"),
    "undone": ("undo-2", "neutral"),
    "note": ("sticky-note", "neutral"),
}

_ERROR_TITLES = {
    ReplyState.FAILED: "Not sent",
    ReplyState.HELD: "Somebody has answered",
    ReplyState.RETURNED: "Sent back: please change it",
}
_PRIVATE = (Way.MESSAGE, Way.PRIVATE)
_SOON_SECONDS = 90


@dataclass(frozen=True, slots=True)
class ThreadItem:
    """One contribution. For an answer of ours: how far it has come, why it failed, and what can be done about it."""

    quote: Quote
    wall_time: str
    note: str = ""
    progress: str = ""
    tone: Tone = "neutral"
    undo_url: str = ""
    retry_url: str = ""
    drop_url: str = ""
    error: str = ""
    error_title: str = "Not sent yet"
    help: Link | None = None
    external_id: str = ""
    deeds: Deeds | None = None
    approval: ApprovalBox | None = None
    post_url: str = ""


def thread_of(viewer: Viewer, file: CaseFile, now: datetime) -> tuple[ThreadItem, ...]:
    """Everything that was said, oldest first. An answer of ours is shown once, though its echo is a mention too."""
    ours = {reply.external_id for reply in file.answers if reply.external_id}
    zone = file.zone or viewer.timezone
    said = [
        (word.created_at, _said(viewer, word, zone, file))
        for word in file.thread
        if not word.from_page or word.external_id not in ours
    ]
    answered = [
        (reply.sent_at or reply.created_at, _answered(viewer, file, reply, zone, now))
        for reply in file.answers
        if reply.state != ReplyState.UNDONE
    ]
    return tuple(item for _, item in sorted([*said, *answered], key=lambda each: each[0]))


def history_of(events: Sequence[CaseEvent]) -> tuple[TimelineEntry, ...]:
    """What happened, newest first. The actor leads each line, so their name is not said twice."""
    return tuple(_entry(event) for event in events)


def _entry(event: CaseEvent) -> TimelineEntry:
    icon, tone = _HISTORY.get(event.kind, ("circle-check", "neutral"))
    who = {"localcare": "localcare:", "policy": "The routing policy:", "desk": "The desk:", "clock": "The clock:"}.get(
        event.actor, event.actor
    )
    if event.kind == "note":
        return TimelineEntry(event.at, who, "left a note.", icon, event.detail, tone)
    if event.kind == "routed":
        queue, _, why = event.detail.partition(": ")
        return TimelineEntry(event.at, who, sentence(f"{queue_name(queue)}: {why}"), icon, tone=tone)
    words, _, note = event.detail.removeprefix(f"{event.actor} ").partition(" “")
    what = sentence(words) if who.endswith(":") else words
    return TimelineEntry(event.at, who, what, icon, note.removesuffix("”"), tone)


def _said(viewer: Viewer, word: ThreadWord, zone: str, file: CaseFile) -> ThreadItem:
    language = page_language(file.case.language) if word.is_own else ""
    quote = Quote(
        author=name_of(word.author_name),
        text=word.text,
        channel=word.channel,
        at=word.created_at,
        kind=word.kind,
        permalink=word.permalink or "",
        recommends=word.recommends,
        rating=word.rating,
        photos=photos_of(word.attachments),
        edited_at=word.edited_at,
        removed=word.removed_at is not None,
        hidden=word.hidden,
        ours=word.from_page,
        language=language,
    )
    note = "" if word.is_own or word.from_page else "The post it stands under"
    deeds = None if word.from_page else deeds_on_words(viewer, file, word)
    return ThreadItem(quote, wall_time(word.created_at, zone), note, deeds=deeds)


def _answered(viewer: Viewer, file: CaseFile, reply: Reply, zone: str, now: datetime) -> ThreadItem:
    state, remedy = ReplyState(reply.state), remedy_in(reply.error)
    may_act = viewer.may_answer(file.case.store_id)
    is_author = reply.author_id is not None and reply.author_id == viewer.person_id
    quote = Quote(
        author=reply.author_name,
        text=reply.text,
        channel=reply.channel,
        at=reply.sent_at or reply.created_at,
        kind="reply",
        ours=True,
        removed=state is ReplyState.DELETED,
    )
    is_open = state in (ReplyState.FAILED, ReplyState.HELD, ReplyState.RETURNED, *ON_ITS_WAY)
    is_waiting = state in (ReplyState.AWAITING, ReplyState.APPROVED)
    is_approver = reply.approver_id is not None and reply.approver_id == viewer.person_id
    may_undo = (is_unsent(reply) and (is_author or is_approver)) or (
        is_waiting and (is_author or _is_owner(viewer, file))
    )
    return ThreadItem(
        quote=quote,
        wall_time=wall_time(reply.sent_at or reply.created_at, zone),
        progress=_progress(reply, zone, now),
        tone=_tone(state),
        undo_url=f"/replies/{reply.id}/withdrawal" if may_act and may_undo else "",
        retry_url=f"/replies/{reply.id}/attempts" if may_act and _may_retry(state, remedy) else "",
        drop_url=f"/replies/{reply.id}/withdrawal" if may_act and state is ReplyState.HELD else "",
        error=sentence(reply.error or "") if is_open else "",
        error_title=_ERROR_TITLES.get(state, "Not sent yet"),
        help=_help(viewer, file, reply, remedy) if is_open else None,
        external_id=reply.external_id or "",
        deeds=deeds_on_answer(viewer, file, reply),
        approval=approval_box(viewer, file, reply),
        post_url=f"/replies/{reply.id}/posting" if may_act and state is ReplyState.APPROVED else "",
    )


def _is_owner(viewer: Viewer, file: CaseFile) -> bool:
    return file.case.owner_id is not None and file.case.owner_id == viewer.person_id


def _may_retry(state: ReplyState, remedy: Remedy | None) -> bool:
    if state is ReplyState.HELD:
        return True
    is_hopeless = remedy is not None and (remedy.after is AfterFailure.UNSENDABLE or remedy.button is Button.REWRITE)
    return state is ReplyState.FAILED and not is_hopeless


def _help(viewer: Viewer, file: CaseFile, reply: Reply, remedy: Remedy | None) -> Link | None:
    """The button that helps beside trying again, for whoever may press it."""
    if reply.state == ReplyState.RETURNED and reply.author_id == viewer.person_id:
        return Link("Change the words", f"/cases/{reply.case_id}?draft={reply.id}#answer")
    button = remedy.button if remedy else Button.NONE
    if button is Button.MEND and viewer.may_administer:
        return Link("Look at the Page’s connection", "/admin/pages")
    if button is Button.REWRITE and reply.author_id == viewer.person_id:
        return Link("Change the words", f"/cases/{reply.case_id}?draft={reply.id}#answer")
    if button is Button.LOOK and file.turn is not None and file.turn.permalink:
        return Link("Look there", file.turn.permalink)
    return None


def _progress(reply: Reply, zone: str, now: datetime) -> str:
    state = ReplyState(reply.state)
    if is_unsent(reply):
        return _waiting(reply, zone, now)
    return {
        ReplyState.QUEUED: "About to be sent",
        ReplyState.SENDING: "Trying again" if reply.error else "Sending",
        ReplyState.HELD: "Held back: decide",
        ReplyState.SENT: "Sent: the network gave it a number",
        ReplyState.CONFIRMED: "Delivered" if reply.kind in _PRIVATE else "Sent, and seen on the Page",
        ReplyState.NOTED: "Answered there",
        ReplyState.DELETED: "Deleted from the Page",
        ReplyState.FAILED: "Not sent",
        ReplyState.AWAITING: "Waits for approval",
        ReplyState.APPROVED: "Approved: post it there",
        ReplyState.RETURNED: "Sent back",
    }.get(state, words_of(reply.state))


def _waiting(reply: Reply, zone: str, now: datetime) -> str:
    seconds = int((reply.send_after - now).total_seconds())
    if seconds > _SOON_SECONDS:
        return f"Waits until {wall_time(reply.send_after, zone)}"
    return f"Sending in {seconds} s" if seconds > 0 else "About to be sent"


def _tone(state: ReplyState) -> Tone:
    if state is ReplyState.FAILED:
        return "bad"
    if state in (ReplyState.HELD, ReplyState.AWAITING, ReplyState.RETURNED):
        return "warn"
    return "good" if state in (*STANDING, ReplyState.NOTED) else "info"
