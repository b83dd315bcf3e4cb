"""A real browser before the installation of the journeys."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from localcare.people.models import Person
from localcare.people.service import consume_link, make_link
from tests.journeys.conftest import place, triager
from tests.journeys.installation import Installation

__all__ = ["place", "triager"]

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a module."""
    if not CHROMIUM:
        if os.environ.get("LOCALCARE_REQUIRE_BROWSER"):
            pytest.fail("There must be a Chromium here, and there is none.")
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


@pytest.fixture
def open_page(chromium: Browser, place: Installation) -> Iterator[OpenPage]:
    """A new browser window, on a phone or a desk, signed in or not; its console must stay silent."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def opened(person: Person | None = None, *, on_phone: bool = False, scheme: str = "light") -> Page:
        context = chromium.new_context(
            viewport=PHONE if on_phone else DESK,  # type: ignore[arg-type]
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            base_url=place.url,
        )
        if person is not None:
            context.add_cookies([{"name": "localcare", "value": session_of(place, person), "url": place.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", listen)
        return page

    yield opened
    assert complaints == []


def session_of(place: Installation, person: Person) -> str:
    """The cookie of somebody who has signed in."""
    assert person.id is not None
    with place.session() as session:
        link = make_link(session, place.runtime, person_id=person.id, purpose="sign-in")
        signed_in = consume_link(session, link.rpartition("/")[2], place.clock.now())
    assert signed_in is not None
    return signed_in.token
