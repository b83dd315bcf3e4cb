"""Figures with their intervals, as the report, the page and the card write them."""

from collections.abc import Iterator

from localcare.simulation.core.assumptions import TIERS, Assumptions
from localcare.simulation.core.figures import Figure
from localcare.simulation.core.month import PAID_H

_HOUR, _DAY = 60.0, 1440.0


def minutes(figure: Figure) -> str:
    """A duration in the unit that suits it, with its interval."""
    unit, size = _unit(figure.value)
    return f"{_number(figure.value / size)} {unit}{_interval(figure, 1 / size)}"


def span(value: float) -> str:
    """A duration in minutes as people say it."""
    unit, size = _unit(value)
    return f"{_number(value / size)} {unit}"


def share(figure: Figure) -> str:
    """A share in per cent, with its interval."""
    return f"{figure.value:.1%}" + (f" ({figure.low:.1%} to {figure.high:.1%})" if _has_interval(figure) else "")


def dollars(figure: Figure) -> str:
    """Dollars, with the interval."""
    return f"${figure.value:.2f}" + (f" ({figure.low:.2f} to {figure.high:.2f})" if _has_interval(figure) else "")


def changed(figure: Figure) -> str:
    """A change in per cent with its sign, and its interval."""
    return f"{figure.value:+.0%}" + (f" ({figure.low:+.0%} to {figure.high:+.0%})" if _has_interval(figure) else "")


def signed(figure: Figure) -> str:
    """A change in whole per cent with its sign, without the interval."""
    return f"{figure.value:+.0%}".replace("-", "−")


def taken_for_granted(given: Assumptions) -> Iterator[str]:
    """Every assumption as a sentence, for those who judge the figures by them."""
    yield (
        f"A case comes with {given.mentions_per_case - 1:g} mentions that need no answer; a person sees that in "
        f"{given.reading_s:g} s each. Triage brings {given.false_alarms:g} of them along for each case, and misses no case."
    )
    yield (
        f"Triage finds the right skill for {given.skill_right:.0%} and the right tier for {given.tier_right:.0%} of the "
        f"cases. Whoever gets somebody else's case sees it in {given.look_s:g} s and passes it on, as old as it is."
    )
    for tier, part, mean, wage in zip(TIERS, given.tier_shares, given.handling_min, given.wages, strict=True):
        yield f"Tier {tier}: {part:.0%} of the cases, {mean:g} minutes each (exponential), ${wage:g} an hour with everything."
    yield (
        f"Without tiers everybody is paid like tier 2; pooled, like tier 3. A paid shift has {PAID_H:g} hours, "
        f"{given.presence_h:g} of them at work."
    )
    yield "Five shifts a week, each put where most is missing; people are shared out over the groups by square-root staffing."
    yield f"With two skills each, the tier above helps with what has waited for {given.relax_min:g} minutes."
    yield "Arrivals are Poisson, with an invented, plausible profile over day and week."
    yield "Nobody gives up, nobody writes twice, and an answer ends the case."


def _interval(figure: Figure, scale: float) -> str:
    if not _has_interval(figure):
        return ""
    return f" ({_number(max(0.0, figure.low) * scale)} to {_number(figure.high * scale)})"


def _has_interval(figure: Figure) -> bool:
    return figure.low < figure.high


def _unit(value: float) -> tuple[str, float]:
    if value < 2 * _HOUR:
        return "min", 1.0
    return ("h", _HOUR) if value < 2 * _DAY else ("days", _DAY)


def _number(value: float) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"
