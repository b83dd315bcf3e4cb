"""What somebody asks the list of stores: pure values and their addresses."""

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlencode

View = Literal["all", "open", "closed", "no-page", "no-manager", "no-place", "conflicts"]
Sort = Literal["number", "name", "city", "changed"]

VIEW_LABELS: dict[View, str] = {
    "all": "All", "open": "Open", "closed": "Closed", "no-page": "Without a Page", "no-manager": "Without a manager",
    "no-place": "Without coordinates", "conflicts": "With a conflict",
}  # fmt: skip
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class StoreQuestion:
    """Which stores, in which order, which fifty of them. `region` is a slug, `state` a code; "" is any."""

    show: View = "all"
    words: str = ""
    region: str = ""
    state: str = ""
    sort: Sort = "number"
    descending: bool = False
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the whole directory is asked for."""
        return bool(self.show != "all" or self.words or self.region or self.state)

    @property
    def offset(self) -> int:
        """How many stores stand before this page."""
        return (self.page - 1) * PER_PAGE

    def href(self, path: str = "/admin/stores") -> str:
        """The address of this question; what is as usual is left out."""
        facts = {
            "show": self.show if self.show != "all" else "",
            "q": self.words,
            "region": self.region,
            "state": self.state,
            "sort": self.sort if self.sort != "number" else "",
            "order": "down" if self.descending else "",
            "page": str(self.page) if self.page > 1 else "",
        }
        query = urlencode({name: value for name, value in facts.items() if value})
        return f"{path}?{query}" if query else path

    def showing(self, view: View) -> "StoreQuestion":
        """The same question about another view, from its first page."""
        return replace(self, show=view, page=1)

    def sorted_by(self, sort: Sort) -> "StoreQuestion":
        """The same sorted by this; sorted by it already, the other way round."""
        return replace(self, sort=sort, descending=self.sort == sort and not self.descending, page=1)

    def on_page(self, page: int) -> "StoreQuestion":
        """Another fifty of the same."""
        return replace(self, page=page)
