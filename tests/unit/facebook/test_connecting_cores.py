"""What a token may do, which Pages were found, what the app is subscribed to: decided without asking anybody."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from localcare.channels.facebook.core.batch import read_items
from localcare.channels.facebook.core.discovery import SeenPage, Way, seen_page, told_of, unite
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.report import ConnectReport, LockedPage, as_kept, report_of
from localcare.channels.facebook.core.scopes import Finding, judge_token, missing_tasks, task_words
from localcare.channels.facebook.core.subscription import WANTED_FIELDS, fields_for, judge_app, page_fields
from localcare.channels.facebook.core.tokens import TokenFacts, facts_of, token_of
from localcare.errors import InvalidError
from localcare.sandbox.objects import SCOPES

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ALL = tuple(SCOPES)
HERE = "https://care.example/webhooks/facebook"


def test_the_facts_of_a_token_are_read_as_meta_gives_them() -> None:
    facts = facts_of({"data": {
        "app_id": "138483919580948", "type": "SYSTEM_USER", "application": "Social", "expires_at": 0, "is_valid": True,
        "data_access_expires_at": 1_790_000_000, "scopes": ["pages_show_list", "email", 7], "user_id": "1207059",
        "granular_scopes": [{"scope": "pages_show_list", "target_ids": ["1", "2"]}],
    }})  # fmt: skip
    assert facts == TokenFacts(
        is_valid=True, kind="system-user", app_id="138483919580948", subject_id="1207059",
        scopes=("email", "pages_show_list"), data_access_expires_at=datetime.fromtimestamp(1_790_000_000, UTC), limited_to=2,
    )  # fmt: skip


KEYS = st.sampled_from(["data", "scopes", "type", "error", "expires_at", "granular_scopes"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=9)


@given(st.recursive(LEAVES, lambda some: st.lists(some, max_size=3) | st.dictionaries(KEYS, some), max_leaves=9))
def test_whatever_debug_token_answers_is_read(junk: object) -> None:
    facts = facts_of({"data": junk})
    assert isinstance(judge_token(facts, app_id="1", now=NOW), list)


@pytest.mark.parametrize(
    ("facts", "slugs"),
    [
        (TokenFacts(True, "system-user", "1", scopes=ALL), []),
        (TokenFacts(True, "user", "1", scopes=ALL), ["person"]),
        (TokenFacts(True, "page", "1", scopes=ALL), ["page-token"]),
        (TokenFacts(True, "app", "1", scopes=ALL), ["app-token"]),
        (TokenFacts(True, "system-user", "2", scopes=ALL), ["other-app"]),
        (TokenFacts(True, "system-user", "1", scopes=ALL[1:]), ["scope:pages_show_list"]),
        (TokenFacts(True, "system-user", "1", scopes=ALL, expires_at=NOW + timedelta(days=60)), ["expires"]),
        (TokenFacts(True, "system-user", "1", scopes=ALL, data_access_expires_at=NOW + timedelta(9)), ["data-access"]),
        (TokenFacts(True, "system-user", "1", scopes=ALL, limited_to=1), ["chosen"]),
        (TokenFacts(False, "user", "2", subcode=460), ["dead"]),
    ],
)
def test_what_is_to_be_said_of_a_token(facts: TokenFacts, slugs: list[str]) -> None:
    found = judge_token(facts, app_id="1", now=NOW)
    assert [finding.slug for finding in found] == slugs
    assert all(finding.remedy and finding.mender for finding in found)


def test_the_gravest_is_said_first_and_each_names_what_stops() -> None:
    facts = TokenFacts(True, "user", "1", expires_at=NOW + timedelta(hours=1))
    weights = [finding.weight for finding in judge_token(facts, app_id="1", now=NOW)]
    assert weights == sorted(weights, key=["stops", "limits", "note"].index)
    assert weights.count("stops") == 3


def test_a_dead_token_says_why() -> None:
    (finding,) = judge_token(TokenFacts(False, subcode=458), app_id=None, now=NOW)
    assert "the app was removed by the person" in finding.says
    assert "no reason was told" in judge_token(TokenFacts(False), app_id=None, now=NOW)[0].says


def test_tasks_that_are_not_known_are_not_missing() -> None:
    assert missing_tasks([]) == {}
    assert task_words([]) == task_words(["MODERATE", "CREATE_CONTENT", "MESSAGING", "ANALYZE"]) == ""
    assert list(missing_tasks(["ANALYZE"])) == ["MODERATE", "CREATE_CONTENT", "MESSAGING"]
    assert "MESSAGING: Messenger messages cannot be answered" in task_words(["MODERATE", "CREATE_CONTENT"])


@pytest.mark.parametrize(
    "pasted", ["", "EAAB", "hello world and all that lies beyond", "EAAB" + "x" * 2000, "EAAB\x00" + "x" * 30]
)
def test_what_is_no_token_is_refused_without_repeating_it(pasted: str) -> None:
    with pytest.raises(InvalidError) as refused:
        token_of(pasted)
    assert not pasted.strip() or pasted not in refused.value.message


def test_a_token_is_taken_out_of_quotes_and_blanks() -> None:
    assert token_of(f' "EAAB{"x" * 40}"\n').get_secret_value() == "EAAB" + "x" * 40


def seen(
    page_id: str, token: str | None = None, tasks: tuple[str, ...] | None = None, number: str | None = None
) -> SeenPage:
    return SeenPage(page_id, f"Page {page_id}", SecretStr(token) if token else None, tasks, number)


def test_a_page_is_found_once_with_the_token_that_came_with_tasks() -> None:
    ways: dict[Way, list[SeenPage]] = {
        "locations": [seen("1", "child", number="7"), seen("2", "child")],
        "accounts": [seen("1", "account", ("MODERATE",)), seen("1", "again")],
        "owned": [seen("3")],
    }
    found = {page.page_id: page for page in unite(ways)}
    assert {page_id: page.ways for page_id, page in found.items()} == {
        "1": ("accounts", "locations"), "2": ("locations",), "3": ("owned",),
    }  # fmt: skip
    first = found["1"]
    assert (first.token, first.tasks, first.store_number) == (SecretStr("account"), ("MODERATE",), "7")
    assert (found["2"].tasks, found["3"].token) == ((), None)
    assert (told_of("locations", ways).pages, told_of("locations", ways).alone) == (2, 1)
    assert "child" not in repr(found)


@given(st.lists(st.tuples(st.sampled_from(["accounts", "owned", "locations"]), st.integers(1, 6), st.booleans())))
def test_no_page_and_no_token_is_lost_between_the_ways(rows: list[tuple[Way, int, bool]]) -> None:
    ways: dict[Way, list[SeenPage]] = {}
    for way, number, has_token in rows:
        ways.setdefault(way, []).append(seen(str(number), "t" if has_token else None))
    found = unite(ways)
    assert sorted(page.page_id for page in found) == sorted({str(number) for _, number, _ in rows})
    first_views = {(way, page.page_id): page for way, listed in reversed(ways.items()) for page in reversed(listed)}
    told = {page_id for (_, page_id), page in first_views.items() if page.token}
    assert {page.page_id for page in found if page.token} == told


def test_a_row_without_an_id_is_no_page() -> None:
    assert seen_page({"name": "?"}) is None
    page = seen_page({"id": 9, "access_token": "", "tasks": "MANAGE"})
    assert page == SeenPage("9")


@pytest.mark.parametrize(
    ("subscription", "slugs"),
    [
        (None, ["app-none"]),
        ({"callback_url": HERE + "/", "active": True, "fields": [{"name": name} for name in WANTED_FIELDS]}, []),
        ({"callback_url": HERE, "fields": list(WANTED_FIELDS), "include_values": True}, []),
        ({"callback_url": "https://else.example", "fields": list(WANTED_FIELDS)}, ["app-callback"]),
        ({"callback_url": HERE, "active": False, "include_values": False, "fields": ["feed"]},
         ["app-off", "app-values", "app-fields"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_apps_subscription(subscription: dict[str, object] | None, slugs: list[str]) -> None:
    found: list[Finding] = judge_app(subscription, callback_url=HERE, fields=WANTED_FIELDS)
    assert [finding.slug for finding in found] == slugs


def test_only_our_apps_fields_count() -> None:
    answer: dict[str, object] = {
        "data": [{"id": "9", "subscribed_fields": ["feed"]}, {"id": "77", "subscribed_fields": ["mention"]}]
    }
    assert page_fields(answer, "77") == ("mention",)
    assert page_fields(answer, "5") == page_fields({}, "77") == ()


def test_messages_are_asked_for_only_with_their_permission() -> None:
    assert fields_for(["pages_messaging"]) == WANTED_FIELDS
    assert fields_for([]) == ("feed", "mention")


def test_a_report_is_kept_and_read_again() -> None:
    report = ConnectReport(
        phase="done", findings=(Finding("x", "limits", "It is so."),), ways=(told_of("owned", {}, "closed"),),
        locked=(LockedPage("1", "Elm"),), found=3,
    )  # fmt: skip
    assert report_of(as_kept(report)) == report
    assert report_of({}) == report_of(None) == ConnectReport()


def test_every_item_of_a_batch_has_its_own_outcome() -> None:
    headers = [
        {"name": "facebook-api-version", "value": "v25.0"},
        {"name": "X-Page-Usage", "value": '{"call_count":40}'},
    ]
    fine, refused, silent, short = read_items(
        ["GET", "GET", "POST", "GET"],
        [{"code": 200, "headers": headers, "body": '{"id":"1"}'},
         {"code": 400, "body": '{"error":{"message":"(#190) no","code":190}}'}, None],
    )  # fmt: skip
    assert fine is not None
    assert (fine.answer, fine.served_version, fine.usage.page_percent) == ({"id": "1"}, "v25.0", 40)
    assert refused is not None
    assert isinstance(refused.answer, GraphError)
    assert refused.answer.kind == "token"
    assert silent is short is None


@given(st.lists(st.none() | st.integers() | st.dictionaries(st.sampled_from(["code", "body", "headers"]),
       st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)), max_size=6))  # fmt: skip
def test_no_odd_item_spoils_the_others(items: list[object]) -> None:
    assert len(read_items(["GET"] * 4, items)) == 4
