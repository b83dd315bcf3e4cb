"""What the pages of comparison show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from localcare.insight.core.advice import Advice
from localcare.insight.core.comparison import Band, Standing, ranked
from localcare.insight.core.measures import MEASURES, WINDOWS, Measure
from localcare.insight.core.ordering import PAGE_SIZE, Sort, Wish, in_order
from localcare.insight.core.waiting import MedianWait
from localcare.insight.repository import Words
from localcare.insight.service import Comparison, Counsel
from localcare.people.core import Viewer
from localcare.stores.models import Region
from localcare.web.pages import Page
from localcare.web.parts import Column, Link, Pager, Stat, Tab, Tone
from localcare.web.plots import Estimate, WhiskerPlot, whisker_plot
from localcare.web.words import duration, number, percent, plural

MEASURES_URL = "/insight/measures"
_PLOTTED_EACH_END = 10
_NAMED = 4
_BAND_TONES: dict[Band, Tone] = {Band.BETTER: "good", Band.WORSE: "bad", Band.ALIKE: "neutral", Band.UNKNOWN: "neutral"}
_BAND_WORDS = {Band.BETTER: "Above its peers", Band.WORSE: "Below its peers", Band.ALIKE: "", Band.UNKNOWN: ""}
_COLUMNS = (
    (Sort.MENTIONS, "Mentions"),
    (Sort.POSITIVE, "Positive"),
    (Sort.COMPLAINTS, "Complaints"),
    (Sort.ANSWERED, "Answered"),
    (Sort.REPLY, "First reply"),
    (Sort.OPEN, "Open"),
    (Sort.LATE, "Late"),
)
_MATTERS = (
    ("Network", "network"), ("Billing", "billing"), ("Account", "account"), ("Orders and devices", "product"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a table with what it is made from; `href` opens what is behind it."""

    text: str
    note: str = ""
    href: str = ""
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A store or region with its figures, one for each column."""

    name: str
    href: str
    detail: str
    band: str
    tone: Tone
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """A store to praise or to help: why, a customer's words, and the cases behind it."""

    name: str
    href: str
    detail: str
    reasons: tuple[str, ...]
    words: Words | None
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """How many complaints were about one matter; `total` are all complaints."""

    label: str
    count: int
    total: int
    is_own: bool = False


@dataclass(frozen=True, kw_only=True)
class RegionPage(Page):
    """`insight/region.html`: the stores of a region side by side."""

    lead: str
    windows: tuple[Tab, ...]
    views: tuple[Tab, ...]
    stats: tuple[Stat, ...]
    praise: tuple[AdviceRow, ...]
    help: tuple[AdviceRow, ...]
    table_title: str
    columns: tuple[Column, ...]
    rows: tuple[PlaceRow, ...]
    pager: Pager
    apart: tuple[PlaceRow, ...]
    apart_more: int
    columns_plain: tuple[Column, ...]
    plot: WhiskerPlot | None
    plot_note: str
    matters: tuple[Matter, ...]
    peers: str
    csv_href: str
    measures_href: str = MEASURES_URL


@dataclass(frozen=True, kw_only=True)
class RegionsPage(Page):
    """`insight/regions.html`: the regions that somebody may open."""

    regions: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class MeasuresPage(Page):
    """`insight/measures.html`: how every number is counted."""

    measures: tuple[Measure, ...] = MEASURES


def region_page(viewer: Viewer, comparison: Comparison, counsel: Counsel, wish: Wish) -> RegionPage:
    """A compared region in the wished view and order."""
    path = f"/regions/{comparison.region.slug}"
    shows_regions = bool(comparison.children) and wish.view != "stores"
    places = comparison.children if shows_regions else comparison.stores
    known = [place for place in places if place.is_ranked]
    apart = sorted((place for place in places if not place.is_ranked), key=lambda place: place.place.name)
    columns = _columns(wish, path, "Region" if shows_regions else "Store")
    return RegionPage(
        title=comparison.region.name,
        viewer=viewer,
        crumbs=tuple(Link(region.name, f"/regions/{region.slug}") for region in comparison.above),
        lead=_lead(comparison),
        windows=_windows(wish, path),
        views=_views(comparison, wish, path, shows_regions=shows_regions),
        stats=_stats(comparison, wish, path),
        praise=tuple(_praise_row(one, counsel) for one in counsel.praise),
        help=tuple(_help_row(one, counsel) for one in counsel.help),
        table_title="Regions side by side" if shows_regions else "Stores side by side",
        columns=columns,
        rows=tuple(_place_row(place) for place in _one_page(in_order(known, wish), wish)),
        pager=_pager(len(known), wish, path),
        apart=tuple(_place_row(place) for place in apart[:PAGE_SIZE]),
        apart_more=max(0, len(apart) - PAGE_SIZE),
        columns_plain=tuple(Column(column.label, numeric=column.numeric) for column in columns),
        plot=_plot(ranked(places), comparison),
        plot_note=_plot_note(len(known)),
        matters=_matters(comparison.whole),
        peers=f"the {plural(comparison.peers.stores, 'store')} of {comparison.peers.name}",
        csv_href=replace(wish, view="", page=1).address(f"{path}.csv"),
    )


