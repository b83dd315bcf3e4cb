"""Ids and tokens that look like Facebook's, never repeat, and are the same again for the same world and clock."""

import base64
import hashlib
from datetime import datetime


class Mint:
    """Numbers that grow with time, so that a world begun later never repeats an id of an earlier one."""

    def __init__(self) -> None:
        self._last = 0

    def number(self, now: datetime) -> int:
        """The next id: 16 digits, larger than all before."""
        self._last = max(self._last + 1, int(now.timestamp() * 1000) * 1000)
        return self._last


def person_id(page_id: str, name: str) -> str:
    """A person as one Page sees them: the same person has another id on every Page."""
    digest = hashlib.sha256(f"{page_id}/{name}".encode()).digest()
    return str(10**15 + int.from_bytes(digest[:8]) % (9 * 10**15))


def token_value(secret: str, holder: str, generation: int = 0) -> str:
    """An access token: opaque, long, beginning as Meta's do."""
    digest = hashlib.sha512(f"{secret}/{holder}/{generation}".encode()).digest()
    return "EAAB" + base64.b32encode(digest).decode().rstrip("=")


def message_id(number: int) -> str:
    """A Messenger message id."""
    digest = hashlib.sha256(str(number).encode()).digest()
    return f"m_{base64.urlsafe_b64encode(digest).decode().rstrip('=')}{number}"


def trace_id(number: int) -> str:
    """An `fbtrace_id`: 23 URL-safe characters beginning with A."""
    return "A" + base64.urlsafe_b64encode(hashlib.sha256(str(number).encode()).digest()).decode()[:22]
