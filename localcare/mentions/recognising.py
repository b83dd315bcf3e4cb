"""Recognise what another lane has told already, before a batch makes mentions of it.

Only what has no id of a network's own is looked at: reviews, and what mails tell. Everything else passes with one look at
the names that are kept.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.mentions import names_repository as repository
from localcare.mentions.core import MentionChange, MentionState, fold
from localcare.mentions.names_repository import NewName
from localcare.mentions.repository import Key, KeyRow, load_mentions
from localcare.mentions.sameness import Account, fold_words, is_same, is_told_by_people

_FARTHEST = timedelta(days=7)


@dataclass(slots=True)
class Names:
    """Under which key each name of a batch is known; `shared` keys have several names, `new` ones are yet to be kept."""

    known: dict[Key, Key] = field(default_factory=dict)
    shared: set[Key] = field(default_factory=set)
    new: list[NewName] = field(default_factory=list)

    def key_of(self, change: MentionChange) -> Key:
        """The key of the mention that a change is about."""
        key = (change.channel, change.external_id)
        return self.known.get(key, key)


def recognise(
    session: Session, brand_id: int, changes: Mapping[Key, Sequence[MentionChange]], lanes: Mapping[Key, str]
) -> Names:
    """The names of a batch's changes, grouped by what their lane calls them. Writes nothing; may wait for other workers."""
    names = Names()
    for key, name in repository.find_names(session, brand_id, list(changes)).items():
        names.known[key] = name.known
        if name.is_shared:
            names.shared.add(name.known)
    strangers = {key: state for key in changes if key not in names.known and (state := _stranger(changes[key]))}
    if strangers:
        _look_for_known(session, brand_id, strangers, lanes, names)
    return names


def _stranger(changes: Sequence[MentionChange]) -> MentionState | None:
    # most of a batch is passed by here, before anything is folded
    if not any(change.kind == "review" or change.external_id.startswith("mail-") for change in changes):
        return None
    state = fold(None, changes)
    return state if is_told_by_people(state) else None


def _look_for_known(
    session: Session, brand_id: int, strangers: dict[Key, MentionState], lanes: Mapping[Key, str], names: Names
) -> None:
    authors = [state.author_name or "" for state in strangers.values()]
    repository.lock_authors(session, brand_id, authors)
    known_by_now = repository.list_existing(session, brand_id, list(strangers))
    written = [state.created_at for state in strangers.values()]
    found = repository.list_candidates(
        session, brand_id, authors, first=min(written) - _FARTHEST, last=max(written) + _FARTHEST
    )
    stored = load_mentions(
        session, [KeyRow(each.channel, each.external_id, each.id, each.received_at) for each in found]
    )
    lane_of = {(each.channel, each.external_id): each.lane for each in found}
    stores = _stores_of(session, brand_id, [*strangers.values(), *(each.state for each in stored.values())])
    told: dict[str, list[Account]] = defaultdict(list)
    for key, mention in stored.items():
        told[_author(mention.state)].append(_account(mention.state, lane_of[key], stores))
    for key in sorted(strangers):
        account = _account(strangers[key], lanes.get(key, ""), stores)
        by_author = told[_author(account.state)]
        twin = None if key in known_by_now else _twin(account, by_author)
        known = key if twin is None else (twin.state.channel, twin.state.external_id)
        names.new.append(NewName(key, known, account.lane))
        if twin is None:
            by_author.append(account)
        else:
            names.known[key] = known
            names.shared.add(known)


def _twin(account: Account, told: Sequence[Account]) -> Account | None:
    """The one that it is; where several could be, the one in the same words, or else nobody can say which."""
    alike = [each for each in told if is_same(account, each)]
    if len(alike) > 1:
        alike = [each for each in alike if fold_words(each.state.text) == fold_words(account.state.text)]
    return alike[0] if len(alike) == 1 else None


def _author(state: MentionState) -> str:
    return fold_words(state.author_name or "")


def _account(state: MentionState, lane: str, stores: Mapping[str, str]) -> Account:
    page, number = state.page_id, state.store_number or stores.get(state.page_id or "")
    return Account(
        state, lane, frozenset([*([f"page:{page}"] if page else []), *([f"store:{number}"] if number else [])])
    )


def _stores_of(session: Session, brand_id: int, states: Sequence[MentionState]) -> dict[str, str]:
    pages = {state.page_id for state in states if state.page_id}
    return repository.find_store_numbers(session, brand_id, sorted(pages)) if pages else {}


def keep_names(session: Session, brand_id: int, names: Names, *, now: datetime) -> None:
    """Write the names that are new; their mentions must be there by now."""
    repository.save_names(session, brand_id, names.new, now=now)
