"""What each refusal of Meta's asks for, in words and with the button that helps."""

from typing import get_args

import pytest

from localcare.channels.facebook.client import GraphErrorKind
from localcare.replies.core import REMEDIES, AfterFailure, Button, remedy_for, remedy_in

Asked = tuple[AfterFailure, Button, bool]


@pytest.mark.parametrize(
    ("kind", "code", "subcode", "asked"),
    [
        ("retry", 2, None, (AfterFailure.RETRY, Button.NONE, True)),
        ("unknown_result", None, None, (AfterFailure.RETRY, Button.NONE, True)),
        ("duplicate", 506, 1455006, (AfterFailure.RETRY, Button.NONE, True)),
        ("quota", 80001, 2446079, (AfterFailure.WAIT_FOR_QUOTA, Button.NONE, True)),
        ("quota", 32, None, (AfterFailure.WAIT_FOR_QUOTA, Button.NONE, True)),
        ("quota", 368, 1390008, (AfterFailure.WAIT_FOR_QUOTA, Button.LOOK, True)),
        ("token", 190, 460, (AfterFailure.REPAIR_TOKEN, Button.MEND, True)),
        ("permission", 10, None, (AfterFailure.ASK_A_HUMAN, Button.MEND, True)),
        ("permission", 200, None, (AfterFailure.ASK_A_HUMAN, Button.MEND, True)),
        ("gone", 100, 33, (AfterFailure.ASK_A_HUMAN, Button.LOOK, False)),
        ("bug", 2500, None, (AfterFailure.ASK_A_HUMAN, Button.LOOK, False)),
        ("unsendable", 1705, None, (AfterFailure.ASK_A_HUMAN, Button.REWRITE, False)),
        ("unsendable", 1609005, None, (AfterFailure.ASK_A_HUMAN, Button.REWRITE, False)),
        ("unsendable", 10, 2018278, (AfterFailure.UNSENDABLE, Button.LOOK, False)),
        ("unsendable", 10, 2534022, (AfterFailure.UNSENDABLE, Button.LOOK, False)),
        ("unsendable", 551, None, (AfterFailure.UNSENDABLE, Button.LOOK, False)),
        ("bug", 10900, None, (AfterFailure.UNSENDABLE, Button.LOOK, False)),
        ("bug", 10903, None, (AfterFailure.UNSENDABLE, Button.LOOK, False)),
    ],
)
def test_each_refusal_asks_for_something(kind: str, code: int | None, subcode: int | None, asked: Asked) -> None:
    remedy = remedy_for(kind, code=code, subcode=subcode)
    assert (remedy.after, remedy.button, remedy.waits) == asked


@pytest.mark.parametrize("kind", get_args(GraphErrorKind))
def test_every_kind_of_error_has_a_remedy_and_a_sentence(kind: str) -> None:
    remedy = remedy_for(kind)
    assert remedy.said.endswith(".")
    assert remedy.waits or remedy.button, "what has failed for good comes with something to press"


def test_the_same_words_are_refused_for_good_after_a_few_times() -> None:
    assert remedy_for("duplicate", code=506, attempts=2).waits
    worn_out = remedy_for("duplicate", code=506, attempts=3)
    assert (worn_out.button, worn_out.waits) == (Button.REWRITE, False)


@pytest.mark.parametrize("kind", ["retry", "unknown_result"])
def test_what_never_gives_an_answer_is_shown_to_a_person_in_the_end(kind: str) -> None:
    assert remedy_for(kind, attempts=11).waits
    assert remedy_for(kind, attempts=12).after is AfterFailure.ASK_A_HUMAN


@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_kept_error_tells_which_remedy_it_was(remedy: object) -> None:
    said = getattr(remedy, "said", "")
    assert remedy_in(f"{said} (190/460) “Error validating access token”") is remedy
    assert remedy_in(None) is None
    assert remedy_in("The customer has removed their words.") is None
