"""The reference data that ships with the package: ZIP codes and the names of other brands."""

import gzip
import io
from functools import lru_cache
from importlib.resources import files

from localcare.stores.core.gazetteer import Gazetteer, parse_gazetteer

_DATA = files("localcare.stores") / "data"


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """The shipped gazetteer, read once in a process (0.3 s)."""
    packed = (_DATA / "zips.tsv.gz").read_bytes()
    return parse_gazetteer(io.TextIOWrapper(gzip.GzipFile(fileobj=io.BytesIO(packed)), encoding="utf-8"))


@lru_cache(maxsize=1)
def load_other_brands() -> tuple[str, ...]:
    """Names of other chains, so that a word about a rival's shop is not taken for one about ours."""
    lines = (_DATA / "other_brands.txt").read_text(encoding="utf-8").splitlines()
    return tuple(name for line in lines if (name := line.split("#", 1)[0].strip()))
