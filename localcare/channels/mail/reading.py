"""From a letter to what it tells: by the first template that fits, or why none does. Pure."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from localcare.channels.mail.letter import Letter
from localcare.channels.mail.templates import Template, Templates
from localcare.mentions.core import MentionChange, Place, Verb
from localcare.mentions.sameness import MAIL_ID, is_somebody

_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
_AROUND = f" \t\n{_MARKS}"
_QUOTED = re.compile(r"^[\"“„«'‘](.*)[\"”“»'’]$", re.DOTALL)
_KEPT = ("story_fbid", "fbid", "id", "comment_id", "reply_comment_id", "review_id", "page_id", "v")
_HOSTS = ("facebook.com", "fb.com", "fb.me")
_POST_PATH = re.compile(r"/(?:posts|videos|photos|permalink)/(?:[^/]+/)?(\d{5,})/?$")
_REVIEWS_PATH = re.compile(r"^/(?:pg/)?(?:[^/]*-)?(\d{5,})/reviews/?$")
_TELLS_LESS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail tells. `template` is the one that fitted; `stars` 1 to 5; `link` tidied, "" without one."""

    template: str
    kind: str
    author: str
    page_name: str
    text: str
    stars: int | None
    recommends: bool | None
    link: str
    sent_at: datetime

    @property
    def page_id(self) -> str | None:
        """The Page, where the link names it by number."""
        parts = urlsplit(self.link)
        found = _REVIEWS_PATH.match(parts.path)
        named = dict(parse_qsl(parts.query)).get("page_id", "")
        return found[1] if found else named if named.isdigit() else None

    @property
    def network_id(self) -> str | None:
        """The id by which the network knows it, where the link gives it away."""
        parts = urlsplit(self.link)
        asked = dict(parse_qsl(parts.query))
        path = _POST_PATH.search(parts.path)
        post = path[1] if path else asked.get("story_fbid", "")
        comment = asked.get("reply_comment_id") or asked.get("comment_id") or ""
        if self.kind == "comment" and post.isdigit() and comment.isdigit():
            return f"{post}_{comment}"
        if self.kind == "mention" and not comment and post.isdigit() and asked.get("id", "").isdigit():
            return f"{asked['id']}_{post}"
        return None


def read_notification(letter: Letter, templates: Templates, *, received_at: datetime) -> Told | str:
    """What the mail tells, or in a sentence why it is not known.

    `received_at` counts for a mail without a date, or from tomorrow.
    """
    why = "No template has a subject like this."
    for template in templates.templates:
        subject = next((found for each in template.subjects if (found := each.fullmatch(letter.subject))), None)
        if subject is None:
            continue
        known = {name: _trim(part) for name, part in subject.groupdict().items() if part and name != "text"}
        body = _find_body(template, known, letter.views, templates.footers)
        if template.body and body is None:
            why = f"The subject is that of “{template.name}”, but no pattern fits the text."
            continue
        values = {name: part for name, part in (body or {}).items() if part} | known
        author = _trim(values.get("author", ""))
        if not is_somebody(author):
            why = f"“{template.name}” fits, but the mail does not say who wrote it."
            continue
        return _told(template, values, author, letter, received_at)
    return why


def change_of(told: Told, letter: Letter, *, page_id: str | None) -> MentionChange:
    """The mention that a mail tells of. A Page that is not known by number goes by its name, as a place."""
    network_id = told.network_id
    basis = letter.message_id or "\n".join((letter.sender, letter.subject, *letter.views))
    made = f"{MAIL_ID}{hashlib.sha256(basis.encode()).hexdigest()[:24]}"
    external_id = network_id or made
    is_comment = network_id is not None and told.kind == "comment"
    return MentionChange(
        channel="facebook",
        kind=told.kind,
        external_id=external_id,
        verb=Verb.ADD,
        # what the network itself tells of the same thing counts for more, so it has to come after
        at=told.sent_at - _TELLS_LESS if network_id else told.sent_at,
        digest=hashlib.sha256(f"{made}{told}".encode()).hexdigest()[:16],
        page_id=page_id,
        thread_id=None if is_comment else external_id,
        author_name=told.author,
        text=told.text,
        rating=told.stars,
        recommends=told.recommends,
        place=None if page_id or not told.page_name else Place(name=told.page_name),
        permalink=told.link or None,
        created_at=told.sent_at,
    )


def tidy_link(link: str) -> str:
    """A link to the network without what follows its reader about; "" when it leads elsewhere."""
    parts = urlsplit(link)
    host = (parts.hostname or "").lower()
    if not any(host == each or host.endswith(f".{each}") for each in _HOSTS):
        return ""
    path, query = parts.path, parts.query
    if path.rstrip("/") == "/n" and query:
        # mails lead over a counter: /n/?the/path&the=query
        head, _, query = query.partition("&")
        path = f"/{dict(parse_qsl(f'p={head}')).get('p', '').lstrip('/')}"
    kept = [(name, value) for name, value in parse_qsl(query) if name in _KEPT]
    return urlunsplit(("https", "www.facebook.com", path, urlencode(kept), ""))[:2_000]


def _told(template: Template, values: dict[str, str], author: str, letter: Letter, received_at: datetime) -> Told:
    stars = _stars(values.get("stars"))
    sent_at = letter.sent_at
    return Told(
        template=template.name,
        kind=template.kind,
        author=" ".join(author.split()),
        page_name=" ".join(_trim(values.get("page", "")).split()),
        text=_unquoted(_trim(values.get("text", ""))),
        stars=stars,
        recommends=template.recommends,
        link=_link(template, letter.links),
        sent_at=sent_at if sent_at is not None and sent_at <= received_at else received_at,
    )


def _find_body(
    template: Template, known: Mapping[str, str], views: Sequence[str], footers: Sequence[str]
) -> dict[str, str | None] | None:
    shown = [_without_footer(view, footers) for view in views]
    for pattern in template.bodies(known):
        for view in shown:
            found = pattern.search(view)
            if found:
                return found.groupdict()
    return None


def _without_footer(view: str, footers: Sequence[str]) -> str:
    wanted = tuple(footer.casefold() for footer in footers)
    lines = view.split("\n")
    end = next((at for at, line in enumerate(lines) if wanted and line.casefold().startswith(wanted)), len(lines))
    return "\n".join(lines[:end])


def _link(template: Template, links: tuple[str, ...]) -> str:
    tidied = [tidy_link(link) for link in links]
    for wanted in template.links:
        for link in tidied:
            if wanted in link:
                return link
    return ""


def _stars(given: str | None) -> int | None:
    if not given:
        return None
    count = int(given) if given.isdigit() else given.count("★") + given.count("⭐")
    return count if 1 <= count <= 5 else None


def _trim(text: str) -> str:
    return text.strip(_AROUND)


def _unquoted(text: str) -> str:
    found = _QUOTED.match(text)
    return _trim(found[1]) if found else text
