"""Small directories and outcomes for the tests of the evaluation."""

from localcare.bench.quality.outcomes import Outcome
from localcare.bench.quality.templates import Kind
from localcare.bench.quality.texts import Asked
from localcare.stores.core.resolve import StoreEntry


def store(number: str, street: str, city: str, state: str = "TX", **more: object) -> StoreEntry:
    """An entry with what the tests need."""
    named = {name: value if value is None else str(value) for name, value in more.items()}
    return StoreEntry(id=int(number), number=number, street=street, city=city, state=state, zip="77001", **named)  # type: ignore[arg-type]


def outcome(
    at: int,
    *,
    style: str = "city",
    kind: Kind = "text",
    right: tuple[str, ...] = ("1",),
    guess: str | None = "1",
    confidence: float = 0.9,
    is_routed: bool = True,
) -> Outcome:
    """The answer to one text, whose own store is number 1."""
    own = "" if kind == "nowhere" else "1"
    asked = Asked(f"{style}-{at}", "pellora", style, kind, f"text {at}", own, right, len(right), "text {at}")
    return Outcome(asked, "likely" if is_routed else "ambiguous", guess, confidence, is_routed)
