"""The directory beside what a network's Pages say: what fits, what is new, and what a person has to decide.

A Page's number and code come first, then the Page's link, then its address and distance. Where two of them point to
different stores nothing is taken for true: that is a conflict.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from localcare.stores.core.conflicts import Conflict, ConflictKind, StoreHere
from localcare.stores.core.differences import Update, difference_of
from localcare.stores.core.listing import Listing
from localcare.stores.core.matching import StoresHere, far_apart, only_open

MatchedBy = Literal["number", "code", "page", "address", "decision"]
Settled: TypeAlias = Mapping[str, frozenset[str]]
"""The facts that decisions rest on by page id: what has been answered is not asked again while they hold."""


@dataclass(frozen=True, slots=True)
class Match:
    """A Page and the store it is, and what told so. `is_new_link` when the directory does not know it yet."""

    listing: Listing
    store: StoreHere
    by: MatchedBy
    is_new_link: bool = False


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a sync found.

    `missing` are open stores that no Page names; `passed` are Pages of no concern: closed ones of unknown stores, and
    those that a person has settled or marked as a duplicate or rogue.
    """

    matches: list[Match] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    new: list[Listing] = field(default_factory=list)
    missing: list[StoreHere] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    settled: list[Conflict] = field(default_factory=list)
    passed: list[Listing] = field(default_factory=list)

    @property
    def links(self) -> list[Match]:
        """Pages to link."""
        return [match for match in self.matches if match.is_new_link]

    @property
    def unchanged(self) -> int:
        """Pages whose store is as they say."""
        changed = {update.store.id for update in self.updates} | {match.store.id for match in self.links}
        return sum(1 for match in self.matches if match.store.id not in changed)


_Finding: TypeAlias = Match | Conflict | Listing | None


def reconcile(
    listings: Iterable[Listing],
    stores: Sequence[StoreHere],
    *,
    settled: Settled | None = None,
    apart: frozenset[str] = frozenset(),
    has_own_numbers: bool = True,
    proposes: bool = False,
) -> Reconciliation:
    """Sort tidied listings (each page id once) beside the stores of a brand; pure, and the order does not matter.

    `apart` are Pages that belong to no store on purpose: the brand's own, a region's, duplicates, rogue ones. Without
    `has_own_numbers` the network's are of another scheme: they match store codes only, and a match by Page or address
    brings them here as codes. `proposes`: a store that is new is put to a person instead of among the new ones.
    """
    found = Reconciliation()
    here = StoresHere(stores, has_own_numbers=has_own_numbers)
    judge = _Judge(here, settled or {}, found, has_own_numbers=has_own_numbers, proposes=proposes)
    seen: set[str] = set()
    for listing in sorted(listings, key=lambda each: each.page_id):
        seen.add(listing.page_id)
        if listing.page_id in apart:
            found.passed.append(listing)
        else:
            judge.sort_in(listing if has_own_numbers else replace(listing, number=None, code=listing.own_number))
    judge.settle_rivals(seen)
    # a Page that a person has left with its store against what it says tells nothing about that store
    sure = [match for match in found.matches if match.by != "decision"]
    found.updates.extend(each for match in sure if (each := difference_of(match.listing, match.store)))
    found.missing.extend(_missing(stores, found))
    return found


