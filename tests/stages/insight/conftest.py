"""A region with stores that customers talk about, and browsers of those who look at them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from localcare.insight import routes
from localcare.kit.crypto import hash_token, new_token
from localcare.kit.runtime import Runtime
from localcare.people.models import Person, WebSession
from localcare.stores.models import Region, Store
from tests.factories import make_region
from tests.pageclient import PageClient
from tests.stages.desk import Desk, Said
from tests.stages.pages import page_app

SignIn = Callable[..., PageClient]


@dataclass(frozen=True)
class Land:
    """Nation over Texas (with Houston below) and Ohio; a store each in Texas, Houston and Ohio."""

    nation: Region
    texas: Region
    houston: Region
    ohio: Region
    store: Store
    city_store: Store
    far_store: Store


@pytest.fixture
def land(desk: Desk) -> Land:
    with desk.database.session(desk.brand_id) as session:
        nation = make_region(session, desk.brand, name="Nation", slug="nation")
        texas = make_region(session, desk.brand, name="Texas", slug="texas", parent=nation)
        houston = make_region(session, desk.brand, name="Houston", slug="houston", parent=texas)
        ohio = make_region(session, desk.brand, name="Ohio", slug="ohio", parent=nation)
    return Land(
        nation, texas, houston, ohio,
        store=desk.store(region=texas, number="4001", name="Pellora Waco", city="Waco"),
        city_store=desk.store(region=houston, number="4002", name="Pellora Memorial City"),
        far_store=desk.store(region=ohio, number="4003", name="Pellora Dayton", city="Dayton"),
    )  # fmt: skip


@pytest.fixture
def sign_in(runtime: Runtime, desk: Desk) -> SignIn:
    """A browser in which a person is signed in, on an application with nothing but these pages."""
    app = page_app(runtime, routes)

    def signed_in(person: Person, *, only: Store | None = None) -> PageClient:
        client = PageClient(app)
        client.cookies.set("localcare", _open_session(desk, person, only))
        return client

    return signed_in


def praise(desk: Desk, store: Store, times: int, **facts: object) -> None:
    """So many customers recommend a store."""
    _write(desk, store, times, recommends=True, sentiment="positive", text="Ana was patient and kind to us.", **facts)


def complain(desk: Desk, store: Store, times: int, **facts: object) -> None:
    """So many customers do not recommend a store, without asking for anything."""
    _write(
        desk, store, times,
        **({"recommends": False, "sentiment": "negative", "text": "Rude, and a line to the door."} | facts),
    )  # fmt: skip


def _write(desk: Desk, store: Store, times: int, **facts: object) -> None:
    for _ in range(times):
        said = Said(actionable=False, kind="review", author_id=new_token(), **facts)  # type: ignore[arg-type]
        desk.hear(said, store=store)


def _open_session(desk: Desk, person: Person, only: Store | None) -> str:
    assert person.id is not None
    token = new_token()
    with desk.database.session(None) as session:
        session.add(
            WebSession(
                token_hash=hash_token(token),
                person_id=person.id,
                brand_id=desk.brand_id,
                store_id=only.id if only else None,
                created_at=desk.clock.now(),
                expires_at=desk.clock.now() + timedelta(days=30),
            )
        )
    return token
