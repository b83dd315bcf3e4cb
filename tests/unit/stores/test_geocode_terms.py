"""What providers allow: no setting makes a public server faster, none keeps Google's coordinates longer than 30 days."""

from datetime import timedelta

import pytest

from localcare.errors import ConfigurationError
from localcare.stores.core.geocode_terms import TERMS, choose

CONTACT = "care@brand.example"


def test_a_public_nominatim_is_asked_less_than_once_a_second_whatever_the_settings_say() -> None:
    assert choose("Nominatim", contact=CONTACT, per_second=50).per_second < 1
    assert choose("nominatim", contact=CONTACT, per_second=0.1).per_second == 0.1


def test_an_own_server_may_be_asked_as_fast_as_its_owner_likes() -> None:
    choice = choose("nominatim", url="https://geo.brand.example/nominatim", per_second=50)
    assert choice.per_second == 50
    assert choice.provider == "nominatim@geo.brand.example"
    assert choice.terms.attribution == "© OpenStreetMap contributors"


@pytest.mark.parametrize("contact", [None, "", "nobody"])
def test_a_public_server_is_told_whom_to_write_to(contact: str | None) -> None:
    with pytest.raises(ConfigurationError, match="LOCALCARE_GEOCODER_CONTACT"):
        choose("photon", contact=contact)


@pytest.mark.parametrize("url", ["geo.example.com", "ftp://geo.example.com", "https://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="LOCALCARE_GEOCODER_URL"):
        choose("nominatim", url=url)


def test_answers_are_kept_no_longer_than_the_provider_allows() -> None:
    assert choose("GoogleV3").terms.keep_found == timedelta(days=30)
    assert choose("here").service == "herev7"
    assert choose("mapbox").terms.keep_found <= timedelta(hours=1)
    assert choose("somebody-new").terms.keep_found <= timedelta(days=1)
    assert all(terms.keep_found <= timedelta(days=180) for terms in TERMS.values())


def test_every_provider_that_is_known_is_named_beside_its_answers() -> None:
    assert all(terms.attribution for terms in TERMS.values())
