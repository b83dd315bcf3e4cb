"""What is promised of the resolver, and which promise did not hold; a style's floor keeps what was once reached."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

from localcare.bench.quality.run import Quality
from localcare.bench.resolver_alone import Pace

COVERAGE = 0.60
PRECISION = 0.98
CALIBRATION_ERROR = 0.03
NOWHERE_ROUTED = 0.01
IDENTITY = 0.995
COORDINATES = 0.99
PAGE_IDS_PER_S = 20_000
TEXTS_PER_S = 3_000
MEMORY_MB = 150
LARGE_LOAD_SECONDS = 5.0

_FLOORS: TypeAdapter[dict[str, float]] = TypeAdapter(dict[str, float])


def broken_promises(pace: Pace | None, load_large: float | None, quality: Quality) -> tuple[str, ...]:
    """One sentence each. Tuning texts promise nothing."""
    if quality.split == "tuning":
        return ()
    return (*_of_words(quality), *_of_identities(quality), *(_of_pace(pace, load_large or 0.0) if pace else ()))


@cache
def style_floors() -> Mapping[str, float]:
    """The least coverage of each style of testing."""
    path = files("localcare.bench").joinpath("data", "resolution", "floors.yaml")
    return _FLOORS.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))


def _of_words(quality: Quality) -> Iterator[str]:
    overall = quality.words.overall
    if overall.coverage.value < COVERAGE:
        yield f"coverage of texts is {overall.coverage.value}, promised {COVERAGE}"
    if overall.precision.value < PRECISION:
        yield f"precision of texts is {overall.precision.value}, promised {PRECISION}"
    if quality.reliability.error > CALIBRATION_ERROR:
        yield f"calibration error is {quality.reliability.error}, promised {CALIBRATION_ERROR}"
    if overall.nowhere_routed.value > NOWHERE_ROUTED:
        yield f"of the texts about no store {overall.nowhere_routed.value} were routed, promised {NOWHERE_ROUTED}"
    for style, floor in style_floors().items():
        measured = quality.words.by_style.get(style)
        if measured and measured.coverage and measured.coverage.value < floor:
            yield f"coverage of {style} is {measured.coverage.value}, floor {floor}"


def _of_identities(quality: Quality) -> Iterator[str]:
    for name, tally in quality.identities.items():
        bar = COORDINATES if name == "coordinates" else IDENTITY
        if tally.share.value < bar:
            yield f"{name} is right in {tally.share.value}, promised {bar}"
    if quality.reviews and quality.reviews.addresses_right < quality.reviews.addresses:
        yield f"{quality.reviews.addresses_right} of {quality.reviews.addresses} real addresses are right"


def _of_pace(pace: Pace, load_large: float) -> Iterator[str]:
    if pace.page_id_per_s < PAGE_IDS_PER_S:
        yield f"{pace.page_id_per_s} questions a second by Page, promised {PAGE_IDS_PER_S}"
    if pace.text_per_s < TEXTS_PER_S:
        yield f"{pace.text_per_s} questions a second by text, promised {TEXTS_PER_S}"
    if pace.rss_mb > MEMORY_MB:
        yield f"{pace.rss_mb} MiB of memory, promised {MEMORY_MB}"
    if load_large > LARGE_LOAD_SECONDS:
        yield f"{load_large} s to load 50,000 stores, promised {LARGE_LOAD_SECONDS}"
