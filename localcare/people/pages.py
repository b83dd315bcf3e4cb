"""What the pages of sign-in show."""

from dataclasses import dataclass

from localcare.people.core.links import Link
from localcare.web.pages import Page


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    """`people/sign_in.html`: one field. `next_url` is where the link leads; `notice` says why we ask again."""

    next_url: str
    notice: str = ""


@dataclass(frozen=True, kw_only=True)
class LinkSentPage(Page):
    """`people/link_sent.html`: the same for everybody, whether or not the address is known."""

    email: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class ContinuePage(Page):
    """`people/continue.html`: one button. Reading it changes nothing: mail scanners read every link."""

    action: str
    name: str
    target: str


def continue_page(link: Link, *, action: str, target: str) -> ContinuePage:
    """The page of a link that opens."""
    return ContinuePage(title=f"Hello {link.person_name}", action=action, name=_first_name(link), target=target)


def _first_name(link: Link) -> str:
    return link.person_name.split()[0] if link.person_name.split() else link.person_name
