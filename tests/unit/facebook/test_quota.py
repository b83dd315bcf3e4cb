"""What usage headers tell, and what they leave unsaid."""

import pytest

from localcare.channels.facebook.core.quota import GLANCES_UNTOLD, may_glance_on
from localcare.channels.facebook.core.usage import Usage, parse_usage

APP = '{"call_count":28,"total_time":25,"total_cputime":25}'
BUSINESS = (
    '{"1":[{"type":"pages","call_count":61,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":2}]}'
)


@pytest.mark.parametrize(
    ("headers", "usage"),
    [
        ({}, Usage()),
        ({"Content-Type": "text/html"}, Usage()),
        ({"X-App-Usage": "not json"}, Usage()),
        ({"X-App-Usage": APP}, Usage(28, 0, 0, 28, is_told=True)),
        ({"X-Page-Usage": '{"call_count":0}'}, Usage(is_told=True)),
        ({"X-Business-Use-Case-Usage": BUSINESS}, Usage(61, 120, 61, None, is_told=True)),
        ({"X-Business-Use-Case-Usage": BUSINESS, "X-App-Usage": APP}, Usage(61, 120, 61, 28, is_told=True)),
    ],
)
def test_a_budget_that_is_not_told_is_no_empty_one(headers: dict[str, str], usage: Usage) -> None:
    assert parse_usage(headers) == usage


@pytest.mark.parametrize(
    ("percents", "glanced", "may"),
    [
        ([10.0, 29.0], 5_000, True),
        ([None, 31.0], 1, False),
        ([None, 12.0], 5_000, True),
        ([None], 1, True),
        ([], GLANCES_UNTOLD, False),
        ([None, None], GLANCES_UNTOLD + 1, False),
    ],
)
def test_glances_are_few_where_the_apps_budget_is_not_told(
    percents: list[float | None], glanced: int, may: bool
) -> None:
    assert may_glance_on(percents, glanced) is may
