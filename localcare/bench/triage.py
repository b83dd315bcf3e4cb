"""`localcare bench triage`: verdicts a second in bulk, how long a single one takes, and what it holds in memory."""

import random
import re
import statistics
import time
from dataclasses import dataclass
from typing import Literal

from localcare.bench.alone import in_own_process, spending
from localcare.bench.ground import peak_rss_mb
from localcare.bench.progress import note
from localcare.bench.result import Result, describe_machine
from localcare.bench.story import STORE_SHARE
from localcare.demo.brand import load_brand
from localcare.demo.corpus import load_corpus
from localcare.triage.core import Item
from localcare.triage.shipped import load_triager

DEFINITION = (
    "20,000 mentions drawn from the demo's corpus (60 % store Pages, 40 % brand Page), judged by rules and model as the "
    "pipeline does, in batches of 400, in a process of its own: per_s_batch is verdicts per second of its processor time "
    "(one core). single_ms is the median wall time of one verdict asked for alone. rss_mb is the peak of that process, "
    "corpus included. The reference splits the same texts into lower-case words with one regular expression."
)
_WORD = re.compile(r"\w+")
_SINGLES = 1_000


@dataclass(frozen=True, slots=True)
class _Measured:
    per_s_batch: float
    single_ms: float
    rss_mb: float
    tokenised_per_s: float
    actionable_share: float


def run_triage(*, mentions: int = 20_000, batch: int = 400) -> Result:
    """Run the bench in a process of its own; no database."""
    machine = describe_machine()
    note(f"{mentions:,} verdicts …")
    measured = in_own_process(measure_triage, mentions, batch)
    return Result(
        bench="triage",
        figures={
            "per_s_batch": measured.per_s_batch,
            "single_ms": measured.single_ms,
            "rss_mb": measured.rss_mb,
            "mentions": mentions,
            "actionable_share": measured.actionable_share,
        },
        reference={"tokenised_per_s": measured.tokenised_per_s},
        definition=DEFINITION,
        machine=machine,
    )


def measure_triage(mentions: int, batch: int) -> _Measured:
    """What `in_own_process` calls."""
    items = _draw_items(mentions)
    triager = load_triager()
    triager.judge_many(items[:batch])
    with spending() as bulk:
        verdicts = [v for at in range(0, mentions, batch) for v in triager.judge_many(items[at : at + batch])]
    singles = []
    for item in items[:_SINGLES]:
        start = time.perf_counter()
        triager.judge_many([item])
        singles.append(time.perf_counter() - start)
    with spending() as reference:
        for item in items:
            _WORD.findall(item.text.lower())
    return _Measured(
        per_s_batch=round(mentions / bulk.cpu_seconds, 1),
        single_ms=round(1000 * statistics.median(singles), 3),
        rss_mb=peak_rss_mb(),
        tokenised_per_s=round(mentions / reference.cpu_seconds, 1),
        actionable_share=round(sum(verdict.actionable for verdict in verdicts) / mentions, 3),
    )


def _draw_items(count: int) -> list[Item]:
    rng, corpus, stores = random.Random(1), load_corpus(), load_brand().open_stores
    items = []
    for number in range(count):
        page_kind: Literal["store", "brand"] = "store" if rng.random() < STORE_SHARE else "brand"
        drawn = corpus.draw(rng, page_kind=page_kind, store=rng.choice(stores))
        items.append(
            Item(
                id=str(number),
                text=drawn.text,
                channel="facebook",
                kind=drawn.kind,
                recommends=drawn.recommends,
                page_kind=page_kind,
                has_attachments=drawn.photo is not None,
            )
        )
    return items
