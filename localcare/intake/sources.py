"""Signed sources: who may post mentions to us, each under a secret of its own."""

import re
from datetime import datetime

from localcare.errors import ConflictError, InvalidError
from localcare.intake.models import Source
from localcare.intake.repository import find_source
from localcare.kit.crypto import Cipher, new_token
from localcare.kit.db import Session

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")


def add_source(session: Session, brand_id: int, name: str, *, channel: str, cipher: Cipher, now: datetime) -> str:
    """A new source and its secret, which is seen this once. ConflictError when the name is taken in any brand."""
    if not _NAME.fullmatch(name):
        raise InvalidError(f"“{name}” cannot be part of an address: use lower-case letters, digits and hyphens.")
    if find_source(session, name) is not None:
        raise ConflictError(f"There is already a source “{name}”.")
    secret = new_token()
    sealed = cipher.encrypt(secret, row=f"source:{name}")
    session.add(Source(brand_id=brand_id, name=name, channel=channel, secret_encrypted=sealed, created_at=now))
    session.flush()
    return secret
