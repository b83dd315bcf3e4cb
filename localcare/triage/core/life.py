"""The life of a model: candidate, perhaps in the shadow of the live one, live, retired. The shipped model is always there."""

from typing import Literal, assert_never

State = Literal["candidate", "shadow", "live", "retired"]
Deed = Literal["shadow", "promote", "retire"]
SHIPPED = "shipped"
"""The name under which the model that comes with the software is meant."""


def state_after(deed: Deed, state: State) -> State | None:
    """What a model becomes by a deed; None when it cannot be done to a model in that state."""
    match deed:
        case "shadow":
            return "shadow" if state in ("candidate", "retired") else None
        case "promote":
            return None if state == "live" else "live"
        case "retire":
            return None if state == "retired" else "retired"
        case _:
            assert_never(deed)


def needs_reason(*, passed: bool, deed: Deed) -> bool:
    """Whether a person must say why: a model that the gate held back may judge in the shadow, but not live, without a word."""
    return deed == "promote" and not passed


def next_version(base: str, taken: int) -> str:
    """The version of a brand's next model: that of the shipped one it began with, and a number of its own."""
    return f"{base.removesuffix('-fast')}-own{taken + 1}"
