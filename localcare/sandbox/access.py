"""Who asks: the token, its proof, and what it may see or change."""

import hashlib
import hmac
from dataclasses import dataclass

from localcare.sandbox.objects import App, Author, TokenKind
from localcare.sandbox.refusals import (
    BROKEN_TOKEN,
    METHOD,
    GraphRefusal,
    bad_token,
    may_not_write,
    missing_permission,
)
from localcare.sandbox.state import State
from localcare.sandbox.tokens import subcode_of

_SCOPE_OF_TASK = {"MODERATE": "pages_manage_engagement", "MESSAGING": "pages_messaging"}
_SCOPE_ON_INSTAGRAM = {"MODERATE": "instagram_manage_comments", "MESSAGING": "instagram_manage_messages"}


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a good token; a Page's is also that of its account on Instagram."""

    kind: TokenKind
    token: str
    page_id: str | None
    scopes: frozenset[str] = frozenset()
    tasks: tuple[str, ...] = ()
    account_id: str | None = None

    def owns(self, page_id: str) -> bool:
        """Whether this is that Page's own token: only it sees who wrote, and only it may answer."""
        return self.kind is TokenKind.PAGE and page_id in (self.page_id, self.account_id)

    def sees_author(self, page_id: str, author: Author) -> bool:
        """Names of people are for the Page's own token, with the task to moderate; a Page's name is public."""
        return author.id == page_id or (self.owns(page_id) and "MODERATE" in self.tasks)

    def require_scope(self, scope: str) -> None:
        """The app was allowed this when it was let in."""
        if scope not in self.scopes:
            raise missing_permission(scope)

    def require_reading(self, page_id: str) -> None:
        """Another Page's token may not read what visitors wrote here."""
        if self.kind is TokenKind.PAGE and not self.owns(page_id):
            raise missing_permission("pages_read_user_content")
        if self.kind is TokenKind.PAGE:
            self.require_scope("instagram_basic" if page_id == self.account_id else "pages_read_user_content")

    def require_owning(self, page_id: str) -> None:
        """Settings and conversations are for the Page's own token."""
        if not self.owns(page_id):
            raise GraphRefusal(210, "(#210) A page access token is required to request this resource.", status=403)

    def require_task(self, state: State, page_id: str, task: str) -> None:
        """Changing something takes the Page's own token and the task on that Page."""
        if not self.owns(page_id):
            raise may_not_write("Permissions error")
        scope = (_SCOPE_ON_INSTAGRAM if page_id == self.account_id else _SCOPE_OF_TASK).get(task)
        if scope and scope not in self.scopes:
            raise may_not_write(f"Requires {scope} permission to manage the object")
        if task not in state.pages[page_id].tasks:
            raise may_not_write(f"Requires the {task} task on this Page; the user must be an admin of it")


def identify(state: State, params: dict[str, str]) -> Caller:
    """The caller of a request. Raises GraphRefusal 104, 190 or 100 (proof)."""
    value = params.get("access_token")
    if not value:
        raise GraphRefusal(104, "An access token is required to request this resource.")
    token = state.tokens.get(value)
    _check_proof(state.app, value, params.get("appsecret_proof"), is_ours=token is None or token.app_id is None)
    if token is None:
        raise bad_token("Invalid OAuth access token - Cannot parse access token")
    subcode = subcode_of(state, token)
    if subcode is not None:
        raise _broken(subcode, state.app)
    page = state.pages.get(token.page_id or "")
    account_id = page.instagram_id if page else None
    return Caller(token.kind, value, token.page_id, frozenset(token.scopes), page.tasks if page else (), account_id)


def proof(secret: str, token: str) -> str:
    """`appsecret_proof` (https://developers.facebook.com/docs/graph-api/securing-requests)."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def _check_proof(app: App, token: str, given: str | None, *, is_ours: bool) -> None:
    if given is None:
        if app.requires_proof:
            raise GraphRefusal(100, "API calls from the server require an appsecret_proof argument", kind=METHOD)
        return
    if not is_ours or not hmac.compare_digest(given.encode(), proof(app.secret, token).encode()):
        raise GraphRefusal(100, "Invalid appsecret_proof provided in the API argument", kind=METHOD)


def _broken(subcode: int, app: App) -> GraphRefusal:
    message = BROKEN_TOKEN.get(subcode, "Error validating access token.")
    return bad_token(message.format(app=app.id), subcode=subcode)
