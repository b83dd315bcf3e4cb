"""The written texts with slots: tuning.yaml, more files to tune with, and those of testing, which share no wording."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

Split = Literal["tuning", "testing"]
File = Literal[
    "tuning", "tuning_more", "tuning_wide", "tuning_visits", "tuning_elsewhere", "tuning_former_testing", "testing2"
]
Kind = Literal["identity", "text", "nowhere"]
WORDINGS: Mapping[Split, File] = {"tuning": "tuning", "testing": "testing2"}
"""The file each split draws its own texts from; another file of wordings can be named."""
_DATA = files("localcare.bench").joinpath("data", "resolution")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Style(_Strict):
    """One way of saying where. `only` holds further texts for one shop; `needs` limits the stores that are drawn.

    `corner_where_named`: the stores whose names tell the other road, in directories that have such names.
    """

    kind: Kind
    texts: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]] = {}
    shape: Literal["as written", "lower"] = "as written"
    needs: Literal["any store", "many_in_city", "corner_where_named"] = "any store"

    def texts_for(self, shop: str) -> tuple[str, ...]:
        """All texts a customer of this shop may write."""
        return self.texts + self.only.get(shop, ())


class Templates(_Strict):
    """A file of texts: words by shop, words of all, styles by name."""

    shops: Mapping[str, Mapping[str, tuple[str, ...]]]
    words: Mapping[str, tuple[str, ...]]
    styles: Mapping[str, Style]


@cache
def load_templates(file: File) -> Templates:
    """A file of texts, as written."""
    text = _DATA.joinpath(f"{file}.yaml").read_text(encoding="utf-8")
    return Templates.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))


def slots_of(text: str) -> list[str]:
    """The slots of a text, in order: "the {brand} in {city}" → brand, city."""
    return [slot for _, slot, _, _ in Formatter().parse(text) if slot]
