"""What Messenger threads and their messages show of themselves."""

from dataclasses import dataclass
from datetime import datetime

from localcare.sandbox import known_fields
from localcare.sandbox.nodes import NodeType, Scope, graph_time
from localcare.sandbox.objects import Author, Conversation, Message, Page


def _addressee(author: Author, page: Page) -> dict[str, str]:
    if page.is_on_instagram:
        return {"username": author.name, "id": author.id}
    return {"name": author.name, "email": f"{author.id}@facebook.com", "id": author.id}


def _participants(conversation: Conversation, scope: Scope) -> dict[str, object]:
    page = scope.state.pages[conversation.page_id]
    return {"data": [_addressee(conversation.person, page), _addressee(page.author, page)]}


def conversation_updated_at(conversation: Conversation) -> datetime:
    """When its last message was said."""
    return conversation.messages[-1].created_at


@dataclass(frozen=True, slots=True)
class Said:
    """A message with the conversation it belongs to."""

    message: Message
    conversation: Conversation

    @property
    def order(self) -> int:
        """Its place among all that was ever written."""
        return self.message.order


def _said_by(said: Said, scope: Scope, *, by_page: bool) -> dict[str, str]:
    page = scope.state.pages[said.conversation.page_id]
    return _addressee(page.author if by_page else said.conversation.person, page)


def _message_photos(said: Said, _: Scope) -> dict[str, object] | None:
    url = said.message.photo
    if url is None:
        return None
    image = {"width": 720, "height": 720, "max_width": 720, "max_height": 720, "url": url, "preview_url": url}
    number = str(said.order)
    photo = {"id": number, "mime_type": "image/jpeg", "name": f"image-{number}", "size": 54542, "image_data": image}
    return {"data": [photo], "paging": {"cursors": {"before": "MAZDZD", "after": "MAZDZD"}}}


CONVERSATION: NodeType[Conversation] = NodeType(
    "UnifiedThread",
    known_fields.CONVERSATION,
    ("id", "link", "updated_time"),
    {
        "id": lambda thread, _: thread.id,
        "link": lambda thread, _: f"/{thread.page_id}/inbox/{thread.person.id}/",
        "message_count": lambda thread, _: len(thread.messages),
        "participants": _participants,
        "scoped_thread_key": lambda thread, _: thread.id,
        "senders": _participants,
        "snippet": lambda thread, _: thread.messages[-1].text,
        "unread_count": lambda thread, _: 0 if thread.messages[-1].from_page else 1,
        "updated_time": lambda thread, _: graph_time(conversation_updated_at(thread)),
    },
    fixed={"can_reply": True, "former_participants": {"data": []}, "is_subscribed": True},
)
MESSAGE: NodeType[Said] = NodeType(
    "Message",
    known_fields.MESSAGE,
    ("id", "created_time"),
    {
        "id": lambda said, _: said.message.id,
        "created_time": lambda said, _: graph_time(said.message.created_at),
        "message": lambda said, _: said.message.text,
        "from": lambda said, scope: _said_by(said, scope, by_page=said.message.from_page),
        "to": lambda said, scope: {"data": [_said_by(said, scope, by_page=not said.message.from_page)]},
        "attachments": _message_photos,
    },
    fixed={"tags": {"data": [{"name": "inbox"}, {"name": "source:web"}]}},
)
