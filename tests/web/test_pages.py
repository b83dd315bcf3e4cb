"""Pages as a browser gets them: the frame, fragments, flashes, forms."""

import re

import pytest
from jinja2 import UndefinedError

from localcare.web.templating import templates
from tests.pageclient import PageClient, text_of


def test_every_component_of_the_style_guide_is_a_valid_page(client: PageClient) -> None:
    page = client.get("/styleguide")
    assert page.h1 == "Style guide"
    assert page.title == "Style guide · Northwind Wireless"
    assert ["Oak Lawn, #1182", "43", "86 %", "90 %", "38 min"] in page.rows


def test_the_style_guide_shows_every_component() -> None:
    source = templates().loader.get_source(templates(), "web/styleguide.html")[0]  # type: ignore[union-attr]
    inside_others = {"case_row", "nav_link", "viewer_menu", "crumbs", "csrf", "mark", "icon", "key", "numbers", "spark"}
    fragments_only = {"live", "announce"}
    shown = {name for name in vars(templates().globals["ui"]) if f"ui.{name}(" in source}
    missing = set(vars(templates().globals["ui"])) - shown - inside_others - fragments_only - {"quote", "channel_name"}
    assert not missing


def test_the_navigation_is_data_and_marks_what_is_late(client: PageClient) -> None:
    page = client.get("/confirm")
    assert page.links["Store manager cases 3 waiting, something is late"] == "/cases"


def test_a_form_is_sent_with_its_token_and_the_answer_says_once_what_happened(client: PageClient) -> None:
    page = client.post_form(client.get("/confirm"), "/closure")
    assert "Closed as spam." in page.text
    assert page.form("/undo").method == "post"
    assert "Closed as spam." not in client.get("/confirm").text


def test_every_page_says_the_zone_of_its_times(client: PageClient) -> None:
    assert re.search(r"Times that name no zone are C[SD]T \(America/Chicago\)\.", client.get("/confirm").text)


def test_what_can_be_undone_is_undone_by_a_key(client: PageClient) -> None:
    page = client.post_form(client.get("/confirm"), "/closure")
    assert [text_of(button) for button in page.all("button") if button.get("data-key") == "u"] == ["Undo u"]


def test_a_flash_that_was_made_up_is_not_shown(client: PageClient) -> None:
    client.cookies.set("localcare-flash", "eyJ0ZXh0IjoicGF5IG1lIn0=.0000")
    assert "pay me" not in client.get("/confirm").text


def test_htmx_gets_the_part_and_not_the_frame(client: PageClient) -> None:
    assert "<main" not in client.fragment("/confirm")


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_boosted_links_and_restored_history_get_the_whole_page(client: PageClient, header: str) -> None:
    page = client.get("/confirm", headers={"HX-Request": "true", header: "true"})
    assert page.headers["vary"] == "HX-Request"


def test_a_missing_value_is_an_error_and_never_an_empty_spot() -> None:
    with pytest.raises(UndefinedError):
        templates().from_string("{{ page.titel }}").render(page=object())
    with pytest.raises(UndefinedError):
        templates().from_string("{{ ui.buton('x') }}").render()


def test_what_a_customer_wrote_is_text_and_never_markup() -> None:
    html = templates().from_string("{{ ui.notice(words) }}").render(words="<script>alert(1)</script>")
    assert "<script>" not in html
