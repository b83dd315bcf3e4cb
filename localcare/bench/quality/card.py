"""docs/resolution-card.md and its picture, written from an evaluation as the model card of triage is."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from localcare.bench.quality import bars
from localcare.bench.quality.identities import Tally
from localcare.bench.quality.measures import Reliability, Share, StyleFigures
from localcare.bench.quality.picture import draw_reliability
from localcare.bench.quality.reviews import Reviewed, ReviewFigures
from localcare.bench.quality.run import Quality, Words
from localcare.bench.resolver_alone import Pace

CARD = "resolution-card.md"
PICTURE = "pictures/resolution-reliability.svg"

_HEAD = """# Resolution card: which store is it about?

Written by `localcare bench resolve --quality --docs docs`; do not edit.

## What is asked

Texts with known truth: templates written by hand, filled with what the directories really say of a store, and asked alone
(no Page, no place, no author). The directories are {directories}.
The templates of the figures below (`localcare/bench/data/resolution/testing2.yaml`) were written apart from those the
resolver is tuned on (the files `tuning*.yaml` beside it) and share no wording with them; so do the stores: half of each
directory for either. The filled texts are kept beside the templates (`testing.jsonl.gz`).

They are the second of their kind. The first were asked of five models, one after the other, and what went wrong with them
could be seen each time; so they no longer tell how the resolver does on what it never saw, and are a file to tune with now
(`tuning_former_testing.yaml`). The present ones were written anew, by another hand, to the same styles. Who wrote them had read
one text of each style of the first, for its form, but neither the wordings to tune with nor how the resolver reads, and asked
nothing of it; whether words name one store was looked up in the directories. Where a directory has stores named by their
corner, the texts about corners are of such stores, as those of the first were not. The texts are to be asked once, of a
finished resolver. Asked of several, they too become a file to tune with.

Confidences are calibrated, and the threshold and the styles' floors chosen, on wordings that the judging model never saw: of
the two files to tune with that have testing's styles each is left out whole. Both are easier than they should be. The rules of
the resolver were written after `tuning.yaml`; of `tuning_former_testing.yaml` most wordings were read before the present rules
and some of the present texts to learn from were written. So the threshold leaves 99 % precision on either, where 98 % is
promised, and at most half as many texts about no store as promised; the floors are from the second file alone. Every style
weighs the same in the calibration, and either file half of it. The other files are harder than what is asked: they have a part
in the weights of the cues and none in the calibration, which they had made too modest. Where the real reviews are at hand,
those of the stores for tuning have a small part in the weights of the cues; no text or word of them is kept.

A text is **knowable** when its words fit exactly one store of the directory, read by code that shares nothing with the
resolver. Where several stores fit as well ("by the H-E-B") or none is meant, the right answer is to ask; sending such a
text anywhere counts as wrong. **Coverage** is the share of the knowable texts that were sent to a store, **precision** the
share of the texts sent that went to the right one. Every style weighs the same. Intervals are 95 % Wilson, on Kish's
effective number where texts weigh differently.

## What it is not

