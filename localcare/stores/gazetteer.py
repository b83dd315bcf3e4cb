"""The reference data that ships with the package: ZIP codes, named places and the names of other brands."""

import gzip
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from localcare.stores.core.gazetteer import Gazetteer, parse_gazetteer
from localcare.stores.core.named_places import NamedPlaces, parse_places

_DATA = files("localcare.stores") / "data"


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """The shipped gazetteer, read once in a process (0.3 s)."""
    return parse_gazetteer(_lines("zips.tsv.gz"))


@lru_cache(maxsize=1)
def load_places() -> NamedPlaces:
    """The shipped towns, neighbourhoods and airports, read once in a process (0.2 s) and only where they are used."""
    return parse_places(_lines("places.tsv.gz"))


@lru_cache(maxsize=1)
def load_other_brands() -> tuple[str, ...]:
    """Names of other chains, so that a word about a rival's shop is not taken for one about ours."""
    files = ("other_brands.txt", "chains.txt")
    lines = [line for name in files for line in (_DATA / name).read_text(encoding="utf-8").splitlines()]
    return tuple(dict.fromkeys(name for line in lines if (name := line.split("#", 1)[0].strip())))


def _lines(name: str) -> Iterable[str]:
    return gzip.decompress((_DATA / name).read_bytes()).decode().splitlines()
