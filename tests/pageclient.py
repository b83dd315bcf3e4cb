"""A browser without a screen that holds every page it opens to the rules of a page.

After alphagov/notifications-admin's ClientRequest: whoever tests a route tests its HTML, without asking for it.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib
import httpx

_LABELLED = {"input", "select", "textarea"}
_UNLABELLED_TYPES = {"hidden", "submit", "button", "image"}
_VOID_TEXT = {"script", "style"}


@dataclass(frozen=True)
class OpenedPage:
    """An answered page, parsed; `root` is an html5lib element without namespaces."""

    status: int
    url: str
    html: str
    headers: httpx.Headers
    root: Element

    @property
    def text(self) -> str:
        """Everything there is to read, on one line."""
        return " ".join(" ".join(_texts(self.root)).split())

    @property
    def title(self) -> str:
        return text_of(self.one("title"))

    @property
    def h1(self) -> str:
        return text_of(self.one("h1"))

    @property
    def links(self) -> dict[str, str]:
        """Label → address of every link; the last of two with one label."""
        return {text_of(link): link.get("href", "") for link in self.all("a")}

    @property
    def rows(self) -> list[list[str]]:
        """The body of every table, as texts of its cells."""
        bodies = (row for body in self.all("tbody") for row in body.iter("tr"))
        return [[text_of(cell) for cell in row if cell.tag in ("td", "th")] for row in bodies]

    @property
    def forms(self) -> list["PageForm"]:
        return [PageForm(form) for form in self.all("form")]

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Every element of a tag whose attributes are as given; `class_="x"` asks for one class among several."""
        return [element for element in self.root.iter(tag) if _matches(element, attributes)]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element; fails when there is none or more than one."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{self.url} has {len(found)} <{tag}> with {attributes}"
        return found[0]

    def form(self, action: str) -> "PageForm":
        """The form that posts to an address (or whose address ends so)."""
        found = [form for form in self.forms if form.action.endswith(action)]
        assert found, f"{self.url} has no form to {action}, only {[form.action for form in self.forms]}"
        return found[0]


@dataclass(frozen=True)
class PageForm:
    """A form as a browser would send it."""

    element: Element

    @property
    def action(self) -> str:
        return self.element.get("action", "")

    @property
    def method(self) -> str:
        return self.element.get("method", "get").lower()

    @property
    def values(self) -> dict[str, str]:
        """What is sent when nobody touches it: hidden and filled fields, ticked boxes, chosen options."""
        return dict(_form_values(self.element))


