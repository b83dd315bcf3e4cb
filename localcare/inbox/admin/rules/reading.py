"""A rule read aloud: what it means, whom it is at odds with, how many of the newest mentions it would catch."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from localcare.inbox.admin.rules.pages import Reading
from localcare.triage import ruling
from localcare.triage.core.rule_faults import is_too_broad
from localcare.triage.core.rule_words import outcome_in_words, when_in_words, words_in_full
from localcare.triage.rule_trial import reach_of
from localcare.triage.schemas import RuleEntry
from localcare.triage.shipped import load_taxonomy
from localcare.web.parts import Option


def reading_of(
    session: Session, brand_id: int, entry: RuleEntry | None, faults: Mapping[str, str], *, now: datetime
) -> Reading:
    """What there is to say of a rule; of a faulty one only what is wrong."""
    if entry is None:
        return Reading(faults=faults)
    names = place_names(session, brand_id) if entry.places else {}
    rule = ruling.as_written(entry)
    when, says = when_in_words(rule, names), outcome_in_words(rule, load_taxonomy())
    if faults:
        return Reading(when, says, faults)
    fires_on, read = reach_of(session, brand_id, entry, now=now)
    conflicts = ruling.conflicts_with(session, brand_id, entry)
    words = words_in_full(ruling.as_rule(entry))
    return Reading(when, says, {}, conflicts, fires_on, read, is_too_broad(fires_on, read), words)


def place_names(session: Session, brand_id: int) -> Mapping[str, str]:
    """Every group of stores with its name."""
    return ruling.places_of(session, brand_id)


def group_options(session: Session, brand_id: int) -> tuple[Option, ...]:
    """Regions, each below the one it belongs to, then states, as choices."""
    groups = ruling.groups_of(session, brand_id)
    return tuple(Option(group.place, "\u2003" * group.depth + group.name) for group in groups)
