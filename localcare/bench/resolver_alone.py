"""The resolver alone in a process: its pace, its memory and how fast it loads. No corpus, no database, no bench around it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from localcare.bench.alone import spending
from localcare.stores.aboutness import load_aboutness
from localcare.stores.core.resolve import Question, Resolver, StoreEntry
from localcare.stores.gazetteer import load_gazetteer, load_other_brands


@dataclass(frozen=True, slots=True)
class Pace:
    """Questions per second of processor time; memory in MiB, `resolver_mb` what building the resolver added."""

    page_id_per_s: float
    text_per_s: float
    named_text_per_s: float
    rss_mb: float
    resolver_mb: float
    load_seconds: float
    json_loads_per_s: float


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked: texts on a store's Page with that Page, texts of the brand's Page, and those of them that say where."""

    on_pages: Sequence[tuple[str, str]]
    texts: Sequence[str]
    named_texts: Sequence[str]


def measure_pace(entries: Sequence[StoreEntry], brand_name: str, asked: Questions) -> Pace:
    """What `in_own_process` calls."""
    before = memory_mb("VmRSS")
    with spending() as loading:
        resolver = _build(entries, brand_name)
    built = memory_mb("VmRSS")
    on_pages = [Question("", text, page_id=page) for text, page in asked.on_pages]
    texts, named = ([Question("", text) for text in each] for each in (asked.texts, asked.named_texts))
    lines = [json.dumps(asdict(question)) for question in (*on_pages, *texts)]
    with spending() as reference:
        for line in lines:
            json.loads(line)
    return Pace(
        page_id_per_s=_rate(resolver, on_pages),
        text_per_s=_rate(resolver, texts),
        named_text_per_s=_rate(resolver, named),
        rss_mb=memory_mb("VmHWM"),
        resolver_mb=round(built - before, 1),
        load_seconds=round(loading.cpu_seconds, 2),
        json_loads_per_s=round(len(lines) / reference.cpu_seconds, 1),
    )


def measure_load(entries: Sequence[StoreEntry], brand_name: str) -> float:
    """Seconds of processor time until a directory can be asked."""
    with spending() as loading:
        _build(entries, brand_name)
    return round(loading.cpu_seconds, 2)


def memory_mb(line: str) -> float:
    """A line of this process's memory in MiB: VmRSS now, VmHWM at most; 0 where there is no /proc."""
    try:
        told = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return round(int(told.partition(f"{line}:")[2].split()[0]) / 1024, 1)


def _build(entries: Sequence[StoreEntry], brand_name: str) -> Resolver:
    return Resolver(
        entries,
        brand_name=brand_name,
        other_brands=load_other_brands(),
        gazetteer=load_gazetteer(),
        aboutness=load_aboutness(),
    )


def _rate(resolver: Resolver, questions: Sequence[Question]) -> float:
    resolver.resolve_many(questions[:100])
    with spending() as spent:
        resolver.resolve_many(questions)
    return round(len(questions) / spent.cpu_seconds, 1)
