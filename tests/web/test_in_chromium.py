"""What only a browser can tell: what fits, what can be hit with a thumb, what the policy blocks, what axe finds.

Needs Chromium (`apt-get install chromium`); the axe check also needs `npm install --no-save axe-core@4.14.1`.
"""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.conftest import make_app

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
MEASURE_SMALL = """() => [...document.querySelectorAll(
    'a.button, button, .shell__link, .tabs a, .table__sort, select, .input, summary')]
    .filter(e => e.offsetParent !== null)
    .map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([text, box]) => `${text}: ${box.width}x${box.height}`)"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The small application over real HTTP."""
    server = uvicorn.Server(uvicorn.Config(make_app("http://127.0.0.1"), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("LOCALCARE_REQUIRE_BROWSER"):
            pytest.fail("CI must have Chromium")
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


def open_page(
    browser: Browser, url: str, width: int = 1280, scheme: str = "light", *, bypass_csp: bool = False
) -> Page:
    """A page whose console must stay silent: a blocked script or style speaks up there."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=bypass_csp,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: pytest.fail(f"console: {message.text}") if message.type == "error" else None)
    page.goto(url)
    return page


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_runs_off_the_side_and_everything_can_be_hit(browser: Browser, address: str, width: int) -> None:
    page = open_page(browser, f"{address}/styleguide", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(MEASURE_SMALL) == []
    small = "[...document.querySelectorAll('.input')].filter(e => parseFloat(getComputedStyle(e).fontSize) < 16).length"
    assert page.evaluate(small) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = open_page(browser, f"{address}/styleguide", width, scheme, bypass_csp=True)
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


def test_keys_walk_through_the_cases_and_reach_the_search(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}/styleguide")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent").startswith("Dolores")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent").startswith("Marcus")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_letters_are_counted_while_typing_and_keys_stay_letters(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}/styleguide")
    page.fill("#reply", "jjj sss")
    assert page.text_content("[data-count-of=reply]") == "7 of 800"
    page.fill("#reply", "x" * 801)
    assert "is-over" in (page.get_attribute("[data-count-of=reply]", "class") or "")


def test_the_first_tab_leads_past_the_navigation(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}/styleguide")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_a_form_goes_through_with_the_cookies_of_a_real_browser(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}/confirm")
    page.click("text=Close it")
    page.wait_for_selector("text=Closed as spam.")
    assert page.url.endswith("/confirm")
