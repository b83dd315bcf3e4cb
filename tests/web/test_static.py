"""Static files: versions, caching, one stylesheet, nothing outside the folder."""

import re

import pytest

from localcare.kit.assets import asset_dir
from localcare.web.static import icon_url, static_files, static_url
from tests.pageclient import PageClient

LINKED = re.compile(r"css/(\w+\.css)")


def test_a_versioned_address_may_be_kept_for_a_year_and_others_are_asked_again(client: PageClient) -> None:
    response = client.request("GET", static_url("css/app.css"))
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    plain = client.request("GET", "/static/css/app.css?v=old")
    assert "immutable" not in plain.headers["cache-control"]
    again = client.request("GET", "/static/css/app.css", headers={"If-None-Match": plain.headers["etag"]})
    assert again.status_code == 304


def test_the_stylesheet_arrives_as_one_file_with_versioned_fonts() -> None:
    css = static_files().get("css/app.css").body.decode()
    assert "@import" not in css
    assert re.search(r'url\("/static/fonts/figtree-latin\.woff2\?v=[0-9a-f]{10}"\)', css)
    named = {match[1] for match in re.finditer(r'@import "([^"]+)"', (asset_dir("static") / "css/app.css").read_text())}
    linked = {
        match[1] for page in asset_dir("templates").rglob("*.html") for match in LINKED.finditer(page.read_text())
    }
    assert named | linked == {file.name for file in (asset_dir("static") / "css").glob("*.css")}


@pytest.mark.parametrize(
    "path", ["/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml", "/static/nothing.css", "/static/css"]
)
def test_what_is_not_a_static_file_is_not_found(client: PageClient, path: str) -> None:
    assert client.request("GET", path).status_code == 404


def test_a_page_cannot_name_a_file_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        static_url("js/missing.js")


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    named = {
        first or second
        for template in asset_dir("templates").rglob("*.html")
        for first, second in re.findall(
            r'icon\("([a-z0-9-]+)"|icon="([a-z0-9-]+)"', template.read_text(encoding="utf-8")
        )
    }
    assert named
    for name in named:
        icon_url(name)
    with pytest.raises(FileNotFoundError):
        icon_url("no-such-icon")


def test_what_every_page_loads_stays_small() -> None:
    files = static_files()
    first_load = ["css/app.css", "vendor/htmx-2.0.11.min.js", "js/app.js", "img/icons.svg", "img/mark.svg"]
    packed = sum(len(files.get(path).packed or b"") for path in first_load)
    fonts = sum(len(files.get(f"fonts/{name}-latin.woff2").body) for name in ("figtree", "bricolage"))
    assert packed < 50_000
    assert fonts < 65_000
