"""What a webhook says about Messenger: ids without names, times in milliseconds (restfb's `messaging-*` recordings)."""

from datetime import datetime

from localcare.sandbox.objects import Author, Message
from localcare.sandbox.payloads import PageUpdate

PAGE_INBOX_APP_ID = "263902037430900"
"""Meta's own inbox: what staff type in Business Suite comes back as this app's echo."""


def messaged(page_id: str, person: Author, message: Message) -> PageUpdate:
    """A message to the Page, or the echo of one from it; the sender has an id and no name."""
    said: dict[str, object] = {"mid": message.id}
    if message.text:
        said["text"] = message.text
    if message.photo:
        said["attachments"] = [{"type": "image", "payload": {"url": message.photo}}]
    if message.from_page:
        said |= {"is_echo": True, "app_id": int(message.app_id or PAGE_INBOX_APP_ID)}
    sender, recipient = (page_id, person.id) if message.from_page else (person.id, page_id)
    value: dict[str, object] = {
        "sender": {"id": sender},
        "recipient": {"id": recipient},
        "timestamp": milliseconds(message.created_at),
        "message": said,
    }
    return PageUpdate(page_id, "message_echoes" if message.from_page else "messages", value)


def delivered(page_id: str, person: Author, message: Message) -> PageUpdate:
    """What the Page sent has reached the person."""
    watermark = milliseconds(message.created_at)
    value: dict[str, object] = {
        "sender": {"id": person.id},
        "recipient": {"id": page_id},
        "delivery": {"mids": [message.id], "watermark": watermark},
    }
    return PageUpdate(page_id, "message_deliveries", value)


def milliseconds(instant: datetime) -> int:
    """Unix time as Messenger gives it."""
    return int(instant.timestamp() * 1000)
