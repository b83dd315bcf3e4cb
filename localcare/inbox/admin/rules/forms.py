"""A rule as it is typed: one phrase a line, chosen outcomes; read into an entry, or a sentence for each field that is wrong."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from localcare.triage.core.rule_faults import CHANNELS
from localcare.triage.ruling import faults_in
from localcare.triage.schemas import RuleEntry

_LISTS = ("any", "all", "none", "unless", "denials")
_PLAIN = ("because", "topic", "urgency", "sentiment", "risk", "language", "owner", "since", "until")
_NUMBERS = ("within", "tier_at_least", "precedence", "actionable", "weight")
_SENTENCES = {
    "string_type": "Fill this in.", "missing": "Fill this in.", "literal_error": "Choose one of the list.",
    "int_parsing": "Write a whole number.", "float_parsing": "Write a number.",
    "date_from_datetime_parsing": "Write a day such as 2026-12-24.", "date_parsing": "Write a day such as 2026-12-24.",
}  # fmt: skip
_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class TypedRule:
    """What was typed, and what it means: an entry, or faults by field."""

    values: Mapping[str, str]
    entry: RuleEntry | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


def read_rule(typed: Mapping[str, str], places: Mapping[str, str], *, key: str = "") -> TypedRule:
    """The rule that was typed; a new one is named after what it means."""
    shown = {name: "".join(c for c in text if _is_visible(c)) for name, text in typed.items()}
    row: dict[str, object] = {name: _phrases(typed.get(name, "")) for name in _LISTS}
    row |= {name: text for name in (*_PLAIN, *_NUMBERS) if (text := _line(typed.get(name, "")))}
    left, right = (_phrases(typed.get(name, "")) for name in ("near_left", "near_right"))
    row |= {
        "id": key or typed.get("id", "").strip() or slug_of(typed.get("because", "")),
        "because": row.get("because", ""),
        "near": (left, right) if left or right else None,
        "channels": tuple(channel for channel in CHANNELS if typed.get(f"channel_{channel}")),
        "places": _places(typed),
        "final": bool(typed.get("final")),
        "shout_out": bool(typed.get("shout_out")),
    }
    try:
        entry = RuleEntry.model_validate(row)
    except ValidationError as error:
        return TypedRule(shown, None, _sentences(error))
    faults: dict[str, str] = {}
    for fault in faults_in(entry, places):
        faults.setdefault(fault.field, fault.says)
    faults |= {name: "This is too long." for name in ("because", "owner") if len(typed.get(name, "")) > _LONGEST_WORDS}
    return TypedRule(shown, entry, faults)


def typed_of(entry: RuleEntry) -> dict[str, str]:
    """What stands in the form of a rule that is there."""
    form = entry.model_dump(mode="json")
    left, right = entry.near or ((), ())
    values = {name: "\n".join(form[name]) for name in _LISTS}
    values |= {name: str(form[name]) for name in (*_PLAIN, *_NUMBERS) if form[name] is not None}
    values |= {"id": entry.id, "near_left": "\n".join(left), "near_right": "\n".join(right)}
    values |= {f"channel_{channel}": "yes" for channel in entry.channels}
    groups = [place for place in entry.places if not place.startswith("store:")]
    values |= {"group": groups[0] if groups else "", "more_groups": " ".join(groups[1:])}
    values["stores"] = " ".join(place.removeprefix("store:") for place in entry.places if place.startswith("store:"))
    values |= {name: "yes" for name in ("final", "shout_out") if form[name]}
    values["actionable"] = f"{entry.actionable:g}"
    values["weight"] = f"{entry.weight:g}"
    return values


def slug_of(words: str) -> str:
    """An id from words: `Asks about the launch` is asks-about-the-launch."""
    bare = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:60].strip("-")


def _phrases(text: str) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return tuple(dict.fromkeys(line for line in lines if line))


def _line(text: str) -> str:
    return " ".join("".join(filter(_is_visible, text)).split())


def _is_visible(letter: str) -> bool:
    """Whether a letter may be shown again; what nobody can see is gone from the form that comes back."""
    return letter in "\n\r\t" or unicodedata.category(letter) != "Cc"


def _places(typed: Mapping[str, str]) -> tuple[str, ...]:
    groups = [typed.get("group", "").strip(), *typed.get("more_groups", "").split()]
    numbers = re.split(r"[\s,;]+", typed.get("stores", "").strip())
    stores = [f"store:{number.removeprefix('#')}" for number in numbers if number]
    return tuple(dict.fromkeys([*(group for group in groups if group), *stores]))


def _sentences(error: ValidationError) -> dict[str, str]:
    return {
        str(fault["loc"][0]) if fault["loc"] else "": _SENTENCES.get(fault["type"], f"{fault['msg']}.")
        for fault in reversed(error.errors())
    }
