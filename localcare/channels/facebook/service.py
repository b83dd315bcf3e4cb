"""The verbs of Page access: seal a token, open a Page's client, note how it fares."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlmodel import Session

from localcare.channels.facebook import repository
from localcare.channels.facebook.accounts_repository import find_access
from localcare.channels.facebook.app_pause import note_app_limit
from localcare.channels.facebook.client import GraphAccess, PageClient
from localcare.channels.facebook.core.graph_error import GraphError, LockedTokenError
from localcare.channels.facebook.models import PageAccess
from localcare.channels.facebook.veiling import bare
from localcare.errors import ConfigurationError
from localcare.kit.crypto import Cipher
from localcare.settings import Settings

NOT_CONNECTED = "No token is stored for this Page: it has not been connected yet."
ILL = ("token", "permission", "quota")


def graph_access(settings: Settings) -> GraphAccess:
    """Where and as which app the Graph API is called."""
    secret = settings.facebook_app_secret
    return GraphAccess(
        graph_url=settings.graph_url,
        version=settings.graph_version,
        app_id=settings.facebook_app_id,
        app_secret=secret.get_secret_value() if secret else None,
    )


def app_secrets(settings: Settings) -> list[str]:
    """The app secrets that Meta may have signed with: the current one, and the one before while it is rotated."""
    secrets = (settings.facebook_app_secret, settings.facebook_app_secret_previous)
    return [secret.get_secret_value() for secret in secrets if secret is not None]


def save_token(
    session: Session, cipher: Cipher, brand_id: int, page_id: str, token: SecretStr | str, *, now: datetime
) -> None:
    """Keep a Page's token, sealed for that Page."""
    sealed = cipher.encrypt(bare(token), row=page_row(page_id))
    access = session.get(PageAccess, page_id) or PageAccess(
        page_id=page_id, brand_id=brand_id, token_encrypted=sealed, since=now
    )
    access.token_encrypted, access.health, access.health_detail, access.since = sealed, "unknown", "", now
    session.add(access)


def save_tokens(
    session: Session, cipher: Cipher, brand_id: int, tokens: Mapping[str, SecretStr | str], *, now: datetime
) -> None:
    """Keep the tokens of many Pages by page id, each sealed for its Page, in one statement."""
    sealed = {page_id: cipher.encrypt(bare(token), row=page_row(page_id)) for page_id, token in tokens.items()}
    if sealed:
        repository.upsert_tokens(session, brand_id, sealed, now=now)


def open_page(session: Session, settings: Settings, cipher: Cipher, page_id: str) -> PageClient:
    """A client that speaks as a Page; GraphError of kind token when none is stored."""
    access = session.get(PageAccess, page_id)
    if access is None:
        raise GraphError("token", detail=NOT_CONNECTED)
    return PageClient(graph_access(settings), page_id, page_token(cipher, access.page_id, access.token_encrypted))


def page_row(page_id: str) -> str:
    """The row that a Page's token is sealed for."""
    return f"page:{page_id}"


def page_token(cipher: Cipher, page_id: str, sealed: bytes) -> SecretStr:
    """A Page's token, opened. Raises LockedTokenError when its key is lost: the trouble of one Page alone."""
    return open_token(cipher, sealed, row=page_row(page_id))


def open_token(cipher: Cipher, sealed: bytes, *, row: str) -> SecretStr:
    """A token as it was before it was sealed for that row; raises LockedTokenError when its key is lost."""
    try:
        return SecretStr(cipher.decrypt(sealed, row=row))
    except ConfigurationError:
        raise LockedTokenError from None


def note_health(session: Session, page_id: str, error: GraphError | None, *, now: datetime) -> None:
    """Keep what a call told about a Page's access: when it became ill, and of what.

    What an account on Instagram may not says nothing of the Page that it goes by.
    """
    if note_app_limit(session, error, now=now):
        return
    access = find_access(session, page_id)
    if access is None or (access.page_id != page_id and error is not None and error.kind == "permission"):
        return
    health = error.kind if error is not None and error.kind in ILL else "ok"
    if error is not None and health == "ok":
        return
    if access.health != health:
        access.since = now
    access.health, access.health_detail = health, str(error) if error else ""
    access.error_code = error.code if error else None
    pause = error.retry_after_seconds if error and error.kind == "quota" else None
    access.quota_until = now + timedelta(seconds=pause) if pause else None
    session.add(access)


def brands_of_pages(session: Session) -> dict[tuple[str, str], int]:
    """Whose each connected Page or account is, linked to a store or to nothing; wants a session of all brands."""
    return repository.list_brands_of_pages(session)


def forget_login(session: Session, user_id: str, *, now: datetime, erase: bool) -> list[int]:
    """The person who connected Pages took the app away: their token is dead, and so may be those of the Pages it gave.

    With `erase` their name and id go too. Returns the brands that were connected by them.
    """
    brands = []
    for connection in repository.list_connections_of(session, user_id):
        connection.state, connection.health, connection.since = "revoked", "token", now
        connection.health_detail = (
            "The person who connected the Pages removed the app. Connect again with another account."
        )
        connection.token_encrypted = b""
        if erase:
            connection.subject_id, connection.subject_name = None, None
        session.add(connection)
        repository.check_soon(session, connection.brand_id, now)
        brands.append(connection.brand_id)
    return brands


def list_ill_pages(session: Session, brand_id: int) -> list[PageAccess]:
    """Pages that cannot speak right now."""
    return repository.list_in_health(session, brand_id, ILL)
