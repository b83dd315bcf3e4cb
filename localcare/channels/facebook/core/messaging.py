"""Messenger and Instagram Direct: the `messaging` and `standby` lists of an entry. Times are milliseconds here."""

from datetime import datetime

from localcare.channels.facebook.core.change import Envelope, required_id
from localcare.channels.facebook.core.outcome import MisshapenError, NoInterest, Parsed, SetAside
from localcare.channels.facebook.core.read import (
    Json,
    id_at,
    link_at,
    moment_at,
    node_at,
    nodes_at,
    number_at,
    shown,
    text_at,
    word_at,
)
from localcare.mentions.core import Attachment, MentionChange, Place, Verb

_RECEIPT = "a receipt for what the Page sent"
_BUTTON = "a tapped button, not words of the customer"
_OTHER_APP = "which of the Page's apps answers has changed"
_CHECKOUT = "a step of a purchase in Messenger, not words of the customer"
_OF_NO_INTEREST = {
    "delivery": _RECEIPT,
    "read": _RECEIPT,
    "reaction": "a reaction says no words",
    "optin": "the customer allowed messages; no words yet",
    "referral": "the customer came by a link; no words yet",
    "account_linking": "the customer linked or unlinked an account",
    "app_roles": _OTHER_APP,
    "pass_thread_control": _OTHER_APP,
    "take_thread_control": _OTHER_APP,
    "request_thread_control": _OTHER_APP,
    "checkout_update": _CHECKOUT,
    "payment": _CHECKOUT,
    "pre_checkout": _CHECKOUT,
    "order": _CHECKOUT,
    "game_play": "the customer played a game",
}
_STANDBY = "another app of the Page answers this conversation (standby)"
_UNSUPPORTED = (Attachment(type="unsupported"),)


def read_messaging(envelope: Envelope, event: Json) -> Parsed:
    """One event of a conversation between the Page and one person."""
    if "message" in event:
        return _message(envelope, event, node_at(event, "message"))
    for key in ("message_edit", "message_edits"):
        if key in event:
            return _edit(envelope, event, node_at(event, key))
    if "postback" in event:
        return _postback(envelope, event, node_at(event, "postback"))
    if "policy-enforcement" in event:
        return _policy(envelope, node_at(event, "policy-enforcement"))
    for key, why in _OF_NO_INTEREST.items():
        if key in event:
            return NoInterest(envelope.page_id, f"messaging {key}", why)
    raise MisshapenError("a kind of messaging event that is not known")


def read_standby(envelope: Envelope, event: Json) -> Parsed:
    """What the Page hears of a conversation another app holds."""
    kinds = [key for key in event if key not in ("sender", "recipient", "timestamp")]
    return NoInterest(envelope.page_id, " ".join(("standby", *map(shown, kinds[:1]))), _STANDBY)


def _message(envelope: Envelope, event: Json, message: Json) -> MentionChange:
    moment = moment_at(event, "timestamp")
    if message.get("is_deleted") is True:
        return _change(envelope, event, message, verb=Verb.REMOVE, at=_at(envelope, moment), text=None)
    unsupported = message.get("is_unsupported") is True
    return _change(
        envelope,
        event,
        message,
        verb=Verb.ADD,
        at=_at(envelope, moment),
        text=text_at(message, "text") or "",
        parent_id=id_at(node_at(message, "reply_to"), "mid"),
        attachments=_UNSUPPORTED if unsupported else _attachments(message),
        place=_place(message),
        created_at=moment,
    )


def _edit(envelope: Envelope, event: Json, edit: Json) -> MentionChange:
    moment = moment_at(event, "timestamp")
    # the event may carry the time of the first wording; an edit must not tie with it
    times = [time for time in (moment, envelope.sent_at) if time is not None]
    at = max(times) if times else envelope.when()
    return _change(envelope, event, edit, verb=Verb.EDIT, at=at, text=text_at(edit, "text"))


def _postback(envelope: Envelope, event: Json, postback: Json) -> Parsed:
    """An ice breaker is a question the customer chose to ask: its title is their words. Other buttons say nothing."""
    title = text_at(postback, "title")
    if not title or id_at(postback, "mid") is None:
        return NoInterest(envelope.page_id, "messaging postback", _BUTTON)
    moment = moment_at(event, "timestamp")
    return _change(envelope, event, postback, verb=Verb.ADD, at=_at(envelope, moment), text=title, created_at=moment)


def _policy(envelope: Envelope, policy: Json) -> SetAside:
    action = word_at(policy, "action") or "acted on"
    reason = (text_at(policy, "reason") or "no reason given")[:300]
    return SetAside(
        envelope.page_id, "messaging policy-enforcement", f"Facebook says “{action}” to this Page: {reason}"
    )


def _change(
    envelope: Envelope,
    event: Json,
    message: Json,
    *,
    verb: Verb,
    at: datetime,
    text: str | None,
    parent_id: str | None = None,
    attachments: tuple[Attachment, ...] = (),
    place: Place | None = None,
    created_at: datetime | None = None,
) -> MentionChange:
    sender, recipient = id_at(node_at(event, "sender"), "id"), id_at(node_at(event, "recipient"), "id")
    from_page = message.get("is_echo") is True or sender == envelope.page_id
    return MentionChange(
        channel=envelope.channel,
        kind="message",
        external_id=required_id(message, "mid"),
        verb=verb,
        at=at,
        digest=envelope.digest("messaging", event),
        page_id=envelope.page_id,
        thread_id=_customer(envelope, sender, recipient, from_page=from_page),
        parent_id=parent_id,
        author_id=envelope.page_id if from_page else sender,
        from_page=from_page,
        text=text,
        attachments=attachments,
        place=place,
        created_at=created_at,
    )


def _customer(envelope: Envelope, sender: str | None, recipient: str | None, *, from_page: bool) -> str | None:
    """The conversation is the customer's id, whichever side of the event it stands on."""
    first, second = (recipient, sender) if from_page else (sender, recipient)
    if first is not None and first != envelope.page_id:
        return first
    return second if from_page and second != envelope.page_id else None


def _at(envelope: Envelope, moment: datetime | None) -> datetime:
    return moment if moment is not None else envelope.when()


def _attachments(message: Json) -> tuple[Attachment, ...]:
    found = [_attachment(item) for item in nodes_at(message, "attachments")]
    story = node_at(node_at(message, "reply_to"), "story")
    if story:
        found.append(Attachment(type="story", url=link_at(story, "url")))
    return tuple(dict.fromkeys(found))


def _attachment(item: Json) -> Attachment:
    payload = node_at(item, "payload")
    kind = word_at(item, "type").lower() or "unsupported"
    if "sticker_id" in payload:
        kind = "sticker"
    # "fallback" is Meta's word for a link it has no better type for
    return Attachment(type="link" if kind == "fallback" else kind, url=link_at(payload, "url") or link_at(item, "url"))


def _place(message: Json) -> Place | None:
    for item in nodes_at(message, "attachments"):
        coordinates = node_at(node_at(item, "payload"), "coordinates")
        lat, lng = number_at(coordinates, "lat"), number_at(coordinates, "long")
        if lat is not None and lng is not None and abs(lat) <= 90 and abs(lng) <= 180:
            return Place(name=text_at(item, "title"), lat=lat, lng=lng)
    return None
