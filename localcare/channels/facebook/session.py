"""The one place where the Facebook SDK is held: every answer is checked before the SDK may misread it.

The SDK takes a 502 page of HTML for success, an empty answer for a comment without an id, and puts message texts and
tokens into its exceptions. So an answer is judged as it arrives, and only GraphError leaves this module.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from localcare.channels.facebook.core.graph_error import GraphError, broken_off, read_answer
from localcare.channels.facebook.core.read import Json
from localcare.channels.facebook.core.usage import Usage, parse_usage

_TIMEOUT_SECONDS = (3, 15)
# one pool of connections for all Pages: they all talk to the same host
_ADAPTER = HTTPAdapter(pool_connections=4, pool_maxsize=32)
_BEFORE_SENDING = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)


@dataclass(frozen=True)
class GraphAccess:
    """Where the Graph API is and which app calls it; without a secret calls carry no appsecret_proof."""

    graph_url: str
    version: str
    app_id: str | None
    app_secret: str | None = field(default=None, repr=False)


class GraphSession(FacebookAdsApi):  # type: ignore[misc]
    """The SDK's API object for one token; never the process-wide default, never `init()`. Not for several threads."""

    def __init__(self, access: GraphAccess, token: str) -> None:
        self.usage = Usage()
        self.served_version = access.version
        self._answer: Json = {}
        super().__init__(_open_session(access, token, self._check), api_version=access.version)

    def ask(self, method: str, path: Iterable[str], params: Mapping[str, object] | None = None) -> Json:
        """The JSON object the Graph API answers with; raises GraphError."""
        self.call(method, tuple(path), dict(params or {}))
        return self._answer

    def call(self, method: str, *args: object, **kwargs: object) -> object:
        """The SDK's own call, with every failure told as a GraphError."""
        try:
            return super().call(method, *args, **kwargs)
        except requests.RequestException as error:
            failure = _failure(method, error)
        # raised out here so that the cause, which spells the token, is not chained to it
        raise failure

    def _check(self, response: requests.Response, **_: object) -> None:
        self.usage = parse_usage(response.headers)
        self.served_version = response.headers.get("facebook-api-version", self.served_version)
        method = response.request.method or ""
        self._answer = read_answer(method, response.status_code, response.content, response.headers)


def _open_session(access: GraphAccess, token: str, check: Callable[..., None]) -> FacebookSession:
    session = FacebookSession(access.app_id, access.app_secret, token, timeout=_TIMEOUT_SECONDS)
    session.GRAPH = access.graph_url.rstrip("/")
    http: requests.Session = session.requests
    host = urlsplit(access.graph_url).hostname or ""
    if not host.endswith("facebook.com"):
        # the SDK trusts Meta's certificate authorities only, and a proxy has no way to a loopback address
        http.verify = True
        http.trust_env = host not in ("127.0.0.1", "::1", "localhost")
    http.hooks["response"] = [check]
    http.mount("https://", _ADAPTER)
    http.mount("http://", _ADAPTER)
    return session


def _failure(method: str, error: requests.RequestException) -> GraphError:
    name = type(error).__name__
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, _BEFORE_SENDING) or isinstance(reason, NewConnectionError):
        return GraphError("retry", detail=f"no connection ({name})")
    return broken_off(method, f"the connection broke ({name})")
