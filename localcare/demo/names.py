"""Invented people's names, drawn so that given and family name usually belong together."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from localcare.demo.reading import read_yaml

_SAME_GROUP = 0.9
_SPANISH_GROUP = "hispanic"


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Given and family names that are often met together; `share` is the weight with which the group is drawn."""

    name: str
    share: int
    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Where the demo's people get their names; the same random source gives the same names."""

    groups: tuple[NameGroup, ...]
    cumulative: tuple[int, ...]

    def draw(self, rng: random.Random, *, spanish: bool = False) -> str:
        """A full name; a Spanish speaker's comes from the Hispanic group."""
        group = self._group(rng, spanish=spanish)
        mixed = not spanish and rng.random() > _SAME_GROUP
        family = self._group(rng, spanish=False) if mixed else group
        return f"{rng.choice(group.given)} {rng.choice(family.family)}"

    def draw_given(self, rng: random.Random, *, spanish: bool = False) -> str:
        """A given name alone, as customers call an associate or tag a friend."""
        return rng.choice(self._group(rng, spanish=spanish).given)

    def _group(self, rng: random.Random, *, spanish: bool) -> NameGroup:
        if spanish:
            return next(group for group in self.groups if group.name == _SPANISH_GROUP)
        return rng.choices(self.groups, cum_weights=self.cumulative)[0]


@cache
def load_names() -> Names:
    """The names shipped with the demo."""
    groups = tuple(
        NameGroup(name=row["name"], share=row["share"], given=tuple(row["given"]), family=tuple(row["family"]))
        for row in read_yaml("names.yaml")["groups"]
    )
    return Names(groups=groups, cumulative=tuple(accumulate(group.share for group in groups)))
