"""Messenger between a person and a Page, with its windows: 24 hours to answer, 7 days for a human agent."""

from datetime import timedelta

from localcare.sandbox import messaging_payloads
from localcare.sandbox.minting import message_id
from localcare.sandbox.objects import Author, Comment, Conversation, Message, Page, Post
from localcare.sandbox.refusals import GraphRefusal, invalid, outside_window, require_content
from localcare.sandbox.state import State

ANSWER_WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
PRIVATE_REPLY_WINDOW = timedelta(days=7)


class Messenger(State):
    """The private part of the stand-in."""

    def message(self, page_id: str, text: str, *, author: str, photo: str | None = None) -> Message:
        """A customer writes to the Page; this opens the 24-hour window."""
        page = self.get_page(page_id)
        require_content(text, photo)
        person = self.person(page_id, author)
        conversation = self._conversation_with(page, person)
        conversation.answerable_since = self.clock.now()
        return self._say(conversation, text, from_page=False, app_id=None, photo=photo)

    def answer_natively(self, page_id: str, person_id: str, text: str) -> Message:
        """The Page's staff answer in Business Suite: it comes back as an echo of another app."""
        conversation = self._get_conversation(page_id, person_id)
        return self._say(conversation, text, from_page=True, app_id=messaging_payloads.PAGE_INBOX_APP_ID)

    def send(self, page_id: str, person_id: str, text: str, *, by_human: bool = False) -> Message:
        """The app answers for the Page. Refused outside the window (10/2018278)."""
        conversation = self._get_conversation(page_id, person_id)
        window = HUMAN_WINDOW if by_human else ANSWER_WINDOW
        since = conversation.answerable_since
        if since is None or self.clock.now() - since > window:
            raise outside_window(on_instagram=self.pages[page_id].is_on_instagram)
        message = self._say(conversation, text, from_page=True, app_id=self.app.id)
        self.tell(messaging_payloads.delivered(page_id, conversation.person, message))
        return message

    def reply_privately(self, page_id: str, target: Post | Comment, text: str) -> tuple[Author, Message]:
        """One message to the author of a post or comment, within seven days; it opens no window."""
        if target.is_privately_answered:
            raise GraphRefusal(10900, "(#10900) Activity already replied to")
        if self.clock.now() - target.created_at > PRIVATE_REPLY_WINDOW or target.author.id == page_id:
            raise GraphRefusal(10903, "(#10903) This user cant reply to this activity")
        conversation = self._conversation_with(self.get_page(page_id), target.author)
        message = self._say(conversation, text, from_page=True, app_id=self.app.id)
        target.is_privately_answered = True
        return conversation.person, message

    def _conversation_with(self, page: Page, person: Author) -> Conversation:
        found = page.conversations.get(person.id)
        if found is None:
            number = self.mint.number(self.clock.now())
            found = Conversation(f"t_{number}", number, page.id, person)
            page.conversations[person.id] = self.conversations[found.id] = found
        return found

    def _get_conversation(self, page_id: str, person_id: str) -> Conversation:
        found = self.get_page(page_id).conversations.get(person_id)
        if found is None:
            raise invalid("No matching user found", subcode=2018001)
        return found

    def _say(
        self, conversation: Conversation, text: str, *, from_page: bool, app_id: str | None, photo: str | None = None
    ) -> Message:
        now = self.clock.now()
        number = self.mint.number(now)
        message = Message(message_id(number), number, text, now, from_page, app_id, photo)
        conversation.messages.append(message)
        self.messages[message.id] = (message, conversation)
        conversation.order = number
        self.tell(messaging_payloads.messaged(conversation.page_id, conversation.person, message))
        return message
