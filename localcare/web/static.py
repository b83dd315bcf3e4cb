"""The static files, held in memory: addresses carry a hash of the content, so browsers may keep them for a year."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from localcare.kit.assets import asset_dir

_IMPORT = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)
_URL = re.compile(r'url\("([^"]+)"\)')
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/geo+json")
_FOREVER = "public, max-age=31536000, immutable"
_REVALIDATE = "public, max-age=600"

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    packed: bytes | None
    media_type: str
    version: str


class StaticFiles:
    """Serves one folder; a stylesheet arrives with its `@import`s inside: one file to ask for, and no build."""

    def __init__(self, folder: Path, prefix: str = "/static") -> None:
        self._folder = folder.resolve()
        self._prefix = prefix
        self._assets: dict[str, Asset] = {}

    def url(self, path: str) -> str:
        """The address of a file with its version. Raises FileNotFoundError: a page must not name what is not there."""
        return f"{self._prefix}/{path}?v={self.get(path).version}"

    def get(self, path: str) -> Asset:
        """The file at a relative path, read once. Raises FileNotFoundError, also for paths that leave the folder."""
        if path not in self._assets:
            self._assets[path] = self._read(path)
        return self._assets[path]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Method not allowed", status_code=405, headers={"Allow": "GET, HEAD"})
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        try:
            asset = self.get(path)
        except FileNotFoundError:
            return PlainTextResponse("Not found", status_code=404)
        return _respond(asset, Headers(scope=scope), scope["query_string"].decode("latin-1"))

    def _read(self, path: str) -> Asset:
        file = (self._folder / path).resolve()
        if not file.is_relative_to(self._folder) or not file.is_file():
            raise FileNotFoundError(f"There is no static file {path}")
        body = self._stylesheet(file).encode() if file.suffix == ".css" else file.read_bytes()
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        packed = gzip.compress(body, mtime=0) if media_type.startswith(_TEXT) else None
        return Asset(body, packed, media_type, hashlib.sha256(body).hexdigest()[:10])

    def _stylesheet(self, file: Path) -> str:
        def versioned(match: re.Match[str]) -> str:
            target = (file.parent / match[1]).resolve()
            return f'url("{self.url(target.relative_to(self._folder).as_posix())}")'

        text = _URL.sub(versioned, file.read_text(encoding="utf-8"))
        return _IMPORT.sub(lambda match: self._stylesheet(file.parent / match[1]), text)


def _respond(asset: Asset, headers: Headers, query: str) -> Response:
    etag = f'"{asset.version}"'
    versioned = parse_qs(query).get("v") == [asset.version]
    common = {
        "ETag": etag,
        "Cache-Control": _FOREVER if versioned else _REVALIDATE,
        "Vary": "Accept-Encoding",
        "Content-Type": asset.media_type + ("; charset=utf-8" if asset.media_type.startswith("text/") else ""),
    }
    if headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=common)
    if asset.packed is not None and "gzip" in headers.get("accept-encoding", ""):
        return Response(asset.packed, headers={**common, "Content-Encoding": "gzip"})
    return Response(asset.body, headers=common)


@cache
def static_files() -> StaticFiles:
    """The application's own static files."""
    return StaticFiles(asset_dir("static"))


def static_url(path: str) -> str:
    """The address of a static file, with its version."""
    return static_files().url(path)


@cache
def icon_url(name: str) -> str:
    """The address of an icon in the sprite. Raises FileNotFoundError: a name that is not there would draw nothing."""
    if f'<symbol id="{name}"'.encode() not in static_files().get("img/icons.svg").body:
        raise FileNotFoundError(f"There is no icon {name} in static/img/icons.svg")
    return f"{static_url('img/icons.svg')}#{name}"
