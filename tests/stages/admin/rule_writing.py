"""A care supervisor who writes rules on the pages, and the rule that most tests write."""

from collections.abc import Mapping

import pytest

from localcare.inbox.admin.rules.dependencies import get_shipped_triager
from localcare.triage.core import Triager
from tests.pageclient import OpenedPage, PageClient
from tests.stages.admin.conftest import Office

LAUNCH = {
    "because": "asks about the launch", "any": "Pellora One\npellora 1", "topic": "product-stock", "tier_at_least": "3",
    "actionable": "1.5", "urgency": "high",
}  # fmt: skip


@pytest.fixture
def office(office: Office, triager: Triager, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setitem(office.app.dependency_overrides, get_shipped_triager, lambda: triager)
    return office


@pytest.fixture
def care(office: Office) -> PageClient:
    """A care supervisor's browser."""
    return office.browser("supervisor")


def write(client: PageClient, values: Mapping[str, str] = LAUNCH, *, do: str = "save", status: int = 200) -> OpenedPage:
    return client.post_form(client.get("/admin/rules/new"), "/admin/rules/new", {**values, "do": do}, status=status)


def press(client: PageClient, page: OpenedPage, action: str) -> OpenedPage:
    return client.post_form(page, action)
