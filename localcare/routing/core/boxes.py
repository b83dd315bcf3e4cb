"""The cases a rule asks for as a box: along each condition the words it lets in; what is left over is boxes again.

Words that no rule names are one word together. Thresholds of earlier cases are steps, each text of hours is a yes or no.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from localcare.routing.core.conditions import WORDS, When

Box = tuple[frozenset[str], ...]
_OTHER = "any other"
_YES, _NO = "yes", "no"
_BOTH = frozenset({_YES, _NO})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that triage and the channels can say of a case; empty is what nobody lists beforehand."""

    topics: frozenset[str]
    matters: frozenset[str]
    urgencies: frozenset[str]
    risks: frozenset[str]
    sentiments: frozenset[str] = frozenset({"negative", "neutral", "positive"})
    tiers: frozenset[int] = frozenset({1, 2, 3})
    resolutions: frozenset[str] = frozenset({"exact", "likely", "ambiguous", "none"})
    channels: frozenset[str] = frozenset()

    @property
    def by_condition(self) -> Mapping[str, Collection[str | int]]:
        """The words by the name of their condition, where they are listed beforehand."""
        lists = {name: getattr(self, name) for name in WORDS if name != "languages"}
        return {name: words for name, words in lists.items() if words}


@dataclass(frozen=True, slots=True)
class Space:
    """The conditions that some rules tell cases apart by, in one order, each with the words along it.

    Of cases with risks those with a single one are asked: a rule that catches those catches them with more. Of a rule
    that does not ask for risks those without any are: whoever takes them by other conditions takes the rest as well.
    """

    axes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def box_of(self, when: When) -> Box:
        """Every case that a rule takes."""
        return tuple(_wanted(when, axis, words) for axis, words in self.axes.items())

    def asked_of(self, when: When) -> Box:
        """The cases that a rule is asked about: those without risks, unless it asks for some."""
        plain = frozenset({_OTHER})
        wanted = zip(self.axes, self.box_of(when), strict=True)
        return tuple(plain if axis == "risks" and not when.risks else words for axis, words in wanted)

    def may_lack_store(self, box: Box) -> bool:
        """Whether a case in the box may be one whose store is not known."""
        return _NO in box[list(self.axes).index("store_known")]


def space_of(whens: Sequence[When], known: Vocabulary) -> Space:
    """The space in which these conditions are boxes."""
    axes = {"store_known": _BOTH, "page_kind": frozenset({"store", "brand"})}
    listed = known.by_condition
    for name in (*WORDS, "stars", "stores", "regions"):
        named = frozenset(map(str, chain.from_iterable(getattr(when, name) for when in whens)))
        is_all = name in listed and name != "risks" and not {str(word) for word in listed[name]} - named
        axes[name] = named if is_all else named | {_OTHER}
    axes["earlier_cases"] = frozenset(map(_step, {0} | {when.earlier_cases for when in whens}))
    return Space(axes | {f"hours:{text}": _BOTH for text in sorted({when.hours for when in whens} - {""})})


def leave_over(box: Box, earlier: Iterable[Box]) -> list[Box]:
    """What of a box none of the others covers, in boxes."""
    left = [box]
    for other in earlier:
        left = list(chain.from_iterable(_minus(part, other) for part in left))
    return left


def takers_of(box: Box, earlier: Sequence[Box]) -> list[int]:
    """The places of those that take something of a box when each takes what it can, in their order."""
    takers, left = [], [box]
    for place, other in enumerate(earlier):
        if any(all(a & b for a, b in zip(part, other, strict=True)) for part in left):
            takers.append(place)
            left = list(chain.from_iterable(_minus(part, other) for part in left))
    return takers


def _minus(box: Box, other: Box) -> Iterator[Box]:
    """A box without another: one part for each axis along which it reaches beyond the other."""
    if not all(a & b for a, b in zip(box, other, strict=True)):
        yield box
        return
    inside = list(box)
    for axis, (mine, theirs) in enumerate(zip(box, other, strict=True)):
        if beyond := mine - theirs:
            yield (*inside[:axis], beyond, *inside[axis + 1 :])
            inside[axis] = mine & theirs


def _wanted(when: When, axis: str, words: frozenset[str]) -> frozenset[str]:
    if axis.startswith("hours:"):
        return frozenset({_YES}) if when.hours == axis.removeprefix("hours:") else words
    if axis == "store_known":
        asked = True if when.asks_for_store else when.store_known
        return words if asked is None else frozenset({_YES if asked else _NO})
    if axis == "page_kind":
        return words if when.page_kind is None else frozenset({when.page_kind})
    if axis == "earlier_cases":
        return frozenset(word for word in words if word >= _step(when.earlier_cases))
    return frozenset(map(str, getattr(when, axis))) or words


def _step(number: int) -> str:
    return f"{number:09}"
