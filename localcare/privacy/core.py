"""What a wish to be forgotten names, and how it is spoken of afterwards: without saying who it was."""

import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from localcare.errors import InvalidError

_IDS_IN_PATH = re.compile(r"\d{5,}(?:_\d+)?")
_ID_PARAMETERS = ("comment_id", "reply_comment_id", "story_fbid", "fbid", "v", "id")


@dataclass(frozen=True, slots=True)
class Wish:
    """How the person can be found: exactly one of a name, a link to something they wrote, or an id."""

    name: str = ""
    link: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        if sum(map(bool, (self.name.strip(), self.link.strip(), self.id.strip()))) != 1:
            raise InvalidError("Say one of: the customer's name, a link to what they wrote, or an id.")

    @property
    def subject(self) -> str:
        """What was asked for, in one spelling."""
        return f"name:{self.name.strip().lower()}{self.link.strip()}:{self.id.strip()}"

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that the wish may mean: the given one, or those in the link."""
        return (self.id.strip(),) if self.id.strip() else ids_in_link(self.link)


def ids_in_link(link: str) -> tuple[str, ...]:
    """Ids in an address of Facebook, the most telling first: a comment's before its post's."""
    parts = urlsplit(link.strip())
    asked = parse_qs(parts.query)
    found = [value for name in _ID_PARAMETERS for value in asked.get(name, ())]
    found += reversed(_IDS_IN_PATH.findall(parts.path))
    return tuple(dict.fromkeys(found))


def subject_hash(subject: str, code: str) -> str:
    """What is kept of a wish: who shows the code can be believed to have made it; nobody can read it."""
    return hmac.new(code.encode(), subject.encode(), sha256).hexdigest()


def new_code() -> str:
    """What the person is given to look the wish up with; it cannot be guessed."""
    return secrets.token_urlsafe(12)
