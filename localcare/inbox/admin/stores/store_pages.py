"""What the pages of one store show: all that is known of it, the form of a change, and the look before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from localcare.inbox.admin.pages import HEALTH_LABELS, AdminPage
from localcare.inbox.admin.stores.acts import Act
from localcare.inbox.admin.stores.minimap import MiniMap
from localcare.inbox.admin.stores.store_repository import LinkedPage, Neighbour, OtherName, StoreFile, StoreRole
from localcare.inbox.admin.stores.wording import ALIAS_KINDS, PAGE_KINDS, ChangeLine, FactLine
from localcare.people.core.viewer import ROLE_LABELS
from localcare.web.parts import Column, Option

_ZONES = {
    "America/New_York": "Eastern (New York)", "America/Detroit": "Eastern (Detroit)",
    "America/Indiana/Indianapolis": "Eastern (Indianapolis)", "America/Chicago": "Central (Chicago)",
    "America/Denver": "Mountain (Denver)", "America/Phoenix": "Mountain without summer time (Phoenix)",
    "America/Boise": "Mountain (Boise)", "America/Los_Angeles": "Pacific (Los Angeles)",
    "America/Anchorage": "Alaska (Anchorage)", "Pacific/Honolulu": "Hawaii (Honolulu)",
    "America/Puerto_Rico": "Atlantic (Puerto Rico)", "Pacific/Guam": "Chamorro (Guam)",
}  # fmt: skip
PAGE_KIND_OPTIONS = (
    Option("official", "The store’s own Page", "It speaks for the store; there is one on each network."),
    Option("duplicate", "A duplicate", "What is written there counts for the store; we answer on its own Page."),
    Option("rogue", "Not ours", "Somebody else runs it in the store’s name."),
)
CHANNEL_OPTIONS = (Option("facebook", "Facebook"), Option("instagram", "Instagram"), Option("google", "Google"))


@dataclass(frozen=True, kw_only=True)
class StorePage(AdminPage):
    """`admin/stores/store.html`: one store as the directory has it, its history, and the way to every change of it."""

    store: StoreFile
    acts: tuple[Act, ...]
    pages: list[LinkedPage]
    names: list[OtherName]
    people: list[StoreRole]
    nearby: list[Neighbour]
    minimap: MiniMap | None
    history: tuple[ChangeLine, ...]
    values: dict[str, str] = field(default_factory=dict)
    error: str = ""
    roles: dict[str, str] = field(default_factory=lambda: ROLE_LABELS)
    health: dict[str, str] = field(default_factory=lambda: HEALTH_LABELS)
    alias_kinds: dict[str, str] = field(default_factory=lambda: ALIAS_KINDS)
    page_kinds: dict[str, str] = field(default_factory=lambda: PAGE_KINDS)

    @property
    def planned(self) -> tuple[ChangeLine, ...]:
        """What is still to come, the next first."""
        return tuple(sorted((each for each in self.history if each.waits), key=lambda each: each.effective_at))

    @property
    def current_pages(self) -> list[LinkedPage]:
        """The Pages that are linked now."""
        return [page for page in self.pages if page.valid_to is None]

    @property
    def former_pages(self) -> list[LinkedPage]:
        """The Pages that were linked once."""
        return [page for page in self.pages if page.valid_to is not None]

    @property
    def used_names(self) -> list[OtherName]:
        """The names that count or wait for a decision."""
        return [name for name in self.names if name.state != "retired"]

    @property
    def retired_names(self) -> list[OtherName]:
        """The names that count no longer."""
        return [name for name in self.names if name.state == "retired"]


@dataclass(frozen=True, slots=True)
class Look:
    """What a change would do: in words, fact by fact, and what follows from it."""

    what: str
    lines: tuple[FactLine, ...]
    follows: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ActPage(AdminPage):
    """`admin/stores/act.html`: the form of a change; with a `look` it shows what would change and asks to do it."""

    act: Act
    action: str
    back: str
    store: StoreFile | None
    typed: Mapping[str, str]
    faults: Mapping[str, str]
    error: str = ""
    look: Look | None = None
    other: StoreFile | None = None
    regions: tuple[Option, ...] = ()
    zones: tuple[Option, ...] = ()
    heirs: tuple[Option, ...] = ()
    today: str = ""
    alias_kinds: tuple[Option, ...] = tuple(Option(kind, label) for kind, label in ALIAS_KINDS.items())
    page_kinds: tuple[Option, ...] = PAGE_KIND_OPTIONS
    channels: tuple[Option, ...] = CHANNEL_OPTIONS
    columns: tuple[Column, ...] = (Column("Fact"), Column("Until then"), Column("From then on"))

    @property
    def side_columns(self) -> tuple[Column, ...]:
        """The heads of two entries side by side."""
        here, there = (f"#{each.number}" if each else "" for each in (self.store, self.other))
        return (Column("Fact"), Column(f"{here} goes"), Column(f"{there} stays"))

    def value(self, name: str) -> str:
        """What was typed into a field, or what stands there at first."""
        return self.typed.get(name, "")

    def fault(self, name: str) -> str:
        """What is wrong with a field; "" when nothing is."""
        return self.faults.get(name, "")


def zone_options(current: str) -> tuple[Option, ...]:
    """The time zones of the United States, and the one that is set when it is none of them."""
    options = tuple(Option(name, label) for name, label in _ZONES.items())
    return options if current in _ZONES or not current else (Option(current, current), *options)


def heir_options(nearby: list[Neighbour]) -> tuple[Option, ...]:
    """The nearest open stores as successors, then another, then none."""
    near = tuple(
        Option(each.number, f"#{each.number} {each.name}", f"{each.street or each.city or ''}, {each.km:.1f} km away")
        for each in [store for store in nearby if store.is_open][:4]
    )
    return (*near, Option("other", "Another store", "Its number below."), Option("none", "Nobody takes over"))
