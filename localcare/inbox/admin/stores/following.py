"""What a form of a change begins with, and what follows from a change besides the facts themselves: pure."""

from localcare.inbox.admin.stores.store_repository import StoreFile
from localcare.inbox.admin.stores.wording import ChangeFacts
from localcare.web.words import plural


def first_values(slug: str, store: StoreFile) -> dict[str, str]:
    """What stands in the fields at first."""
    match slug:
        case "edit":
            return _written(
                name=store.name, region=store.region_slug, phone=store.phone, hours=store.hours, timezone=store.timezone,
                store_code=store.store_code, opened_on=store.opened_on, nicknames="\n".join(store.nicknames),
            )  # fmt: skip
        case "move":
            return _written(country=store.country, state=store.state, timezone=store.timezone, phone=store.phone)
        case "link":
            return {"name": store.name, "kind": "official", "channel": "facebook"}
        case "name":
            return {"kind": "nickname"}
    return {}


def what_follows(change: ChangeFacts, store: StoreFile | None) -> tuple[str, ...]:
    """Consequences in sentences, for whoever looks before they leap."""
    day = f"{change.effective_at:%B} {change.effective_at.day}, {change.effective_at.year}"
    match change.kind:
        case "opened":
            return ("Mentions that name it find it within seconds.",)
        case "moved":
            return (f"Mentions from before {day} are still found by the old address.", *_names_end(change))
        case "closed":
            return (_who_takes_over(change, day), *_open_cases(store))
        case "reopened":
            return (f"It takes mentions again from {day} on.",)
        case "renumbered":
            return (f"Mentions from before {day} that name number {change.before.get('number')} still find it.",)
        case "merged":
            return (*_merged(change), *_open_cases(store))
        case "page-linked":
            return _relinked(change)
    return ()


def _names_end(change: ChangeFacts) -> tuple[str, ...]:
    left = change.after.get("aliases")
    if not isinstance(left, list) or not left:
        return ()
    return (f"{plural(len(left), 'name')} of the old place {'ends' if len(left) == 1 else 'end'} on that day.",)


def _who_takes_over(change: ChangeFacts, day: str) -> str:
    heir = change.after.get("successor_number")
    if heir:
        return f"From {day} on store {heir} answers what is written about it."
    return f"From {day} on nobody takes over: what is written about it goes to the centre."


def _open_cases(store: StoreFile | None) -> tuple[str, ...]:
    if store is None or not store.open_cases:
        return ()
    verb = "stays where it is" if store.open_cases == 1 else "stay where they are"
    return (f"{plural(store.open_cases, 'open case')} {verb}: hand over what another store shall answer.",)


def _merged(change: ChangeFacts) -> tuple[str, ...]:
    pages, names = (
        len(moved) if isinstance(moved := change.after.get(what), list) else 0 for what in ("pages", "aliases")
    )
    heir = change.after.get("successor_number") or change.before.get("successor_number")
    return (
        f"Store {heir} takes {plural(pages, 'Page')} and {plural(names, 'name')}, and every mention of whatever day.",
        "The other store’s own facts stay as they are. Nothing is deleted; undoing gives everything back.",
    )


def _relinked(change: ChangeFacts) -> tuple[str, ...]:
    if not change.before:
        return ("What is written on it counts for this store.",)
    return ("Until now it was linked elsewhere: that link ends the moment this one begins.",)


def _written(**facts: object) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in facts.items()}
