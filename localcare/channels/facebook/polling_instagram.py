"""Reading a Page's account on Instagram: its media with their comments, media that tag it, and what named it by a bare id.

Instagram tells of no edit and no removal, so here reading is the only way to learn of them.
"""

from datetime import timedelta
from functools import partial

from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.read import Json, node_at
from localcare.channels.facebook.core.rest_instagram import (
    COMMENT_FIELDS,
    MEDIA_FIELDS,
    REPLY_FIELDS,
    TAG_FIELDS,
    Account,
    media_comments_inside,
    replies_inside,
    seen_media,
    seen_media_comment,
    seen_media_tag,
    seen_naming_comment,
)
from localcare.channels.facebook.core.rest_seen import Seen
from localcare.channels.facebook.polling import (
    LaneRead,
    Named,
    PageCalls,
    list_rows,
    note,
    note_refusal,
    reaches,
    whole_thread,
)

TALKED_ABOUT = timedelta(days=30)
"""Comments come to a media for about so long; to older ones only where somebody has commented lately."""


def read_media(calls: PageCalls, read: LaneRead) -> None:
    """The account's media of the last weeks, and older ones that are still talked about, with their comments."""
    account, reading = _account(read), read.reading
    oldest = min(reading.since, reading.at - TALKED_ABOUT)
    seen: set[str] = set()
    for row in list_rows(calls, (account.id, "media"), {"fields": MEDIA_FIELDS}):
        read.rows += 1
        media = note(read, partial(seen_media, account, row, reading.at))
        if media is None:
            continue
        if media.moved_at < oldest:
            break
        listed, has_more = media_comments_inside(row)
        seen.add(media.id)
        _take(calls, read, media.id, listed)
        with whole_thread(read, media.id):
            if has_more:
                _read_comments(calls, read, media.id)
    for media_id in reading.threads:
        if media_id not in seen:
            _read_thread(calls, read, media_id)


def read_tags(calls: PageCalls, read: LaneRead) -> None:
    """Media of others that tag the account, the newest first."""
    account = _account(read)
    for row in list_rows(calls, (account.id, "tags"), {"fields": TAG_FIELDS}):
        read.rows += 1
        if reaches(read, [note(read, partial(seen_media_tag, account, row, read.reading.at))]):
            return


def read_named(calls: PageCalls, read: LaneRead) -> None:
    """The words of mentions that were told by their ids; what its author keeps private stays without."""
    account = _account(read)
    for named in read.reading.named:
        try:
            row = _ask_for(calls, account, named)
        except GraphError as error:
            if error.kind not in ("gone", "permission", "bug"):
                raise
            continue
        read.rows += 1
        note(read, partial(_named, account, named, row, read))


def _ask_for(calls: PageCalls, account: Account, named: Named) -> Json:
    if named.external_id == named.media_id:
        field, wanted = "mentioned_media", f"media_id({named.media_id}){{{TAG_FIELDS}}}"
    else:
        field, wanted = (
            "mentioned_comment",
            f"comment_id({named.external_id}){{id,text,timestamp,media{{id,permalink}}}}",
        )
    return node_at(calls.ask("GET", (account.id,), {"fields": f"{field}.{wanted}"}), field)


def _named(account: Account, named: Named, row: Json, read: LaneRead) -> Seen:
    """Under the id that was asked for, whatever the answer calls it."""
    asked = {**row, "id": named.external_id}
    if named.external_id == named.media_id:
        return seen_media_tag(account, asked, read.reading.at)
    return seen_naming_comment(account, named.media_id, asked, read.reading.at)


def _read_thread(calls: PageCalls, read: LaneRead, media_id: str) -> None:
    try:
        with whole_thread(read, media_id):
            _read_comments(calls, read, media_id)
    except GraphError as error:
        note_refusal(read, media_id, error)


def _read_comments(calls: PageCalls, read: LaneRead, media_id: str) -> None:
    """All of the first level, the newest first: a new reply may stand below an old comment."""
    for row in list_rows(calls, (media_id, "comments"), {"fields": COMMENT_FIELDS}):
        _take(calls, read, media_id, [row])


def _take(calls: PageCalls, read: LaneRead, media_id: str, rows: list[Json]) -> None:
    account, at = _account(read), read.reading.at
    for row in rows:
        read.rows += 1
        comment = note(read, partial(seen_media_comment, account, media_id, row, at))
        if comment is None:
            continue
        replies, has_more = replies_inside(row)
        if has_more:
            path = (comment.id, "replies")
            replies = list(list_rows(calls, path, {"fields": REPLY_FIELDS}))
        for reply in replies:
            read.rows += 1
            note(read, partial(seen_media_comment, account, media_id, reply, at, parent_id=comment.id))


def _account(read: LaneRead) -> Account:
    if read.reading.account is None:
        raise LookupError("a list of Instagram's is read only where there is an account")
    return read.reading.account
