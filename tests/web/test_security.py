"""Forms that are ours, bodies that fit, headers that are always there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.errors import ForbiddenError
from localcare.web.security import check_csrf, csrf_token, is_own_origin
from tests.pageclient import PageClient
from tests.web.conftest import make_app

BASE = "https://care.example"


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": BASE}, False),
        ({"origin": BASE}, True),
        ({"origin": "http://localhost:8000", "host": "localhost:8000"}, True),
        ({"origin": "https://evil.example", "host": "care.example"}, False),
        ({"origin": "https://care.example.evil.example"}, False),
        ({"origin": "null"}, False),
    ],
)
def test_where_a_request_comes_from(headers: dict[str, str], own: bool) -> None:
    assert is_own_origin(headers, BASE) is own


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_token_works_for_its_own_session_only(session_id: str, other: str) -> None:
    token = csrf_token(session_id, "secret")
    check_csrf({}, token=token, session_id=session_id, secret="secret", base_url=BASE)
    for wrong_session, wrong_secret in ((other, "secret"), (session_id, "other")):
        if (wrong_session, wrong_secret) != (session_id, "secret"):
            with pytest.raises(ForbiddenError):
                check_csrf({}, token=token, session_id=wrong_session, secret=wrong_secret, base_url=BASE)


def test_without_a_session_no_token_is_right() -> None:
    with pytest.raises(ForbiddenError):
        check_csrf({}, token=csrf_token("", "secret"), session_id="", secret="secret", base_url=BASE)


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": "é"}],
    ids=["no token", "a wrong token", "not even letters"],
)
def test_a_form_from_nowhere_is_refused_with_a_way_on(client: PageClient, headers: dict[str, str]) -> None:
    client.get("/confirm")
    encoded = {name: value.encode() for name, value in headers.items()}
    response = client.request("POST", "/closure", data={"reason": "x"}, headers=encoded)
    assert response.status_code == 403
    assert "reload the page" in response.text


def test_a_form_from_another_site_is_refused_although_it_carries_the_token(client: PageClient) -> None:
    token = client.get("/confirm").form("/closure").values["csrf_token"]
    response = client.request("POST", "/closure", data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


def test_htmx_sends_the_token_in_a_header(client: PageClient) -> None:
    token = client.get("/confirm").form("/closure").values["csrf_token"]
    response = client.request("POST", "/closure", data={"reason": "x"}, headers={"X-CSRF-Token": token}, follow=False)
    assert response.status_code == 303


def test_webhooks_prove_themselves_otherwise(client: PageClient) -> None:
    response = client.request("POST", "/webhooks/x", content=b"123")
    assert (response.status_code, response.text) == (200, "3")
    assert "set-cookie" not in response.headers


def test_a_body_over_its_cap_is_refused_by_its_declared_and_by_its_real_size(client: PageClient) -> None:
    token = {"X-CSRF-Token": client.get("/confirm").form("/closure").values["csrf_token"]}

    async def pieces() -> object:  # a body of unknown length, as chunked uploads are
        for _ in range(3):
            yield b"x" * 30

    assert client.request("POST", "/big", content=b"x" * 64, headers=token).status_code == 200
    assert client.request("POST", "/big", content=b"x" * 65, headers=token).status_code == 413
    assert client.request("POST", "/big", content=pieces(), headers=token).status_code == 413


def test_every_answer_carries_the_headers_also_a_crash(client: PageClient) -> None:
    for url in ("/confirm", "/nowhere", "/crash", "/healthz"):
        headers = client.request("GET", url).headers
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" not in headers
    assert client.request("GET", "/confirm").headers["cache-control"] == "private, no-store"


def test_over_https_cookies_are_bound_to_the_host() -> None:
    response = PageClient(make_app(BASE), BASE).request("GET", "/confirm")
    assert response.headers["strict-transport-security"].startswith("max-age=31536000")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-localcare-visit=")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
