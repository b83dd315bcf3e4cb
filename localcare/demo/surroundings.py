"""What a demo stands on: its settings, its ports, its database. Every setting that is given is honoured."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pydantic import SecretStr

from localcare.demo.keeping import Keep
from localcare.demo.repository import leave_waiting_for_disk
from localcare.errors import ConfigurationError
from localcare.kit.clock import SystemClock
from localcare.kit.crypto import Cipher, Signer, derive_key
from localcare.kit.db import Database, connect_database
from localcare.kit.embedded import start_embedded
from localcare.kit.opening import mail_transport, require_secret
from localcare.kit.runtime import Runtime
from localcare.sandbox.objects import App
from localcare.settings import Settings

HOST = "127.0.0.1"
_MAIL_FROM = "Pellora Care <care@pellora.example.com>"


def require_free(port: int) -> None:
    """Raise ConfigurationError when something listens on this port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise ConfigurationError(
                f"Port {port} cannot be used ({error.strerror}): choose another with localcare demo --port {port + 1}."
            ) from error


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def complete_settings(given: Settings, keep: Keep, own: Mapping[str, str], *, data_dir: Path) -> Settings:
    """The given settings with the demo's own (addresses in `own`, secrets from `keep`) for whatever was not set."""
    kept = keep.kept
    every: dict[str, object] = {
        **own,
        "secret_key": SecretStr(kept.secret_key),
        "mail_from": _MAIL_FROM,
        "facebook_app_id": kept.app_id,
        "facebook_app_secret": SecretStr(kept.app_secret),
        "facebook_verify_token": SecretStr(kept.verify_token),
    }
    if "smtp_url" in own:
        every["smtp_url"] = SecretStr(own["smtp_url"])
    missing = {name: value for name, value in every.items() if name not in given.model_fields_set}
    return given.model_copy(update={**missing, "data_dir": data_dir, "dev": True})


def environment_for(settings: Settings) -> dict[str, str]:
    """The environment of a child process that must work with these settings."""
    environment = dict(os.environ)
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        environment.pop(f"LOCALCARE_{name.upper()}_FILE", None)
        if value is not None:
            environment[f"LOCALCARE_{name.upper()}"] = text
    return environment


def app_of(settings: Settings) -> App:
    """The Meta app of the stand-in: the one that these settings speak as."""
    secret, verify = settings.facebook_app_secret, settings.facebook_verify_token
    return App(
        id=settings.facebook_app_id or App().id,
        secret=secret.get_secret_value() if secret else App().secret,
        verify_token=verify.get_secret_value() if verify else App().verify_token,
    )


@contextmanager
def open_demo_database(settings: Settings, keep: Keep) -> Iterator[Database]:
    """The database that is set, else the embedded one. One whose first telling was interrupted is made anew."""
    if settings.database_url is not None:
        with _connected(settings.database_url.get_secret_value()) as database:
            yield database
        return
    if keep.kept.is_ours and not keep.kept.is_complete:
        with start_embedded(settings.data_dir, pg_user=settings.pg_user) as server:
            _drop(server.admin_url)
    with (
        start_embedded(settings.data_dir, pg_user=settings.pg_user) as server,
        _connected(server.url) as database,
    ):
        yield database


def runtime_of(settings: Settings, database: Database) -> Runtime:
    """What the demo's own process has at hand."""
    secret = require_secret(settings)
    return Runtime(
        settings=settings,
        db=database,
        clock=SystemClock(),
        mail=mail_transport(settings),
        cipher=Cipher(derive_key(secret, "page tokens")),
        signer=Signer(secret),
    )


@contextmanager
def hurried(runtime: Runtime) -> Iterator[Runtime]:
    """The same with a database that does not wait for its disk."""
    with _connected(runtime.db.url) as database:
        leave_waiting_for_disk(database)
        yield Runtime(runtime.settings, database, runtime.clock, runtime.mail, runtime.cipher, runtime.signer)


@contextmanager
def _connected(url: str) -> Iterator[Database]:
    database = connect_database(url, pool_size=3, application="localcare demo")
    try:
        yield database
    finally:
        database.dispose()


def _drop(admin_url: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("drop database if exists localcare with (force)")
