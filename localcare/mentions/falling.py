"""What falls with what is removed: on a network, nothing below something that is gone can be seen, and few tell of it.

Each comment hangs on its thread's root and on what it directly answers. Whichever end of that is told first, the comment
is removed no later than what it hangs on, so that the order of arrival makes no difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from localcare.mentions import falling_repository as repository
from localcare.mentions.core import MentionChange, Verb
from localcare.mentions.falling_repository import Gone
from localcare.mentions.repository import Key


@dataclass(frozen=True, slots=True)
class _Hanging:
    """A comment of the batch, and what the batch says it hangs on."""

    kind: str
    thread_id: str | None
    on: frozenset[Key]


def what_falls(session: Session, brand_id: int, changes: Sequence[MentionChange]) -> list[MentionChange]:
    """The removals that a batch implies: below what it removes, and of what it tells below something removed already.

    Holds the threads until the transaction ends, so that no comment slips in below what another worker removes.
    """
    # a message stands for itself, whatever it quotes
    public = [change for change in changes if change.kind != "message"]
    if not public:
        return []
    repository.hold_threads(session, brand_id, _holds(public))
    hanging, told = _hanging(public), _told_gone(public)
    tombstones = repository.find_removed(session, brand_id, {key for each in hanging.values() for key in each.on})
    fallen: dict[Key, Gone] = {}
    news = tombstones | {key: gone for key, gone in told.items() if _is_earlier(gone, tombstones.get(key))}
    # what is stored below a tombstone has fallen with it already
    asked = told
    while news:
        below = [*_below(hanging, news), *repository.list_below(session, brand_id, list(asked.values()))]
        news = asked = _earlier(below, fallen)
        fallen |= news
    return [_removal(each) for each in fallen.values()]


def _holds(changes: Iterable[MentionChange]) -> dict[str, bool]:
    """Threads by name, and whether nobody else may work on one: where something is removed or hangs on a comment."""
    holds: dict[str, bool] = {}
    for change in changes:
        name = f"{change.channel}:{change.thread_id or change.external_id}"
        is_nested = change.parent_id not in (None, change.thread_id)
        holds[name] = holds.get(name, False) or is_nested or change.verb is Verb.REMOVE
    return holds


def _hanging(changes: Iterable[MentionChange]) -> dict[Key, _Hanging]:
    found: dict[Key, _Hanging] = {}
    for change in changes:
        key = (change.channel, change.external_id)
        on = {(change.channel, name) for name in (change.thread_id, change.parent_id) if name} - {key}
        if on:
            before = found.get(key)
            known = before.on if before else frozenset()
            thread_id = change.thread_id or (before.thread_id if before else None)
            found[key] = _Hanging(change.kind, thread_id, known | on)
    return found


def _told_gone(changes: Iterable[MentionChange]) -> dict[Key, Gone]:
    removals = [change for change in changes if change.verb is Verb.REMOVE]
    # of several the earliest is kept
    return {
        (each.channel, each.external_id): Gone(each.channel, each.external_id, each.kind, each.thread_id, each.at)
        for each in sorted(removals, key=lambda each: each.at, reverse=True)
    }


def _below(hanging: Mapping[Key, _Hanging], gone: Mapping[Key, Gone]) -> Iterable[Gone]:
    """What the batch itself tells to hang on something gone."""
    for (channel, external_id), each in hanging.items():
        times = [gone[key].at for key in each.on if key in gone]
        if times:
            yield Gone(channel, external_id, each.kind, each.thread_id, min(times))


def _earlier(below: Iterable[Gone], fallen: Mapping[Key, Gone]) -> dict[Key, Gone]:
    """Those that fall earlier than was known."""
    news: dict[Key, Gone] = {}
    for each in below:
        if _is_earlier(each, news.get(each.key) or fallen.get(each.key)):
            news[each.key] = each
    return news


def _is_earlier(gone: Gone, known: Gone | None) -> bool:
    return known is None or gone.at < known.at


def _removal(gone: Gone) -> MentionChange:
    return MentionChange(
        channel=gone.channel, kind=gone.kind, external_id=gone.external_id, verb=Verb.REMOVE, at=gone.at, digest=""
    )