class _Judge:
    """One pass over the listings. Matches wait until all are known: two Pages may claim one store."""

    def __init__(
        self, here: StoresHere, settled: Settled, found: Reconciliation, *, has_own_numbers: bool, proposes: bool
    ) -> None:
        self._here = here
        self._proposes = proposes
        self._has_own_numbers = has_own_numbers
        self._settled = settled
        self._found = found
        self._claims: dict[int, list[Match]] = {}
        self._new: dict[str, list[Listing]] = {}

    def sort_in(self, listing: Listing) -> None:
        """Put one listing where it belongs, as far as it alone tells."""
        match self._find(listing):
            case Match() as match:
                self._claims.setdefault(match.store.id, []).append(match)
            case Conflict() as conflict:
                self._object(conflict)
            case Listing():
                self._new.setdefault(listing.own_number or "", []).append(listing)
            case None:
                self._found.passed.append(listing)

    def settle_rivals(self, seen: set[str]) -> None:
        """Of several Pages that claim one store the known one is its Page; without such a one nobody is."""
        for claims in self._claims.values():
            heir = _heir(claims)
            for claim in claims:
                if claim is heir:
                    self._accept(claim)
                else:
                    self._object(_second_page(claim, claims, seen))
        for number, rivals in self._new.items():
            for listing in rivals:
                if len(rivals) == 1 and not self._proposes:
                    self._found.new.append(listing)
                elif len(rivals) == 1:
                    detail = f"The network has a store {number} that is not here: opened only when somebody says so."
                    self._object(Conflict("new-store", listing, (), detail))
                else:
                    detail = f"{len(rivals)} Pages have the number {number}, which no store here has."
                    self._object(Conflict("duplicate-location", listing, (), detail))

    def _accept(self, claim: Match) -> None:
        doubt = _standing_doubt(claim)
        if doubt is not None and not self._is_settled(doubt):
            self._found.conflicts.append(doubt)
        elif doubt is not None:
            self._found.settled.append(doubt)
        self._found.matches.append(claim)

    def _object(self, conflict: Conflict) -> None:
        linked = self._here.linked(conflict.subject)
        if not self._is_settled(conflict):
            self._found.conflicts.append(conflict)
            return
        self._found.settled.append(conflict)
        if linked is not None:
            self._found.matches.append(Match(conflict.listing, linked, "decision"))

    def _is_settled(self, conflict: Conflict) -> bool:
        return conflict.facts in self._settled.get(conflict.subject, frozenset())

    def _find(self, listing: Listing) -> _Finding:
        by_number, by_code = self._here.named(listing)
        linked = self._here.linked(listing.page_id)
        named = [store for store in by_code if store in by_number] or by_code or by_number
        if by_number and by_code and not any(store in by_number for store in by_code):
            detail = f"Its number {listing.number} and its code {listing.code} are those of different stores."
            return Conflict("number-mismatch", listing, (*by_code, *by_number), detail)
        if named:
            return self._find_named(listing, named, linked, "code" if by_code else "number")
        if linked is None:
            return self._find_by_place(listing)
        if self._number(listing):
            detail = f"It has the number {listing.own_number}, which no store here has; it is store {linked.number}'s."
            return Conflict("number-mismatch", listing, (linked,), detail)
        return self._checked(Match(listing, linked, "page"))

    def _find_named(
        self, listing: Listing, named: list[StoreHere], linked: StoreHere | None, by: MatchedBy
    ) -> _Finding:
        store = _one_of(named, linked, self._here.at_address(listing))
        if store is None:
            numbers = ", ".join(each.number for each in named)
            detail = f"Its number {listing.own_number} may be that of several stores: {numbers}."
            return Conflict("two-stores-one-page", listing, tuple(named), detail)
        if linked is not None and linked is not store:
            detail = f"By its number it is store {store.number}'s; here it is store {linked.number}'s."
            return Conflict("page-elsewhere", listing, (store, linked), detail)
        return self._checked(Match(listing, store, by, is_new_link=linked is None))

    def _checked(self, match: Match) -> Match | Conflict:
        """The match, unless the Page stands somewhere else than the store."""
        distance = far_apart(match.listing, match.store)
        if distance is None:
            return match
        others = [store for store in self._here.at_address(match.listing) if store is not match.store]
        if others:
            told = "link" if match.by == "page" else "number"
            detail = f"By its {told} it is store {match.store.number}'s, by its address store {others[0].number}'s."
            return Conflict("number-mismatch", match.listing, (match.store, *others), detail)
        return Conflict("far-away", match.listing, (match.store,), distance)

    def _find_by_place(self, listing: Listing) -> _Finding:
        hits = self._here.at_address(listing)
        if hits and self._number(listing):
            numbers = ", ".join(store.number for store in hits)
            detail = (
                f"It has the number {listing.own_number}, which no store here has; its address is that of {numbers}."
            )
            return Conflict("number-mismatch", listing, tuple(hits), detail)
        if len(hits) > 1:
            numbers = ", ".join(store.number for store in hits)
            return Conflict("two-stores-one-page", listing, tuple(hits), f"Its address is that of {numbers}.")
        if hits:
            return Match(listing, hits[0], "address", is_new_link=True)
        if listing.is_closed:
            return None
        if self._number(listing) and listing.is_placed:
            return listing
        near = tuple(self._here.near(listing))
        beside = f"; it stands beside {', '.join(store.number for store in near)}" if near else ""
        lack = "no address" if self._number(listing) else "no number of ours"
        return Conflict("page-without-store", listing, near, f"It has {lack}, and no store here fits it{beside}.")

    def _number(self, listing: Listing) -> str | None:
        """The number that a store here has or would have."""
        return listing.own_number if self._has_own_numbers else None


def _one_of(named: list[StoreHere], linked: StoreHere | None, at_address: list[StoreHere]) -> StoreHere | None:
    """The one store among those a number may mean: the linked one, else the one at the address, else the open one."""
    if len(named) == 1:
        return named[0]
    if linked in named:
        return linked
    fitting = [store for store in named if store in at_address] or only_open(named)
    return fitting[0] if len(fitting) == 1 else None


def _heir(claims: list[Match]) -> Match | None:
    """The claim that stands: of the store's own Page, else the only one, or the only one by number, of a store without."""
    own = [claim for claim in claims if claim.listing.page_id in claim.store.pages]
    if own or claims[0].store.pages:
        return own[0] if own else None
    numbered = [claim for claim in claims if claim.by != "address"] or claims
    return numbered[0] if len(numbered) == 1 else None


def _second_page(claim: Match, claims: list[Match], seen: set[str]) -> Conflict:
    rivals = [each.listing.page_id for each in claims if each is not claim]
    known = next(iter(claim.store.pages), None)
    if known is None:
        detail = f"Store {claim.store.number} is claimed by {len(claims)} Pages: also by {', '.join(rivals)}."
    else:
        gone = "" if known in seen else ", which the network no longer lists"
        detail = f"Store {claim.store.number} has the Page {known} already{gone}."
    return Conflict("duplicate-location", claim.listing, (claim.store,), detail)


def _standing_doubt(claim: Match) -> Conflict | None:
    """Open in one place, closed in the other."""
    number = claim.store.number
    if claim.store.is_open == (not claim.listing.is_closed):
        return None
    kind: ConflictKind = "open-here-closed-there" if claim.store.is_open else "closed-here-open-there"
    here, there = ("open", "closed") if claim.store.is_open else ("closed", "open")
    return Conflict(kind, claim.listing, (claim.store,), f"Store {number} is {here} here and {there} on the network.")


def _missing(stores: Iterable[StoreHere], found: Reconciliation) -> list[StoreHere]:
    told = {match.store.id for match in found.matches}
    told |= {store.id for conflict in (*found.conflicts, *found.settled) for store in conflict.stores}
    return [store for store in stores if store.is_open and store.id not in told]