class PageClient:
    """Opens pages of an ASGI application, keeps cookies, follows redirects like a browser, checks each page.

    `crashes=False` shows the error page for an unexpected error instead of raising it.
    """

    def __init__(self, app: Any, base_url: str = "http://testserver", *, crashes: bool = True) -> None:
        self._transport = httpx.ASGITransport(app=app, raise_app_exceptions=crashes)
        self._base_url = base_url
        self.cookies = httpx.Cookies()

    def get(self, url: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> OpenedPage:
        """Open an address, following redirects; the last answer must have this status."""
        return self._page(self.request("GET", url, headers=headers), status)

    def post_form(
        self, page: OpenedPage, action: str, values: Mapping[str, str] | None = None, *, status: int = 200
    ) -> OpenedPage:
        """Send the form of a page that leads to `action`, with `values` typed into it."""
        form = page.form(action)
        data = form.values | dict(values or {})
        return self._page(self.request("POST", urljoin(page.url, form.action), data=data), status)

    def fragment(self, url: str, *, status: int = 200) -> str:
        """What htmx gets from the same address: a part, without the frame."""
        response = self.request("GET", url, headers={"HX-Request": "true"})
        assert response.status_code == status, f"{url} answered {response.status_code}"
        assert "<html" not in response.text, f"{url} answered htmx with a whole page"
        check_markup(html5lib.parseFragment(response.text, namespaceHTMLElements=False), url)
        return response.text

    def request(self, method: str, url: str, *, follow: bool = True, **options: Any) -> httpx.Response:
        """One request as it is, for what is not a page; cookies are kept."""
        return asyncio.run(self._request(method, url, follow=follow, **options))

    async def _request(self, method: str, url: str, *, follow: bool, **options: Any) -> httpx.Response:
        headers = {"Accept": "text/html"} | dict(options.pop("headers", None) or {})
        async with httpx.AsyncClient(
            transport=self._transport, base_url=self._base_url, cookies=self.cookies, follow_redirects=follow
        ) as client:
            response = await client.request(method, url, headers=headers, **options)
            self.cookies = client.cookies
            return response

    def _page(self, response: httpx.Response, status: int) -> OpenedPage:
        url = str(response.url)
        assert response.status_code == status, f"{url} answered {response.status_code}: {response.text[:500]}"
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        root = parser.parse(response.text)
        page = OpenedPage(response.status_code, url, response.text, response.headers, root)
        check_page(page)
        return page


def check_page(page: OpenedPage) -> None:
    """The rules of a whole page: one h1, a title that starts with it, a language, and those of its markup."""
    headings = [text_of(heading) for heading in page.all("h1")]
    assert len(headings) == 1, f"{page.url} has {len(headings)} h1: {headings}"
    assert page.title.startswith(headings[0]), (
        f"{page.url}: the title {page.title!r} does not start with {headings[0]!r}"
    )
    assert page.root.get("lang"), f"{page.url} does not say its language"
    assert page.headers.get("content-security-policy"), f"{page.url} has no Content-Security-Policy"
    check_markup(page.root, page.url)


def check_markup(root: Element, url: str) -> None:
    """The rules of any markup: unique ids, labelled fields, nothing inline, alternative texts, a token in each POST form."""
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    twice = [name for name, count in ids.items() if count > 1]
    assert not twice, f"{url}: ids used twice: {twice}"
    _check_nothing_inline(root, url)
    _check_labels(root, url)
    for form in root.iter("form"):
        if form.get("method", "get").lower() == "post":
            assert PageForm(form).values.get("csrf_token"), f"{url}: the form to {form.get('action')} carries no token"
    for image in root.iter("img"):
        assert image.get("alt") is not None, f"{url}: {image.get('src')} has no alternative text"


def text_of(element: Element) -> str:
    """What an element says, on one line."""
    return " ".join(" ".join(_texts(element)).split())


def _check_nothing_inline(root: Element, url: str) -> None:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag != "style", f"{url} has an inline <style>"
        assert element.tag != "script" or element.get("src"), f"{url} has an inline <script>"
        inline = [name for name in element.attrib if name == "style" or str(name).startswith("on")]
        assert not inline, f"{url}: <{element.tag}> has inline {inline}"


def _check_labels(root: Element, url: str) -> None:
    labelled = {label.get("for") for label in root.iter("label")}
    wrapped = {id(field) for label in root.iter("label") for field in label.iter()}
    for field in (element for element in root.iter() if element.tag in _LABELLED):
        if field.get("type") in _UNLABELLED_TYPES:
            continue
        has_label = field.get("id") in labelled or field.get("aria-label") or id(field) in wrapped
        assert has_label, f"{url}: the field {field.get('name')} has no label"
    for button in root.iter("button"):
        assert text_of(button) or button.get("aria-label"), f"{url} has a button without a name"


def _form_values(form: Element) -> Iterator[tuple[str, str]]:
    for field in form.iter():
        name = field.get("name") if isinstance(field.tag, str) else None
        if not name or field.tag not in _LABELLED:
            continue
        if field.tag == "textarea":
            yield name, "".join(field.itertext())
        elif field.tag == "select":
            yield name, _chosen(field)
        elif field.get("type") not in ("checkbox", "radio") or field.get("checked") is not None:
            yield name, field.get("value", "")


def _chosen(select: Element) -> str:
    options = list(select.iter("option"))
    chosen = next((option for option in options if option.get("selected") is not None), options[0] if options else None)
    return "" if chosen is None else chosen.get("value", text_of(chosen))


def _texts(element: Element) -> Iterator[str]:
    if element.tag in _VOID_TEXT or not isinstance(element.tag, str):
        return
    if element.text:
        yield element.text
    for child in element:
        yield from _texts(child)
        if child.tail:
            yield child.tail


def _matches(element: Element, wanted: Mapping[str, str]) -> bool:
    for name, value in wanted.items():
        if name == "class_":
            if value not in element.get("class", "").split():
                return False
        elif element.get(name.replace("_", "-")) != value:
            return False
    return True
