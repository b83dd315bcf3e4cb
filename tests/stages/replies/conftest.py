"""A store with its manager, an agent, and a Page whose access is known."""

import pytest

from localcare.channels.facebook.models import PageAccess
from localcare.people.models import Person
from localcare.stores.models import Store
from tests.stages.desk import Desk

PAGE, OTHER_PAGE = "990000000000001", "990000000000002"


@pytest.fixture
def store(desk: Desk) -> Store:
    with desk.database.session(desk.brand_id) as session:
        for page_id in (PAGE, OTHER_PAGE):
            session.add(
                PageAccess(page_id=page_id, brand_id=desk.brand_id, token_encrypted=b"sealed", since=desk.clock.now())
            )
    return desk.store()


@pytest.fixture
def ana(desk: Desk, store: Store) -> Person:
    return desk.person("manager", store=store)


@pytest.fixture
def bo(desk: Desk) -> Person:
    return desk.person("agent", name="Bo Li")
