"""What the pages of stores show, one value per template."""

from dataclasses import dataclass

from localcare.inbox.admin.pages import AdminPage
from localcare.inbox.admin.stores.list_repository import ListedStore, RegionChoice
from localcare.inbox.admin.stores.map_sheet import StateLine
from localcare.inbox.admin.stores.question import PER_PAGE, VIEW_LABELS, Sort, StoreQuestion, View
from localcare.web.parts import Column, Option, Tab
from localcare.web.words import number, plural

_SORTED: tuple[tuple[Sort | None, str], ...] = (
    ("number", "Store"), ("city", "Where"), (None, "Manager"), (None, "Page"), ("changed", "Changed"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class StoresPage(AdminPage):
    """`admin/stores/list.html`: the directory, fifty at a time."""

    question: StoreQuestion
    tabs: tuple[Tab, ...]
    stores: list[ListedStore]
    found: int
    regions: tuple[Option, ...]
    columns: tuple[Column, ...]

    @property
    def shown(self) -> str:
        """Which of them are on this page, in words."""
        if self.found <= PER_PAGE:
            return plural(self.found, "store")
        last = min(self.found, self.question.offset + PER_PAGE)
        return f"Stores {number(self.question.offset + 1)} to {number(last)} of {number(self.found)}"

    @property
    def previous_href(self) -> str:
        """The fifty before these; empty on the first page."""
        return self.question.on_page(self.question.page - 1).href() if self.question.page > 1 else ""

    @property
    def following_href(self) -> str:
        """The fifty after these; empty on the last page."""
        more = self.question.offset + PER_PAGE < self.found
        return self.question.on_page(self.question.page + 1).href() if more else ""


@dataclass(frozen=True, kw_only=True)
class MapPage(AdminPage):
    """`admin/stores/map.html`: the map, its filters, and the same by state as a table."""

    show: str
    colour: str
    states: list[StateLine]
    shown: tuple[Option, ...] = (
        Option("open", "Open stores"),
        Option("closed", "Closed stores"),
        Option("no-page", "Open, without a Page"),
        Option("all", "All stores"),
    )
    colours: tuple[Option, ...] = (
        Option("state", "Open, closed, no Page"),
        Option("cases", "Open cases"),
        Option("voices", "Recommended, last 90 days"),
    )
    columns: tuple[Column, ...] = (
        Column("State"), Column("Open", numeric=True), Column("Closed", numeric=True),
        Column("No Page", numeric=True), Column("Open cases", numeric=True), Column("Not on the map", numeric=True),
    )  # fmt: skip

    @property
    def off_map(self) -> int:
        """How many stores the map cannot show."""
        return sum(line.off_map for line in self.states)


def view_tabs(question: StoreQuestion, counts: dict[View, int]) -> tuple[Tab, ...]:
    """The views with how many stores each would show; "all" carries no figure when nothing is searched for."""
    return tuple(
        Tab(label, question.showing(view).href(), counts[view], current=view == question.show)
        for view, label in VIEW_LABELS.items()
    )


def sort_columns(question: StoreQuestion) -> tuple[Column, ...]:
    """The columns of the list, as links that sort."""
    return tuple(_column(question, sort, label) for sort, label in _SORTED)


def region_options(regions: list[RegionChoice]) -> tuple[Option, ...]:
    """Regions as choices, indented by how deep they stand."""
    return tuple(Option(region.slug, " " * 3 * region.depth + region.name) for region in regions)


def _column(question: StoreQuestion, sort: Sort | None, label: str) -> Column:
    if sort is None:
        return Column(label)
    href = question.sorted_by(sort).href()
    if question.sort != sort:
        return Column(label, href)
    return Column(label, href, "descending" if question.descending else "ascending")
