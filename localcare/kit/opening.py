"""Opening what a process needs: the database (given or embedded), mail, keys; and closing it in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from localcare.errors import ConfigurationError
from localcare.kit.clock import SystemClock
from localcare.kit.crypto import Cipher, Signer, check_secret, derive_key
from localcare.kit.db import Database, connect_database
from localcare.kit.embedded import start_embedded
from localcare.kit.mail import MailTransport, NoTransport, SmtpTransport
from localcare.kit.runtime import Runtime
from localcare.kit.schema import current_revision, head_revision
from localcare.settings import Settings


@contextmanager
def open_database(settings: Settings, *, application: str, pool_size: int = 10) -> Iterator[Database]:
    """The database that is set, else the embedded one, which is shared with other processes and stopped by the last."""
    if settings.database_url is not None:
        with _connected(settings.database_url.get_secret_value(), application, pool_size) as database:
            yield database
        return
    with (
        start_embedded(settings.data_dir, pg_user=settings.pg_user) as server,
        _connected(server.url, application, pool_size) as database,
    ):
        yield database


@contextmanager
def open_runtime(settings: Settings, *, application: str, pool_size: int = 10) -> Iterator[Runtime]:
    """Everything at hand. Raises ConfigurationError when the schema is not this version's or no secret is set."""
    secret = require_secret(settings)
    with open_database(settings, application=application, pool_size=pool_size) as database:
        require_head(database)
        yield Runtime(
            settings=settings,
            db=database,
            clock=SystemClock(),
            mail=mail_transport(settings),
            cipher=open_cipher(secret, former_secret(settings)),
            signer=Signer(secret, former_secret(settings)),
        )


def require_head(database: Database) -> None:
    """Refuse to work on a schema that this code does not know."""
    if current_revision(database) != head_revision():
        raise ConfigurationError("The database is not at this version's schema: run localcare migrate first.")


def require_secret(settings: Settings) -> str:
    """The secret key; raises ConfigurationError when it is missing or short."""
    if settings.secret_key is None:
        raise ConfigurationError(
            "Set LOCALCARE_SECRET_KEY (32 characters or more); it signs links and seals Page tokens. Make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return check_secret(settings.secret_key.get_secret_value())


def former_secret(settings: Settings) -> str | None:
    """The secret key before, while keys are rotated."""
    return settings.secret_key_previous.get_secret_value() if settings.secret_key_previous else None


def open_cipher(secret: str, former: str | None = None) -> Cipher:
    """What seals secrets in the database."""
    return Cipher(derive_key(secret, "page tokens"), derive_key(former, "page tokens") if former else None)


def require_safe(settings: Settings) -> None:
    """Refuse what must not face the internet: a public address without https, or no app secret to check signatures."""
    parts = urlsplit(settings.base_url)
    is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not is_local:
        raise ConfigurationError("LOCALCARE_BASE_URL must begin with https:// when it is not this machine.")
    if not is_local and settings.facebook_app_secret is None:
        raise ConfigurationError("Set LOCALCARE_FACEBOOK_APP_SECRET: without it no webhook can be trusted.")


def mail_transport(settings: Settings) -> MailTransport:
    """SMTP when a server is set; otherwise a transport that says that none is."""
    if settings.smtp_url is None:
        return NoTransport()
    return SmtpTransport(settings.smtp_url.get_secret_value(), settings.mail_from)


@contextmanager
def _connected(url: str, application: str, pool_size: int) -> Iterator[Database]:
    database = connect_database(url, pool_size=pool_size, application=application)
    try:
        yield database
    finally:
        database.dispose()
