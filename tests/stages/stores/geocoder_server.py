"""A geocoding server on the loopback that answers as Nominatim's /search and Google's geocoding do, on a bad day too."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic
from urllib.parse import parse_qs, urlsplit

KEY = "AIzaSy-not+a/real=key"
GENERIC_AGENTS = ("python", "httpx", "geopy", "curl")
HTML = "<html><head><title>503 Service Temporarily Unavailable</title></head><body>nginx</body></html>"
BLOCKED = "<html><head><title>Access blocked</title></head><body>You have violated the usage policy</body></html>"

NOMINATIM_DOOR: dict[str, object] = {
    "place_id": 331452,
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
    "osm_type": "way",
    "osm_id": 210563,
    "lat": "29.7868241",
    "lon": "-95.8197512",
    "class": "building",
    "type": "retail",
    "place_rank": 30,
    "importance": 6.6e-05,
    "addresstype": "building",
    "name": "",
    "display_name": "1200, Main Street, Katy, Harris County, Texas, 77449, United States",
    "boundingbox": ["29.7867341", "29.7869141", "-95.8198612", "-95.8196412"],
}
GOOGLE_DOOR: dict[str, object] = {
    "address_components": [{"long_name": "1200", "short_name": "1200", "types": ["street_number"]}],
    "formatted_address": "1200 Main St, Katy, TX 77449, USA",
    "geometry": {
        "location": {"lat": 29.7868241, "lng": -95.8197512},
        "location_type": "ROOFTOP",
        "viewport": {
            "northeast": {"lat": 29.7881730, "lng": -95.8184022},
            "southwest": {"lat": 29.7854751, "lng": -95.8211002},
        },
    },
    "place_id": "ChIJnot-a-real-place",
    "types": ["street_address"],
}


@dataclass(frozen=True)
class Trick:
    """Something else than an answer."""

    status: int = 200
    body: object = HTML
    headers: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    dripping: bool = False


TRICKS = {
    "429": Trick(429, BLOCKED, (("Retry-After", "7"),)),
    "429 silent": Trick(429, BLOCKED),
    "503": Trick(503),
    "500": Trick(500),
    "403": Trick(403, BLOCKED),
    "html": Trick(),
    "another form": Trick(body=[{"name": "no coordinates"}]),
    "google form": Trick(body={"status": "OK", "results": [{"geometry": None}]}),
    "redirect": Trick(302, "", (("Location", "http://127.0.0.1:9/elsewhere"),)),
    "huge": Trick(body="[" + " " * (2 << 20) + "]"),
    "hang": Trick(silent=True),
    "drip": Trick(dripping=True),
}


@dataclass
class Asked:
    """One request as the server saw it."""

    at: float
    path: str
    question: str
    agent: str


@dataclass
class GeocoderServer:
    """`tricks` are played one a request, then it answers; `known` are the results by a word of the question."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    tricks: deque[str] = field(default_factory=deque)
    known: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    closing: Event = field(default_factory=Event)

    def results(self, question: str, usual: dict[str, object]) -> list[dict[str, object]]:
        """What is known about a question: 1200 Main St by default."""
        for word, results in self.known.items():
            if word in question:
                return results
        return [usual] if "1200 main st" in question.lower() else []


@contextmanager
def serving() -> Iterator[GeocoderServer]:
    """A server for one test."""
    state = GeocoderServer()
    server = _Server(state)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.closing.set()
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, state: GeocoderServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.state = state


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        state = self.server.state
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        agent = self.headers.get("User-Agent", "")
        state.asked.append(Asked(monotonic(), parts.path, query.get("q") or query.get("address") or "", agent))
        trick = state.tricks.popleft() if state.tricks else ""
        if trick in TRICKS:
            self._play(TRICKS[trick])
        elif parts.path == "/search":
            self._nominatim(query, agent)
        elif parts.path == "/maps/api/geocode/json":
            self._google(query, trick)
        else:
            self._send(404, HTML)

    def _nominatim(self, query: dict[str, str], agent: str) -> None:
        if not agent or agent.lower().startswith(GENERIC_AGENTS):
            self._send(403, BLOCKED)
        elif query.get("format") != "json" or "q" not in query:
            self._send(400, {"error": {"code": 400, "message": "Nothing to search for."}})
        else:
            self._send(200, self.server.state.results(query["q"], NOMINATIM_DOOR))

    def _google(self, query: dict[str, str], trick: str) -> None:
        page: dict[str, object]
        if query.get("key") != KEY:
            said = "The provided API key is invalid." if "key" in query else "You must use an API key."
            page = {"error_message": f"{said} {query.get('key')}", "results": [], "status": "REQUEST_DENIED"}
        elif trick:
            page = {"error_message": "as the documentation has it", "results": [], "status": trick}
        else:
            results = self.server.state.results(query["address"], GOOGLE_DOOR)
            page = {"results": results, "status": "OK" if results else "ZERO_RESULTS"}
        self._send(200, page)

    def _play(self, trick: Trick) -> None:
        if trick.silent:
            self.server.state.closing.wait(30)
        elif trick.dripping:
            self._drip()
        else:
            self._send(trick.status, trick.body, trick.headers)

    def _drip(self) -> None:
        """A byte now and then, each in time, the whole never."""
        self.send_response(200)
        self.end_headers()
        while not self.server.state.closing.wait(0.02):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def _send(self, status: int, body: object, headers: tuple[tuple[str, str], ...] = ()) -> None:
        is_html = isinstance(body, str)
        encoded = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{'text/html' if is_html else 'application/json'}; charset=utf-8")
        self.send_header("Content-Length", str(len(encoded)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, *args: object) -> None:
        """Quiet."""
