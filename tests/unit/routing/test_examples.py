"""The example policy of the documents is one that would be put in force, and the shipped one."""

from pathlib import Path

from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text
from localcare.stores.core.page_file import read_pages

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


def test_the_example_policy_is_the_shipped_one() -> None:
    text = (EXAMPLES / "policy.yaml").read_text(encoding="utf-8")
    assert text == shipped_policy_text()
    assert read_policy(text).rules


def test_the_example_pages_are_all_taken() -> None:
    reading = read_pages((EXAMPLES / "pages.csv").read_text(encoding="utf-8").splitlines(keepends=True))
    assert reading.refused == []
    assert reading.rows[0].store_number is None
