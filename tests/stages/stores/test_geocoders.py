"""Providers over real HTTP: a good answer becomes a point, a bad day a reason without key and address."""

import logging
from collections.abc import Iterator

import pytest

from localcare.errors import ConfigurationError
from localcare.stores.core.geocode import Failed, GeocodedPoint, NotFound, Reply, Trouble
from localcare.stores.core.geocode_terms import choose
from localcare.stores.gazetteer import load_gazetteer
from localcare.stores.geocoders import GeopyGeocoder, redact
from tests.stages.stores.geocoder_server import KEY, NOMINATIM_DOOR, GeocoderServer, serving

LINE = "1200 Main St, Katy, TX 77449"


@pytest.fixture
def provider() -> Iterator[GeocoderServer]:
    with serving() as provider:
        yield provider


def geocoder(service: str, provider: GeocoderServer, *, key: str | None = KEY, timeout: float = 2.0) -> GeopyGeocoder:
    choice = choose(service, url=provider.url)
    return GeopyGeocoder(choice, load_gazetteer(), key=key, contact="care@brand.example", timeout=timeout)


def trouble_of(reply: Reply) -> Trouble:
    assert isinstance(reply, Failed), reply
    return reply.trouble


def test_nominatim_finds_a_door_and_is_told_whom_to_write_to(provider: GeocoderServer) -> None:
    point = geocoder("nominatim", provider).ask(LINE)
    assert point == GeocodedPoint(29.7868241, -95.8197512, 25.0, "door", "© OpenStreetMap contributors")
    assert provider.asked[0].agent == "localcare/0.1.0 (+mailto:care@brand.example)"
    assert provider.asked[0].question == LINE


def test_google_finds_a_door(provider: GeocoderServer) -> None:
    point = geocoder("google", provider).ask(LINE)
    assert point == GeocodedPoint(29.7868241, -95.8197512, 25.0, "door", "Google Maps")


@pytest.mark.parametrize("service", ["nominatim", "google"])
def test_what_is_not_there_is_not_found(service: str, provider: GeocoderServer) -> None:
    assert geocoder(service, provider).ask("9 Nowhere Ln, Katy, TX") == NotFound("")


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        ("OVER_QUERY_LIMIT", Trouble.OVER_LIMIT),
        ("OVER_DAILY_LIMIT", Trouble.OVER_LIMIT),
        ("REQUEST_DENIED", Trouble.DENIED),
        ("UNKNOWN_ERROR", Trouble.UNAVAILABLE),
        ("SOMETHING_NEW", Trouble.UNAVAILABLE),
    ],
)
def test_what_google_says_with_status_200_is_understood(
    status: str, trouble: Trouble, provider: GeocoderServer
) -> None:
    provider.tricks.append(status)
    assert trouble_of(geocoder("google", provider).ask(LINE)) == trouble


def test_a_question_google_cannot_read_is_not_asked_again(provider: GeocoderServer) -> None:
    provider.tricks.append("INVALID_REQUEST")
    assert isinstance(geocoder("google", provider).ask(LINE), NotFound)


@pytest.mark.parametrize(
    ("trick", "trouble"),
    [
        ("429", Trouble.OVER_LIMIT),
        ("429 silent", Trouble.OVER_LIMIT),
        ("503", Trouble.UNAVAILABLE),
        ("500", Trouble.UNAVAILABLE),
        ("403", Trouble.DENIED),
        ("html", Trouble.BAD_ANSWER),
        ("another form", Trouble.BAD_ANSWER),
        ("redirect", Trouble.UNAVAILABLE),
        ("huge", Trouble.BAD_ANSWER),
    ],
)
def test_a_bad_day_has_a_reason(trick: str, trouble: Trouble, provider: GeocoderServer) -> None:
    provider.tricks.append(trick)
    asked = geocoder("nominatim", provider)
    assert trouble_of(asked.ask(LINE)) == trouble
    assert isinstance(asked.ask(LINE), GeocodedPoint)


