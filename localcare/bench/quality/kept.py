"""The texts as they are kept in files, so that everybody is asked the same.

`python -m localcare.bench.quality.kept FOLDER` writes them, from the stores in a folder of evaluation sets.

Their words come from tuning.yaml and testing2.yaml, their stores from MIT-licensed directories and the demo's.
"""

import gzip
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import get_args

from pydantic import TypeAdapter

from localcare.bench.quality.directories import load_directories
from localcare.bench.quality.templates import Split
from localcare.bench.quality.texts import Asked, draw_texts

_DATA = files("localcare.bench").joinpath("data", "resolution")
_ASKED = TypeAdapter(Asked)


def read_kept(split: Split, shops: Iterable[str]) -> list[Asked]:
    """The texts of a split about these shops, in the order of the file."""
    wanted = set(shops)
    lines = gzip.decompress(_DATA.joinpath(f"{split}.jsonl.gz").read_bytes()).splitlines()
    return [asked for asked in map(_ASKED.validate_json, lines) if asked.shop in wanted]


def pack(texts: Sequence[Asked]) -> bytes:
    """One JSON object a line, gzipped without a date: the same texts give the same bytes."""
    lines = "".join(json.dumps(asdict(asked), ensure_ascii=False) + "\n" for asked in texts)
    return gzip.compress(lines.encode(), mtime=0)


def _keep(eval_data: Path) -> None:
    directories = load_directories(eval_data)
    for split in get_args(Split):
        Path(str(_DATA.joinpath(f"{split}.jsonl.gz"))).write_bytes(pack(draw_texts(directories, split)))


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
