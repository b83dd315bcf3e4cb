"""What pages, exports and the API ask: the stores of a region side by side, fairly, with the reasons in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from localcare.errors import InvalidError, NotFoundError
from localcare.insight import repository
from localcare.insight.core.advice import Advice, whom_to_help, whom_to_praise
from localcare.insight.core.comparison import ENOUGH_PEERS, Peers, Place, Standing, compare, know_peers
from localcare.insight.core.measures import USUAL_WINDOW, WINDOWS
from localcare.insight.core.tally import Answers, Desk, Tally, Voices, pool
from localcare.insight.repository import Span, StoreLine, Words
from localcare.people.core import Viewer
from localcare.people.core.viewer import STORE_ROLES
from localcare.stores.models import Region


@dataclass(frozen=True, slots=True)
class Comparison:
    """A region with its stores, and the regions right below it, side by side.

    `above` are the regions over it that the viewer may open, from the top down. `whole` is the region as one place.
    """

    region: Region
    above: tuple[Region, ...]
    days: int
    span: Span
    peers: Peers
    whole: Standing
    children: tuple[Standing, ...]
    stores: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Counsel:
    """Whom to speak with; by store id a customer's words beside each, and who of the team was thanked how often."""

    praise: tuple[Advice, ...]
    help: tuple[Advice, ...]
    kind_words: Mapping[int, Words]
    hard_words: Mapping[int, Words]
    thanked: Mapping[int, Sequence[tuple[str, int]]]


def compare_region(session: Session, viewer: Viewer, slug: str, *, days: int, now: datetime) -> Comparison:
    """A region's stores over the last `days`. NotFoundError for a region outside the viewer's own."""
    region, line = _open_region(session, viewer, slug)
    span = _window(days, now)
    circle, lines = _peer_circle(session, [*line, region], now)
    tallies = _count(session, region.brand_id, lines, span)
    own = [store for store in lines if store.region_path.startswith(region.path)]
    peers = know_peers(circle.name, list(tallies.values()))
    children = repository.list_children(session, region)
    pooled = {child.id: pool(_below(child, own, tallies)) for child in children if child.id is not None}
    whole = pool(tallies[store.id] for store in own)
    return Comparison(
        region=region,
        above=tuple(higher for higher in line if may_open(viewer, higher)),
        days=days,
        span=span,
        peers=peers,
        whole=compare([_region_place(region)], {region.id or 0: whole}, peers)[0],
        children=tuple(compare([_region_place(child) for child in children], pooled, peers)),
        stores=tuple(compare([_store_place(store) for store in own], tallies, peers)),
    )


def advise(session: Session, comparison: Comparison) -> Counsel:
    """Whom to praise and whom to help in a compared region, each with a customer's words."""
    praise = whom_to_praise(comparison.stores, comparison.peers)
    worried = whom_to_help(comparison.stores, comparison.peers)
    span = comparison.span
    complaints = repository.find_words(session, _ids(worried), span, sentiment="negative")
    return Counsel(
        tuple(praise),
        tuple(worried),
        repository.find_words(session, _ids(praise), span, sentiment="positive"),
        complaints | repository.find_oldest_waiting(session, _ids(worried), span.until),
        repository.count_thanked(session, _ids(praise), span),
    )


def list_store_standings(
    session: Session, viewer: Viewer, *, region: str, days: int = USUAL_WINDOW, now: datetime
) -> list[Standing]:
    """The stores of a region with all measures, by name: what `/api/v1/insight/stores` answers."""
    return list(compare_region(session, viewer, region, days=days, now=now).stores)


def list_open_regions(session: Session, viewer: Viewer) -> list[Region]:
    """The topmost regions that the viewer may open: the whole nation, or those that are theirs."""
    regions = [region for region in repository.list_all_regions(session, viewer.brand_id) if may_open(viewer, region)]
    paths = {region.path for region in regions}
    return [region for region in regions if not any(_is_below(region.path, path) for path in paths)]


def may_open(viewer: Viewer, region: Region) -> bool:
    """Whether the viewer may compare this region: they see the whole brand, or hold it or a region above it."""
    if viewer.limited_to_store is not None:
        return False
    held = [grant for grant in viewer.grants if grant.role not in STORE_ROLES]
    if any(grant.store_ids is None for grant in held):
        return True
    above = {int(part) for part in region.path.split("/") if part}
    return any(grant.region_id in above for grant in held if grant.region_id is not None)


def _open_region(session: Session, viewer: Viewer, slug: str) -> tuple[Region, list[Region]]:
    region = repository.find_region(session, viewer.brand_id, slug)
    if region is None or not may_open(viewer, region):
        raise NotFoundError("There is no such region, or it is led by somebody else.")
    above = [int(part) for part in region.path.split("/") if part and int(part) != region.id]
    return region, repository.list_regions(session, viewer.brand_id, above)


def _is_below(path: str, other: str) -> bool:
    return path != other and path.startswith(other)


def _window(days: int, now: datetime) -> Span:
    """The last days, today included. Days are UTC's, so that every region counts the same ones."""
    if days not in WINDOWS:
        raise InvalidError(f"Choose a window of {', '.join(map(str, WINDOWS[:-1]))} or {WINDOWS[-1]} days.")
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(today - timedelta(days=days - 1), now)


def _peer_circle(session: Session, line: Sequence[Region], now: datetime) -> tuple[Region, list[StoreLine]]:
    """The smallest region with enough stores to compare with, from the last of `line` upwards, and its stores."""
    circle, stores = line[-1], []  # type: Region, list[StoreLine]
    for circle in reversed(line):
        stores = repository.list_stores(session, circle.brand_id, circle.path, today=now.date())
        if len(stores) >= ENOUGH_PEERS:
            break
    return circle, stores


def _count(session: Session, brand_id: int, stores: Sequence[StoreLine], span: Span) -> dict[int, Tally]:
    ids = [store.id for store in stores]
    voices = repository.count_voices(session, ids, span)
    answers = repository.count_answers(session, ids, span)
    desks = repository.count_desks(session, brand_id, {store.id: store.number for store in stores}, span.until)
    return {
        store: Tally(voices.get(store, Voices()), answers.get(store, Answers()), desks.get(store, Desk()))
        for store in ids
    }


def _below(region: Region, stores: Iterable[StoreLine], tallies: Mapping[int, Tally]) -> list[Tally]:
    return [tallies[store.id] for store in stores if store.region_path.startswith(region.path)]


def _region_place(region: Region) -> Place:
    return Place(region.id or 0, region.name, f"/regions/{region.slug}")


def _store_place(store: StoreLine) -> Place:
    detail = f"{store.number} · {store.city}" if store.city else store.number
    return Place(store.id, store.name, f"/stores/{store.number}", store.number, detail)


def _ids(advice: Iterable[Advice]) -> list[int]:
    return [one.standing.place.id for one in advice]
