"""Refusals and crashes, for people and for programs."""

import logging

import pytest

from tests.pageclient import PageClient


def test_a_refusal_says_what_happened_in_its_own_words(client: PageClient) -> None:
    page = client.get("/taken", status=409)
    assert page.h1 == "Somebody was faster"
    assert "Bo answered four minutes ago." in page.text


@pytest.mark.parametrize(
    ("url", "status", "heading"),
    [
        ("/nowhere", 404, "Nothing here"),
        ("/numbers/seven", 422, "We could not read that"),
        ("/closure", 405, "That does not work here"),
    ],
)
def test_every_refusal_is_a_page_with_a_way_on(client: PageClient, url: str, status: int, heading: str) -> None:
    page = client.get(url, status=status)
    assert page.h1 == heading
    assert page.links["Go to the start page"] == "/"


def test_a_crash_shows_a_number_that_is_in_the_log_and_no_details(
    client: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "localcare.web"):
        page = client.get("/crash", status=500)
    assert "the details" not in page.html
    assert page.text.partition("Number to ask for: ")[2][:8] in caplog.text


def test_programs_get_a_problem_document(client: PageClient) -> None:
    response = client.request("GET", "/numbers/seven", headers={"Accept": "application/json"})
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (body["type"], body["title"], body["status"]) == ("about:blank", "Unprocessable Content", 422) or body[
        "status"
    ] == 422
    assert body["errors"][0]["at"] == "path.number"
    assert body["detail"] == "Not understood: number."


def test_paths_of_programs_never_answer_html(client: PageClient) -> None:
    for path in ("/api/v1/nothing", "/webhooks/nothing"):
        response = client.request("GET", path)
        assert response.json() | {"detail": ""} == {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "",
            "instance": path,
        }


def test_somebody_without_a_session_is_sent_to_sign_in_and_back(client: PageClient) -> None:
    response = client.request("GET", "/mine", follow=False)
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in?next=/mine")
    part = client.request("GET", "/mine", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (204, "/sign-in?next=/mine")
    assert client.request("GET", "/mine", headers={"Accept": "application/json"}).status_code == 401


def test_htmx_shows_a_refusal_among_the_notices(client: PageClient) -> None:
    response = client.request("GET", "/taken", headers={"HX-Request": "true"})
    assert response.headers["hx-retarget"] == "#notices"
    assert "<html" not in response.text


def test_the_third_of_two_tries_has_to_wait(client: PageClient) -> None:
    for _ in range(2):
        client.request("GET", "/limited")
    response = client.request("GET", "/limited")
    assert (response.status_code, response.headers["retry-after"]) == (429, "60")
