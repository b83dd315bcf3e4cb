"""The one place where the Facebook SDK is held: every answer is checked before the SDK may misread it.

The SDK takes a 502 page of HTML for success, an empty answer for a comment without an id, and puts message texts and
tokens into its exceptions. So an answer is judged as it arrives, and only GraphError leaves this module, raised where no
frame of its traceback has a token in it.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote, urlsplit

import requests
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookError
from facebook_business.session import FacebookSession
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NewConnectionError

from localcare.channels.facebook.core.batch import Told, read_items
from localcare.channels.facebook.core.graph_error import GraphError, broken_off, read_answer, read_answers, redact
from localcare.channels.facebook.core.read import Json
from localcare.channels.facebook.core.usage import Usage, parse_usage
from localcare.channels.facebook.veiling import bare, guard_logs, unveil, veil
from localcare.errors import ConfigurationError

_TIMEOUT_SECONDS = (3, 15)
# a batch of fifty takes as long as its slowest calls
_BATCH_TIMEOUT_SECONDS = (3, 60)
# one pool of connections for all Pages: they all talk to the same host
_ADAPTER = HTTPAdapter(pool_connections=4, pool_maxsize=32)
_BEFORE_SENDING = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)

guard_logs()


@dataclass(frozen=True)
class GraphAccess:
    """Where the Graph API is and which app calls it; without a secret calls carry no appsecret_proof."""

    graph_url: str
    version: str
    app_id: str | None
    app_secret: str | None = field(default=None, repr=False)

    @property
    def app_token(self) -> SecretStr:
        """The app's own token, for what is about the app or about other tokens; raises ConfigurationError."""
        if not self.app_id or not self.app_secret:
            raise ConfigurationError(
                "Set LOCALCARE_FACEBOOK_APP_ID and LOCALCARE_FACEBOOK_APP_SECRET: Facebook asks which app connects."
            )
        return SecretStr(f"{self.app_id}|{self.app_secret}")

    def proof(self, token: SecretStr) -> SecretStr | None:
        """`appsecret_proof` of a token (https://developers.facebook.com/docs/graph-api/securing-requests)."""
        if self.app_secret is None:
            return None
        return SecretStr(hmac.new(self.app_secret.encode(), bare(token).encode(), hashlib.sha256).hexdigest())


class GraphSession(FacebookAdsApi):  # type: ignore[misc]
    """The SDK's API object for one token; never the process-wide default, never `init()`. Not for several threads."""

    def __init__(self, access: GraphAccess, token: SecretStr | str) -> None:
        self.access = access
        self.usage = Usage()
        self.served_version = access.version
        self._answer: object = {}
        self._reader: Callable[..., object] = read_answer
        super().__init__(_open_session(access, bare(token), self._check), api_version=access.version)

    def ask(self, method: str, path: Iterable[str], params: Mapping[str, object] | None = None) -> Json:
        """The JSON object the Graph API answers with, its tokens veiled; raises GraphError."""
        self._reader, self._session.timeout = read_answer, _TIMEOUT_SECONDS
        self.call(method, tuple(path), params or {})
        return cast(Json, self._answer)

    def ask_batch(self, methods: Sequence[str], batch: SecretStr) -> list[Told | None]:
        """What each call of a batch (their methods, and all as JSON) brought; raises GraphError when it fails whole."""
        self._reader, self._session.timeout = _batch_reader(methods), _BATCH_TIMEOUT_SECONDS
        self.call("POST", (), {"batch": batch})
        return cast(list[Told | None], self._answer)

    def call(
        self, method: str, path: Sequence[str], params: Mapping[str, object] | None = None, **how: object
    ) -> object:
        """The SDK's own call, with every failure told as a GraphError, and tokens in `params` veiled until here."""
        outcome = self._attempt(method, path, params or {}, how)
        if isinstance(outcome, GraphError):
            raise outcome
        return outcome

    def _attempt(
        self, method: str, path: Sequence[str], params: Mapping[str, object], how: Mapping[str, object]
    ) -> object:
        """Failures are returned: raised from here their traceback would hold frames that spell the token."""
        try:
            return super().call(method, path, unveil(params), **how)
        except GraphError as error:
            failure = error
        except FacebookError as error:
            failure = broken_off(method, f"the SDK did not understand the answer ({type(error).__name__})")
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            failure = _failure(method, error)
        failure.__traceback__ = failure.__context__ = None
        failure.detail = redact(failure.detail, self._spellings(params))
        return failure

    def _check(self, response: requests.Response, **_: object) -> None:
        told = parse_usage(response.headers)
        # a proxy's error page has no meters: what was spent stays spent
        self.usage = told if told.is_told else self.usage
        self.served_version = response.headers.get("facebook-api-version", self.served_version)
        method = response.request.method or ""
        self._answer = veil(self._reader(method, response.status_code, response.content, response.headers))

    def _spellings(self, params: Mapping[str, object]) -> list[str]:
        """Every secret of this call as it may stand in somebody's error message."""
        secrets = [str(part) for part in self._session.requests.params.values()]
        secrets += [bare(part) for part in params.values() if isinstance(part, SecretStr)]
        secrets += [self.access.app_secret] if self.access.app_secret else []
        return [spelt for secret in secrets if len(secret) < _LONGEST for spelt in (secret, quote(secret, safe=""))]


_LONGEST = 4_000
"""Longer than any token: a batch is no secret by itself, and its tokens look like tokens."""


def _batch_reader(methods: Sequence[str]) -> Callable[..., object]:
    def read(method: str, status: int, body: bytes, headers: Mapping[str, str]) -> object:
        return read_items(methods, read_answers(method, status, body, headers))

    return read


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


def _failure(method: str, error: Exception) -> GraphError:
    name = type(error).__name__
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, _BEFORE_SENDING) or isinstance(reason, NewConnectionError):
        return GraphError("retry", detail=f"no connection ({name})")
    return broken_off(method, f"the connection broke ({name})")
