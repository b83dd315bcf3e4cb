"""Where an address is, by the geocoder that is set: shown to whoever moves a store, never taken over by itself."""

from localcare.cli.context import load_settings, opened_database, work_for_brand
from localcare.errors import ConfigurationError
from localcare.kit.clock import SystemClock
from localcare.kit.db import Database
from localcare.settings import Settings
from localcare.stores import editing
from localcare.stores.core.geocode import GeocodedPoint
from localcare.stores.core.geocode_terms import GeocoderChoice
from localcare.stores.core.values import Place
from localcare.stores.geocoding import Asking, chosen_geocoder
from localcare.stores.tasks import open_geocoder

_CHOICES = (
    "Say where the new place is: --lat and --lng, or --keep-coordinates, or --no-coordinates."
    " Without coordinates it is not found by where a photo was taken."
)


def lacking_coordinates(place: Place, brand: str | None, number: str) -> str:
    """What to say when a store moves to a place without coordinates; with what the geocoder has for it, where one is set."""
    settings = load_settings()
    try:
        choice = chosen_geocoder(settings)
        if choice is None:
            return _CHOICES
        with opened_database() as database:
            return f"{_CHOICES}\n{_evidence(settings, choice, database, place, brand, number)}"
    except ConfigurationError as error:
        return f"{_CHOICES} No geocoder was asked: {error.message}"


def _evidence(
    settings: Settings, choice: GeocoderChoice, database: Database, place: Place, brand: str | None, number: str
) -> str:
    with work_for_brand(database, brand) as work:
        brand_id = work.viewer.brand_id
        editing.find_store(work.session, brand_id, number)
    asking = Asking(database, SystemClock(), choice, open_geocoder(settings, choice))
    found = asking.ask_once(brand_id, place)
    if not isinstance(found, GeocodedPoint):
        return f"The geocoder ({choice.provider}) was asked, and has no point: {found}."
    named = f", {found.attribution}" if found.attribution else ""
    days = choice.terms.keep_found.days
    kept = f"{days} days" if days > 1 else "a day at most"
    return (
        f"The geocoder ({choice.provider}{named}) has it at --lat {found.lat:.5f} --lng {found.lng:.5f}, {found.precision},"
        f" give or take {found.accuracy_m:,.0f} m. That is evidence, not truth, and its terms let it be kept for {kept}:"
        " check it before you give it. Nothing has been changed."
    )
