"""Every refusal that Meta documents, from its body to what becomes of the answer that met it."""

import json

import pytest

from localcare.channels.facebook.core.graph_error import GraphError, read_answer
from localcare.replies.core import AfterFailure, remedy_for

JSON = {"Content-Type": "application/json; charset=UTF-8"}
RETRY, QUOTA, TOKEN = AfterFailure.RETRY, AfterFailure.WAIT_FOR_QUOTA, AfterFailure.REPAIR_TOKEN
HUMAN, UNSENDABLE = AfterFailure.ASK_A_HUMAN, AfterFailure.UNSENDABLE
TABLE: list[tuple[int, int | None, str, AfterFailure]] = [
    (1, None, "An unknown error occurred", RETRY),
    (2, None, "Service temporarily unavailable", RETRY),
    (3, None, "Capability or permissions issue", HUMAN),
    *[(code, None, "Request limit reached", QUOTA) for code in (4, 17, 32, 341, 613, 80002, 80006)],
    (80001, 2446079, "There have been too many calls to this Page account", QUOTA),
    (10, None, "This endpoint requires the 'pages_read_user_content' permission", HUMAN),
    *[(10, code, "This message is sent outside of allowed window", UNSENDABLE) for code in (2018278, 2534022, 2018065)],
    (12, None, "Page recommendations is deprecated for versions v22.0 and higher", HUMAN),
    (100, 33, "Unsupported post request. Object with ID '1' does not exist", HUMAN),
    (100, 2018001, "No matching user found", UNSENDABLE),
    (102, None, "Session key invalid", TOKEN),
    *[(190, code, "Error validating access token", TOKEN) for code in (None, 458, 459, 460, 463, 464, 467, 492)],
    *[(code, None, "Permissions error", HUMAN) for code in (200, 210, 230, 283, 299)],
    (368, None, "The action attempted has been deemed abusive", QUOTA),
    (368, 1390008, "It looks like you were misusing this feature by going too fast", QUOTA),
    (506, 1455006, "Duplicate status message", RETRY),
    (551, 1545041, "This person isn't available right now", UNSENDABLE),
    (10, 2018108, "This person isn't receiving messages from you right now", UNSENDABLE),
    (200, 1545041, "Message not sent: this person isn't available right now", UNSENDABLE),
    (1545041, None, "This person isn't available right now", UNSENDABLE),
    (803, None, "Some of the aliases you requested do not exist", HUMAN),
    (1705, None, "There was an error posting to this wall", HUMAN),
    (1609005, None, "There was a problem scraping data from the provided link", HUMAN),
    (100, None, "Invalid appsecret_proof provided in the API argument", TOKEN),
    (2500, None, "Unknown path components", HUMAN),
    (10900, None, "Activity already replied to", UNSENDABLE),
    (10903, None, "This user cant reply to this activity", UNSENDABLE),
]


def refusal(code: int, subcode: int | None, message: str, status: int) -> GraphError:
    error = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    body = json.dumps({"error": error | ({"error_subcode": subcode} if subcode else {})}).encode()
    with pytest.raises(GraphError) as refused:
        read_answer("POST", status, body, JSON)
    return refused.value


@pytest.mark.parametrize(("code", "subcode", "message", "after"), TABLE)
@pytest.mark.parametrize("status", [400, 403, 500])
def test_each_documented_refusal_leads_to_one_thing_whatever_its_status(
    code: int, subcode: int | None, message: str, after: AfterFailure, status: int
) -> None:
    refused = refusal(code, subcode, message, status)
    remedy = remedy_for(refused.kind, code=refused.code, subcode=refused.subcode)
    assert (remedy.after, bool(remedy.said)) == (after, True)


def test_what_nobody_can_answer_privately_has_a_kind_of_its_own_before_any_remedy() -> None:
    assert {refusal(code, None, "", 400).kind for code in (10900, 10903)} == {"unsendable"}


@pytest.mark.parametrize(("code", "subcode"), [(10, 2018108), (200, 1545041), (551, 1545041), (100, 2018001)])
def test_a_customer_who_takes_no_messages_says_nothing_of_the_pages_permissions(code: int, subcode: int) -> None:
    assert refusal(code, subcode, "", 400).kind == "unsendable"


@pytest.mark.parametrize("subcode", [2018278, 2018065, 2534022])
def test_every_spelling_of_a_window_that_is_over_is_told_as_one(subcode: int) -> None:
    refused = refusal(10, subcode, "This message is sent outside of allowed window", 400)
    said = remedy_for(refused.kind, code=refused.code, subcode=refused.subcode).said
    assert said.startswith("The time in which Facebook delivers messages")


def test_a_block_for_bad_manners_lasts_for_hours() -> None:
    assert (refusal(368, 1390008, "", 400).retry_after_seconds or 0) >= 3_600


def test_a_refusal_that_may_hide_success_is_looked_into() -> None:
    error = {"message": "Unsupported request - method type: post", "type": "GraphMethodException", "code": 100}
    with pytest.raises(GraphError) as refused:
        read_answer("POST", 400, json.dumps({"error": error}).encode(), JSON)
    assert refused.value.kind == "unknown_result"
