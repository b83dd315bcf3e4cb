"""A token of a few hours becomes one of sixty days, and Pages in others' hands are found by the business they were given to."""

from datetime import timedelta

from localcare.channels.facebook.core.discovery import WayTold
from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.objects import TokenKind
from localcare.sandbox.tokens import make_login
from tests.stages.facebook.conftest import Facebook


def test_a_persons_token_of_an_hour_is_exchanged_and_its_pages_do_not_expire(facebook: Facebook) -> None:
    login = make_login(facebook.world, expires_at=facebook.clock.now() + timedelta(hours=1))
    assert "exchanged" in facebook.begin(login.value)
    connection = facebook.connection()
    assert connection.expires_at == facebook.clock.now() + timedelta(days=60)
    sealed = facebook.runtime.cipher.decrypt(connection.token_encrypted, row=f"connection:{facebook.brand_id}")
    assert sealed != login.value
    facebook.find()
    facebook.clock.advance(timedelta(hours=2))
    facebook.subscribe()
    given = {facebook.world.tokens[facebook.token_of(page_id)] for page_id in facebook.pages()}
    assert {token.expires_at for token in given} == {None}


def test_a_system_users_and_a_lasting_token_are_left_alone(facebook: Facebook) -> None:
    lasting = make_login(facebook.world, expires_at=facebook.clock.now() + timedelta(days=59))
    assert "exchanged" not in facebook.begin(lasting.value)
    short = make_login(
        facebook.world, kind=TokenKind.SYSTEM, expires_at=facebook.clock.now() + timedelta(hours=1)
    )  # fmt: skip
    assert "exchanged" not in facebook.begin(short.value)


def test_where_no_exchange_can_be_had_the_token_stays_what_it_is(facebook: Facebook) -> None:
    login = make_login(facebook.world, expires_at=facebook.clock.now() + timedelta(hours=1))
    facebook.graph.faults.add(Fault(FaultKind.ERROR, edge="access_token", code=1))
    assert "expires" in facebook.begin(login.value)
    assert not facebook.is_connected()


def test_pages_that_others_gave_to_the_business_are_found(facebook: Facebook) -> None:
    franchise = facebook.world.pages[facebook.store(3)]
    franchise.is_owned, franchise.is_client, franchise.parent_id = False, True, None
    facebook.begin()
    assert WayTold("client", 1, 1, 0) in facebook.find().ways
    assert facebook.pages()[facebook.store(3)].found_by == ["accounts", "client"]
