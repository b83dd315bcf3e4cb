"""A mail as far as we read it: who sent it, what it says as text, where its links lead. Attachments are passed by.

Nothing in here raises for any bytes: a mail that is broken reads as a mail with little in it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

MOST_CHARACTERS = 40_000
_MOST_LINKS = 200
_LINK = re.compile(r"https?://[^\s<>\"'\\]+")
_BLOCKS = frozenset("p div br tr td th li ul ol table h1 h2 h3 h4 h5 h6 blockquote hr center section".split())  # noqa: SIM905
_UNSEEN = frozenset("script style head title template".split())  # noqa: SIM905
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_VOID = frozenset("br hr img input meta link wbr area base col embed source track param".split())  # noqa: SIM905
_BLANKS = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")
INVISIBLE = "\u200b\u200c\u2060\ufeff\u00ad\u034f"
"""What mail programs put between words to fill a preview."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. `views` are its texts, the plain one first; `results` its Authentication-Results, the topmost first.

    `sender` is the one address in From; "" when there is none, or several, which no network's mail has.
    """

    sender: str
    subject: str
    message_id: str
    sent_at: datetime | None
    views: tuple[str, ...]
    links: tuple[str, ...]
    results: tuple[str, ...]

    @property
    def domain(self) -> str:
        """The sender's domain, lower case."""
        return self.sender.rpartition("@")[2].lower()


def read_letter(raw: bytes) -> Letter:
    """The mail in these bytes."""
    message = message_from_bytes(raw.lstrip(), policy=policy.compat32)
    plain, html, links = _texts(message)
    views = tuple(dict.fromkeys(_tidy(view) for view in (plain, html) if view.strip()))
    return Letter(
        sender=_sender(message),
        subject=" ".join(_header(message, "Subject").split())[:500],
        message_id=_header(message, "Message-ID").strip(" <>\r\n\t")[:300],
        sent_at=_moment(message),
        views=views,
        links=tuple(dict.fromkeys([*links, *_LINK.findall(plain)]))[:_MOST_LINKS],
        results=tuple(" ".join(str(each).split()) for each in message.get_all("Authentication-Results", [])),
    )


def _texts(message: Message) -> tuple[str, str, list[str]]:
    """(all plain text, all HTML as text, where its links lead), without what is attached."""
    plain: list[str] = []
    html: list[str] = []
    links: list[str] = []
    for part in message.walk():
        if part.is_multipart() or part.get_content_disposition() == "attachment" or part.get_filename():
            continue
        match part.get_content_type():
            case "text/plain":
                plain.append(_decoded(part))
            case "text/html":
                reader = _HtmlText()
                reader.feed(_decoded(part))
                html.append(reader.text)
                links += reader.links
    return "\n".join(plain), "\n".join(html), links


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    # a character takes up to four bytes; an HTML mail has far more marks than words
    body = body[: MOST_CHARACTERS * 16]
    return _characters(body, part.get_content_charset())


def _sender(message: Message) -> str:
    addresses = getaddresses([str(each) for each in message.get_all("From", [])])
    found = [address for _, address in addresses if "@" in address]
    return found[0].lower() if len(found) == 1 and len(addresses) == 1 else ""


def _header(message: Message, name: str) -> str:
    """Decoded words of RFC 2047; as they stand when they are broken."""
    given = str(message.get(name, ""))
    try:
        parts = decode_header(given)
    except HeaderParseError:
        return given
    return "".join(part if isinstance(part, str) else _characters(part, charset) for part, charset in parts)


def _characters(body: bytes, charset: str | None) -> str:
    """A charset that nobody knows is read as UTF-8."""
    try:
        return body.decode(charset or "utf-8", errors="replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", errors="replace")


def _moment(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _tidy(text: str) -> str:
    text = text.translate(dict.fromkeys(map(ord, INVISIBLE))).replace("\r", "").replace("\x00", "")
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()[:MOST_CHARACTERS]


class _HtmlText(HTMLParser):
    """What a reader sees of an HTML mail, a line per block, and where its links lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self._parts: list[str] = []
        self._unseen: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.append(tag)
            return
        if tag in _UNSEEN or (tag not in _VOID and _HIDDEN.search(given.get("style") or "")):
            self._unseen.append(tag)
            return
        if tag in _BLOCKS:
            self._parts.append("\n")
        href = given.get("href") or ""
        if tag == "a" and href.startswith(("https://", "http://")):
            self.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
            return
        if tag in _BLOCKS:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            # an HTML line break in the source is only a blank
            self._parts.append(data.replace("\n", " "))
