"""Whom a store's digest goes to, and the sentence that tells them why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from localcare.digests import repository
from localcare.digests.repository import ClaimedDigest
from localcare.people.core.receiving import Receiving, Standing
from localcare.people.receiving import list_receiving


def list_recipients(session: Session, store_ids: Sequence[int], now: datetime) -> list[tuple[int, int]]:
    """(store id, person id) of who receives each store's matters, unless they want no digests.

    The nation reads of stores that nobody leads on its board.
    """
    receiving = list_receiving(session, store_ids, now=now)
    wanted = [
        (store_id, person.person_id)
        for store_id, each in sorted(receiving.items())
        for person in sorted(each.people, key=lambda person: person.person_id)
        if person.standing is not Standing.NATION
    ]
    unwilling = repository.list_opted_out(session, {person_id for _, person_id in wanted})
    return [(store_id, person_id) for store_id, person_id in wanted if person_id not in unwilling]


def read_reasons(session: Session, digests: Sequence[ClaimedDigest], now: datetime) -> Mapping[int, str]:
    """Why each of these goes to whom it goes, by digest."""
    others = sorted({digest.store.store_id for digest in digests if digest.role != "manager"})
    receiving = list_receiving(session, others, now=now)
    return {digest.digest_id: reason_of(digest, receiving.get(digest.store.store_id)) for digest in digests}


def reason_of(digest: ClaimedDigest, receiving: Receiving | None) -> str:
    """The sentence under a digest."""
    store = f"{digest.store.name} (store {digest.store.number})"
    if digest.role == "manager":
        return f"You get this because you manage {store}."
    person = (
        next((each for each in receiving.people if each.person_id == digest.person_id), None) if receiving else None
    )
    if person is not None and receiving is not None and receiving.why:
        why = receiving.why.removeprefix("it ")
        led = " and lies in the region you lead" if person.standing is Standing.LEAD else ""
        if receiving.why.startswith("it "):
            return f"You get this because {store} {why}{led or ' and you stand in'}."
        return f"You get this because you stand in at {store} while {why}."
    if digest.role == "deputy":
        return f"You get this because you stand in for the manager of {store}."
    return f"You get this because {store} has no manager at present and lies in the region you lead."
