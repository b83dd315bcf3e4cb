"""The matrix: every cell has a sentence, and what is gone is gone."""

import pytest

from localcare.channels.capabilities import ABILITIES, KINDS, capabilities_of, list_capabilities
from localcare.replies.core import Turn, Way, way_to_answer


@pytest.mark.parametrize("channel", ["facebook", "instagram", "google", "csv", "community", "manual"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("external_id", ["", "1_2", "mail-1", "typed-1", "made-1"])
def test_every_cell_has_a_reason_in_a_sentence(channel: str, kind: str, external_id: str) -> None:
    told = dict(capabilities_of(channel, kind, external_id))
    assert tuple(told) == ABILITIES
    for ability in told.values():
        assert ability.why.endswith(".")
        assert ability.why[0].isupper()


def test_nothing_can_be_done_with_a_recommendation() -> None:
    assert not any(ability.can for _, ability in capabilities_of("facebook", "review"))


def test_what_is_known_by_a_mail_only_is_answered_by_hand() -> None:
    assert capabilities_of("facebook", "comment", "1_2").reply.can
    assert not capabilities_of("facebook", "comment", "mail-ab").reply.can
    assert "recommendations" in capabilities_of("facebook", "review", "mail-ab").reply.why


@pytest.mark.parametrize(("channel", "kind"), [(channel, kind) for channel, kind, _ in list_capabilities()])
def test_it_agrees_with_how_answers_travel(channel: str, kind: str) -> None:
    turn = Turn(1, channel, kind, "1_2", None, "1", None)
    assert capabilities_of(channel, kind, "1_2").reply.can == (way_to_answer(turn).way is not Way.BY_HAND)
