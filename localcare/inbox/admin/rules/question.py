"""What somebody asks the list of rules: pure values and their addresses."""

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlencode

Show = Literal["own", "all", "live", "draft", "scheduled", "ended", "off", "shipped"]
SHOW_LABELS: dict[Show, str] = {
    "all": "All", "own": "Your own", "live": "In force", "draft": "With a draft", "scheduled": "Scheduled", "ended": "Ended",
    "off": "Off", "shipped": "As shipped",
}  # fmt: skip
Order = Literal["", "hits"]
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class RuleQuestion:
    """Which rules, in which order (those that fire most first, or as they are kept), which fifty of them; "" is any."""

    show: Show = "all"
    words: str = ""
    topic: str = ""
    owner: str = ""
    language: str = ""
    page: int = 1
    risk: str = ""
    order: Order = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but all rules is asked for."""
        return self.show != "all" or self.asks_for_some

    @property
    def asks_for_some(self) -> bool:
        """Whether it asks for certain rules of a view."""
        return bool(self.words or self.topic or self.risk or self.owner or self.language)

    @property
    def offset(self) -> int:
        """How many rules stand before this page."""
        return (self.page - 1) * PER_PAGE

    def href(self) -> str:
        """The address of this question; what is as usual is left out."""
        facts = {
            "show": self.show if self.show != "all" else "", "q": self.words, "topic": self.topic, "owner": self.owner,
            "language": self.language, "risk": self.risk, "order": self.order,
            "page": str(self.page) if self.page > 1 else "",
        }  # fmt: skip
        query = urlencode({name: value for name, value in facts.items() if value})
        return f"/admin/rules?{query}" if query else "/admin/rules"

    def showing(self, show: Show) -> "RuleQuestion":
        """The same question about others, from the first page."""
        return replace(self, show=show, page=1)

    def on_page(self, page: int) -> "RuleQuestion":
        """Another fifty of the same."""
        return replace(self, page=page)
