"""The database a command works on: the one that is set, else the embedded one, its schema at head."""

from collections.abc import Iterator
from contextlib import contextmanager

from localcare.errors import ConfigurationError
from localcare.kit.db import Database, connect_database
from localcare.kit.embedded import start_embedded
from localcare.kit.schema import current_revision, head_revision
from localcare.settings import get_settings


@contextmanager
def opened_database() -> Iterator[Database]:
    """The database for the length of one command. Raises ConfigurationError when `localcare migrate` has to run first."""
    settings = get_settings()
    if settings.database_url is not None:
        with _connected(settings.database_url.get_secret_value()) as database:
            yield database
        return
    with start_embedded(settings.data_dir, pg_user=settings.pg_user) as server, _connected(server.url) as database:
        yield database


@contextmanager
def _connected(url: str) -> Iterator[Database]:
    database = connect_database(url, pool_size=2, application="localcare command")
    try:
        if current_revision(database) != head_revision():
            raise ConfigurationError("The database is not at this version's schema: run localcare migrate first.")
        yield database
    finally:
        database.dispose()
