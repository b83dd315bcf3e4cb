"""Rows that tests start from: each call makes one, with defaults that are true to the trade, and returns it with its id."""

from datetime import UTC, date, datetime
from itertools import count

from localcare.kit.db import Session
from localcare.people.models import Brand, Person, RoleGrant
from localcare.stores.models import Region, Store, StorePage

LONG_AGO = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)

_numbers = count(1)


def make_brand(session: Session, *, name: str = "Pellora Wireless", slug: str | None = None) -> Brand:
    """A brand; needs a session of all brands, or of none in particular."""
    brand = Brand(name=name, slug=slug or f"brand-{next(_numbers)}", created_at=LONG_AGO)
    session.add(brand)
    session.flush()
    return brand


def make_region(
    session: Session,
    brand: Brand | int,
    *,
    name: str = "United States",
    slug: str | None = None,
    parent: Region | None = None,
) -> Region:
    """A region, below its parent when one is given."""
    region = Region(
        brand_id=_id(brand),
        name=name,
        slug=slug or f"region-{next(_numbers)}",
        parent_id=parent.id if parent else None,
        depth=parent.depth + 1 if parent else 0,
        path="",
    )
    session.add(region)
    session.flush()
    region.path = f"{parent.path if parent else '/'}{region.id}/"
    session.flush()
    return region


def make_store(
    session: Session,
    brand: Brand | int,
    *,
    region: Region | None = None,
    number: str | None = None,
    name: str = "Pellora Memorial City",
    city: str = "Houston",
    state: str = "TX",
    zip_code: str = "77024",
    latitude: float | None = 29.7817,
    longitude: float | None = -95.5392,
    timezone: str = "America/Chicago",
    phone: str | None = None,
    hours: str | None = None,
    closed_on: date | None = None,
    nicknames: tuple[str, ...] = (),
) -> Store:
    """An open store in Houston unless told otherwise; a region of its own when none is given."""
    region = region or make_region(session, brand)
    assert region.id is not None
    store = Store(
        brand_id=_id(brand),
        region_id=region.id,
        number=number or str(4000 + next(_numbers)),
        name=name,
        street="303 Memorial City Way",
        city=city,
        state=state,
        zip=zip_code,
        latitude=latitude,
        longitude=longitude,
        timezone=timezone,
        phone=phone,
        hours=hours,
        closed_on=closed_on,
        nicknames=list(nicknames),
        updated_at=LONG_AGO,
    )
    session.add(store)
    session.flush()
    return store


def make_page(
    session: Session,
    brand: Brand | int,
    *,
    page_id: str | None = None,
    store: Store | None = None,
    name: str | None = None,
    channel: str = "facebook",
) -> StorePage:
    """A store's Page, or the brand's own without a store."""
    page = StorePage(
        brand_id=_id(brand),
        channel=channel,
        page_id=page_id or f"99000000{next(_numbers):07d}",
        name=name or (store.name if store else "Pellora"),
        store_id=store.id if store else None,
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
    )
    session.add(page)
    session.flush()
    return page


def make_person(
    session: Session,
    brand: Brand | int,
    role: str | None = "manager",
    *,
    name: str = "Ana Ortiz",
    email: str | None = None,
    store: Store | None = None,
    region: Region | None = None,
    skills: tuple[str, ...] = (),
    tier: int | None = None,
    capacity: int = 5,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Person:
    """A person with one role over a store, a region, or (with neither) the nation; `role=None` grants nothing."""
    person = Person(
        brand_id=_id(brand),
        email=email or f"{name.split()[0].lower()}.{next(_numbers)}@pellora.example.com",
        name=name,
        created_at=LONG_AGO,
    )
    session.add(person)
    session.flush()
    if role:
        grant_role(
            session, person, role, store=store, region=region, skills=skills, tier=tier, capacity=capacity,
            valid_from=valid_from, valid_to=valid_to,
        )  # fmt: skip
    return person


def grant_role(
    session: Session,
    person: Person,
    role: str,
    *,
    store: Store | None = None,
    region: Region | None = None,
    skills: tuple[str, ...] = (),
    tier: int | None = None,
    capacity: int = 5,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> RoleGrant:
    """One more role of a person."""
    assert person.id is not None
    grant = RoleGrant(
        brand_id=person.brand_id,
        person_id=person.id,
        role=role,
        store_id=store.id if store else None,
        region_id=region.id if region else None,
        skills=list(skills),
        tier=tier,
        capacity=capacity,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(grant)
    session.flush()
    return grant


def _id(brand: Brand | int) -> int:
    brand_id = brand if isinstance(brand, int) else brand.id
    assert brand_id is not None
    return brand_id
