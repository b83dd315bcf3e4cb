"""`localcare bench resolve`: which store is it about, questions a second over 11,000 stores, on one core."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

from localcare.bench.alone import in_own_process, spending
from localcare.bench.crowd import repeat_stores
from localcare.bench.ground import peak_rss_mb
from localcare.bench.progress import note
from localcare.bench.quality.corpus import Quality, draw_mentions, measure_quality, says_where_in_words
from localcare.bench.result import Result, describe_machine
from localcare.demo.brand import BRAND_NAME, DemoStore, load_brand
from localcare.stores.core.resolve import Question, Resolver, StoreEntry
from localcare.stores.gazetteer import load_gazetteer, load_other_brands

DEFINITION = (
    "The demo's stores, repeated at house numbers and coordinates a little aside until there are 11,000, each with a Page. "
    "page_id_per_s: a Page's id and a corpus text that stands on it; text_per_s: corpus texts from the brand Page, text "
    "alone; named_text_per_s: only those of them that say where; all per second of processor time (one core). rss_mb is "
    "the peak of the measuring process, corpus included. The reference parses the same questions from JSON. --quality asks "
    "over the demo's own directory about mentions of the brand Page that say where, with the place they tag if they do: "
    "coverage is the share answered exact or likely, precision the share of those that name the right store, wrong_rate "
    "the wrong ones among all; by_style splits them by how the customer says where."
)


@dataclass(frozen=True, slots=True)
class _Measured:
    page_id_per_s: float
    text_per_s: float
    named_text_per_s: float
    rss_mb: float
    json_loads_per_s: float
    load_seconds: float
    quality: Quality | None


def run_resolve(*, quality: bool = False, stores: int = 11_000, questions: int = 10_000) -> Result:
    """Run the bench in a process of its own; no database."""
    machine = describe_machine()
    note(f"{questions:,} questions of each kind over {stores:,} stores …")
    measured = in_own_process(measure_resolve, stores, questions, with_quality=quality)
    figures: dict[str, object] = {
        "page_id_per_s": measured.page_id_per_s,
        "text_per_s": measured.text_per_s,
        "named_text_per_s": measured.named_text_per_s,
        "rss_mb": measured.rss_mb,
        "stores": stores,
        "load_seconds": measured.load_seconds,
    }
    return Result(
        bench="resolve",
        figures=figures | (asdict(measured.quality) if measured.quality else {}),
        reference={"json_loads_per_s": measured.json_loads_per_s},
        definition=DEFINITION,
        machine=machine,
    )


def measure_resolve(stores: int, questions: int, *, with_quality: bool) -> _Measured:
    """What `in_own_process` calls."""
    directory = list(islice(repeat_stores(load_brand().open_stores), stores))
    with spending() as loading:
        resolver = _resolver(_entries(directory))
    drawn = draw_mentions(directory, page_kind="store")
    on_pages = [Question("", mention.text, page_id=mention.store.page_id) for mention in islice(drawn, questions)]
    drawn = draw_mentions(directory, page_kind="brand")
    by_text = [Question("", mention.text) for mention in islice(drawn, questions)]
    named = [Question("", mention.text) for mention in islice(filter(says_where_in_words, drawn), questions)]
    rss = peak_rss_mb()
    lines = [json.dumps(asdict(question)) for question in (*on_pages, *by_text)]
    with spending() as reference:
        for line in lines:
            json.loads(line)
    return _Measured(
        page_id_per_s=_rate(resolver, on_pages),
        text_per_s=_rate(resolver, by_text),
        named_text_per_s=_rate(resolver, named),
        rss_mb=rss,
        json_loads_per_s=round(len(lines) / reference.cpu_seconds, 1),
        load_seconds=round(loading.cpu_seconds, 2),
        quality=_quality(questions) if with_quality else None,
    )


def _rate(resolver: Resolver, questions: Sequence[Question]) -> float:
    resolver.resolve_many(questions[:100])
    with spending() as spent:
        resolver.resolve_many(questions)
    return round(len(questions) / spent.cpu_seconds, 1)


def _quality(questions: int) -> Quality:
    stores = load_brand().open_stores
    return measure_quality(_resolver(_entries(stores)), stores, questions)


def _resolver(entries: Iterable[StoreEntry]) -> Resolver:
    return Resolver(list(entries), brand_name=BRAND_NAME, other_brands=load_other_brands(), gazetteer=load_gazetteer())


def _entries(stores: Iterable[DemoStore]) -> Iterator[StoreEntry]:
    for at, store in enumerate(stores, start=1):
        yield StoreEntry(
            id=at,
            number=store.store_number,
            name=store.name,
            street=store.street,
            city=store.city,
            state=store.state,
            zip=store.zip,
            lat=store.latitude,
            lng=store.longitude,
            phone=store.phone or None,
            page_ids=(store.page_id,),
            nicknames=tuple(filter(None, store.nicknames.split(";"))),
        )
