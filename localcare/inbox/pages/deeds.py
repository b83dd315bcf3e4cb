"""What can be done on the Page to one contribution of a thread, and what is being done to it."""

from dataclasses import dataclass

from localcare.inbox.repository.case import ThreadWord
from localcare.inbox.service.case import CaseFile
from localcare.people.core import Viewer
from localcare.replies.core import (
    HIDING_REASONS,
    ON_ITS_WAY,
    STANDING,
    Deed,
    ReplyState,
    Who,
    why_not_deed,
    why_not_own,
)
from localcare.replies.deeds import own_words
from localcare.replies.models import Reply
from localcare.web.parts import Option, Tone

_UNDER_WAY = {
    Deed.EDIT: "The new words are on their way",
    Deed.DELETE: "Being deleted",
    Deed.HIDE: "Being hidden",
    Deed.UNHIDE: "Being shown again",
    Deed.LIKE: "Being liked",
    Deed.UNLIKE: "The like is being taken back",
}
_FAILED = {
    Deed.EDIT: "The words were not changed",
    Deed.DELETE: "It was not deleted",
    Deed.HIDE: "It was not hidden",
    Deed.UNHIDE: "It was not shown again",
    Deed.LIKE: "It was not liked",
    Deed.UNLIKE: "The like was not taken back",
}
REASONS = tuple(Option(slug, words) for slug, words in HIDING_REASONS.items())


@dataclass(frozen=True, slots=True)
class Deeds:
    """Where the buttons under a contribution lead, "" for those that are not there; and how the last deed fares."""

    key: str
    hide_url: str = ""
    show_url: str = ""
    like_url: str = ""
    unlike_url: str = ""
    edit_url: str = ""
    edit_text: str = ""
    delete_url: str = ""
    note: str = ""
    tone: Tone = "info"
    error: str = ""
    retry_url: str = ""


def deeds_on_words(viewer: Viewer, file: CaseFile, word: ThreadWord) -> Deeds:
    """What can be done to a customer's words."""
    last = _last_on(file, word.external_id)
    told = _told(f"w{word.id}", last)
    if not word.is_own or word.removed_at or told.note or not viewer.may_answer(file.case.store_id):
        return told
    base = f"/cases/{file.case.id}/words/{word.id}"
    is_liked = _is_liked(file, word.external_id)

    def url(deed: Deed, path: str) -> str:
        return "" if why_not_deed(word.channel, word.kind, deed, is_hidden=word.hidden) else f"{base}/{path}"

    return Deeds(
        key=told.key,
        hide_url=url(Deed.HIDE, "hiding"),
        show_url=url(Deed.UNHIDE, "showing"),
        like_url="" if is_liked else url(Deed.LIKE, "like"),
        unlike_url=url(Deed.UNLIKE, "unlike") if is_liked else "",
        error=told.error,
        retry_url=told.retry_url,
    )


def deeds_on_answer(viewer: Viewer, file: CaseFile, reply: Reply) -> Deeds:
    """What can be done to an answer of ours."""
    last = _last_on(file, reply.external_id) if reply.external_id else None
    told = _told(f"r{reply.id}", last)
    if told.note or reply.state not in STANDING or not viewer.may_answer(file.case.store_id):
        return told
    who = Who(
        person_id=viewer.person_id or 0,
        runs_store=file.case.store_id in viewer.own_store_ids,
        supervises=viewer.may_supervise or viewer.may_administer,
    )
    own = own_words(reply)
    may_edit, may_delete = (not why_not_own(own, deed, who) for deed in (Deed.EDIT, Deed.DELETE))
    return Deeds(
        key=told.key,
        edit_url=f"/replies/{reply.id}/correction" if may_edit else "",
        edit_text=reply.text,
        delete_url=f"/replies/{reply.id}/deletion" if may_delete else "",
        error=told.error,
        retry_url=told.retry_url,
    )


def _last_on(file: CaseFile, external_id: str) -> Reply | None:
    return next((deed for deed in reversed(file.deeds) if deed.target_id == external_id), None)


def _told(key: str, last: Reply | None) -> Deeds:
    if last is None or last.state not in (*ON_ITS_WAY, ReplyState.FAILED, ReplyState.AWAITING, ReplyState.RETURNED):
        return Deeds(key)
    deed = Deed(last.kind)
    if last.state == ReplyState.AWAITING:
        return Deeds(key, note=f"New words wait for approval: “{last.text}”", tone="warn")
    if last.state == ReplyState.RETURNED:
        return Deeds(key, error=f"The new words were sent back. {last.error or ''}")
    if last.state == ReplyState.FAILED:
        return Deeds(key, error=f"{_FAILED[deed]}. {last.error or ''}", retry_url=f"/replies/{last.id}/attempts")
    return Deeds(key, note=_UNDER_WAY[deed], error=last.error or "")


def _is_liked(file: CaseFile, external_id: str) -> bool:
    done = [
        deed.kind for deed in file.deeds
        if deed.target_id == external_id and deed.state == ReplyState.DONE and deed.kind in (Deed.LIKE, Deed.UNLIKE)
    ]  # fmt: skip
    return bool(done) and done[-1] == Deed.LIKE