def regions_page(viewer: Viewer, regions: Iterable[Region]) -> RegionsPage:
    """The regions that somebody may open."""
    links = tuple(Link(region.name, f"/regions/{region.slug}") for region in regions)
    return RegionsPage(title="Regions", viewer=viewer, regions=links)


def measures_page(viewer: Viewer) -> MeasuresPage:
    """How every number is counted."""
    return MeasuresPage(title="How the numbers are counted", viewer=viewer)


def wait_words(wait: MedianWait) -> str:
    """A median wait: `38 min`, `over 2 d` while fewer than half are answered, a dash where nobody asked."""
    if not wait.n:
        return "–"
    if wait.minutes is None:
        return f"over {duration(timedelta(minutes=wait.longest))}"
    return duration(timedelta(minutes=wait.minutes)) if wait.minutes else "at once"


def _lead(comparison: Comparison) -> str:
    mentions = comparison.whole.tally.voices.mentions
    return (
        f"{plural(len(comparison.stores), 'store')}, {plural(mentions, 'mention')} in the last {comparison.days} days."
        if comparison.stores
        else "No open store belongs to this region."
    )


def _windows(wish: Wish, path: str) -> tuple[Tab, ...]:
    return tuple(
        Tab(f"{days} days", replace(wish, days=days, page=1).address(path), current=days == wish.days)
        for days in WINDOWS
    )


def _views(comparison: Comparison, wish: Wish, path: str, *, shows_regions: bool) -> tuple[Tab, ...]:
    if not comparison.children:
        return ()
    regions = replace(wish, view="", page=1).address(path)
    stores = replace(wish, view="stores", page=1).address(path)
    return (
        Tab("Regions", regions, len(comparison.children), current=shows_regions),
        Tab("Stores", stores, len(comparison.stores), current=not shows_regions),
    )


def _stats(comparison: Comparison, wish: Wish, path: str) -> tuple[Stat, ...]:
    whole, voices, desk = comparison.whole, comparison.whole.tally.voices, comparison.whole.tally.desk

    def stores_by(sort: Sort) -> str:
        view = "stores" if comparison.children else ""
        return replace(Wish(days=wish.days, view=view), sort=sort, descending=sort is not Sort.NAME).address(path)

    share, asked = whole.share, whole.answered.count
    return (
        Stat("Mentions", number(voices.mentions), stores_by(Sort.MENTIONS), f"{number(voices.shout_outs)} shout-outs"),
        Stat("Positive", percent(share.value) if share else "–", stores_by(Sort.POSITIVE), _interval(whole)),
        Stat("Answered", percent(asked.share), stores_by(Sort.ANSWERED), f"{number(asked.hits)} of {number(asked.n)}"),
        Stat("First reply", wait_words(whole.first_reply), stores_by(Sort.REPLY), "median"),
        Stat("Open now", number(desk.open), stores_by(Sort.OPEN), "in the stores’ inboxes"),
        Stat("Late now", number(desk.late), stores_by(Sort.LATE), _late_note(comparison), "bad" if desk.late else "good"),
    )  # fmt: skip


def _late_note(comparison: Comparison) -> str:
    stores = sum(1 for store in comparison.stores if store.tally.desk.late)
    return f"at {plural(stores, 'store')}" if stores else "all in time"


def _interval(standing: Standing) -> str:
    if standing.share is None:
        return f"{plural(standing.tally.voices.opinions.n, 'opinion')}: too few"
    share = standing.share
    return f"{100 * share.low:.0f}–{100 * share.high:.0f} %, n = {number(share.count.n)}"


def _columns(wish: Wish, path: str, first: str) -> tuple[Column, ...]:
    def column(sort: Sort, label: str, *, numeric: bool) -> Column:
        current = "descending" if wish.descending else "ascending"
        return Column(label, wish.sorted_by(sort).address(path), current if sort is wish.sort else "", numeric=numeric)  # type: ignore[arg-type]

    return (column(Sort.NAME, first, numeric=False), *(column(sort, label, numeric=True) for sort, label in _COLUMNS))


