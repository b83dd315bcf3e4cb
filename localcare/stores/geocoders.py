"""The geocoders that geopy speaks to, behind one question and one answer: no key in an error, no answer without an end."""

import inspect
import json
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from time import monotonic
from typing import Protocol, cast
from urllib.parse import quote, quote_plus, urlsplit

import httpx
from geopy import exc
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.geocoders import get_geocoder_for_service

from localcare import __version__
from localcare.errors import ConfigurationError
from localcare.stores.core.gazetteer import Gazetteer
from localcare.stores.core.geocode import Failed, NotFound, Reply, Trouble
from localcare.stores.core.geocode_answer import Found, weigh_answer
from localcare.stores.core.geocode_terms import GeocoderChoice

LARGEST_ANSWER = 1 << 20
_SAID = 200
_KEY_NAMES = ("api_key", "apikey", "subscription_key", "access_token", "username", "auth_id")
_SECOND_NAMES = ("password", "auth_token", "secret_key")
_IN_URL = re.compile(r"(?i)\b((?:[\w-]*key|[\w-]*token|app_code|app_id|username|password|signature)=)[^&\s'\"]+")
_QUESTION_IN_URL = re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]*|(/[\w./-]+)\?[^\s'\"]*")

_TROUBLES: tuple[tuple[type[Exception], Trouble], ...] = (
    (exc.GeocoderAuthenticationFailure, Trouble.DENIED),
    (exc.GeocoderInsufficientPrivileges, Trouble.DENIED),
    (exc.GeocoderRateLimited, Trouble.OVER_LIMIT),
    (exc.GeocoderQuotaExceeded, Trouble.OVER_LIMIT),
    (exc.GeocoderTimedOut, Trouble.UNAVAILABLE),
    (exc.GeocoderUnavailable, Trouble.UNAVAILABLE),
    (exc.GeocoderParseError, Trouble.BAD_ANSWER),
    (exc.GeocoderServiceError, Trouble.UNAVAILABLE),
)


class GeopyGeocoder:
    """A provider through geopy. Raises ConfigurationError when geopy knows no such service or lacks its key."""

    def __init__(
        self, choice: GeocoderChoice, gazetteer: Gazetteer, *, key: str | None, contact: str | None, timeout: float
    ) -> None:
        self._choice, self._gazetteer, self._key = choice, gazetteer, key
        agent = f"localcare/{__version__}" + (f" (+mailto:{contact})" if contact else "")
        self._geopy = _open(choice, key, agent, timeout)
        for name in ("httpx", "geopy"):
            logging.getLogger(name).addFilter(_hush)

    def ask(self, line: str) -> Reply:
        """One call over HTTP within the time-out."""
        try:
            answer = self._geopy.geocode(line, exactly_one=False)
        except exc.GeocoderQueryError as error:
            return NotFound(self._without_secrets(error))
        except exc.GeopyError as error:
            trouble = next((known for kind, known in _TROUBLES if isinstance(error, kind)), Trouble.UNAVAILABLE)
            return Failed(trouble, self._without_secrets(error), _asked_patience(error))
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            return Failed(
                Trouble.BAD_ANSWER, f"the answer has another form than geopy expects ({type(error).__name__})"
            )
        found = [Found(each.latitude, each.longitude, each.raw) for each in answer or ()]
        return weigh_answer(
            self._choice.service, found, line, self._gazetteer, attribution=self._choice.terms.attribution
        )

    def _without_secrets(self, error: Exception) -> str:
        return redact(" ".join(str(error).split()) or type(error).__name__, self._key)


def redact(words: str, key: str | None) -> str:
    """An error's words without key, without the address that was asked, and not too many of them."""
    for secret in (key or "").split(":"):
        for spelled in {secret, quote(secret), quote_plus(secret)} - {""}:
            words = words.replace(spelled, "…")
    return _QUESTION_IN_URL.sub(r"\1\2", _IN_URL.sub(r"\1…", words))[:_SAID]


class _Location(Protocol):
    latitude: float
    longitude: float
    raw: dict[str, object]


class _GeopyService(Protocol):
    def geocode(self, query: str, *, exactly_one: bool) -> Sequence[_Location] | None: ...


def _open(choice: GeocoderChoice, key: str | None, agent: str, timeout: float) -> _GeopyService:
    try:
        service = get_geocoder_for_service(choice.service)
    except exc.GeocoderNotFound as error:
        raise ConfigurationError(
            f"LOCALCARE_GEOCODER: geopy has no geocoder called {choice.service!r}; try nominatim, google, here, photon, arcgis."
        ) from error
    accepted = inspect.signature(service.__init__).parameters
    options: dict[str, object] = {"timeout": timeout, "user_agent": agent, "adapter_factory": BoundedAdapter}
    options |= _credentials(accepted, key)
    if choice.url:
        if "domain" not in accepted:
            raise ConfigurationError(f"LOCALCARE_GEOCODER_URL: {choice.service} cannot be asked at another address.")
        parts = urlsplit(choice.url)
        options |= {"domain": f"{parts.netloc}{parts.path}".rstrip("/"), "scheme": parts.scheme}
    known = {name: value for name, value in options.items() if name in accepted}
    missing = [
        name
        for name, parameter in accepted.items()
        if parameter.default is parameter.empty and name not in {"self", *known}
    ]
    if missing:
        what = "LOCALCARE_GEOCODER_URL" if missing == ["domain"] else "LOCALCARE_GEOCODER_KEY"
        raise ConfigurationError(f"The geocoder {choice.service} needs {what}.")
    try:
        return cast(_GeopyService, service(**known))
    except exc.ConfigurationError as error:
        raise ConfigurationError(f"The geocoder {choice.service} needs LOCALCARE_GEOCODER_KEY.") from error


def _credentials(accepted: Mapping[str, object], key: str | None) -> dict[str, object]:
    """A key by the name that the service gives it; "name:password" where it wants two."""
    if not key:
        return {}
    first = next((name for name in _KEY_NAMES if name in accepted), None)
    second = next((name for name in _SECOND_NAMES if name in accepted), None)
    if first in {"username", "auth_id"} and second and ":" in key:
        name, _, secret = key.partition(":")
        return {str(first): name, second: secret, "referer": "localcare"}
    return {first: key} if first else {}


def _asked_patience(error: Exception) -> timedelta | None:
    seconds = getattr(error, "retry_after", None)
    return timedelta(seconds=min(max(float(seconds), 1.0), 86_400.0)) if seconds is not None else None


class BoundedAdapter(BaseSyncAdapter):  # type: ignore[misc]
    """geopy's way to the network: one deadline for the whole answer, a size limit, no redirect to who knows where."""

    def __init__(self, *, proxies: object, ssl_context: object) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._client = httpx.Client(follow_redirects=False)

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> object:
        """The parsed answer; a refusal that comes with status 200 is raised as what it is."""
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            page: object = json.loads(text)
        except ValueError as error:
            raise exc.GeocoderParseError(f"no JSON: {text[:60]!r}") from error
        if isinstance(page, dict) and page.get("status") == "REQUEST_DENIED":
            raise exc.GeocoderAuthenticationFailure(str(page.get("error_message") or "the request was denied"))
        return page

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """The body of a good answer; every other outcome as the exception geopy wants."""
        try:
            with self._client.stream("GET", url, headers=dict(headers), timeout=timeout) as response:
                text = _read(response, monotonic() + timeout)
        except httpx.TimeoutException as error:
            raise exc.GeocoderTimedOut(f"no answer within {timeout:g} s") from error
        except httpx.HTTPError as error:
            raise exc.GeocoderUnavailable(f"cannot be reached: {error or type(error).__name__}") from error
        if response.is_success:
            return text
        raise AdapterHTTPError(
            f"HTTP {response.status_code}", status_code=response.status_code, headers=response.headers, text=None
        )


def _read(response: httpx.Response, deadline: float) -> str:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise exc.GeocoderParseError("the answer is too large")
        if monotonic() > deadline:
            raise exc.GeocoderTimedOut("the answer takes too long to arrive")
    return body.decode("utf-8", errors="replace")


def _hush(record: logging.LogRecord) -> bool:
    """httpx and geopy log whole addresses of calls, with key and question; a log must hold neither."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            _QUESTION_IN_URL.sub(r"\1\2", str(arg)) if isinstance(arg, str | httpx.URL) else arg for arg in record.args
        )
    return True
