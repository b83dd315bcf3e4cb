"""The app's own subscription is read back every day, and the board says when it is not as it should be."""

from datetime import timedelta

from localcare.channels.facebook.core.report import report_of
from localcare.channels.facebook.incidents import list_everywhere
from localcare.channels.facebook.watching import watch
from localcare.sandbox.faults import Fault, FaultKind
from tests.stages.facebook.conftest import Facebook

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def told(facebook: Facebook) -> list[str]:
    with facebook.runtime.db.session(facebook.brand_id) as session:
        return [incident.detail for incident in list_everywhere(session, facebook.brand_id)]


def test_a_day_later_whatever_has_changed_is_on_the_board(facebook: Facebook) -> None:
    facebook.connect()
    watch(facebook.runtime)
    assert told(facebook) == []
    facebook.world.callback_url = "https://other.example/hook"
    watch(facebook.runtime)
    assert told(facebook) == []
    facebook.clock.advance(DAY)
    watch(facebook.runtime)
    (detail,) = told(facebook)
    assert "https://other.example/hook" in detail


def test_a_field_that_is_missing_is_told_and_what_is_mended_ends_within_the_hour(facebook: Facebook) -> None:
    facebook.connect()
    facebook.world.app_fields = ("feed", "mention")
    facebook.clock.advance(DAY)
    watch(facebook.runtime)
    (detail,) = told(facebook)
    assert "not subscribed to messages, message_echoes, message_edits" in detail
    facebook.subscribe(again=True)
    facebook.world.app_fields = ("feed", "mention", "messages", "message_echoes", "message_edits")
    facebook.clock.advance(HOUR)
    watch(facebook.runtime)
    assert told(facebook) == []


def test_an_app_without_any_subscription_and_without_instagrams_are_told_apart(facebook: Facebook) -> None:
    facebook.connect()
    facebook.world.instagram_fields = ()
    facebook.clock.advance(DAY)
    watch(facebook.runtime)
    (detail,) = told(facebook)
    assert detail.startswith("The app is not subscribed to Instagram")
    facebook.world.app_fields = ()
    facebook.clock.advance(HOUR)
    watch(facebook.runtime)
    (detail,) = told(facebook)
    assert detail == "The app is not subscribed: Facebook sends nothing."


def test_a_moment_without_an_answer_says_nothing_and_is_asked_again(facebook: Facebook) -> None:
    facebook.connect()
    facebook.clock.advance(DAY)
    facebook.graph.faults.add(Fault(FaultKind.ERROR, edge="subscriptions", code=2))
    facebook.world.app_fields = ()
    watch(facebook.runtime)
    assert told(facebook) == []
    facebook.clock.advance(timedelta(minutes=1))
    watch(facebook.runtime)
    assert len(told(facebook)) == 1
    assert report_of(facebook.connection().report).app_read_at == facebook.clock.now()
