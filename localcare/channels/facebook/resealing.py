"""Sealing tokens anew with the current key: a few at a time, so it may be broken off and run again."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from localcare.channels.facebook import connecting_repository as repository
from localcare.channels.facebook.connecting import connection_row
from localcare.channels.facebook.service import page_row
from localcare.kit.crypto import Cipher
from localcare.kit.db import ALL_BRANDS, Database, Session

_AT_ONCE = 500
_Key = TypeVar("_Key", str, int)


def reseal_tokens(database: Database, cipher: Cipher) -> Iterator[tuple[int, int]]:
    """Seal the tokens of all Pages and brands with the current key; yields (looked at, sealed anew) after each few.

    Raises ConfigurationError at a token that neither key opens.
    """
    pages = (repository.list_pages_to_reseal, repository.reseal_page, page_row)
    brands = (repository.list_connections_to_reseal, repository.reseal_connection, connection_row)
    looked = anew = 0
    for some in (_reseal(database, cipher, "", *pages), _reseal(database, cipher, -1, *brands)):
        for few, changed in some:
            looked, anew = looked + few, anew + changed
            yield looked, anew


def _reseal(
    database: Database,
    cipher: Cipher,
    after: _Key,
    list_some: Callable[[Session, _Key, int], list[tuple[_Key, bytes]]],
    put: Callable[[Session, _Key, bytes, bytes], None],
    row_of: Callable[[_Key], str],
) -> Iterator[tuple[int, int]]:
    while True:
        with database.session(ALL_BRANDS, viewer="key rotation") as session:
            rows = list_some(session, after, _AT_ONCE)
            changed = 0
            for key, sealed in rows:
                # a connection whose owner took the app away has none
                fresh = cipher.reseal(sealed, row=row_of(key)) if sealed else None
                if fresh is not None:
                    put(session, key, sealed, fresh)
                    changed += 1
        if not rows:
            return
        after = rows[-1][0]
        yield len(rows), changed
