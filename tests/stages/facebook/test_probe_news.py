"""When recommendations answer again, administrators are told by mail, once; the pages say since when."""

from datetime import timedelta

import pytest

from localcare.channels.facebook.probing import answers_since, outcome_since, probe_ratings
from localcare.digests.probe_news import tell_of_probes
from localcare.kit.mail import MailList
from localcare.people.models import Brand
from tests.factories import make_person
from tests.stages.facebook.conftest import Facebook

NIGHT = timedelta(days=1)


@pytest.fixture
def probed(facebook: Facebook, brand: Brand) -> Facebook:
    """Connected, with an administrator; the first night's probe found recommendations gone."""
    with facebook.runtime.db.session(None) as session:
        make_person(session, brand, "manager", name="Ana Ortiz")
        make_person(session, brand, "administrator", name="Dana Whitfield")
    facebook.connect()
    probe_ratings(facebook.runtime, facebook.brand_id)
    return facebook


def night(facebook: Facebook, *, answers: bool) -> int:
    facebook.clock.advance(NIGHT)
    facebook.world.sends_ratings = answers
    probe_ratings(facebook.runtime, facebook.brand_id)
    return tell_of_probes(facebook.runtime)


def test_what_is_still_gone_is_no_news(probed: Facebook, outbox: MailList) -> None:
    assert tell_of_probes(probed.runtime) == 0
    assert night(probed, answers=False) == 0
    assert outbox.sent == []


def test_an_answer_is_told_to_administrators_once_and_again_when_it_was_gone_in_between(
    probed: Facebook, outbox: MailList
) -> None:
    assert night(probed, answers=True) == 1
    (mail,) = outbox.sent
    assert mail.to_name == "Dana Whitfield"
    assert mail.subject == "Facebook answers about recommendations again"
    assert "/admin/capabilities" in mail.text
    assert tell_of_probes(probed.runtime) == 0
    assert night(probed, answers=True) == 0
    assert night(probed, answers=False) == 0
    assert night(probed, answers=True) == 1


def test_since_when_it_is_so_is_known(probed: Facebook) -> None:
    first = probed.clock.now()
    with probed.runtime.db.session(probed.brand_id) as session:
        assert (outcome_since(session, probed.brand_id), answers_since(session, probed.brand_id)) == (first, None)
    night(probed, answers=True)
    changed = probed.clock.now()
    night(probed, answers=True)
    with probed.runtime.db.session(probed.brand_id) as session:
        assert outcome_since(session, probed.brand_id) == answers_since(session, probed.brand_id) == changed
