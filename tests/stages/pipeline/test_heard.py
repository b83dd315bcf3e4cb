"""Every webhook is a sign of life of its Page: echoes, likes, repeated words, and kinds that nobody knows."""

import pytest

from localcare.channels.facebook.listening import write_heard
from localcare.channels.facebook.models import PageAccess
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.kit.runtime import Runtime
from tests.deliveries import feed, message
from tests.stages.pipeline.conftest import OTHER_STORE_PAGE, STORE_PAGE, Town


@pytest.mark.parametrize("kind", ["an echo", "a like", "an unknown kind"])
def test_whatever_comes_of_a_page_is_a_sign_of_life(
    town: Town, runtime: Runtime, database: Database, clock: SetClock, kind: str
) -> None:
    with database.session(town.brand_id) as session:
        for page in (STORE_PAGE, OTHER_STORE_PAGE):
            session.add(PageAccess(page_id=page, brand_id=town.brand_id, token_encrypted=b"x", since=clock.now()))
    now = clock.now()
    entries = {
        "an echo": message(STORE_PAGE, now, "We are on it.", mid="m1", customer="555", is_echo=True),
        "a like": feed(STORE_PAGE, now, "reaction", "add", post_id=f"{STORE_PAGE}_1", reaction_type="like"),
        "an unknown kind": feed(STORE_PAGE, now, "hologram", "add", post_id=f"{STORE_PAGE}_1"),
    }
    town.tell(entries[kind])
    assert write_heard(runtime, town.pipeline.heard) == 1
    with database.session(town.brand_id) as session:
        heard = [session.get_one(PageAccess, page).last_event_at for page in (STORE_PAGE, OTHER_STORE_PAGE)]
    assert heard == [now, None]
