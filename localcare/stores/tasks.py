"""Queue entry points of stores: asking a geocoder, and forgetting what it allows to be kept no longer."""

import logging
from functools import lru_cache
from importlib import import_module
from typing import cast

from localcare.errors import ConfigurationError
from localcare.kit.db import ALL_BRANDS
from localcare.kit.jobs import PATIENT, task
from localcare.kit.runtime import Runtime
from localcare.settings import Settings
from localcare.stores.core.geocode_terms import GeocoderChoice
from localcare.stores.gazetteer import load_gazetteer
from localcare.stores.geocoding import ASK_TASK, Asking, Geocoder, chosen_geocoder, forget_expired, unpack
from localcare.stores.planning import carry_out, list_due

log = logging.getLogger(__name__)


def open_geocoder(settings: Settings, choice: GeocoderChoice) -> Geocoder:
    """The geocoder that was chosen, not asked yet; one for a process. Raises ConfigurationError."""
    key = settings.geocoder_key
    return _open(choice, key.get_secret_value() if key else None, settings.geocoder_contact, settings.geocoder_timeout)


@lru_cache(maxsize=4)
def _open(choice: GeocoderChoice, key: str | None, contact: str | None, timeout: float) -> Geocoder:
    """geopy takes half a second to load: only now, and only where there is a geocoder."""
    geocoders = import_module("localcare.stores.geocoders")
    opened = geocoders.GeopyGeocoder(choice, load_gazetteer(), key=key, contact=contact, timeout=timeout)
    return cast(Geocoder, opened)


def asking_of(runtime: Runtime) -> Asking | None:
    """The way to the geocoder of the settings, None when they name none."""
    choice = chosen_geocoder(runtime.settings)
    if choice is None:
        return None
    return Asking(runtime.db, runtime.clock, choice, open_geocoder(runtime.settings, choice))


@task(ASK_TASK, retry=PATIENT)
def ask_geocoder(runtime: Runtime, *, brand_id: int, pending: str) -> None:
    """Ask for the points that mentions wait for."""
    try:
        asking = asking_of(runtime)
    except ConfigurationError as error:
        log.error("no geocoder is asked: %s", error.message)
        return
    if asking:
        asking.work(brand_id, unpack(pending))


def carry_out_plans(runtime: Runtime) -> int:
    """Carry out the changes of stores whose day has come; called by the clock, any number of times. Returns how many."""
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        due = list_due(session, now=runtime.clock.now())
    done = 0
    for brand_id, change_id in due:
        with runtime.db.session(brand_id, viewer="clock") as session:
            done += carry_out(session, brand_id, change_id, now=runtime.clock.now())
    return done


def forget_geocodes(runtime: Runtime) -> int:
    """Called by the clock, any number of times."""
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        return forget_expired(session, now=runtime.clock.now())