def _place_row(item: Standing) -> PlaceRow:
    return PlaceRow(
        name=item.place.name,
        href=item.place.href,
        detail=item.place.detail,
        band=_BAND_WORDS[item.band],
        tone=_BAND_TONES[item.band],
        figures=_figures(item),
    )


def _figures(item: Standing) -> tuple[Figure, ...]:
    voices, desk, asked, reply = item.tally.voices, item.tally.desk, item.answered.count, item.first_reply
    feed = item.place.href
    complaints, waiting, cases = (
        (f"{feed}?show=complaints", f"/cases?store={item.place.number}", f"/cases?store={item.place.number}&state=all")
        if item.place.number
        else ("", "", "")
    )
    return (
        Figure(number(voices.mentions), href=feed),
        Figure(percent(item.share.value) if item.share else "–", _interval(item), feed, _BAND_TONES[item.band]),
        Figure(number(voices.complaints), f"+ {voices.elsewhere} not its own" if voices.elsewhere else "", complaints),
        Figure(percent(asked.share), f"{asked.hits} of {asked.n}" if asked.n else "", cases),
        Figure(wait_words(reply), f"n = {reply.n}" if reply.n else "", cases),
        Figure(number(desk.open), href=waiting),
        Figure(number(desk.late), href=waiting, tone="bad" if desk.late else "neutral"),
    )


def _one_page(items: Sequence[Standing], wish: Wish) -> Sequence[Standing]:
    return items[(wish.page - 1) * PAGE_SIZE : wish.page * PAGE_SIZE]


def _pager(count: int, wish: Wish, path: str) -> Pager:
    if count <= PAGE_SIZE:
        return Pager("")
    first, last = (wish.page - 1) * PAGE_SIZE + 1, min(count, wish.page * PAGE_SIZE)
    return Pager(
        f"{first} to {last} of {number(count)}" if first <= count else f"Nothing here: there are {number(count)}",
        replace(wish, page=wish.page - 1).address(path) if wish.page > 1 else "",
        replace(wish, page=wish.page + 1).address(path) if last < count else "",
    )


def _plot(best_first: Sequence[Standing], comparison: Comparison) -> WhiskerPlot | None:
    if len(best_first) < 2:
        return None
    shown = list(best_first)
    if len(shown) > 2 * _PLOTTED_EACH_END:
        shown = [*shown[:_PLOTTED_EACH_END], *shown[-_PLOTTED_EACH_END:]]
    estimates = [
        Estimate(
            item.place.name, item.share.value, item.share.low, item.share.high, item.share.count.n, item.place.href,
            marked=item.band in (Band.BETTER, Band.WORSE),
        )
        for item in shown if item.share
    ]  # fmt: skip
    return whisker_plot("Share of positive opinions", estimates, reference=comparison.peers.positive.mean)


def _plot_note(count: int) -> str:
    note = (
        "Dot: the estimate. Line: the interval that holds the true share with 90 % probability. Dashed: the average of"
        " its peers. Highlighted: the line does not touch the average, so chance does not explain the difference."
    )
    if count > 2 * _PLOTTED_EACH_END:
        note += f" Shown are the {_PLOTTED_EACH_END} highest and the {_PLOTTED_EACH_END} lowest of {count}."
    return note


def _matters(whole: Standing) -> tuple[Matter, ...]:
    voices = whole.tally.voices
    total = voices.complaints + voices.elsewhere
    if not total:
        return ()
    others = (Matter(label, getattr(voices, name), total) for label, name in _MATTERS)
    return (Matter("The stores’ own matters", voices.complaints, total, is_own=True), *others)


def _praise_row(one: Advice, counsel: Counsel) -> AdviceRow:
    place = one.standing.place
    thanked = [name if times == 1 else f"{name} ({times})" for name, times in counsel.thanked.get(place.id, ())]
    by_name = (f"Thanked by name: {', '.join(thanked[:_NAMED])}.",) if thanked else ()
    links = (Link("Praise", f"{place.href}?show=praise"),)
    words = counsel.kind_words.get(place.id)
    return AdviceRow(place.name, place.href, place.detail, (*one.reasons, *by_name), words, links)


def _help_row(one: Advice, counsel: Counsel) -> AdviceRow:
    place, waiting = one.standing.place, one.standing.tally.desk.open
    cases = (Link(plural(waiting, "open case"), f"/cases?store={place.number}"),) if waiting else ()
    links = (*cases, Link("Complaints", f"{place.href}?show=complaints"))
    return AdviceRow(place.name, place.href, place.detail, one.reasons, counsel.hard_words.get(place.id), links)
