"""Reads the demo's shipped data files, from a checkout or from the wheel."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import yaml

_DATA = files("localcare.demo").joinpath("data")


def read_text(name: str) -> str:
    """The file's text, UTF-8."""
    return _DATA.joinpath(name).read_text(encoding="utf-8")


def read_yaml(name: str) -> Any:  # noqa: ANN401 - YAML has no type until its reader gives it one
    """The file as YAML says it; the caller turns it into values at once."""
    return yaml.load(read_text(name), Loader=yaml.CSafeLoader)


def list_names(folder: str, ending: str) -> Iterator[str]:
    """The files of a folder that end so, in order, as names for `read_text`."""
    for entry in sorted(_DATA.joinpath(folder).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(ending):
            yield f"{folder}/{entry.name}"
