"""The demo's lasting links: signed, and no door of a production process."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from localcare.app import create_app
from localcare.demo.links import make_demo_link, read_demo_link
from localcare.errors import ConfigurationError, ForbiddenError
from localcare.kit.runtime import Runtime
from localcare.people.models import Brand, Person
from tests.factories import make_person, make_store


@pytest.fixture
def ana(runtime: Runtime, brand: Brand) -> Person:
    with runtime.db.session(brand.id) as session:
        return make_person(session, brand, store=make_store(session, brand))


@pytest.fixture
def in_development(runtime: Runtime) -> Runtime:
    return replace(runtime, settings=runtime.settings.model_copy(update={"dev": True}))


@pytest.fixture
def site(in_development: Runtime) -> Iterator[TestClient]:
    with TestClient(create_app(in_development), base_url=in_development.settings.base_url) as client:
        yield client


def test_a_link_says_who_it_is_for_and_works_again_and_again(in_development: Runtime, ana: Person) -> None:
    link = make_demo_link(in_development, ana.id or 0)
    token = link.rpartition("/")[2]
    assert link.startswith("http://localhost:8000/dev/sign-in/")
    assert [read_demo_link(in_development, token) for _ in range(2)] == [ana.id, ana.id]


def test_a_forged_link_opens_nothing(in_development: Runtime) -> None:
    with pytest.raises(ForbiddenError):
        read_demo_link(in_development, "eyJwZXJzb24iOjF9.aaaaaa.forged")


def test_outside_development_no_link_is_made_and_no_door_is_there(
    runtime: Runtime, in_development: Runtime, ana: Person
) -> None:
    with pytest.raises(ConfigurationError):
        make_demo_link(runtime, ana.id or 0)
    link = make_demo_link(in_development, ana.id or 0)
    with TestClient(create_app(runtime), base_url=runtime.settings.base_url) as production:
        assert production.get(link).status_code == 404


def test_reading_a_link_signs_nobody_in_and_pressing_the_button_does(
    site: TestClient, in_development: Runtime, ana: Person
) -> None:
    link = make_demo_link(in_development, ana.id or 0)
    page = site.get(link)
    assert page.status_code == 200
    assert "Continue as Ana" in page.text
    assert "localcare" not in site.cookies
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    pressed = site.post(link, data={"csrf_token": token, "to": "/"}, follow_redirects=False)
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/")
    assert "localcare" in site.cookies


def test_photos_of_customers_are_served(site: TestClient) -> None:
    photo = site.get("/dev/photos/wet-floor.svg")
    assert (photo.status_code, photo.headers["content-type"].partition(";")[0]) == (200, "image/svg+xml")
    assert site.get("/dev/photos/none.svg").status_code == 404