The texts of testing are written by one hand after what real reviews look like; how often customers use which style is not
known, hence equal weights. In real reviews only some 3 % of the texts say where they are: on a store's Page, the Page carries
it.
"""


def write_card(docs: Path, quality: Quality, pace: Pace, load_large: float) -> None:
    """Both files, into a folder like docs."""
    (docs / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    (docs / CARD).write_text(compose_card(quality, pace, load_large), encoding="utf-8")
    title = "Reliability of the resolver's confidence: said against came true"
    (docs / PICTURE).write_text(draw_reliability(quality.reliability.bins, title), encoding="utf-8")


def compose_card(quality: Quality, pace: Pace, load_large: float) -> str:
    """The card as Markdown."""
    directories = ", ".join(f"{shop} ({stores:,})" for shop, stores in quality.stores.items())
    parts = [
        _HEAD.format(directories=directories),
        "## Words alone\n",
        *_overall_table(quality),
        "\n## By style\n",
        "Store numbers, phones and full addresses are shown for completeness; they count in none of the figures above.\n",
        *_style_table(quality.words.by_style),
        "\n## Confidence\n",
        *_confidence(quality),
        "\n## Facts that name one store\n",
        "Each fact of each store, asked once however many stores share it; shared things must be left open. Coordinates carry "
        "30 m of noise (standard deviation, north and east each) and may be left open where another store is within 60 m.\n",
        *_identity_table(quality.identities),
        "\n## Beside the words\n",
        *_circumstances(quality),
        "\n## Real reviews\n",
        *_reviews(quality.reviews),
        "\n## Pace\n",
        f"On one core with 11,000 stores, in batches: {pace.page_id_per_s:,.0f} questions/s by Page id (promised "
        f"{bars.PAGE_IDS_PER_S:,}), {pace.text_per_s:,.0f}/s by text (promised {bars.TEXTS_PER_S:,}). The process holds "
        f"{pace.rss_mb:.0f} MiB at most (promised {bars.MEMORY_MB}), of which the resolver {pace.resolver_mb:.0f}. It loads in "
        f"{pace.load_seconds:.1f} s, with 50,000 stores in {load_large:.1f} s (promised {bars.LARGE_LOAD_SECONDS:.0f}).",
    ]
    return "\n".join(parts) + "\n"


def _overall_table(quality: Quality) -> Iterator[str]:
    overall = quality.words.overall
    yield "| | ours | promised | " + " | ".join(_BASELINES[name] for name in quality.baselines) + " |"
    yield "|---|---|---|" + "---|" * len(quality.baselines)
    others = [words.overall for words in quality.baselines.values()]
    yield _row("coverage", overall.coverage, f"≥ {bars.COVERAGE:.0%}", [each.coverage for each in others])
    yield _row("precision", overall.precision, f"≥ {bars.PRECISION:.0%}", [each.precision for each in others])
    placed = [each.precision_placed for each in others]
    yield _row("precision, texts about a store only", overall.precision_placed, "", placed)
    yield _row("wrong store, of all texts", overall.wrong_rate, "", [each.wrong_rate for each in others])
    nowhere = [each.nowhere_routed for each in others]
    yield _row("about no store, yet routed", overall.nowhere_routed, f"≤ {bars.NOWHERE_ROUTED:.0%}", nowhere)
    yield _row("coverage with unknowable texts", overall.coverage_of_all, "", [each.coverage_of_all for each in others])
    best = " | ".join(map(_best, quality.baselines.values()))
    yield f"| best coverage at 98 % precision | {_best(quality.words)} | | {best} |"
    yield (
        f"\n{overall.asked:,} texts. Texts of a style share some fifteen wordings, those about no store some forty, so the "
        "intervals are a little too narrow."
    )


_BASELINES: Mapping[str, str] = {
    "exact_city": "the only store of the town named",
    "largest_town": "always a store of the largest town so called",
    "nearest_text": "nearest store text (TF-IDF)",
}


def _row(what: str, ours: Share, promised: str, others: list[Share]) -> str:
    return f"| {what} | {_share(ours)} | {promised} | " + " | ".join(f"{each.value:.1%}" for each in others) + " |"


def _best(words: Words) -> str:
    return f"{words.best.coverage:.1%}" if words.best else "never reached"


def _style_table(styles: Mapping[str, StyleFigures]) -> Iterator[str]:
    floors = bars.style_floors()
    yield "| style | texts | knowable | coverage | floor | precision | wrong of all |\n|---|---|---|---|---|---|---|"
    for name, style in styles.items():
        coverage = _share(style.coverage) if style.coverage else "–"
        precision = _share(style.precision) if style.precision else "none routed"
        floor = f"{floors[name]:.0%}" if name in floors else ""
        shown = name.replace("_", " ") + {"identity": " (fact)", "nowhere": " (no store)", "text": ""}[style.kind]
        wrong = f"{style.wrong_rate.value:.1%}"
        yield f"| {shown} | {style.asked} | {style.knowable} | {coverage} | {floor} | {precision} | {wrong} |"


def _confidence(quality: Quality) -> Iterator[str]:
    yield (
        f"Expected calibration error **{quality.reliability.error:.3f}** over every text with a candidate (promised ≤ "
        f"{bars.CALIBRATION_ERROR}), {quality.reliability_routed.error:.3f} over those routed: the first candidate's confidence "
        "against how often it was the store the text was written about, known by luck or by words.\n"
    )
    yield f"![Confidence said against what came true]({PICTURE})\n"
    yield from _bin_table(quality.reliability)
    best = quality.words.best
    if best:
        yield (
            f"\nBy confidence alone, whatever the status, {best.coverage:.1%} could be covered at {best.precision:.1%} precision "
            f"(threshold {best.confidence})."
        )


def _bin_table(reliability: Reliability) -> Iterator[str]:
    yield "| said | came true | weight |\n|---|---|---|"
    total = sum(each.weight for each in reliability.bins) or 1.0
    for each in reliability.bins:
        yield f"| {each.said:.1%} | {_share(each.true)} | {each.weight / total:.1%} |"


def _identity_table(identities: Mapping[str, Tally]) -> Iterator[str]:
    yield "| fact | asked | right | rightly left open | left open | wrong | right or rightly open | promised |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, tally in identities.items():
        bar = bars.COORDINATES if name == "coordinates" else bars.IDENTITY
        left = tally.asked - tally.right - tally.shared - tally.wrong
        yield (
            f"| {name.replace('_', ' ')} | {tally.asked:,} | {tally.right:,} | {tally.shared} | {left} | {tally.wrong} "
            f"| {_share(tally.share, digits=2)} | ≥ {bar:.1%} |"
        )


def _circumstances(quality: Quality) -> Iterator[str]:
    told = {
        "answer_to_which_store": "short answers to “which store did you visit?”, four offered on four streets",
        "moved": "addresses before and after the day on which every store moved to where the next one was",
    }
    yield "| known | asked | right | left open | wrong |\n|---|---|---|---|---|"
    for name, tally in quality.circumstances.items():
        left = tally.asked - tally.right - tally.wrong
        yield f"| {told[name]} | {tally.asked:,} | {tally.right:,} | {left} | {tally.wrong} |"
    if quality.strange_home:
        yield (
            "\nThe texts above again, each by an author who lives in the town of a store drawn by chance: coverage "
            f"{_share(quality.strange_home.coverage)}, precision {_share(quality.strange_home.precision)}."
        )


def _reviews(reviews: ReviewFigures | None) -> Iterator[str]:
    if reviews is None:
        yield "Left out: `LOCALCARE_EVAL_DATA` named no folder that has them."
        return
    yield (
        f"The {reviews.addresses} addresses of the review source, in its own spelling, against the directory: "
        f"**{reviews.addresses_right}** right (two of them have no store there).\n"
    )
    yield "| texts alone | asked | routed | right | wrong |\n|---|---|---|---|---|"
    yield _reviewed("reviews of stores for testing with a cue to their place, found by patterns", reviews.cued)
    yield _reviewed("every distinct review of stores for testing", reviews.every)


def _reviewed(what: str, reviewed: Reviewed) -> str:
    return f"| {what} | {reviewed.asked:,} | {reviewed.routed} | {reviewed.right} | {reviewed.wrong} |"


def _share(share: Share, *, digits: int = 1) -> str:
    return f"{share.value:.{digits}%} ({share.low:.{digits}%} to {share.high:.{digits}%})"
