"""An SMTP server that keeps what it is given on disk, for demo, development and tests: nothing leaves the machine.

One Message-ID is one mail, as mailboxes treat it; how often it came is counted.
"""

import hashlib
import re
import socket
from asyncio import AbstractServer
from collections import deque
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
MAX_BYTES = 32 * 2**20
_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail as a list shows it. `repeats` is how often it came again; `key` names its file."""

    key: str
    to: str
    subject: str
    received_at: datetime
    repeats: int


@dataclass(frozen=True, slots=True)
class MailFolder:
    """The folder that a sink writes and a page reads; they may be different processes."""

    path: Path

    def list_mails(self, *, to: str = "", limit: int = 200) -> list[KeptMail]:
        """The newest first; with `to`, those whose recipient contains it."""
        wanted = to.strip().lower()
        found: list[KeptMail] = []
        for file in self._newest_first():
            head = _read_head(file)
            if wanted in head[0].lower():
                received = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                found.append(KeptMail(file.stem, *head, received, self._repeats_of(file.stem)))
            if len(found) == limit:
                break
        return found

    def find_mail(self, key: str) -> EmailMessage | None:
        """A whole mail, or None when there is none of that key."""
        file = self.path / f"{key}.eml"
        if not _NAME.fullmatch(key) or not file.is_file():
            return None
        return message_from_bytes(file.read_bytes(), policy=default)

    def count(self) -> int:
        """How many different mails there are."""
        return sum(1 for _ in self.path.glob("*.eml"))

    def count_repeats(self) -> int:
        """How many times any mail came again."""
        return sum(self._repeats_of(file.stem) for file in self.path.glob("*.repeats"))

    def _newest_first(self) -> Iterator[Path]:
        return iter(sorted(self.path.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True))

    def _repeats_of(self, key: str) -> int:
        file = self.path / f"{key}.repeats"
        return file.stat().st_size if file.exists() else 0


class _Listener(Controller):
    """aiosmtpd's server in its thread, on a socket that is open already: with port 0 it would not find itself."""

    def __init__(self, handler: "MailSink", opened: socket.socket) -> None:
        super().__init__(
            handler, hostname=HOST, port=opened.getsockname()[1], data_size_limit=MAX_BYTES, enable_SMTPUTF8=True
        )
        self._opened = opened

    def _create_server(self) -> Coroutine[Any, Any, AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._opened)


class MailSink:
    """The server. Started, it listens on 127.0.0.1; port 0 takes a free one. Keeps the newest `keep` mails."""

    def __init__(self, path: Path, port: int = 0, *, keep: int = 2_000) -> None:
        self.folder = MailFolder(path)
        self._keep = keep
        path.mkdir(parents=True, exist_ok=True)
        self._kept = deque(reversed([file.stem for file in self.folder._newest_first()]))
        self._known = set(self._kept)
        self._port = port
        self._listener: _Listener | None = None

    @property
    def port(self) -> int:
        """Where it listens; with port 0, known once started."""
        return self._listener.port if self._listener else self._port

    @property
    def url(self) -> str:
        """What LOCALCARE_SMTP_URL must say to send here."""
        return f"smtp://{HOST}:{self.port}"

    def start(self) -> None:
        """Listen, in a thread of its own."""
        opened = socket.create_server((HOST, self._port))
        self._listener = _Listener(self, opened)
        self._listener.start()

    def stop(self) -> None:
        """Stop listening; what was kept stays."""
        if self._listener:
            self._listener.stop(no_assert=True)
            self._listener = None

    def __enter__(self) -> "MailSink":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 (aiosmtpd's names)
        """Keep a mail; 250 only once it is in the folder."""
        content = envelope.original_content or b""
        self._store(content)
        return "250 Kept"

    def _store(self, content: bytes) -> None:
        found = _MESSAGE_ID.search(content.partition(b"\r\n\r\n")[0])
        key = hashlib.sha256(found[1] if found else content).hexdigest()[:32]
        if key in self._known:
            with (self.folder.path / f"{key}.repeats").open("ab") as repeats:
                repeats.write(b".")
            return
        draft = self.folder.path / f"{key}.draft"
        draft.write_bytes(content)
        draft.rename(self.folder.path / f"{key}.eml")
        self._known.add(key)
        self._kept.append(key)
        while len(self._kept) > self._keep:
            self._forget(self._kept.popleft())

    def _forget(self, key: str) -> None:
        self._known.discard(key)
        for suffix in ("eml", "repeats"):
            (self.folder.path / f"{key}.{suffix}").unlink(missing_ok=True)


@lru_cache(maxsize=4096)
def _read_head(file: Path) -> tuple[str, str]:
    """(recipient, subject); cached, since a kept mail never changes."""
    with file.open("rb") as source:
        headers = BytesHeaderParser(policy=default).parse(source)
    return str(headers.get("To", "")), str(headers.get("Subject", ""))
