"""What each geocoder's provider allows: how fast it may be asked, how long its answers may be kept, how it is named.

Read in the providers' own terms in November 2026; where they leave it open, the careful reading. docs/operations.md has
the sources.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from localcare.errors import ConfigurationError

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
OPENSTREETMAP = "© OpenStreetMap contributors"
OWN_SERVER_PER_SECOND = 10.0
SAME_SERVICE = {"googlev3": "google", "here": "herev7"}
"""Two names of one service; geopy's "here" speaks to hosts that HERE has switched off."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`per_second` is the fastest pace without a contract; `is_ceiling` when no setting may raise it.

    `keep_found` is how long coordinates may be kept, `keep_none` how long we believe that there are none.
    """

    per_second: float
    keep_found: timedelta
    attribution: str
    keep_none: timedelta = 7 * _DAY
    is_ceiling: bool = False
    wants_contact: bool = False


CAREFUL = Terms(1.0, _DAY, "", keep_none=_DAY)
"""For a provider whose terms nobody has read for localcare."""

TERMS = {
    "arcgis": Terms(5.0, _HOUR, "Powered by Esri"),
    "azure": Terms(5.0, 180 * _DAY, "© Microsoft Azure Maps"),
    "geocodeearth": Terms(5.0, 180 * _DAY, f"© geocode.earth, {OPENSTREETMAP}"),
    "geocodio": Terms(10.0, 180 * _DAY, "Geocodio"),
    "google": Terms(10.0, 30 * _DAY, "Google Maps"),
    "herev7": Terms(5.0, 30 * _DAY, "© HERE"),
    "mapbox": Terms(5.0, _HOUR, "© Mapbox © OpenStreetMap"),
    "nominatim": Terms(0.9, 180 * _DAY, OPENSTREETMAP, is_ceiling=True, wants_contact=True),
    "opencage": Terms(1.0, 180 * _DAY, f"OpenCage, {OPENSTREETMAP}"),
    "pelias": Terms(5.0, 180 * _DAY, OPENSTREETMAP),
    "photon": Terms(1.0, 180 * _DAY, OPENSTREETMAP, is_ceiling=True, wants_contact=True),
    "tomtom": Terms(5.0, 30 * _DAY, "© TomTom"),
}


@dataclass(frozen=True, slots=True)
class GeocoderChoice:
    """Which geocoder an installation asks, and how. `url` is set for a server of one's own (or of a test)."""

    service: str
    url: str | None
    per_second: float
    per_day: int
    terms: Terms

    @property
    def provider(self) -> str:
        """The name answers are kept under: two servers of one service know different things."""
        return f"{self.service}@{urlsplit(self.url).netloc}" if self.url else self.service


def choose(
    service: str,
    *,
    url: str | None = None,
    per_second: float | None = None,
    per_day: int = 2_500,
    contact: str | None = None,
) -> GeocoderChoice:
    """The geocoder of the settings, held to its provider's terms. Raises ConfigurationError, which says what to set."""
    name = service.strip().lower()
    name = SAME_SERVICE.get(name, name)
    terms = TERMS.get(name, CAREFUL)
    if url:
        _require_address(url)
        terms = replace(terms, per_second=OWN_SERVER_PER_SECOND, is_ceiling=False, wants_contact=False)
    if terms.wants_contact and not (contact and "@" in contact):
        raise ConfigurationError(
            f"The public {name} server wants to know whom to write to: set LOCALCARE_GEOCODER_CONTACT to a mail address."
        )
    pace = per_second or terms.per_second
    return GeocoderChoice(name, url, min(pace, terms.per_second) if terms.is_ceiling else pace, per_day, terms)


def _require_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ConfigurationError("LOCALCARE_GEOCODER_URL must be an address such as https://geocoder.example.com")
