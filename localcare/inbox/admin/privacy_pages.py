"""What the page of erasures shows."""

from dataclasses import dataclass, field

from localcare.inbox.admin.pages import AdminPage
from localcare.mentions.models import Erasure
from localcare.privacy.service import FoundMention
from localcare.web.parts import Column, Option

_STATES = {"asked": "being carried out", "done": "done", "refused": "refused"}
_KINDS = {"customer": "A customer", "data-deletion": "A colleague, through Meta", "deauthorize": "App removed"}


@dataclass(frozen=True, kw_only=True)
class PrivacyPage(AdminPage):
    """`admin/privacy.html`: look for a customer, forget what is ticked, and what was asked before."""

    by: str
    sought: str
    found: list[FoundMention]
    error: str
    is_cut: bool
    erasures: list[Erasure]
    ways: tuple[Option, ...] = (
        Option("name", "Name", "exactly as it stands on the Page; several people may share it"),
        Option("link", "Link", "to a post or comment of theirs"),
        Option("id", "Id", "of the customer, or of something they wrote"),
    )
    states: dict[str, str] = field(default_factory=lambda: _STATES)
    kinds: dict[str, str] = field(default_factory=lambda: _KINDS)
    columns: tuple[Column, ...] = (
        Column("Asked"),
        Column("Who"),
        Column("Mentions", numeric=True),
        Column("State"),
        Column("Code"),
    )
