"""What the page of conflicts shows: for each the Page's facts beside those of every store it may be about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from localcare.inbox.admin.pages import AdminPage
from localcare.inbox.admin.stores.store_repository import StoreFile
from localcare.stores.conflicts import OpenConflict
from localcare.stores.core.conflicts import KIND_WORDS, Choice
from localcare.stores.core.gazetteer import kilometres
from localcare.stores.core.listing import Listing
from localcare.web.parts import Tab

_STATES = {"open": "To decide", "decided": "Decided", "obsolete": "Settled by itself"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the sides: its heading, a link of ours when it is a store, and its facts in the order of `FACTS`."""

    heading: str
    href: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A fact as every side has it; `differs` when they do not say the same."""

    label: str
    values: tuple[str, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class ConflictCard:
    """One conflict: both sides, and what may be decided."""

    id: int
    title: str
    detail: str
    page_id: str
    sides: tuple[Side, ...]
    rows: tuple[Comparison, ...]
    choices: tuple[Choice, ...]
    created_at: datetime
    decision: str
    decided_by: str
    decided_at: datetime | None

    @property
    def asks_for_day(self) -> bool:
        """Whether one of the choices holds from a day on."""
        return any(choice.deed in ("move", "renumber", "close", "reopen") for choice in self.choices)


@dataclass(frozen=True, kw_only=True)
class ConflictsPage(AdminPage):
    """`admin/stores/conflicts.html`: what the sync could not decide by itself."""

    state: str
    tabs: tuple[Tab, ...]
    kinds: tuple[Tab, ...]
    cards: tuple[ConflictCard, ...]
    more: int


def conflict_tabs(state: str, counts: Mapping[str, int]) -> tuple[Tab, ...]:
    """The states with how many conflicts are in each."""
    return tuple(
        Tab(label, f"/admin/conflicts?state={each}", counts.get(each, 0), current=each == state)
        for each, label in _STATES.items()
    )


def kind_tabs(state: str, kind: str, found: Sequence[OpenConflict]) -> tuple[Tab, ...]:
    """The kinds that there are, when there are several."""
    counts = Counter(conflict.kind for conflict in found)
    if len(counts) < 2:
        return ()
    every = Tab("All kinds", f"/admin/conflicts?state={state}", len(found), current=not kind)
    words = {str(each): label for each, label in KIND_WORDS.items()}
    return (
        every,
        *(
            Tab(words.get(each, each), f"/admin/conflicts?state={state}&kind={each}", count, current=each == kind)
            for each, count in counts.most_common()
        ),
    )


def conflict_cards(conflicts: Sequence[OpenConflict], here: Mapping[int, StoreFile]) -> tuple[ConflictCard, ...]:
    """Each conflict with the stores it is about as they are now."""
    return tuple(_card(conflict, here) for conflict in conflicts)


def _card(conflict: OpenConflict, here: Mapping[int, StoreFile]) -> ConflictCard:
    stores = [here[each.store_id] for each in conflict.stores if each.store_id in here]
    there = _of_page(conflict.listing)
    sides = (
        _there(conflict.listing, tuple(there.values())),
        *(
            Side(
                f"Here: #{store.number}",
                f"/admin/stores/{store.number}",
                tuple(_of_store(store, conflict.listing).values()),
            )
            for store in stores
        ),
    )
    labels = list(there)
    rows = [
        Comparison(label, *_compared(label, tuple(side.values[at] for side in sides)))
        for at, label in enumerate(labels)
    ]
    words = {choice.slug: choice.words for choice in conflict.choices}
    return ConflictCard(
        id=conflict.id,
        title=conflict.title,
        detail=conflict.detail,
        page_id=conflict.listing.page_id if conflict.listing.is_page else f"store {conflict.listing.number}",
        sides=sides,
        rows=tuple(row for row in rows if any(row.values)),
        choices=conflict.choices,
        created_at=conflict.created_at,
        decision=words.get(conflict.decision or "", conflict.decision or ""),
        decided_by=conflict.decided_by or "",
        decided_at=conflict.decided_at,
    )


def _there(listing: Listing, values: tuple[str, ...]) -> Side:
    if listing.is_page:
        return Side("On the Page", f"https://www.facebook.com/{listing.page_id}", values)
    return Side("In the file", "/admin/imports", values)


def _compared(label: str, values: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The values, and whether a store says otherwise than the Page; names are spelled differently everywhere."""
    there, *here = [_plain(label, value) for value in values]
    return values, label not in ("Name", "How far") and bool(there) and any(value not in ("", there) for value in here)


def _plain(label: str, value: str) -> str:
    digits = "".join(letter for letter in value if letter.isdigit())
    return digits[-10:] if label == "Phone" else " ".join(value.casefold().replace(",", " ").split())


def _of_page(listing: Listing) -> dict[str, str]:
    """The facts in the order in which they are compared."""
    return {
        "Number": listing.own_number or "",
        "Name": listing.page_name,
        "Address": "" if listing.where == "no address" else listing.where,
        "Phone": listing.phone or "",
        "Hours": listing.hours or "",
        "State": "Closed" if listing.is_closed else "Open",
        "How far": "",
    }


def _of_store(store: StoreFile, listing: Listing) -> dict[str, str]:
    return {
        "Number": store.number,
        "Name": store.name,
        "Address": store.address,
        "Phone": store.phone or "",
        "Hours": store.hours or "",
        "State": "Open" if store.is_open else "Closed",
        "How far": _how_far(store, listing),
    }


def _how_far(store: StoreFile, listing: Listing) -> str:
    if None in (store.latitude, store.longitude, listing.lat, listing.lng):
        return ""
    assert store.latitude is not None and store.longitude is not None  # noqa: S101, PT018
    assert listing.lat is not None and listing.lng is not None  # noqa: S101, PT018
    return f"{kilometres(store.latitude, store.longitude, listing.lat, listing.lng):.1f} km away"
