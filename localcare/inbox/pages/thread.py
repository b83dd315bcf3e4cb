"""The thread of a case: the customer's words and every answer, in the order they were said; and the case's history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.cases.models import CaseEvent
from localcare.inbox.core.moments import wall_time
from localcare.inbox.core.queues import queue_name
from localcare.inbox.core.words import name_of, sentence, words_of
from localcare.inbox.pages.rows import page_language, photos_of
from localcare.inbox.repository.case import ThreadWord
from localcare.inbox.service.case import CaseFile
from localcare.people.core import Viewer
from localcare.replies.core import ReplyState
from localcare.replies.models import Reply
from localcare.web.parts import Quote, TimelineEntry, Tone

_HISTORY: dict[str, tuple[str, Tone]] = {
    "opened": ("inbox", "brand"),
    "joined": ("message-square", "info"),
    "routed": ("route", "neutral"),
    "claimed": ("hand", "info"),
    "released": ("undo-2", "neutral"),
    "handed-over": ("arrow-right", "info"),
    "escalated": ("megaphone", "warn"),
    "snoozed": ("moon", "neutral"),
    "resolved": ("circle-check", "good"),
    "reopened": ("rotate-ccw", "warn"),
    "withdrawn": ("ban", "neutral"),
    "answered": ("reply", "good"),
    "replied": ("send", "good"),
    "reply-failed": ("circle-alert", "bad"),
    "rejudged": ("sliders-horizontal", "neutral"),
    "note": ("sticky-note", "neutral"),
}


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
    error: str = ""
    external_id: str = ""


def thread_of(viewer: Viewer, file: CaseFile, now: datetime) -> tuple[ThreadItem, ...]:
    """Everything that was said, oldest first. An answer of ours is shown once, though its echo is a mention too."""
    ours = {reply.external_id for reply in file.answers if reply.external_id}
    zone = file.zone or viewer.timezone
    said = [
        (word.created_at, _said(word, zone, file)) for word in file.thread if not word.from_page or word.external_id not in ours
    ]  # fmt: skip
    answered = [
        (reply.sent_at or reply.created_at, _answered(viewer, reply, zone, now))
        for reply in file.answers
        if reply.state != ReplyState.UNDONE
    ]
    return tuple(item for _, item in sorted([*said, *answered], key=lambda each: each[0]))


def history_of(events: Sequence[CaseEvent]) -> tuple[TimelineEntry, ...]:
    """What happened, newest first. The actor leads each line, so their name is not said twice."""
    return tuple(_entry(event) for event in events)


def _entry(event: CaseEvent) -> TimelineEntry:
    icon, tone = _HISTORY.get(event.kind, ("circle-check", "neutral"))
    who = {"localcare": "localcare:", "policy": "The routing policy:"}.get(event.actor, event.actor)
    if event.kind == "note":
        return TimelineEntry(event.at, who, "left a note.", icon, event.detail, tone)
    if event.kind == "routed":
        queue, _, why = event.detail.partition(": ")
        return TimelineEntry(event.at, who, sentence(f"{queue_name(queue)}: {why}"), icon, tone=tone)
    words, _, note = event.detail.removeprefix(f"{event.actor} ").partition(" “")
    what = sentence(words) if who.endswith(":") else words
    return TimelineEntry(event.at, who, what, icon, note.removesuffix("”"), tone)


def _said(word: ThreadWord, zone: str, file: CaseFile) -> ThreadItem:
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
    return ThreadItem(quote, wall_time(word.created_at, zone), note)


def _answered(viewer: Viewer, reply: Reply, zone: str, now: datetime) -> ThreadItem:
    state, progress = ReplyState(reply.state), _progress(reply, now)
    is_author = reply.author_id is not None and reply.author_id == viewer.person_id
    may_undo = state is ReplyState.QUEUED and reply.attempts == 0 and is_author
    quote = Quote(
        author=reply.author_name,
        text=reply.text or "(answered there; the words were not kept)",
        channel=reply.channel,
        at=reply.sent_at or reply.created_at,
        kind="reply",
        ours=True,
    )
    return ThreadItem(
        quote=quote,
        wall_time=wall_time(reply.sent_at or reply.created_at, zone),
        progress=progress,
        tone=_tone(state),
        undo_url=f"/replies/{reply.id}/withdrawal" if may_undo else "",
        retry_url=f"/replies/{reply.id}/attempts" if state is ReplyState.FAILED else "",
        error=sentence(reply.error or "") if state in (ReplyState.FAILED, ReplyState.SENDING) else "",
        external_id=reply.external_id or "",
    )


def _progress(reply: Reply, now: datetime) -> str:
    seconds = int((reply.send_after - now).total_seconds())
    return {
        ReplyState.QUEUED: f"Sending in {seconds} s" if seconds > 0 else "About to be sent",
        ReplyState.SENDING: "Trying again" if reply.error else "Sending",
        ReplyState.SENT: "Sent: the network gave it a number",
        ReplyState.CONFIRMED: "Sent, and seen on the Page",
        ReplyState.NOTED: "Answered there",
        ReplyState.FAILED: "Not sent",
    }.get(ReplyState(reply.state), words_of(reply.state))


def _tone(state: ReplyState) -> Tone:
    if state is ReplyState.FAILED:
        return "bad"
    return "good" if state in (ReplyState.SENT, ReplyState.CONFIRMED, ReplyState.NOTED) else "info"
