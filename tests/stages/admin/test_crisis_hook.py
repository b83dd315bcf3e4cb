"""The page of the crisis webhook: set once with a secret that is told once, tried, seen when it fails."""

from localcare.kit.runtime import Runtime
from localcare.routing import hooks
from tests.pageclient import PageClient
from tests.stages.admin.conftest import Office

HOME = "/admin/crisis"
URL = "https://ops.pellora.example/crisis"


class Broken:
    """Takes nothing."""

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> str:
        return "It answered 500."


def test_the_secret_is_told_once(admin: PageClient, office: Office) -> None:
    page = admin.get(HOME)
    assert "No address yet" in page.text
    done = admin.post_form(page, HOME, {"url": URL})
    secret = done.one("code", id="secret").text or ""
    assert len(secret) > 20
    assert secret not in admin.get(HOME).html
    assert office.audit() == [("set the crisis webhook", f"brand:{office.desk.brand_id}")]
    assert "It begins with https" in admin.post_form(done, HOME, {"url": "http://ops.example"}, status=422).text


def test_a_test_that_is_not_taken_is_seen_with_its_reason(admin: PageClient, office: Office, runtime: Runtime) -> None:
    page = admin.post_form(admin.get(HOME), HOME, {"url": URL})
    page = admin.post_form(page, "/test")
    assert "waiting" in page.text
    hooks.send_posts(runtime, office.desk.brand_id, Broken())
    page = admin.get(HOME)
    assert "It answered 500." in page.text
    assert "1 crisis post not taken" in admin.get("/admin").text
    assert "posted nowhere any more" in admin.post_form(page, "/removal").text
    page = admin.get(HOME)
    assert "given up" in page.text
    assert "tried again" in admin.post_form(page, "/retry").text


def test_auditors_see_it_and_change_nothing(office: Office) -> None:
    page = office.browser("auditor").get(HOME)
    assert not any(form.action.startswith(HOME) for form in page.forms)
