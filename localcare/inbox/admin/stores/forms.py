"""What people type to change the directory, read at the border; an empty field is none."""

from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError, model_validator

from localcare.stores.core.pages import PageKind
from localcare.stores.core.states import state_code
from localcare.stores.core.values import AliasKind

_ZONES = available_timezones()
_SENTENCES = {
    "missing": "Fill this in.", "string_too_short": "Fill this in.", "float_parsing": "Write a number such as 29.7817.",
    "date_from_datetime_parsing": "Write a day such as 2026-03-01.", "date_parsing": "Write a day such as 2026-03-01.",
    "literal_error": "Choose one of the list.", "string_type": "Fill this in.", "string_too_long": "This is too long.",
}  # fmt: skip


def _zone(name: str) -> str:
    if name not in _ZONES:
        raise ValueError("Choose a time zone such as America/Chicago.")
    return name


def _state(text: str) -> str:
    return state_code(text) or text.upper()


Zone = Annotated[str, AfterValidator(_zone)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
MaybeWords = Annotated[str | None, Field(max_length=400)]
State = Annotated[str, Field(max_length=40), AfterValidator(_state)]


def _lines(text: object) -> object:
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip()) if isinstance(text, str) else ()


class ChangeForm(BaseModel):
    """What every change says besides itself: from which day on, and why."""

    effective: date | None = None
    note: MaybeWords = None

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, typed: object) -> object:
        if not isinstance(typed, dict):
            return typed
        return {name: text.strip() for name, text in typed.items() if isinstance(text, str) and text.strip()}


class PlaceForm(ChangeForm):
    """An address, with both coordinates or with none."""

    street: MaybeWords = None
    city: MaybeWords = None
    state: State | None = None
    zip: Annotated[str | None, Field(max_length=12)] = None
    country: Annotated[str, Field(min_length=2, max_length=2)] = "US"
    latitude: Annotated[float | None, Field(ge=-90, le=90)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None
    timezone: Zone | None = None
    phone: MaybeWords = None

    @model_validator(mode="after")
    def _has_both_or_none(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("Give latitude and longitude, or neither.")
        if not (self.street or self.city or self.zip or self.latitude is not None):
            raise ValueError("Say where it is: an address, or coordinates.")
        return self


class EditForm(ChangeForm):
    """Everything about a store but its number, its place and whether it is open."""

    name: Words
    region: Words
    phone: MaybeWords = None
    hours: MaybeWords = None
    timezone: Zone
    store_code: MaybeWords = None
    opened_on: date | None = None
    nicknames: Annotated[tuple[str, ...], BeforeValidator(_lines)] = ()


class OpeningForm(PlaceForm):
    """A new store."""

    number: Words
    name: Words
    region: Words
    timezone: Zone
    hours: MaybeWords = None
    opened_on: date | None = None


class ClosureForm(ChangeForm):
    """Who takes over, if anybody; `successor_other` is typed, `successor` chosen among the nearest."""

    successor: str | None = None
    successor_other: str | None = None

    @property
    def heir(self) -> str | None:
        """The number of the store that takes over."""
        chosen = self.successor_other if self.successor in (None, "other") else self.successor
        return chosen.removeprefix("#").strip() if chosen and chosen != "none" else None


class RenumberingForm(ChangeForm):
    """Another number."""

    number: Words


class MergerForm(ChangeForm):
    """The store that this one is a duplicate of."""

    into: Words


class LinkForm(ChangeForm):
    """A Page to link."""

    page_id: Words
    name: MaybeWords = None
    channel: Literal["facebook", "instagram", "google"] = "facebook"
    kind: PageKind = "official"


class AliasForm(ChangeForm):
    """What the store is also called; with a city it counts only beside that city's name."""

    kind: AliasKind = "nickname"
    words: Words
    city: MaybeWords = None


class RetirementForm(ChangeForm):
    """A name that is used no longer; with `was_wrong` it never was right."""

    alias_id: int
    was_wrong: str = ""


def faults_of(error: ValidationError) -> dict[str, str]:
    """A sentence for each field that was not understood; "" is the form as a whole."""
    faults: dict[str, str] = {}
    for fault in error.errors():
        name = str(fault["loc"][0]) if fault["loc"] else ""
        own = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else ""
        faults.setdefault(name, own or _SENTENCES.get(fault["type"], fault["msg"] + "."))
    return faults
