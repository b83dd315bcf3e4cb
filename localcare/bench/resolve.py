"""`localcare bench resolve`: which store is it about, questions a second over 11,000 stores, and how often it is right."""

from dataclasses import asdict
from itertools import islice
from pathlib import Path

from localcare.bench.alone import in_own_process
from localcare.bench.crowd import repeat_stores
from localcare.bench.progress import note
from localcare.bench.quality.bars import broken_promises
from localcare.bench.quality.card import write_card
from localcare.bench.quality.corpus import draw_mentions, says_where_in_words
from localcare.bench.quality.directories import demo_entries
from localcare.bench.quality.figures import figures_of, references_of
from localcare.bench.quality.gallery import write_gallery
from localcare.bench.quality.run import Quality, measure_quality
from localcare.bench.quality.templates import Split
from localcare.bench.resolver_alone import Pace, Questions, measure_load, measure_pace
from localcare.bench.result import Result, describe_machine
from localcare.demo.brand import BRAND_NAME, DemoStore, load_brand

DEFINITION = (
    "The demo's stores, repeated at house numbers and coordinates a little aside until there are 11,000, each with a Page. "
    "page_id_per_s: a Page's id and a corpus text that stands on it; text_per_s: corpus texts from the brand Page, text "
    "alone; named_text_per_s: only those of them that say where; all per second of processor time (one core). rss_mb is "
    "the peak of a process with the resolver and the questions, resolver_mb what building it added; load_seconds builds "
    "it, load_50000_seconds with 50,000 stores. The reference parses the same questions from JSON. --quality: texts "
    "filled from real stores (localcare/bench/data/resolution), asked alone over each directory at hand; coverage is the "
    "share of the texts which name one store that is answered exact or likely, precision the share of the answered, among "
    "texts about several stores and about none too, that name the right store, wrong_rate the wrong ones among all; every "
    "style weighs the same, store number, phone and full address left out of these three. Intervals are 95 % Wilson."
)
LARGE = 50_000


def run_resolve(
    *,
    quality: bool = False,
    split: Split = "testing",
    eval_data: Path | None = None,
    gallery: Path | None = None,
    docs: Path | None = None,
    stores: int = 11_000,
    questions: int = 10_000,
) -> Result:
    """Run the bench, each measurement in a process of its own; no database. Tuning is about its texts only, and fast."""
    machine = describe_machine()
    pace, load_large = (None, None) if quality and split == "tuning" else _measure_pace(stores, questions)
    measured = in_own_process(measure_quality, eval_data, split) if quality else None
    if measured and gallery:
        write_gallery(gallery, measured.outcomes)
    if measured and docs and pace:
        write_card(docs, measured, pace, load_large or 0.0)
    return Result(
        bench="resolve",
        figures=_pace_figures(pace, stores, load_large) | (figures_of(measured) if measured else {}),
        reference=_references(pace, measured),
        definition=DEFINITION,
        machine=machine,
        broken=broken_promises(pace, load_large, measured) if measured else (),
    )


def draw_questions(stores: int, questions: int) -> Questions:
    """What the corpus's customers ask, so many of each kind; draws in a process that is not measured."""
    directory = _directory(stores)
    on_pages = islice(draw_mentions(directory, page_kind="store"), questions)
    drawn = draw_mentions(directory, page_kind="brand")
    return Questions(
        on_pages=[(mention.text, mention.store.page_id) for mention in on_pages],
        texts=[mention.text for mention in islice(drawn, questions)],
        named_texts=[mention.text for mention in islice(filter(says_where_in_words, drawn), questions)],
    )


def _measure_pace(stores: int, questions: int) -> tuple[Pace, float]:
    note(f"{questions:,} questions of each kind over {stores:,} stores …")
    asked = in_own_process(draw_questions, stores, questions)
    entries = tuple(demo_entries(_directory(stores)))
    pace = in_own_process(measure_pace, entries, BRAND_NAME, asked)
    large = tuple(demo_entries(_directory(LARGE)))
    return pace, in_own_process(measure_load, large, BRAND_NAME)


def _directory(stores: int) -> list[DemoStore]:
    return list(islice(repeat_stores(load_brand().open_stores), stores))


def _pace_figures(pace: Pace | None, stores: int, load_large: float | None) -> dict[str, object]:
    if pace is None:
        return {}
    measured = {name: value for name, value in asdict(pace).items() if name != "json_loads_per_s"}
    return measured | {"stores": stores, "load_50000_seconds": load_large}


def _references(pace: Pace | None, measured: Quality | None) -> dict[str, object]:
    of_pace: dict[str, object] = {"json_loads_per_s": pace.json_loads_per_s} if pace else {}
    return of_pace | (references_of(measured) if measured else {})