def test_an_answer_of_google_in_another_form_is_no_crash(provider: GeocoderServer) -> None:
    provider.tricks.append("google form")
    assert trouble_of(geocoder("google", provider).ask(LINE)) == Trouble.BAD_ANSWER


@pytest.mark.parametrize("trick", ["hang", "drip"])
def test_no_answer_takes_longer_than_the_time_out(trick: str, provider: GeocoderServer) -> None:
    provider.tricks.append(trick)
    reply = geocoder("nominatim", provider, timeout=0.2).ask(LINE)
    assert trouble_of(reply) == Trouble.UNAVAILABLE


def test_the_patience_a_server_asks_for_is_told(provider: GeocoderServer) -> None:
    provider.tricks.append("429")
    reply = geocoder("nominatim", provider).ask(LINE)
    assert isinstance(reply, Failed)
    assert reply.retry_after is not None
    assert reply.retry_after.total_seconds() == 7


def test_a_server_that_is_gone_is_unavailable() -> None:
    with serving() as provider:
        asked = geocoder("google", provider)
    reply = asked.ask(LINE)
    assert trouble_of(reply) == Trouble.UNAVAILABLE
    assert KEY not in str(reply)


def test_a_wrong_key_is_told_without_the_key(provider: GeocoderServer) -> None:
    reply = geocoder("google", provider, key="AIzaSy-wrong+key").ask(LINE)
    assert trouble_of(reply) == Trouble.DENIED
    assert "invalid" in str(reply)
    assert "wrong+key" not in str(reply)


def test_no_log_holds_the_key_or_the_address(provider: GeocoderServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    provider.tricks.extend(["", "500"])
    asked = geocoder("google", provider)
    asked.ask(LINE)
    asked.ask(LINE)
    assert "AIzaSy" not in caplog.text
    assert "1200" not in caplog.text
    assert "/maps/api/geocode/json" in caplog.text


def test_a_place_found_in_another_state_is_not_it(provider: GeocoderServer) -> None:
    provider.known["Main"] = [{**NOMINATIM_DOOR, "lat": "40.7", "lon": "-74.0"}]
    assert geocoder("nominatim", provider).ask(LINE) == NotFound("what was found lies elsewhere")


def test_a_name_geopy_does_not_know_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigurationError, match="LOCALCARE_GEOCODER"):
        GeopyGeocoder(choose("googel"), load_gazetteer(), key=None, contact=None, timeout=1)


@pytest.mark.parametrize(
    ("service", "missing"),
    [("google", "KEY"), ("here", "KEY"), ("azure", "KEY"), ("pelias", "URL"), ("opencage", "KEY")],
)
def test_what_a_service_lacks_is_named(service: str, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=f"LOCALCARE_GEOCODER_{missing}"):
        GeopyGeocoder(choose(service), load_gazetteer(), key=None, contact=None, timeout=1)


@pytest.mark.parametrize(
    "service", ["google", "here", "azure", "arcgis", "opencage", "mapbox", "tomtom", "geocodio", "photon", "geonames"]
)
def test_every_service_takes_its_key_under_its_own_name(service: str) -> None:
    GeopyGeocoder(choose(service, contact="a@b.example"), load_gazetteer(), key="name:secret", contact=None, timeout=1)


@pytest.mark.parametrize(
    "words",
    [
        "HTTPSConnectionPool: /geocode/json?address=12+Oak+Dr&key=s3cret+k failed",
        "https://geo.example/x?q=12+Oak+Dr&apiKey=s3cret%2Bk",
        "subscription-key=s3cret+k is over its quota",
        "the key s3cret%2Bk is not known",
    ],
)
def test_an_error_is_told_without_key_and_address(words: str) -> None:
    told = redact(words, "s3cret+k")
    assert "s3cret" not in told
    assert "Oak" not in told
