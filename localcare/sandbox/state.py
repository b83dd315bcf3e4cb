"""The stand-in's memory: what exists, who holds which token, and who is told what happened."""

from collections import Counter
from collections.abc import Callable

from localcare.kit.clock import Clock, SystemClock
from localcare.sandbox import instagram_payloads
from localcare.sandbox.bursts import Bursts
from localcare.sandbox.minting import Mint, person_id, token_value
from localcare.sandbox.objects import (
    App,
    Author,
    Comment,
    Conversation,
    Message,
    Page,
    PageSeed,
    Post,
    Token,
    TokenKind,
)
from localcare.sandbox.payloads import PageUpdate
from localcare.sandbox.refusals import unknown_object

DEFAULT_FIELDS = ("feed", "mention", "messages", "message_echoes")


class State:
    """Everything on the stand-in's Facebook, in memory. Changes are told to `listeners` when both sides subscribed."""

    def __init__(self, *, clock: Clock | None = None, app: App | None = None) -> None:
        self.clock = clock or SystemClock()
        self.app = app or App()
        self.mint = Mint()
        self.bursts = Bursts()
        self.brand_id = ""
        self.pages: dict[str, Page] = {}
        self.posts: dict[str, Post] = {}
        self.comments: dict[str, Comment] = {}
        self.conversations: dict[str, Conversation] = {}
        self.messages: dict[str, tuple[Message, Conversation]] = {}
        self.tokens: dict[str, Token] = {}
        self.app_fields: tuple[str, ...] = ()
        self.instagram_fields: tuple[str, ...] = ()
        self.callback_url = ""
        self.includes_values = True
        self.sends_ratings = False
        self.listeners: list[Callable[[PageUpdate], None]] = []
        self._issued: Counter[str] = Counter()
        self.system_token = self._issue(TokenKind.SYSTEM, self.app.system_user_id).value
        self.app_token = f"{self.app.id}|{self.app.secret}"
        self.tokens[self.app_token] = Token(self.app_token, TokenKind.APP, issued_at=self.clock.now())

    def add_page(self, seed: PageSeed, *, parent_id: str | None = None) -> Page:
        """Open a Page; a brand's store Pages name it as `parent_id`."""
        number = self.mint.number(self.clock.now())
        page_id = seed.id or str(number)
        page = Page(
            id=page_id,
            name=seed.name,
            order=number,
            access_token=self._issue(TokenKind.PAGE, page_id, page_id=page_id).value,
            store_number=seed.store_number,
            store_code=seed.store_code,
            location=seed.location,
            phone=seed.phone,
            hours=seed.hours,
            is_permanently_closed=seed.is_permanently_closed,
            seeded_rating=seed.overall_star_rating,
            seeded_rating_count=seed.rating_count,
            parent_id=parent_id,
        )
        self.pages[page_id] = page
        return page

    def add_instagram(self, name: str, account_id: str, *, page_id: str | None = None) -> Page:
        """Open a professional account on Instagram, which goes by its Page's token; it is told as Instagram tells."""
        account = self.add_page(PageSeed(name, id=account_id))
        account.is_on_instagram, account.is_owned = True, False
        if page_id is not None:
            account.instagram_of, self.get_page(page_id).instagram_id = page_id, account_id
        return account

    def store_pages(self) -> list[Page]:
        """The Pages below the brand's, oldest first."""
        return [page for page in self.pages.values() if page.parent_id is not None]

    def get_page(self, page_id: str) -> Page:
        """The Page, or the refusal Graph gives for an object it does not know."""
        page = self.pages.get(page_id)
        if page is None:
            raise unknown_object(page_id, "get")
        return page

    def find_object(self, object_id: str) -> Post | Comment | None:
        """A post by its full id, or a comment."""
        return self.posts.get(object_id) or self.comments.get(object_id)

    def get_object(self, object_id: str) -> Post | Comment:
        """A post or comment, or the refusal Graph gives for an object it does not know."""
        found = self.find_object(object_id)
        if found is None:
            raise unknown_object(object_id, "get")
        return found

    def person(self, page_id: str, name: str) -> Author:
        """A customer as this Page sees them."""
        return Author(person_id(page_id, name), name)

    def break_token(self, page_id: str, subcode: int) -> None:
        """The Page's token answers 190 with `subcode` from now on; a fresh one waits behind the system user."""
        page = self.get_page(page_id)
        self.tokens[page.access_token].broken = subcode
        page.access_token = self._issue(TokenKind.PAGE, page_id, page_id=page_id).value

    def subscribe_all(self, fields: tuple[str, ...] = DEFAULT_FIELDS) -> None:
        """The app and every Page subscribe to `fields`, and Instagram accounts to theirs, as a finished installation has."""
        self.app_fields, self.instagram_fields = fields, instagram_payloads.FIELDS
        for page in self.pages.values():
            page.subscribed_fields = instagram_payloads.FIELDS if page.is_on_instagram else fields

    def tell(self, update: PageUpdate) -> None:
        """Hand an update to the listeners if both the app and the Page subscribed to its field."""
        if update.field == "ratings" and not self.sends_ratings:
            return
        page = self.pages[update.page_id]
        told = instagram_payloads.as_instagram(update) if page.is_on_instagram else update
        fields = self.instagram_fields if page.is_on_instagram else self.app_fields
        if told is not None and told.field in fields and self._is_subscribed(page, told.field):
            for listener in self.listeners:
                listener(told)

    def _is_subscribed(self, page: Page, field: str) -> bool:
        """An account is told of as long as its Page is subscribed to anything at all."""
        host = self.pages.get(page.instagram_of or "")
        return bool(host.subscribed_fields) if host else field in page.subscribed_fields

    def _issue(self, kind: TokenKind, holder: str, *, page_id: str | None = None) -> Token:
        value = token_value(self.app.secret, holder, self._issued[holder])
        self._issued[holder] += 1
        origin = None if page_id is None else self.system_token
        token = Token(value, kind, page_id=page_id, issued_at=self.clock.now(), origin=origin)
        self.tokens[value] = token
        return token
