"""What somebody asks the board of Pages: pure values and their addresses."""

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlencode

from localcare.channels.facebook.core.advice import advice_on
from localcare.channels.facebook.core.incidents import KINDS, IncidentKind

View = Literal["ill", "ending", "unconnected", "well", "all"]
Sort = Literal["worst", "name", "store", "heard", "quota"]

HERE = "/admin/pages"
VIEW_LABELS: dict[View, str] = {
    "ill": "Something is wrong", "ending": "Ends soon", "unconnected": "Without a token", "well": "Well", "all": "All",
}  # fmt: skip
KIND_LABELS: dict[IncidentKind, str] = {kind: advice_on(kind).name for kind in KINDS}
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """Which Pages, in which order, which fifty. `kind` is of an open incident, `region` a slug; "" is any."""

    show: View = "ill"
    words: str = ""
    kind: IncidentKind | Literal[""] = ""
    region: str = ""
    sort: Sort = "worst"
    descending: bool = False
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether something is looked for within the view."""
        return bool(self.words or self.kind or self.region)

    @property
    def offset(self) -> int:
        """How many Pages stand before this page."""
        return (self.page - 1) * PER_PAGE

    def href(self) -> str:
        """The address of this question; what is as usual is left out."""
        facts = {
            "show": self.show if self.show != "ill" else "",
            "q": self.words,
            "kind": self.kind,
            "region": self.region,
            "sort": self.sort if self.sort != "worst" else "",
            "order": "down" if self.descending else "",
            "page": str(self.page) if self.page > 1 else "",
        }
        query = urlencode({name: value for name, value in facts.items() if value})
        return f"{HERE}?{query}" if query else HERE

    def showing(self, view: View) -> "PageQuestion":
        """The same question about another view, from its first page."""
        return replace(self, show=view, page=1)

    def about(self, kind: IncidentKind) -> "PageQuestion":
        """Only Pages with an incident of this kind."""
        return replace(self, show="ill", kind=kind, page=1)

    def sorted_by(self, sort: Sort) -> "PageQuestion":
        """The same sorted by this; sorted by it already, the other way round."""
        return replace(self, sort=sort, descending=self.sort == sort and not self.descending, page=1)

    def on_page(self, page: int) -> "PageQuestion":
        """Another fifty of the same."""
        return replace(self, page=page)
