"""Sealing the secrets of signed sources anew with the current key."""

from localcare.intake.repository import list_sources
from localcare.kit.crypto import Cipher
from localcare.kit.db import ALL_BRANDS, Database


def reseal_sources(database: Database, cipher: Cipher) -> tuple[int, int]:
    """How many were looked at, and how many sealed anew; may run twice. Raises ConfigurationError as `decrypt` does."""
    anew = 0
    with database.session(ALL_BRANDS, viewer="key rotation") as session:
        sources = list_sources(session)
        for source in sources:
            fresh = cipher.reseal(source.secret_encrypted, row=f"source:{source.name}")
            if fresh is not None:
                source.secret_encrypted = fresh
                session.add(source)
                anew += 1
    return len(sources), anew
